#include <array>
#include <memory>
#include <string>

#include "collectors/snmp/v3_message.hpp"
#include "collectors/snmp/v3_talk.hpp"
#include "fuzz/target.hpp"

namespace pantau::fuzz {
namespace {

using namespace snmp;

bool lies_in(std::string_view part, std::string_view whole) {
    return part.empty() || (part.data() >= whole.data() &&
                            part.data() + part.size() <= whole.data() + whole.size());
}

/// A header that was read can be written, and is then read the same.
void survives_rewriting(const V3Header& header) {
    V3Frame frame{header, header.mac.size()};
    std::string written;
    std::size_t mac_at = 0;
    if (!write_v3(frame, written, mac_at)) return;
    PROMISE(mac_at + header.mac.size() <= written.size());
    V3Header again;
    PROMISE(read_v3(written, again) == DecodeResult::ok);
    PROMISE(again.msg_id == header.msg_id && again.level == header.level);
    PROMISE(again.engine_id == header.engine_id && again.user == header.user);
    PROMISE(again.boots == header.boots && again.time == header.time);
    PROMISE(again.salt == header.salt && again.data == header.data);
    PROMISE(again.mac == std::string(header.mac.size(), '\0'));
}

void check_header(const V3Header& header, std::string_view bytes) {
    PROMISE(header.msg_id >= 0);
    PROMISE(lies_in(header.data, bytes) && !header.data.empty());
    if (header.security_model == user_based) {
        PROMISE(header.boots >= 0 && header.time >= 0);
        PROMISE(header.engine_id.size() <= 32 && header.user.size() <= 32);
        PROMISE(lies_in(header.engine_id, bytes) && lies_in(header.user, bytes));
        PROMISE(lies_in(header.mac, bytes) && lies_in(header.salt, bytes));
        survives_rewriting(header);
    }
    Scope scope;
    Message message;
    if (header.level == SecurityLevel::auth_priv ||
        read_scoped_pdu(header.data, 7, scope, message) != DecodeResult::ok)
        return;
    PROMISE(lies_in(scope.engine_id, bytes) && lies_in(scope.context, bytes));
    for (const Varbind& varbind : message.varbinds)
        PROMISE(!varbind.name.empty() && varbind.name.size() <= Oid::max_length);
}

Credential credential(SecurityLevel level) {
    Credential made;
    made.name = "city";
    made.version = Credential::Version::v3;
    made.user = "noc";
    if (level != SecurityLevel::no_auth) {
        made.auth_protocol = "SHA-256";
        made.auth_password = Secret("the-auth-password");
    }
    if (level == SecurityLevel::auth_priv) {
        made.priv_protocol = "AES-128";
        made.priv_password = Secret("the-priv-password");
    }
    return made;
}

/// A visit to a device whose every answer is a foreign message. Whoever has no key is not believed.
void talk(SecurityLevel level, std::string_view script) {
    static UsmCrypto crypto(17);
    static PasswordKeys keys;
    static const std::array<Credential, 2> credentials{credential(SecurityLevel::no_auth),
                                                       credential(SecurityLevel::auth_priv)};
    const Credential& own = credentials[level == SecurityLevel::no_auth ? 0 : 1];
    // The password's key takes a million octets of hashing: made once, kept by this talk.
    static V3Talk keeper(credentials[1], crypto, keys, 1);
    V3Talk talk(own, crypto, keys, 4711);
    PROMISE(!talk.fault().has_value());
    talk.begin_visit(false);
    const Oid name{1, 3, 6, 1, 2, 1, 1, 3, 0};
    const RequestBody body{PduType::get, 0, {&name, 1}};
    MonoTime now{std::chrono::hours(1)};
    Feed feed(script);
    for (int turn = 0; turn < 8 && !feed.empty(); ++turn) {
        now += std::chrono::seconds(feed.byte());
        std::string datagram;
        const auto encoded = talk.encode(turn, body, now, datagram);
        PROMISE_ABOUT(encoded.has_value(), encoded.error().detail);
        V3Header sent;
        PROMISE(read_v3(datagram, sent) == DecodeResult::ok && sent.msg_id == turn);
        const std::string_view reply = feed.piece();
        V3Header header;
        Message message;
        if (read_v3(reply, header) != DecodeResult::ok ||
            talk.decode(header, reply, now, message) != Refusal::none) {
            talk.on_silence();
            continue;
        }
        if (level != SecurityLevel::no_auth) PROMISE(talk.then() != V3Talk::Then::deliver);
        if (talk.then() == V3Talk::Then::fail)
            PROMISE_ABOUT(is_plain(talk.refusal().detail), talk.refusal().detail);
        for (const EngineEvent& event : talk.take_events())
            static_cast<void>(event);
    }
    PROMISE_ABOUT(is_plain(talk.silence_words()), talk.silence_words());
}

}  // namespace

/// The first byte says what it is: one message, or the answers of a device under one of two
/// credentials, each as seconds that pass, a length and the message.
void snmp_v3(std::string_view bytes) {
    Feed feed(bytes);
    const std::uint8_t kind = feed.byte() % 3;
    const std::string_view rest = feed.rest();
    if (kind == 1) return talk(SecurityLevel::no_auth, rest);
    if (kind == 2) return talk(SecurityLevel::auth_priv, rest);
    V3Header header;
    if (read_v3(rest, header) == DecodeResult::ok) check_header(header, rest);
}

}  // namespace pantau::fuzz
