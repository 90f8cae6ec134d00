#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/guarded.hpp"
#include "base/result.hpp"
#include "config/web_config.hpp"
#include "exporters/web/loop_gate.hpp"
#include "exporters/web/passwords.hpp"
#include "exporters/web/source_buckets.hpp"
#include "exporters/web/tls_context.hpp"

namespace pantau::web {

/// What one web config file asks, ready for use. Immutable but for what `passwords` remembers.
struct DoorRules {
    config::WebConfig config;
    TlsContext tls;  ///< Null: plain HTTP.
    std::shared_ptr<Passwords> passwords;
};

/// Reads certificates and keys. Without a file nobody is asked anything.
[[nodiscard]] Result<std::shared_ptr<const DoorRules>> make_door_rules(
    const std::optional<config::WebConfig>& config);

/// What becomes of a request, by who asks.
struct DoorAnswer {
    enum class Verdict : std::uint8_t {
        welcome,
        stranger,   ///< No login, or a wrong one: 401.
        too_often,  ///< Too many wrong ones from there, or too many at once: 429.
    };
    Verdict verdict = Verdict::stranger;
    std::optional<Passwords::Tag> login;  ///< Of who is welcome.
    Duration wait{};                      ///< Until asking again makes sense.
};

/// Totals since the start. Written on the web loop, read anywhere.
struct DoorCounters {
    std::atomic<std::uint64_t> logins_failed{0};
    std::atomic<std::uint64_t> logins_throttled{0};
};

/// Decides who may ask the web port. Shared by all its servers; the rules can be exchanged while
/// it works, then what was remembered of the old ones is gone.
///
///     no login ──────────────────────────────────────────────────> stranger
///     login that this connection came in with ───────────────────> welcome
///     source has no token ───────────────────────────────────────> too often
///     remembered ────────────────────────────────────────────────> welcome
///     else bcrypt, on a thread of its own ── fits: token back ───> welcome
///                                        └── no: token is spent ─> stranger
///
/// A source without tokens is refused before its password is looked at, right or wrong: otherwise
/// it could go on guessing.
class FrontDoor : public std::enable_shared_from_this<FrontDoor> {
public:
    /// A wrong password costs a token; ten in a row are a person who tries what he remembers.
    /// One in five seconds then is 17,000 guesses a day, and 3 % of a core at a cost of 10.
    static constexpr SourceBuckets::Limits failures_of_a_source{.burst = 10, .per_second = 0.2};

    /// `gate` leads to the loop of the servers.
    FrontDoor(std::shared_ptr<const DoorRules> rules, std::shared_ptr<LoopGate> gate);

    /// Any thread.
    void set(std::shared_ptr<const DoorRules> rules);
    /// Any thread.
    [[nodiscard]] std::shared_ptr<const DoorRules> rules() const;
    /// Whether nobody comes in over the network without a password or certificate. Any thread.
    [[nodiscard]] bool asks_who() const { return rules()->config.asks_who(); }
    [[nodiscard]] const DoorCounters& counters() const { return counters_; }

    struct Question {
        std::string authorization;            ///< The header; empty: none.
        std::string source;                   ///< See source_of.
        std::optional<Passwords::Tag> known;  ///< The login this connection has come in with.
    };
    /// Web loop; `done` is called there too, at once or later, unless the loop ends first.
    void ask(Question question, std::function<void(DoorAnswer)> done);

private:
    void check(Question question, Login login, std::function<void(DoorAnswer)> done);

    Guarded<std::shared_ptr<const DoorRules>> rules_;
    const std::shared_ptr<LoopGate> gate_;
    SourceBuckets failures_{failures_of_a_source};
    DoorCounters counters_;
    PasswordThread thread_;  // last: its work uses the others
};

}  // namespace pantau::web
