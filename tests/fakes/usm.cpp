#include "fakes/usm.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <vector>

namespace pantau::fakes::usm {
namespace {

constexpr std::size_t mac_size = 24;

std::string sha256(const std::string& bytes) {
    unsigned char out[SHA256_DIGEST_LENGTH];
    SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), out);
    return {reinterpret_cast<char*>(out), sizeof out};
}

std::string mac_of(const std::string& key, const std::string& message) {
    unsigned char out[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
         reinterpret_cast<const unsigned char*>(message.data()), message.size(), out, &size);
    return {reinterpret_cast<char*>(out), mac_size};
}

std::string big_endian(std::uint64_t value, int octets) {
    std::string text;
    for (int i = octets - 1; i >= 0; --i)
        text.push_back(static_cast<char>(value >> (8 * i)));
    return text;
}

std::string cipher(const Message& message, const Keys& keys, const std::string& in, int encrypts) {
    const std::string iv = big_endian(static_cast<std::uint64_t>(message.boots), 4) +
                           big_endian(static_cast<std::uint64_t>(message.time), 4) + message.salt;
    const std::string key = keys.priv.substr(0, 16);
    if (iv.size() != 16 || key.size() != 16) return in;
    std::string out(in.size(), '\0');
    const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(
        EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
    int size = 0;
    const auto bytes = [](const std::string& text) {
        return reinterpret_cast<const unsigned char*>(text.data());
    };
    EVP_CipherInit_ex(context.get(), EVP_aes_128_cfb128(), nullptr, bytes(key), bytes(iv),
                      encrypts);
    EVP_CipherUpdate(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size, bytes(in),
                     static_cast<int>(in.size()));
    return out;
}

std::string octets(std::string_view text) {
    return ber::wrap(ber::Tag::octets, text);
}

/// Takes one element after the other; a missing or other one spoils the rest.
struct Elements {
    std::string_view left;
    bool is_good = true;

    std::string_view take(ber::Tag tag) {
        const auto element = ber::first_element(left);
        if (!is_good || !element || element->tag != tag) {
            is_good = false;
            return {};
        }
        left.remove_prefix(element->size);
        return element->content;
    }
    std::string text() { return std::string(take(ber::Tag::octets)); }
    std::int64_t number() {
        const std::string_view content = take(ber::Tag::integer);
        std::int64_t value = 0;
        for (const char c : content)
            value = value << 8 | static_cast<unsigned char>(c);
        return value;
    }
};

bool read_scoped(std::string_view bytes, Message& out) {
    Elements outer{bytes};
    Elements scoped{outer.take(ber::Tag::sequence)};
    if (!outer.is_good || !outer.left.empty()) return false;
    out.context_engine = scoped.text();
    out.context = scoped.text();
    if (!scoped.is_good) return false;
    const std::string community = ber::encode_integer(1) + octets("-");
    const auto pdu =
        ber::decode(ber::wrap(ber::Tag::sequence, community + std::string(scoped.left)));
    if (!pdu) return false;
    out.pdu = *pdu.message;
    return true;
}

}  // namespace

std::string localised_key(std::string_view password, std::string_view engine_id) {
    thread_local std::map<std::string, std::string, std::less<>> keys;
    std::string& key = keys[std::string(password)];
    if (key.empty()) {
        std::string million;
        while (million.size() < 1'048'576)
            million += password;
        million.resize(1'048'576);
        key = sha256(million);
    }
    return sha256(key + std::string(engine_id) + key);
}

std::string encode(const Message& message, const Keys& keys) {
    ber::Message pdu = message.pdu;
    pdu.version = ber::Version::v2c;
    pdu.community = "-";
    const std::string plain_message = ber::encode(pdu);
    Elements inside{ber::first_element(plain_message)->content};
    inside.number();
    inside.text();
    const std::string scoped =
        ber::wrap(ber::Tag::sequence, octets(message.context_engine) + octets(message.context) +
                                          std::string(inside.left));
    const bool is_encrypted = (message.flags & 2) != 0;
    const bool is_signed = (message.flags & 1) != 0;
    const std::string data = is_encrypted ? octets(cipher(message, keys, scoped, 1)) : scoped;
    const auto whole = [&](const std::string& mac) {
        const std::string security =
            ber::wrap(ber::Tag::sequence,
                      octets(message.engine_id) + ber::encode_integer(message.boots) +
                          ber::encode_integer(message.time) + octets(message.user) + octets(mac) +
                          octets(message.forged_salt.empty() ? message.salt : message.forged_salt));
        const std::string global =
            ber::wrap(ber::Tag::sequence,
                      ber::encode_integer(message.msg_id) + ber::encode_integer(message.size_most) +
                          octets(std::string(1, static_cast<char>(message.flags))) +
                          ber::encode_integer(message.model));
        return ber::wrap(ber::Tag::sequence,
                         ber::encode_integer(3) + global + octets(security) + data);
    };
    if (!is_signed || !message.forged_mac.empty()) return whole(message.forged_mac);
    return whole(mac_of(keys.auth, whole(std::string(mac_size, '\0'))));
}

