#include "collectors/snmp/codec.hpp"

#include <algorithm>
#include <limits>

#include "collectors/snmp/ber.hpp"

namespace pantau::snmp {
namespace {

// ---- writing -----------------------------------------------------------------------------------

std::size_t size_of(std::uint32_t part) {
    if (part < (1u << 7)) return 1;
    if (part < (1u << 14)) return 2;
    if (part < (1u << 21)) return 3;
    if (part < (1u << 28)) return 4;
    return 5;
}

/// The first two sub-identifiers share a number (X.690 8.19.4).
std::uint32_t first_number(std::span<const std::uint32_t> name) {
    return name[0] * 40 + (name.size() > 1 ? name[1] : 0);
}

std::size_t content_size(std::span<const std::uint32_t> name) {
    if (name.empty()) return 0;
    std::size_t size = size_of(first_number(name));
    for (const std::uint32_t part : name.subspan(std::min<std::size_t>(2, name.size())))
        size += size_of(part);
    return size;
}

}  // namespace

void BerWriter::oid(std::span<const std::uint32_t> name) {
    header(tag_oid, content_size(name));
    if (name.empty()) return;
    part(first_number(name));
    for (const std::uint32_t p : name.subspan(std::min<std::size_t>(2, name.size())))
        part(p);
}

void BerWriter::part(std::uint32_t value) {
    for (std::size_t i = size_of(value) - 1; i > 0; --i)
        byte(((value >> (7 * i)) & 0x7F) | 0x80);
    byte(value & 0x7F);
}

namespace {

// ---- reading -----------------------------------------------------------------------------------

bool read_signed(std::string_view content, std::int64_t& value) {
    if (content.empty() || content.size() > 4) return false;
    std::uint64_t bits = (content.front() & 0x80) != 0 ? ~std::uint64_t{0} : 0;
    for (const char c : content)
        bits = (bits << 8) | static_cast<std::uint8_t>(c);
    value = static_cast<std::int64_t>(bits);
    return true;
}

}  // namespace

bool BerReader::int32(std::int32_t& value) {
    std::string_view content;
    std::int64_t wide = 0;
    if (!expect(tag_integer, content) || !read_signed(content, wide)) return false;
    value = static_cast<std::int32_t>(wide);
    return true;
}

namespace {

/// An unsigned number of at most `most` bytes; a leading zero byte may come on top.
bool read_unsigned(std::string_view content, std::size_t most, std::uint64_t& value) {
    if (content.empty() || content.size() > most + 1) return false;
    if (content.size() == most + 1 && content.front() != 0) return false;
    // An agent that forgot the leading zero byte meant what the bytes say: net-snmp reads it so,
    // too.
    value = 0;
    for (const char c : content)
        value = (value << 8) | static_cast<std::uint8_t>(c);
    return true;
}

bool read_oid(std::string_view content, std::vector<std::uint32_t>& memory,
              std::span<const std::uint32_t>& out) {
    const std::size_t start = memory.size();
    const char* at = content.data();
    const char* const end = at + content.size();
    while (at != end) {
        std::uint64_t part = static_cast<std::uint8_t>(*at++);
        if (part >= 0x80) {
            if (part == 0x80) return false;  // padded
            part &= 0x7F;
            for (;;) {
                if (at == end) return false;
                const auto byte = static_cast<std::uint8_t>(*at++);
                part = (part << 7) | (byte & 0x7Fu);
                if (part > 0xFFFF'FFFFu) return false;
                if (byte < 0x80) break;
            }
        }
        if (memory.size() == start) {
            const std::uint32_t first = part < 40 ? 0 : part < 80 ? 1 : 2;
            memory.push_back(first);
            part -= std::uint64_t{first} * 40;
        }
        memory.push_back(static_cast<std::uint32_t>(part));
        if (memory.size() - start > Oid::max_length) return false;
    }
    out = {memory.data() + start, memory.size() - start};
    return true;
}

bool read_value(std::uint8_t tag, std::string_view content, std::vector<std::uint32_t>& memory,
                Value& value) {
    static constexpr std::array<std::uint32_t, 2> zero_dot_zero{0, 0};
    value.type = static_cast<ValueType>(tag);
    switch (value.type) {
        case ValueType::integer:
            return read_signed(content, value.integer);
        case ValueType::counter32:
        case ValueType::gauge32:
        case ValueType::time_ticks:
        case ValueType::uinteger32:
            return read_unsigned(content, 4, value.natural);
        case ValueType::counter64:
            return read_unsigned(content, 8, value.natural);
        case ValueType::ip_address:
            value.bytes = content;
            return content.size() == 4;
        case ValueType::octets:
        case ValueType::opaque:
        case ValueType::nsap_address:
            value.bytes = content;
            return true;
        case ValueType::oid:
            if (content.empty()) {  // the null identifier, as some agents write it
                value.oid = zero_dot_zero;
                return true;
            }
            return read_oid(content, memory, value.oid);
        case ValueType::null:
        case ValueType::no_such_object:
        case ValueType::no_such_instance:
        case ValueType::end_of_mib_view:
            return content.empty();
    }
    return false;
}

bool read_varbinds(std::string_view list, Message& out) {
    BerReader reader(list);
    while (!reader.at_end()) {
        const char* const start = reader.position();
        std::string_view content;
        std::string_view name;
        std::string_view value;
        std::uint8_t tag = 0;
        Varbind varbind;
        if (!reader.expect(tag_sequence, content)) return false;
        BerReader inner(content);
        if (!inner.expect(tag_oid, name) || name.empty() ||
            !read_oid(name, out.sub_identifiers, varbind.name) || !inner.element(tag, value) ||
            !inner.at_end() || !read_value(tag, value, out.sub_identifiers, varbind.value))
            return false;
        varbind.wire_size = static_cast<std::uint32_t>(reader.position() - start);
        out.varbinds.push_back(varbind);
    }
    return true;
}

bool is_plain_pdu(std::uint8_t tag) {
    return tag >= 0xA0 && tag <= 0xA8 && tag != static_cast<std::uint8_t>(PduType::trap_v1);
}

}  // namespace

std::size_t encoded_size(std::span<const std::uint32_t> name) {
    const std::size_t content = content_size(name);
    return header_size(content) + content;
}

namespace {

std::int32_t repetitions_of(const RequestBody& body) {
    return body.type == PduType::get_bulk ? body.max_repetitions : 0;
}

}  // namespace

PduSize size_of_pdu(std::int32_t request_id, const RequestBody& body) {
    PduSize size;
    for (const Oid& name : body.names)
        size.list += element_size(encoded_size(name.parts()) + 2);
    size.content = 2 + BerWriter::integer_size(request_id) + 3 + 2 +
                   BerWriter::integer_size(repetitions_of(body)) + element_size(size.list);
    return size;
}

void append_pdu(std::int32_t request_id, const RequestBody& body, const PduSize& size,
                BerWriter& writer) {
    writer.header(static_cast<std::uint8_t>(body.type), size.content);
    writer.integer(request_id);
    writer.integer(0);
    writer.integer(repetitions_of(body));
    writer.header(tag_sequence, size.list);
    for (const Oid& name : body.names) {
        writer.header(tag_sequence, encoded_size(name.parts()) + 2);
        writer.oid(name.parts());
        writer.header(static_cast<std::uint8_t>(ValueType::null), 0);
    }
}

bool encode(Version version, std::string_view community, std::int32_t request_id,
            const RequestBody& body, std::string& datagram) {
    const PduSize pdu = size_of_pdu(request_id, body);
    const std::size_t message = 3 + element_size(community.size()) + element_size(pdu.content);
    if (element_size(message) > datagram_most) return false;

    datagram.clear();
    datagram.reserve(element_size(message));
    BerWriter writer(datagram);
    writer.header(tag_sequence, message);
    writer.integer(static_cast<std::int32_t>(version));
    writer.octets(community);
    append_pdu(request_id, body, pdu, writer);
    return true;
}

DecodeResult read_pdu(std::uint8_t tag, std::string_view content, Message& out) {
    out.varbinds.clear();
    out.sub_identifiers.clear();
    // Each byte of a name makes one sub-identifier, its first byte two: never moved while viewed.
    out.sub_identifiers.reserve(2 * content.size());
    out.pdu = static_cast<PduType>(tag);
    if (!is_plain_pdu(tag)) return DecodeResult::other_pdu;
    BerReader fields(content);
    std::string_view list;
    if (!fields.int32(out.request_id) || !fields.int32(out.error_status) ||
        !fields.int32(out.error_index) || !fields.expect(tag_sequence, list) || !fields.at_end())
        return DecodeResult::malformed;
    return read_varbinds(list, out) ? DecodeResult::ok : DecodeResult::malformed;
}

DecodeResult decode(std::string_view datagram, Message& out) {
    BerReader outer(datagram);
    std::string_view content;
    if (!outer.expect(tag_sequence, content) || !outer.at_end()) return DecodeResult::malformed;
    BerReader message(content);
    std::int32_t version = 0;
    if (!message.int32(version)) return DecodeResult::malformed;
    if (version != 0 && version != 1) {
        out.version = Version::v3;
        return DecodeResult::other_version;
    }
    out.version = static_cast<Version>(version);
    std::uint8_t tag = 0;
    std::string_view pdu;
    if (!message.expect(tag_octets, out.community) || !message.element(tag, pdu) ||
        !message.at_end())
        return DecodeResult::malformed;
    return read_pdu(tag, pdu, out);
}

std::optional<std::int32_t> quoted_request_id(std::string_view quoted) {
    // Headers only: the lengths of the outer elements reach behind what is quoted.
    std::size_t at = 0;
    const auto skip_header = [&](auto is_wanted) {
        if (at + 2 > quoted.size() || !is_wanted(static_cast<std::uint8_t>(quoted[at])))
            return false;
        const auto length = static_cast<std::uint8_t>(quoted[at + 1]);
        at += 2 + (length >= 0x80 ? length & 0x7Fu : 0u);
        return at <= quoted.size();
    };
    if (!skip_header([](std::uint8_t tag) { return tag == tag_sequence; })) return std::nullopt;
    std::string_view content;
    BerReader inside(quoted.substr(at));
    std::int32_t number = 0;
    if (!inside.int32(number)) return std::nullopt;
    const bool is_v3 = number == static_cast<std::int32_t>(Version::v3);
    if (!is_v3 && !inside.expect(tag_octets, content)) return std::nullopt;
    at = static_cast<std::size_t>(inside.position() - quoted.data());
    if (is_v3) {  // msgID is the first number of msgGlobalData
        if (!skip_header([](std::uint8_t tag) { return tag == tag_sequence; })) return std::nullopt;
        BerReader global(quoted.substr(at));
        if (!global.int32(number)) return std::nullopt;
        return number;
    }
    if (!skip_header(is_plain_pdu)) return std::nullopt;
    BerReader pdu(quoted.substr(at));
    if (!pdu.int32(number)) return std::nullopt;
    return number;
}

}  // namespace pantau::snmp
