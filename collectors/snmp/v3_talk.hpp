#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "collectors/snmp/counts.hpp"
#include "collectors/snmp/usm_crypto.hpp"
#include "collectors/snmp/usm_keys.hpp"
#include "collectors/snmp/v3_message.hpp"
#include "model/device.hpp"

namespace pantau::snmp {

/// What USM knows of one device under one credential, and the talk that keeps it true: a pure
/// machine, without clock, socket or thread. One per device, never shared: two devices may have
/// the same engine id.
///
///   no engine id -> discovery -> engine id, a hint of its clock -> request -> Response: proven
///        ^                                                           |
///        |  Report unknownEngineIDs, once a visit                    |  signed Report
///        |  silence after a refused clock                            |  notInTimeWindows
///        +-----------------------------------------------------------+  -> its clock, again
///
///   Report unknownUserNames, wrongDigests, …      -> the visit ends: auth
///   silence to what is encrypted                  -> a test that is signed alone
///        answered                                 -> the visit ends: auth
///
/// A new engine id is a candidate until a message signed with its keys arrives: only then is the
/// former one forgotten and the replacement told. A clock is believed only from signed messages;
/// a signed message answers a fresh random msgID, so it is no replay, and one that was asked for
/// by a Report or a discovery may also set the clock back: boots that went backwards are told, and
/// the device goes on being polled.
class V3Talk {
public:
    /// `seed` is for request-ids. The Worker's crypto and keys outlive this.
    V3Talk(const Credential& credential, UsmCrypto& crypto, PasswordKeys& keys, std::uint64_t seed);

    /// Why nothing can be said with this credential on this machine.
    [[nodiscard]] const std::optional<Error>& fault() const { return fault_; }
    [[nodiscard]] bool is_for(const Credential& credential) const {
        return &credential == &credential_;
    }

    // ---- for the session -----------------------------------------------------------------------

    /// `was_lost`: the last visit brought nothing, so that the device may be another one now.
    void begin_visit(bool was_lost);
    /// The request met silence.
    void on_silence();

    /// What becomes of a visit after a reply.
    enum class Then : std::uint8_t {
        deliver,  ///< The reply answers the request.
        again,    ///< It was for us; now ask the same again.
        fail,     ///< The device does not take this credential: `refusal` says why.
    };
    [[nodiscard]] Then then() const { return then_; }
    [[nodiscard]] const Error& refusal() const { return refusal_; }

    /// Whether a test can tell a wrong privacy password from a device that is gone: agents say
    /// nothing to what they cannot decrypt. Once a visit.
    [[nodiscard]] bool wants_test() const;
    /// The next request is sysUpTime.0, signed and not encrypted. Its answer is a `fail`.
    void begin_test();
    [[nodiscard]] bool is_testing() const { return is_testing_; }

    /// For a visit that met silence: what was heard all the same. Empty: nothing.
    [[nodiscard]] std::string silence_words() const;

    /// Since the last call.
    [[nodiscard]] std::vector<EngineEvent> take_events();
    /// Octets of a reply that are not PDU, beyond what a community costs.
    [[nodiscard]] std::size_t reply_overhead() const;

    // ---- for the engine ------------------------------------------------------------------------

    /// The next request as a datagram: what `body` asks, or what must be known before.
    [[nodiscard]] Result<void> encode(std::int32_t msg_id, const RequestBody& body, MonoTime now,
                                      std::string& datagram);
    /// Checks and reads a message that answers the last msgID and came from the right peer.
    /// Nothing changes when it is refused. `out` views `datagram` or the crypto's scratch.
    [[nodiscard]] Refusal decode(const V3Header& header, std::string_view datagram, MonoTime now,
                                 Message& out);

private:
    enum class Purpose : std::uint8_t { discovery, test, request };

    /// The engine's boots and time at a moment of ours.
    struct Clock {
        std::int32_t boots = 0;
        std::int32_t time = 0;  ///< The latest received.
        MonoTime at{};          ///< When that was.

        [[nodiscard]] std::int32_t time_at(MonoTime now) const;
    };
    struct KnownEngine {
        std::string id;
        Key auth_key;
        Key priv_key;
        std::optional<Clock> clock;  ///< From signed messages alone.
        bool is_proven = false;      ///< A response was believed.
    };
    struct Sent {
        std::int32_t request_id = 0;
        Purpose purpose = Purpose::discovery;
        SecurityLevel level = SecurityLevel::no_auth;
    };

    [[nodiscard]] std::string take_protocols();
    [[nodiscard]] Purpose next_purpose() const;
    [[nodiscard]] std::int32_t random_id();
    [[nodiscard]] bool is_mac_right(const V3Header& header, std::string_view datagram);
    [[nodiscard]] bool open(const V3Header& header, std::string_view& scoped);
    [[nodiscard]] Refusal take_response(const V3Header& header, const Scope& scope, MonoTime now,
                                        const Message& message);
    [[nodiscard]] Refusal take_report(const V3Header& header, MonoTime now, const Message& message);
    [[nodiscard]] Refusal take_discovery(const V3Header& header, MonoTime now);
    [[nodiscard]] Refusal take_clock(const V3Header& header, MonoTime now);
    [[nodiscard]] bool localise(KnownEngine& engine) const;
    void set_clock(const V3Header& header, MonoTime now);
    void fail_visit(Reason reason, std::string words);

    const Credential& credential_;  // the device's, which holds it
    UsmCrypto& crypto_;
    AuthProtocol auth_ = AuthProtocol::none;
    PrivProtocol priv_ = PrivProtocol::none;
    SecurityLevel level_ = SecurityLevel::no_auth;
    std::shared_ptr<const PasswordKey> auth_password_;
    std::shared_ptr<const PasswordKey> priv_password_;
    std::optional<Error> fault_;
    std::uint64_t random_;

    KnownEngine engine_;
    std::optional<KnownEngine> former_;  ///< While another one is a candidate.
    std::optional<Clock> hint_;          ///< Unsigned, for the first request alone.
    std::vector<EngineEvent> events_;

    Sent sent_;
    Then then_ = Then::deliver;
    Error refusal_{Reason::auth, {}, {}};

    // Of the visit under way.
    bool is_discovery_due_ = false;
    bool is_clock_suspect_ = false;
    bool was_rediscovered_ = false;
    bool was_heard_ = false;
    bool was_silent_ = false;
    bool is_testing_ = false;
    bool was_tested_ = false;
    unsigned resyncs_ = 0;
};

}  // namespace pantau::snmp
