#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "collectors/collector.hpp"
#include "collectors/snmp/ask_plan.hpp"
#include "collectors/snmp/engine.hpp"
#include "collectors/snmp/knowledge.hpp"
#include "collectors/snmp/poll_machine.hpp"

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

/// The visits to one device: carries the requests of a PollMachine, finds the address and the
/// credential, keeps what was learned. Lives on the Worker's loop.
class SnmpSession final : public Session, private Requester {
public:
    SnmpSession(std::shared_ptr<const Device> device, std::shared_ptr<Engine> engine,
                std::shared_ptr<AskPlans> plans);
    ~SnmpSession() override;

    void collect(std::shared_ptr<const Ask> ask, MonoTime deadline, Done done) override;

private:
    /// After so many lost visits in a row every credential is tried again.
    static constexpr unsigned lost_visits_until_doubt = 3;
    /// Asks whose rows are remembered: the profile's, the detection's, one of before a reload.
    static constexpr std::size_t asks_most = 3;

    struct Learned {
        std::shared_ptr<const AskPlan> plan;
        Knowledge knowledge;
    };
    struct NameLookup;  // the resolver, whose type belongs to the loop

    [[nodiscard]] Refusal judge(const Message& message) const override;
    void on_reply(const Message& message, const Arrival& arrival) override;
    void on_failure(const Error& error) override;

    void find_address();
    void begin_visit();
    void begin_with_credential();
    void step();
    void end_machine();
    [[nodiscard]] bool next_credential();
    void finish(Answer answer);
    void fail(Error error);
    [[nodiscard]] Learned& learned_by(const std::shared_ptr<const Ask>& ask);
    [[nodiscard]] const Credential& credential() const { return *usable_[credential_]; }
    [[nodiscard]] std::uint32_t walk_every() const;

    std::shared_ptr<const Device> device_;
    std::shared_ptr<Engine> engine_;
    std::shared_ptr<AskPlans> plans_;
    std::vector<std::shared_ptr<const Credential>> usable_;  ///< v1 and v2c.
    std::vector<Learned> learned_;                           ///< The latest first.
    Traits traits_;
    std::optional<Peer> peer_;
    MonoTime address_age_{};
    std::unique_ptr<NameLookup> lookup_;

    std::size_t credential_ = 0;
    bool is_credential_proven_ = false;
    unsigned lost_visits_ = 0;
    std::size_t credential_tries_left_ = 0;

    std::shared_ptr<const Ask> ask_;
    MonoTime deadline_{};
    Done done_;
    std::unique_ptr<PollMachine> machine_;  ///< Of the visit under way.
    Engine::Ticket ticket_ = 0;
    MonoTime first_request_{};
    MonoTime last_reply_{};
    unsigned requests_ = 0;
    unsigned retries_ = 0;
    bool is_in_collect_ = false;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  ///< Watched by what was posted.
};

}  // namespace pantau::snmp
