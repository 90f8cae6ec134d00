#include "collectors/snmp/v3_talk.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/assert.hpp"
#include "base/text.hpp"

namespace pantau::snmp {
namespace {

constexpr std::int32_t number_most = std::numeric_limits<std::int32_t>::max();
/// RFC 3414 2.2.3, seconds.
constexpr std::int32_t time_window = 150;
/// RFC 3411 5: octets of an engine id.
constexpr std::size_t engine_id_least = 5;
constexpr std::size_t engine_id_most = 32;
/// The second one is for an agent that restarts in between.
constexpr unsigned resyncs_most = 2;
constexpr std::size_t des_padding_most = 7;

/// The counters that a Report may name.
enum class Complaint : std::uint8_t {
    unknown_security_model,
    invalid_message,
    unknown_pdu_handler,
    unavailable_context,
    unknown_context,
    unsupported_level,
    not_in_time_window,
    unknown_user,
    unknown_engine,
    wrong_digest,
    decryption,
};
struct ComplaintRow {
    std::array<std::uint32_t, 11> name;
    std::size_t size;
    Complaint complaint;
};
constexpr std::array<ComplaintRow, 11> complaints{{
    {{1, 3, 6, 1, 6, 3, 11, 2, 1, 1, 0}, 11, Complaint::unknown_security_model},
    {{1, 3, 6, 1, 6, 3, 11, 2, 1, 2, 0}, 11, Complaint::invalid_message},
    {{1, 3, 6, 1, 6, 3, 11, 2, 1, 3, 0}, 11, Complaint::unknown_pdu_handler},
    {{1, 3, 6, 1, 6, 3, 12, 1, 4, 0}, 10, Complaint::unavailable_context},
    {{1, 3, 6, 1, 6, 3, 12, 1, 5, 0}, 10, Complaint::unknown_context},
    {{1, 3, 6, 1, 6, 3, 15, 1, 1, 1, 0}, 11, Complaint::unsupported_level},
    {{1, 3, 6, 1, 6, 3, 15, 1, 1, 2, 0}, 11, Complaint::not_in_time_window},
    {{1, 3, 6, 1, 6, 3, 15, 1, 1, 3, 0}, 11, Complaint::unknown_user},
    {{1, 3, 6, 1, 6, 3, 15, 1, 1, 4, 0}, 11, Complaint::unknown_engine},
    {{1, 3, 6, 1, 6, 3, 15, 1, 1, 5, 0}, 11, Complaint::wrong_digest},
    {{1, 3, 6, 1, 6, 3, 15, 1, 1, 6, 0}, 11, Complaint::decryption},
}};

std::optional<Complaint> complaint_of(const Message& report) {
    if (report.varbinds.size() != 1) return std::nullopt;
    for (const ComplaintRow& row : complaints) {
        if (std::ranges::equal(report.varbinds[0].name, std::span(row.name).first(row.size)))
            return row.complaint;
    }
    return std::nullopt;
}

std::string_view words_of(SecurityLevel level) {
    switch (level) {
        case SecurityLevel::no_auth:
            return "neither signed nor encrypted";
        case SecurityLevel::auth:
            return "signed, not encrypted";
        case SecurityLevel::auth_priv:
            return "signed and encrypted";
    }
    return "";
}

const std::array<Oid, 1>& uptime_alone() {
    static const std::array<Oid, 1> names{Oid{1, 3, 6, 1, 2, 1, 1, 3, 0}};
    return names;
}

}  // namespace

std::int32_t V3Talk::Clock::time_at(MonoTime now) const {
    const auto passed = std::chrono::duration_cast<std::chrono::seconds>(now - at).count();
    return static_cast<std::int32_t>(std::min<std::int64_t>(number_most, time + passed));
}

V3Talk::V3Talk(const Credential& credential, UsmCrypto& crypto, PasswordKeys& keys,
               std::uint64_t seed)
    : credential_(credential), crypto_(crypto), random_(seed) {
    if (const std::string words = take_protocols(); !words.empty()) {
        fault_ = Error{Reason::local, words, {}};
        return;
    }
    if (level_ != SecurityLevel::no_auth)
        auth_password_ = keys.of(crypto, auth_, credential.auth_password);
    if (level_ == SecurityLevel::auth_priv)
        priv_password_ = keys.of(crypto, auth_, credential.priv_password);
    if ((level_ != SecurityLevel::no_auth && auth_password_ == nullptr) ||
        (level_ == SecurityLevel::auth_priv && priv_password_ == nullptr))
        fault_ = Error{Reason::local, "OpenSSL cannot make the key of the password", {}};
}

/// Why they cannot be used; empty when they can.
std::string V3Talk::take_protocols() {
    const auto auth = auth_protocol_named(credential_.auth_protocol);
    const auto priv = priv_protocol_named(credential_.priv_protocol);
    if (!auth || !priv) return "this version of pantau does not know the protocol";
    auth_ = *auth;
    priv_ = *priv;
    if (priv_ != PrivProtocol::none && auth_ == AuthProtocol::none)
        return "nothing is encrypted that is not signed";
    if (!crypto_.can(auth_))
        return "OpenSSL on this machine does not offer " + credential_.auth_protocol;
    if (!crypto_.can(priv_)) {
        return priv_ == PrivProtocol::des
                   ? "DES needs OpenSSL's legacy provider (legacy.so), which is not installed on "
                     "this machine"
                   : "OpenSSL on this machine does not offer " + credential_.priv_protocol;
    }
    level_ = priv_ != PrivProtocol::none   ? SecurityLevel::auth_priv
             : auth_ != AuthProtocol::none ? SecurityLevel::auth
                                           : SecurityLevel::no_auth;
    return {};
}

// ---- the visit ---------------------------------------------------------------------------------

void V3Talk::begin_visit(bool was_lost) {
    if (!engine_.is_proven) {
        // Whoever named this engine could not prove it.
        engine_ = former_ ? std::move(*former_) : KnownEngine{};
        hint_.reset();
    }
    former_.reset();
    is_discovery_due_ = was_lost;
    is_clock_suspect_ = was_rediscovered_ = false;
    was_heard_ = was_silent_ = false;
    is_testing_ = was_tested_ = false;
    resyncs_ = 0;
}

void V3Talk::on_silence() {
    was_silent_ = true;
    if (is_testing_) {
        is_testing_ = false;
        return;
    }
    // A signed message was refused for its time: perhaps the engine's clock went back.
    if (std::exchange(is_clock_suspect_, false)) is_discovery_due_ = true;
}

bool V3Talk::wants_test() const {
    return level_ == SecurityLevel::auth_priv && sent_.purpose == Purpose::request && was_heard_ &&
           was_silent_ && !was_tested_ && !engine_.id.empty();
}

void V3Talk::begin_test() {
    is_testing_ = true;
    was_tested_ = true;
}

std::string V3Talk::silence_words() const {
    if (!was_heard_) return {};
    std::string words = "; it does tell its SNMPv3 engine";
    // net-snmp says nothing to a context it does not have.
    if (!credential_.context.empty()) {
        words += ": does it have the context '" + credential_.context +
                 "', and does it let user '" + credential_.user + "' see it?";
    }
    return words;
}

std::vector<EngineEvent> V3Talk::take_events() {
    return std::exchange(events_, {});
}

std::size_t V3Talk::reply_overhead() const {
    // Headers and numbers of RFC 3412's message, of RFC 3414's parameters and of the scoped PDU.
    constexpr std::size_t fixed = 56;
    constexpr std::size_t usual_engine_id = 17;  // net-snmp's; before it is known
    const std::size_t engine_id = engine_.id.empty() ? usual_engine_id : engine_.id.size();
    const std::size_t encryption = level_ != SecurityLevel::auth_priv ? 0
                                   : priv_ == PrivProtocol::des ? salt_octets + des_padding_most
                                                                : salt_octets;
    return fixed + 2 * engine_id + credential_.user.size() + credential_.context.size() +
           traits_of(auth_).mac_octets + encryption;
}

void V3Talk::fail_visit(Reason reason, std::string words) {
    then_ = Then::fail;
    refusal_ = {reason, std::move(words), {}};
}

// ---- requests ----------------------------------------------------------------------------------

V3Talk::Purpose V3Talk::next_purpose() const {
    if (is_discovery_due_ || engine_.id.empty()) return Purpose::discovery;
    return is_testing_ ? Purpose::test : Purpose::request;
}

/// 1 … 2^31-1: nobody outside can guess it.
std::int32_t V3Talk::random_id() {
    random_ += 0x9E37'79B9'7F4A'7C15u;  // SplitMix64
    std::uint64_t z = random_;
    z = (z ^ (z >> 30)) * 0xBF58'476D'1CE4'E5B9u;
    z = (z ^ (z >> 27)) * 0x94D0'49BB'1331'11EBu;
    z ^= z >> 31;
    return static_cast<std::int32_t>(z % static_cast<std::uint32_t>(number_most - 1)) + 1;
}

Result<void> V3Talk::encode(std::int32_t msg_id, const RequestBody& body, MonoTime now,
                            std::string& datagram) {
    if (fault_) return tl::unexpected(*fault_);
    sent_ = {random_id(), next_purpose(), level_};
    was_silent_ = false;
    V3Frame frame;
    frame.header.msg_id = msg_id;
    RequestBody asked = body;
    Scope scope{engine_.id, credential_.context};
    if (sent_.purpose == Purpose::discovery) {  // RFC 3414 4
        sent_.level = SecurityLevel::no_auth;
        asked = RequestBody{PduType::get, 0, {}};
        scope = {};
    } else {
        if (sent_.purpose == Purpose::test) {
            sent_.level = SecurityLevel::auth;
            asked = RequestBody{PduType::get, 0, uptime_alone()};
        }
        frame.header.engine_id = engine_.id;
        frame.header.user = credential_.user;
        if (const auto& clock = hint_ ? hint_ : engine_.clock) {
            frame.header.boots = clock->boots;
            frame.header.time = clock->time_at(now);
        }
    }
    frame.header.level = sent_.level;
    if (sent_.level != SecurityLevel::no_auth) frame.mac_octets = traits_of(auth_).mac_octets;

    std::string& data = crypto_.scratch();
    write_scoped_pdu(scope, sent_.request_id, asked, data);
    SaltedTime salted{frame.header.boots, frame.header.time, {}};
    if (sent_.level == SecurityLevel::auth_priv) {
        if (priv_ == PrivProtocol::des) data.append((8 - data.size() % 8) % 8, '\0');
        salted.salt = crypto_.next_salt(priv_, salted.boots);
        frame.header.salt = {salted.salt.data(), salted.salt.size()};
        if (!crypto_.encrypt(priv_, engine_.priv_key, salted, data))
            return fail(Reason::local, "OpenSSL cannot encrypt");
    }
    frame.header.data = data;
    std::size_t mac_at = 0;
    if (!write_v3(frame, datagram, mac_at))
        return fail(Reason::local, "the request is larger than a datagram");
    if (sent_.level != SecurityLevel::no_auth) {
        UsmCrypto::Mac memory;
        const std::array<std::string_view, 1> whole{datagram};
        const std::string_view mac = crypto_.mac(auth_, engine_.auth_key, whole, memory);
        if (mac.size() != frame.mac_octets) return fail(Reason::local, "OpenSSL cannot sign");
        std::ranges::copy(mac, datagram.begin() + static_cast<std::ptrdiff_t>(mac_at));
    }
    return {};
}

// ---- replies -----------------------------------------------------------------------------------

Refusal V3Talk::decode(const V3Header& header, std::string_view datagram, MonoTime now,
                       Message& out) {
    then_ = Then::deliver;
    if (header.security_model != user_based) return Refusal::security_model;
    const bool is_signed = header.level != SecurityLevel::no_auth;
    if (is_signed) {
        if (sent_.level == SecurityLevel::no_auth) return Refusal::security_level;
        if (!is_mac_right(header, datagram)) return Refusal::digest;
    }
    std::string_view scoped = header.data;
    std::size_t padding = 0;
    if (header.level == SecurityLevel::auth_priv) {
        if (sent_.level != SecurityLevel::auth_priv) return Refusal::security_level;
        if (!open(header, scoped)) return Refusal::decryption;
        if (priv_ == PrivProtocol::des) padding = des_padding_most;
    }
    Scope scope;
    switch (read_scoped_pdu(scoped, padding, scope, out)) {
        case DecodeResult::ok:
            break;
        case DecodeResult::other_pdu:
            return Refusal::pdu_type;
        case DecodeResult::malformed:
        case DecodeResult::other_version:
            return header.level == SecurityLevel::auth_priv ? Refusal::decryption
                                                            : Refusal::malformed;
    }
    const Refusal refusal = out.pdu == PduType::response ? take_response(header, scope, now, out)
                            : out.pdu == PduType::report ? take_report(header, now, out)
                                                         : Refusal::pdu_type;
    if (refusal == Refusal::none) was_heard_ = true;
    return refusal;
}

bool V3Talk::is_mac_right(const V3Header& header, std::string_view datagram) {
    if (header.mac.size() != traits_of(auth_).mac_octets) return false;
    static constexpr std::array<char, mac_octets_most> zeros{};
    const auto before = static_cast<std::size_t>(header.mac.data() - datagram.data());
    const std::array<std::string_view, 3> parts{datagram.substr(0, before),
                                                std::string_view(zeros.data(), header.mac.size()),
                                                datagram.substr(before + header.mac.size())};
    UsmCrypto::Mac memory;
    const std::string_view right = crypto_.mac(auth_, engine_.auth_key, parts, memory);
    return !right.empty() && is_same_mac(right, header.mac);
}

bool V3Talk::open(const V3Header& header, std::string_view& scoped) {
    SaltedTime salted{header.boots, header.time, {}};
    if (header.salt.size() != salted.salt.size()) return false;
    std::ranges::copy(header.salt, salted.salt.begin());
    std::string& plain = crypto_.scratch();
    plain.assign(header.data);
    if (!crypto_.decrypt(priv_, engine_.priv_key, salted, plain)) return false;
    scoped = plain;
    return true;
}

Refusal V3Talk::take_response(const V3Header& header, const Scope& scope, MonoTime now,
                              const Message& message) {
    if (sent_.purpose == Purpose::discovery) return Refusal::pdu_type;
    if (header.level != sent_.level) return Refusal::security_level;
    if (header.engine_id != engine_.id) return Refusal::engine_id;
    if (header.user != credential_.user) return Refusal::user;
    if (scope.engine_id != engine_.id || scope.context != credential_.context)
        return Refusal::context;
    if (message.request_id != sent_.request_id) return Refusal::request_id;
    if (sent_.level != SecurityLevel::no_auth) {
        const Refusal refusal = take_clock(header, now);
        if (refusal != Refusal::none) return refusal;
    }
    engine_.is_proven = true;
    if (std::exchange(former_, std::nullopt)) events_.push_back(EngineEvent::replaced);
    if (sent_.purpose == Purpose::test) {
        is_testing_ = false;
        fail_visit(Reason::auth,
                   "the device answers user '" + credential_.user +
                       "' when a message is signed alone, not when it is encrypted: the privacy "
                       "password or protocol is not the device's");
    }
    return Refusal::none;
}

/// RFC 3414 3.2 7b, except that the first signed message after a discovery is always in time.
Refusal V3Talk::take_clock(const V3Header& header, MonoTime now) {
    if (header.boots == number_most) return Refusal::time_window;
    if (engine_.clock && !hint_) {
        const Clock& clock = *engine_.clock;
        const bool is_old =
            header.boots < clock.boots ||
            (header.boots == clock.boots && header.time < clock.time_at(now) - time_window);
        if (is_old) {
            is_clock_suspect_ = true;
            return Refusal::time_window;
        }
        if (header.boots == clock.boots && header.time <= clock.time) return Refusal::none;
    }
    set_clock(header, now);
    return Refusal::none;
}

void V3Talk::set_clock(const V3Header& header, MonoTime now) {
    if (engine_.clock) {
        const std::int32_t boots = engine_.clock->boots;
        const bool is_back =
            header.boots == boots && header.time < engine_.clock->time_at(now) - time_window;
        if (header.boots > boots) events_.push_back(EngineEvent::restarted);
        if (header.boots < boots || is_back) events_.push_back(EngineEvent::went_back);
    }
    engine_.clock = Clock{header.boots, header.time, now};
    hint_.reset();
}

/// A Report ends a request only when it could not have been written without having seen the
/// request: the request table knows its msgID and its source. What an agent cannot sign by nature
/// (it does not know the user, or the key is another) must be taken unsigned; the rest must not.
Refusal V3Talk::take_report(const V3Header& header, MonoTime now, const Message& message) {
    const auto complaint = complaint_of(message);
    if (!complaint) return Refusal::report;
    // An agent that could not read the PDU has no request-id to give back: 0 (RFC 3412 7.1 3c), or
    // the largest number, or one of its own (net-snmp).
    const bool could_read = sent_.level != SecurityLevel::auth_priv;
    if (could_read && message.request_id != sent_.request_id && message.request_id != 0 &&
        message.request_id != number_most)
        return Refusal::request_id;
    if (sent_.purpose == Purpose::discovery) return take_discovery(header, now);

    const bool is_signed = header.level != SecurityLevel::no_auth;
    if (*complaint == Complaint::unknown_engine) {
        if (std::exchange(was_rediscovered_, true)) {
            fail_visit(Reason::malformed,
                       "the device does not know the engine id that it gave itself");
        } else {
            is_discovery_due_ = true;
            then_ = Then::again;
        }
        return Refusal::none;
    }
    if (header.engine_id != engine_.id) return Refusal::engine_id;
    if (header.user != credential_.user && !header.user.empty()) return Refusal::user;
    const std::string user = "'" + credential_.user + "'";
    switch (*complaint) {
        case Complaint::not_in_time_window:
            if (!is_signed) {
                is_clock_suspect_ = true;
                return Refusal::report;
            }
            if (++resyncs_ > resyncs_most || header.boots == number_most) {
                fail_visit(Reason::auth, "the device does not accept its own boots and time (" +
                                             std::to_string(header.boots) + ", " +
                                             std::to_string(header.time) + ")");
            } else {
                set_clock(header, now);
                then_ = Then::again;
            }
            return Refusal::none;
        case Complaint::unknown_user:
            fail_visit(Reason::auth, "the device knows no user " + user);
            return Refusal::none;
        case Complaint::wrong_digest:
            fail_visit(Reason::auth, "the authentication password or protocol of user " + user +
                                         " is not the device's");
            return Refusal::none;
        case Complaint::decryption:
            fail_visit(Reason::auth,
                       "the device cannot decrypt: the privacy password or protocol "
                       "of user " +
                           user + " is not the device's");
            return Refusal::none;
        case Complaint::unsupported_level:
            fail_visit(Reason::auth, "the device has no keys for user " + user +
                                         " to send messages that are " +
                                         std::string(words_of(sent_.level)));
            return Refusal::none;
        case Complaint::unknown_context:
        case Complaint::unavailable_context:
            // The agent has read and checked the request: it can sign.
            if (!is_signed && sent_.level != SecurityLevel::no_auth) return Refusal::report;
            fail_visit(Reason::auth,
                       "the device has no context '" + credential_.context + "' for user " + user);
            return Refusal::none;
        case Complaint::unknown_security_model:
            fail_visit(Reason::unsupported,
                       "the device does not speak the user-based security "
                       "model of SNMPv3");
            return Refusal::none;
        case Complaint::invalid_message:
        case Complaint::unknown_pdu_handler:
            fail_visit(Reason::unsupported, "the device does not take this request");
            return Refusal::none;
        case Complaint::unknown_engine:
            break;
    }
    return Refusal::report;
}

/// Whatever the Report complains about: it names the engine.
Refusal V3Talk::take_discovery(const V3Header& header, MonoTime now) {
    if (header.engine_id.size() < engine_id_least || header.engine_id.size() > engine_id_most)
        return Refusal::engine_id;
    then_ = Then::again;
    is_discovery_due_ = false;
    hint_ = Clock{header.boots, header.time, now};
    if (header.engine_id == engine_.id) return Refusal::none;
    if (engine_.is_proven && !former_) former_ = std::move(engine_);
    engine_ = KnownEngine{};
    engine_.id.assign(header.engine_id);
    if (!localise(engine_)) {
        engine_ = KnownEngine{};
        fail_visit(Reason::local, "OpenSSL cannot make the keys of this engine");
    }
    return Refusal::none;
}

bool V3Talk::localise(KnownEngine& engine) const {
    if (level_ == SecurityLevel::no_auth) return true;
    const auto auth = localised(crypto_, auth_, auth_password_->key, engine.id);
    if (!auth) return false;
    engine.auth_key = *auth;
    if (level_ != SecurityLevel::auth_priv) return true;
    const auto priv = privacy_key(crypto_, auth_, priv_, priv_password_->key, engine.id);
    if (!priv) return false;
    engine.priv_key = *priv;
    return true;
}

}  // namespace pantau::snmp
