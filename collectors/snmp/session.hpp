#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "collectors/collector.hpp"
#include "collectors/snmp/ask_plan.hpp"
#include "collectors/snmp/engine.hpp"
#include "collectors/snmp/knowledge.hpp"
#include "collectors/snmp/poll_machine.hpp"
#include "collectors/snmp/request_table.hpp"
#include "collectors/snmp/round_trip.hpp"
#include "collectors/snmp/v3_talk.hpp"

namespace pantau::snmp {

/// "1", "2c", "3": as users write a version.
[[nodiscard]] std::string_view word_of(Credential::Version version);

/// Rows of the table of facts, in their order.
enum FactRow : std::uint16_t { fact_requests, fact_retries, fact_version };
[[nodiscard]] const CollectorInfo& snmp_info();

/// AskPlans by Ask, so that the devices of one profile share one. Lives as long as it is in use.
class AskPlans {
public:
    [[nodiscard]] std::shared_ptr<const AskPlan> of(const std::shared_ptr<const Ask>& ask);

private:
    std::vector<std::weak_ptr<const AskPlan>> plans_;
};

/// What the v3 devices of a Worker share: OpenSSL's contexts and the passwords' keys.
struct V3Workshop {
    UsmCrypto crypto{random_seed()};
    PasswordKeys keys;
};

/// The visits to one device: carries the requests of a PollMachine, finds the address and the
/// credential, keeps what was learned. Lives on the Worker's loop.
class SnmpSession final : public Session, private Requester {
public:
    SnmpSession(std::shared_ptr<const Device> device, std::shared_ptr<Engine> engine,
                std::shared_ptr<AskPlans> plans, std::shared_ptr<V3Workshop> workshop = nullptr);
    ~SnmpSession() override;

    void collect(std::shared_ptr<const Ask> ask, MonoTime deadline, Done done) override;

    /// Hears each accepted response, with the request that it answers, before the visit goes on.
    using Ear = std::function<void(const RequestBody&, const Message&)>;
    /// For a walk by hand: the values as the device sent them, and other limits of a visit.
    void listen(Ear ear, const PollLimits& limits);

private:
    /// After so many lost visits in a row every credential is tried again.
    static constexpr unsigned lost_visits_until_doubt = 3;
    /// After so many lost visits in a row the device is down, and a visit is one try: a retry is
    /// for a lost datagram, and here that costs no more than the way back up, one interval later.
    static constexpr unsigned lost_visits_until_one_try = 3;
    /// Asks whose rows are remembered: the profile's, the detection's, one of before a reload.
    static constexpr std::size_t asks_most = 3;

    struct Learned {
        std::shared_ptr<const AskPlan> plan;
        Knowledge knowledge;
    };
    struct NameLookup;  // the resolver, whose type belongs to the loop
    struct Listener {
        Ear ear;
        PollLimits limits;
    };

    [[nodiscard]] Refusal judge(const Message& message) const override;
    void on_reply(const Message& message, const Arrival& arrival) override;
    void on_failure(const Error& error) override;

    void find_address();
    void begin_visit();
    void begin_with_credential();
    void begin_talk();
    void step();
    void send(const RequestBody& body);
    [[nodiscard]] Duration patience() const;
    [[nodiscard]] bool is_test_due() const;
    void begin_test();
    void tell_events();
    void end_machine();
    [[nodiscard]] bool next_credential();
    void finish(Answer answer);
    void fail(Error error);
    [[nodiscard]] Learned& learned_by(const std::shared_ptr<const Ask>& ask);
    [[nodiscard]] const Credential& credential() const {
        return *device_->credentials[credential_];
    }
    [[nodiscard]] std::uint32_t walk_every() const;
    void forget_what_is_asked_once();
    [[nodiscard]] std::weak_ptr<bool> watch();
    /// Retries of a request while nothing was heard in the visit.
    [[nodiscard]] unsigned contact_retries() const;

    std::shared_ptr<const Device> device_;
    std::shared_ptr<Engine> engine_;
    std::shared_ptr<AskPlans> plans_;
    std::shared_ptr<V3Workshop> workshop_;
    std::vector<Learned> learned_;  ///< The latest first.
    Traits traits_;
    RoundTrip round_trip_;
    std::optional<Peer> peer_;
    MonoTime address_age_{};
    std::unique_ptr<NameLookup> lookup_;
    std::unique_ptr<const Listener> listener_;  ///< Null but for a walk by hand.

    std::size_t credential_ = 0;
    std::unique_ptr<V3Talk> talk_;  ///< With the present credential; null: v1 or v2c.
    MonoTime engine_told_{};        ///< When an event of its engine was last logged.
    bool is_credential_proven_ = false;
    unsigned lost_visits_ = 0;
    std::size_t credential_tries_left_ = 0;

    std::shared_ptr<const Ask> ask_;
    MonoTime deadline_{};
    Done done_;
    std::unique_ptr<PollMachine> machine_;  ///< Of the visit under way.
    std::unique_ptr<Error> auth_failure_;   ///< What the device said to a credential in this visit.
    Engine::Ticket ticket_ = 0;
    MonoTime first_request_{};
    MonoTime last_reply_{};
    unsigned requests_ = 0;
    unsigned retries_ = 0;
    bool is_in_collect_ = false;
    std::shared_ptr<bool> alive_;  ///< Watched by what was posted; null: nothing was.
};

}  // namespace pantau::snmp