Read decode(const std::string& datagram, const Keys& keys, Message& out) {
    Elements outer{datagram};
    Elements message{outer.take(ber::Tag::sequence)};
    if (message.number() != 3 || !outer.left.empty()) return Read::malformed;
    Elements global{message.take(ber::Tag::sequence)};
    const std::string_view parameters = message.take(ber::Tag::octets);
    Elements wrapping{parameters};
    Elements security{wrapping.take(ber::Tag::sequence)};
    out.msg_id = global.number();
    out.size_most = global.number();
    const std::string flags = global.text();
    out.model = global.number();
    out.engine_id = security.text();
    out.boots = security.number();
    out.time = security.number();
    out.user = security.text();
    const std::string_view mac = security.take(ber::Tag::octets);
    out.salt = security.text();
    if (!message.is_good || !global.is_good || !security.is_good || flags.size() != 1)
        return Read::malformed;
    out.flags = flags[0];
    out.is_mac_right = false;
    std::string data(message.left);
    if ((out.flags & 1) != 0) {
        std::string zeroed = datagram;
        zeroed.replace(static_cast<std::size_t>(mac.data() - datagram.data()), mac.size(),
                       std::string(mac.size(), '\0'));
        if (mac.size() != mac_size || mac_of(keys.auth, zeroed) != mac) return Read::wrong_mac;
        out.is_mac_right = true;
    }
    if ((out.flags & 2) != 0) data = cipher(out, keys, message.text(), 0);
    if (read_scoped(data, out)) return Read::ok;
    return (out.flags & 2) != 0 ? Read::undecipherable : Read::malformed;
}

Agent::Agent(std::string engine_id, Answer answer)
    : engine_id_(std::move(engine_id)), answer_(std::move(answer)) {
    set_passwords(auth_password_, priv_password_);
}

void Agent::set_engine(const std::string& id) {
    engine_id_ = id;
    set_passwords(auth_password_, priv_password_);
}

void Agent::set_passwords(const std::string& auth, const std::string& priv) {
    auth_password_ = auth;
    priv_password_ = priv;
    keys_ = {localised_key(auth, engine_id_), localised_key(priv, engine_id_)};
}

Message Agent::report(const char* counter, int flags) const {
    Message report;
    report.msg_id = request_.msg_id;
    report.flags = flags;
    report.engine_id = engine_id_;
    report.boots = boots;
    report.time = time;
    report.user = request_.user;
    report.context_engine = engine_id_;
    report.pdu.pdu = ber::Tag::report;
    report.pdu.request_id = (request_.flags & 2) != 0 ? 0 : request_.pdu.request_id;
    report.pdu.varbinds = {{ber::oid(counter), ber::Value::counter32(1)}};
    return report;
}

std::optional<Message> Agent::answer_to(Read read) {
    const int level = request_.flags & 3;
    if (request_.engine_id != engine_id_) return report(unknown_engines, no_auth);
    if (request_.user != user) return report(unknown_users, no_auth);
    if (read == Read::wrong_mac) return report(wrong_digests, no_auth);
    const std::int64_t behind = time - request_.time;
    const bool is_in_time = request_.boots == boots && behind <= 150 && behind >= -150;
    if (level != no_auth && checks_time && !is_in_time)
        return report(not_in_time_windows, signs_time_reports ? signed_alone : no_auth);
    if (read != Read::ok) return std::nullopt;  // as net-snmp: it cannot be decrypted
    if (request_.context != context) return report(unknown_contexts, level);
    const auto pdu = answer_(request_.pdu);
    if (!pdu) return std::nullopt;
    Message reply = request_;
    reply.flags = level;
    reply.boots = boots;
    reply.time = time;
    reply.pdu = *pdu;
    return reply;
}

std::optional<std::string> Agent::handle(const std::string& datagram) {
    const Read read = decode(datagram, keys_, request_);
    const bool is_discovery = request_.engine_id.empty();
    (is_discovery ? discoveries : requests) += 1;
    if (read == Read::malformed || is_deaf) return std::nullopt;
    if (is_deaf_to_encrypted && (request_.flags & 2) != 0) return std::nullopt;
    auto reply = answer_to(read);
    if (!reply) return std::nullopt;
    if (reply->pdu.pdu == ber::Tag::report && !is_discovery) ++reports;
    if (is_discovery && !tells_clock_at_discovery) reply->boots = reply->time = 0;
    reply->salt = (reply->flags & 2) != 0 ? big_endian(salt_++, 8) : std::string();
    reply_ = *reply;
    return encode(reply_, keys_);
}

}  // namespace pantau::fakes::usm
