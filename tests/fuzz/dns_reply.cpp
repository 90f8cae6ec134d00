#include <algorithm>

#include "collectors/citizen/dns_message.hpp"
#include "collectors/citizen/settings.hpp"
#include "fuzz/target.hpp"

namespace pantau::fuzz {
namespace {

using namespace citizen;
using Kind = NameAnswer::Kind;

void reply_to(std::span<const std::uint8_t> bytes, const DnsQuery& query) {
    const auto reply = decode(bytes, query);
    if (!reply) return;
    // The question came back: nobody else's answer is taken.
    PROMISE(bytes.size() >= encode(query).size() - query.name.size());
    PROMISE((bytes[2] & 0x80) != 0);
    const auto& addresses = reply->answer.addresses;
    PROMISE(addresses.size() <= 16);
    PROMISE(reply->is_truncated || (reply->answer.kind == Kind::addresses) == !addresses.empty());
    PROMISE(!reply->is_truncated || addresses.empty());
    for (const std::string& address : addresses) {
        PROMISE(is_numeric(address));
        PROMISE((address.find(':') != std::string::npos) == query.is_v6);
    }
}

}  // namespace

/// A reply to the one question with the number it claims, so that its records are read.
void dns_reply(std::string_view bytes) {
    const std::vector<std::uint8_t> copy(bytes.begin(), bytes.end());
    DnsQuery query{0, "check.example", false};
    if (copy.size() >= 2) query.id = static_cast<std::uint16_t>(copy[0] << 8 | copy[1]);
    reply_to(copy, query);
    query.is_v6 = true;
    reply_to(copy, query);
    query.id ^= 1;
    PROMISE(!decode(copy, query));
}

}  // namespace pantau::fuzz
