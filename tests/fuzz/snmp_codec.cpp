#include "collectors/snmp/codec.hpp"

#include <algorithm>
#include <vector>

#include "fakes/ber.hpp"
#include "fuzz/target.hpp"

namespace pantau::fuzz {
namespace {

namespace ber = fakes::ber;
using namespace snmp;

bool lies_in(std::string_view part, std::string_view whole) {
    return part.empty() || (part.data() >= whole.data() &&
                            part.data() + part.size() <= whole.data() + whole.size());
}

bool is_number32(ValueType type) {
    return type == ValueType::counter32 || type == ValueType::gauge32 ||
           type == ValueType::time_ticks || type == ValueType::uinteger32;
}

void value_fits(const Value& value, std::string_view datagram) {
    PROMISE(lies_in(value.bytes, datagram));
    PROMISE(value.oid.size() <= Oid::max_length);
    if (value.type == ValueType::ip_address) PROMISE(value.bytes.size() == 4);
    if (value.type == ValueType::integer)
        PROMISE(value.integer >= INT32_MIN && value.integer <= INT32_MAX);
    if (is_number32(value.type)) PROMISE(value.natural <= UINT32_MAX);
    if (value.type == ValueType::oid) PROMISE(!value.oid.empty());
}

ber::ObjectId id_of(std::span<const std::uint32_t> parts) {
    return {parts.begin(), parts.end()};
}

ber::Value plain_value(const Value& value) {
    const auto tag = static_cast<ber::Tag>(value.type);
    switch (value.type) {
        case ValueType::integer:
            return {tag, value.integer};
        case ValueType::oid:
            return {tag, id_of(value.oid)};
        case ValueType::null:
        case ValueType::no_such_object:
        case ValueType::no_such_instance:
        case ValueType::end_of_mib_view:
            return ber::Value::exception(tag);
        case ValueType::octets:
        case ValueType::opaque:
        case ValueType::nsap_address:
        case ValueType::ip_address:
            return {tag, std::string(value.bytes)};
        default:
            return {tag, value.natural};
    }
}

/// The message in the words of the tests' own codec.
ber::Message plain_message(const Message& message) {
    ber::Message plain;
    plain.version = static_cast<ber::Version>(message.version);
    plain.community = std::string(message.community);
    plain.pdu = static_cast<ber::Tag>(message.pdu);
    plain.request_id = message.request_id;
    plain.error_status = message.error_status;
    plain.error_index = message.error_index;
    for (const Varbind& varbind : message.varbinds)
        plain.varbinds.push_back({id_of(varbind.name), plain_value(varbind.value)});
    return plain;
}

/// Written by the other codec and read by ours, it is the same message.
void survives_rewriting(const Message& message) {
    const ber::Message before = plain_message(message);
    const std::string written = ber::encode(before);
    Message again;
    PROMISE_ABOUT(decode(written, again) == DecodeResult::ok, ber::to_hex(written));
    PROMISE_ABOUT(plain_message(again) == before, ber::to_hex(written));
}

/// A request for the same names is read as what was meant, also when an ICMP error cuts it.
void can_be_asked(const Message& message) {
    std::vector<Oid> names;
    for (const Varbind& varbind : message.varbinds)
        names.emplace_back(varbind.name);
    const RequestBody body{PduType::get_bulk, 17, names};
    std::string datagram;
    if (!encode(message.version, message.community, message.request_id, body, datagram)) return;
    Message read;
    PROMISE(decode(datagram, read) == DecodeResult::ok);
    PROMISE(read.community == message.community && read.request_id == message.request_id);
    PROMISE(read.error_index == 17 && read.varbinds.size() == names.size());
    for (std::size_t i = 0; i < names.size(); ++i)
        PROMISE(std::ranges::equal(read.varbinds[i].name, names[i].parts()));
    const auto quoted =
        quoted_request_id(std::string_view(datagram).substr(0, 40 + message.community.size()));
    PROMISE(quoted == message.request_id);
}

}  // namespace

void snmp_codec(std::string_view bytes) {
    static_cast<void>(quoted_request_id(bytes));
    Message message;
    const DecodeResult result = decode(bytes, message);
    if (const auto strict = ber::decode(bytes)) {
        // What a strict reader takes we take, and read the same.
        const bool is_known = std::ranges::none_of(
            strict.message->varbinds,
            [](const ber::Varbind& each) { return each.name.size() > Oid::max_length; });
        if (is_known && result != DecodeResult::other_pdu) {
            PROMISE(result == DecodeResult::ok);
            PROMISE(plain_message(message) == *strict.message);
        }
    }
    if (result != DecodeResult::ok) return;
    PROMISE(lies_in(message.community, bytes));
    std::size_t size = 0;
    for (const Varbind& varbind : message.varbinds) {
        PROMISE(!varbind.name.empty() && varbind.name.size() <= Oid::max_length);
        value_fits(varbind.value, bytes);
        size += varbind.wire_size;
    }
    PROMISE(size <= bytes.size());
    survives_rewriting(message);
    can_be_asked(message);
}

}  // namespace pantau::fuzz
