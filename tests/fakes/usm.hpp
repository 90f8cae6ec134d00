#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "fakes/ber.hpp"

/// A second, plain implementation of SNMPv3 for tests: SHA-256 and AES-128 alone, by OpenSSL's
/// one-call functions. It shares no line with the product's, so both can be wrong only in
/// different ways.
namespace pantau::fakes::usm {

/// msgFlags.
inline constexpr int no_auth = 0;
inline constexpr int signed_alone = 1;
inline constexpr int encrypted = 3;
inline constexpr int reportable = 4;

/// The localised keys of one user at one engine.
struct Keys {
    std::string auth;
    std::string priv;
};
[[nodiscard]] std::string localised_key(std::string_view password, std::string_view engine_id);

/// A v3 message with everything in it.
struct Message {
    std::int64_t msg_id = 0;
    std::int64_t size_most = 65'507;
    int flags = no_auth;
    std::int64_t model = 3;
    std::string engine_id;
    std::int64_t boots = 0;
    std::int64_t time = 0;
    std::string user;
    std::string salt;         ///< 8 octets when encrypted.
    std::string forged_salt;  ///< Told instead of the one that encrypts, when there is one.
    std::string forged_mac;   ///< Instead of the right one, when there is one.
    std::string context_engine;
    std::string context;
    ber::Message pdu;           ///< Version and community say nothing.
    bool is_mac_right = false;  ///< Only of a message that was read.
};

[[nodiscard]] std::string encode(const Message& message, const Keys& keys);

enum class Read { ok, malformed, wrong_mac, undecipherable };
/// Reads as far as it can: the header also of a message whose MAC is wrong.
[[nodiscard]] Read decode(const std::string& datagram, const Keys& keys, Message& out);

/// The counters a Report may name.
inline constexpr const char* unknown_security_models = "1.3.6.1.6.3.11.2.1.1.0";
inline constexpr const char* unknown_contexts = "1.3.6.1.6.3.12.1.5.0";
inline constexpr const char* unsupported_levels = "1.3.6.1.6.3.15.1.1.1.0";
inline constexpr const char* not_in_time_windows = "1.3.6.1.6.3.15.1.1.2.0";
inline constexpr const char* unknown_users = "1.3.6.1.6.3.15.1.1.3.0";
inline constexpr const char* unknown_engines = "1.3.6.1.6.3.15.1.1.4.0";
inline constexpr const char* wrong_digests = "1.3.6.1.6.3.15.1.1.5.0";
inline constexpr const char* decryption_errors = "1.3.6.1.6.3.15.1.1.6.0";

/// An authoritative engine with one user, as RFC 3414 3.2 wants it, and the manners of bad ones.
class Agent {
public:
    using Answer = std::function<std::optional<ber::Message>(const ber::Message&)>;

    Agent(std::string engine_id, Answer answer);

    void set_engine(const std::string& id);
    void set_passwords(const std::string& auth, const std::string& priv);
    /// What goes back for this request; nothing is silence.
    [[nodiscard]] std::optional<std::string> handle(const std::string& datagram);

    [[nodiscard]] const Keys& keys() const { return keys_; }
    /// Of the last request.
    [[nodiscard]] const Message& request() const { return request_; }
    /// The last reply, before it was signed and encrypted; for forging others after its kind.
    [[nodiscard]] const Message& reply() const { return reply_; }
    [[nodiscard]] Message report(const char* counter, int flags) const;

    std::string user = "noc";
    std::string context;
    std::int64_t boots = 3;
    std::int64_t time = 1000;
    bool checks_time = true;
    bool signs_time_reports = true;
    bool tells_clock_at_discovery = true;
    bool is_deaf = false;
    bool is_deaf_to_encrypted = false;
    std::uint64_t discoveries = 0;
    std::uint64_t requests = 0;  ///< Those that were no discovery.
    std::uint64_t reports = 0;   ///< Sent for them.

private:
    [[nodiscard]] std::optional<Message> answer_to(Read read);

    std::string engine_id_;
    Answer answer_;
    std::string auth_password_ = "the-auth-password";
    std::string priv_password_ = "the-priv-password";
    Keys keys_;
    Message request_;
    Message reply_;
    std::uint64_t salt_ = 1;
};

}  // namespace pantau::fakes::usm
