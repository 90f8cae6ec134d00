#include "tests/fakes/netsnmp_codec.hpp"

// clang-format off
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
// clang-format on

#include <array>
#include <memory>
#include <vector>

namespace pantau::fakes::netsnmp {
namespace {

struct FreePdu {
    void operator()(netsnmp_pdu* pdu) const { ::snmp_free_pdu(pdu); }
};
using Pdu = std::unique_ptr<netsnmp_pdu, FreePdu>;

struct Parsed {
    Pdu pdu;
    std::string community;
    long version = 0;
};

/// As snmp_parse does for v1 and v2c, without a session.
std::optional<Parsed> parse(std::string_view datagram) {
    std::vector<u_char> bytes(datagram.begin(), datagram.end());
    // The library's parsers look at the byte behind the end of what they are given.
    bytes.push_back(0);
    std::size_t left = datagram.size();
    std::array<u_char, 1500> community{};
    std::size_t community_size = community.size();
    Parsed parsed;
    u_char* rest = ::snmp_comstr_parse(bytes.data(), &left, community.data(), &community_size,
                                       &parsed.version);
    if (rest == nullptr) return std::nullopt;
    if (parsed.version != SNMP_VERSION_1 && parsed.version != SNMP_VERSION_2c) return std::nullopt;
    parsed.community.assign(community.begin(),
                            community.begin() + static_cast<std::ptrdiff_t>(community_size));
    parsed.pdu.reset(::snmp_pdu_create(0));
    parsed.pdu->version = parsed.version;
    if (::snmp_pdu_parse(parsed.pdu.get(), rest, &left) != 0) return std::nullopt;
    return parsed;
}

ber::ObjectId to_oid(const oid* numbers, std::size_t count) {
    ber::ObjectId id;
    for (std::size_t i = 0; i < count; ++i)
        id.push_back(static_cast<std::uint32_t>(numbers[i]));
    return id;
}

ber::Value to_value(const netsnmp_variable_list& variable) {
    const auto bytes = [&] {
        return std::string(reinterpret_cast<const char*>(variable.val.string), variable.val_len);
    };
    const auto natural = [&] {
        return std::uint64_t{static_cast<std::uint32_t>(*variable.val.integer)};
    };
    const auto tag = static_cast<ber::Tag>(variable.type);
    switch (variable.type) {
        case ASN_INTEGER:
            return ber::Value::integer(*variable.val.integer);
        case ASN_COUNTER:
        case ASN_GAUGE:
        case ASN_TIMETICKS:
        case ASN_UINTEGER:
            return {tag, natural()};
        case ASN_COUNTER64:
            return {tag, (std::uint64_t{variable.val.counter64->high} << 32) |
                             (variable.val.counter64->low & 0xFFFFFFFF)};
        case ASN_OBJECT_ID:
            return ber::Value::oid(to_oid(variable.val.objid, variable.val_len / sizeof(oid)));
        case ASN_OCTET_STR:
        case ASN_IPADDRESS:
        case ASN_OPAQUE:
        case ASN_NSAP:
            return {tag, bytes()};
        default:
            return {tag, std::monostate{}};
    }
}

/// Appends a value as the library wants it: numbers as long, identifiers as its wide oid.
bool add(netsnmp_pdu* pdu, const ber::Varbind& varbind) {
    const std::vector<oid> name(varbind.name.begin(), varbind.name.end());
    const auto type = static_cast<u_char>(varbind.value.tag);
    const auto put = [&](const void* data, std::size_t size) {
        return ::snmp_pdu_add_variable(pdu, name.data(), name.size(), type, data, size) != nullptr;
    };
    const auto& content = varbind.value.content;
    if (const auto* number = std::get_if<std::int64_t>(&content)) {
        const long value = static_cast<long>(*number);
        return put(&value, sizeof value);
    }
    if (const auto* number = std::get_if<std::uint64_t>(&content)) {
        if (varbind.value.tag == ber::Tag::counter64) {
            counter64 value{};
            value.high = static_cast<u_long>(*number >> 32);
            value.low = static_cast<u_long>(*number & 0xFFFFFFFF);
            return put(&value, sizeof value);
        }
        const u_long value = static_cast<u_long>(*number);
        return put(&value, sizeof value);
    }
    if (const auto* bytes = std::get_if<std::string>(&content))
        return put(bytes->data(), bytes->size());
    if (const auto* id = std::get_if<ber::ObjectId>(&content)) {
        const std::vector<oid> value(id->begin(), id->end());
        return put(value.data(), value.size() * sizeof(oid));
    }
    return put(nullptr, 0);
}

}  // namespace

std::optional<ber::Message> decode(std::string_view datagram) {
    const auto parsed = parse(datagram);
    if (!parsed) return std::nullopt;
    ber::Message message;
    message.version = static_cast<ber::Version>(parsed->version);
    message.community = parsed->community;
    message.pdu = static_cast<ber::Tag>(parsed->pdu->command);
    message.request_id = static_cast<std::int32_t>(parsed->pdu->reqid);
    message.error_status = static_cast<std::int32_t>(parsed->pdu->errstat);
    message.error_index = static_cast<std::int32_t>(parsed->pdu->errindex);
    for (const auto* at = parsed->pdu->variables; at != nullptr; at = at->next_variable)
        message.varbinds.push_back({to_oid(at->name, at->name_length), to_value(*at)});
    return message;
}

std::size_t decode_only(std::string_view datagram) {
    const auto parsed = parse(datagram);
    std::size_t count = 0;
    if (!parsed) return count;
    for (const auto* at = parsed->pdu->variables; at != nullptr; at = at->next_variable)
        ++count;
    return count;
}

std::string encode(const ber::Message& message) {
    const Pdu pdu(::snmp_pdu_create(static_cast<int>(message.pdu)));
    pdu->version = static_cast<long>(message.version);
    pdu->reqid = message.request_id;
    pdu->errstat = message.error_status;
    pdu->errindex = message.error_index;
    for (const ber::Varbind& varbind : message.varbinds)
        if (!add(pdu.get(), varbind)) return {};
    // Built from the end of the buffer to its front.
    std::size_t size = 65'535;
    auto* buffer = static_cast<u_char*>(std::malloc(size));
    std::size_t used = 0;
    const int built = ::snmp_pdu_realloc_rbuild(&buffer, &size, &used, pdu.get());
    std::string body;
    if (built != 0) body.assign(reinterpret_cast<const char*>(buffer) + size - used, used);
    std::free(buffer);
    if (body.empty()) return {};
    std::array<u_char, 2048> head{};
    std::size_t community_size = message.community.size();
    long version = static_cast<long>(message.version);
    std::size_t room = head.size();
    const u_char* end = ::snmp_comstr_build(
        head.data(), &room, reinterpret_cast<u_char*>(const_cast<char*>(message.community.data())),
        &community_size, &version, body.size());
    if (end == nullptr) return {};
    return std::string(reinterpret_cast<const char*>(head.data()),
                       static_cast<std::size_t>(end - head.data())) +
           body;
}

}  // namespace pantau::fakes::netsnmp
