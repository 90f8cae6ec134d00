#include "collectors/snmp/v3_message.hpp"

#include "collectors/snmp/ber.hpp"

namespace pantau::snmp {
namespace {

constexpr std::int32_t reportable = 4;
/// RFC 3412 6: nobody may promise to take less.
constexpr std::int32_t message_size_least = 484;
/// Octets of an engine id (RFC 3411 5) and of a user's name (RFC 3414 2.4).
constexpr std::size_t name_octets_most = 32;

bool read_natural(BerReader& reader, std::int32_t& value) {
    return reader.int32(value) && value >= 0;
}

bool read_global(std::string_view content, V3Header& out) {
    BerReader reader(content);
    std::int32_t size = 0;
    std::string_view flags;
    if (!read_natural(reader, out.msg_id) || !reader.int32(size) || size < message_size_least ||
        !reader.expect(tag_octets, flags) || flags.size() != 1 ||
        !reader.int32(out.security_model) || !reader.at_end())
        return false;
    const auto level = static_cast<unsigned char>(flags[0]) & 3u;
    out.level = static_cast<SecurityLevel>(level);
    return level != 2;  // encrypted and not signed: RFC 3412 7.2 5d
}

bool read_security(std::string_view parameters, V3Header& out) {
    BerReader outer(parameters);
    std::string_view content;
    if (!outer.expect(tag_sequence, content) || !outer.at_end()) return false;
    BerReader reader(content);
    return reader.expect(tag_octets, out.engine_id) && out.engine_id.size() <= name_octets_most &&
           read_natural(reader, out.boots) && read_natural(reader, out.time) &&
           reader.expect(tag_octets, out.user) && out.user.size() <= name_octets_most &&
           reader.expect(tag_octets, out.mac) && reader.expect(tag_octets, out.salt) &&
           reader.at_end();
}

}  // namespace

DecodeResult read_v3(std::string_view datagram, V3Header& out) {
    BerReader outer(datagram);
    std::string_view content;
    std::int32_t version = 0;
    if (!outer.expect(tag_sequence, content) || !outer.at_end()) return DecodeResult::malformed;
    BerReader message(content);
    if (!message.int32(version)) return DecodeResult::malformed;
    if (version != static_cast<std::int32_t>(Version::v3)) return DecodeResult::other_version;
    std::string_view global;
    std::string_view parameters;
    if (!message.expect(tag_sequence, global) || !read_global(global, out) ||
        !message.expect(tag_octets, parameters))
        return DecodeResult::malformed;
    if (out.security_model == user_based && !read_security(parameters, out))
        return DecodeResult::malformed;
    const char* const start = message.position();
    const bool is_encrypted = out.level == SecurityLevel::auth_priv;
    std::string_view data;
    if (!message.expect(is_encrypted ? tag_octets : tag_sequence, data) || !message.at_end())
        return DecodeResult::malformed;
    out.data = is_encrypted
                   ? data
                   : std::string_view(start, static_cast<std::size_t>(message.position() - start));
    return DecodeResult::ok;
}

DecodeResult read_scoped_pdu(std::string_view bytes, std::size_t padding_most, Scope& scope,
                             Message& out) {
    BerReader outer(bytes);
    std::string_view content;
    if (!outer.expect(tag_sequence, content)) return DecodeResult::malformed;
    const auto left = static_cast<std::size_t>(bytes.data() + bytes.size() - outer.position());
    if (left > padding_most) return DecodeResult::malformed;
    BerReader reader(content);
    std::uint8_t tag = 0;
    std::string_view pdu;
    if (!reader.expect(tag_octets, scope.engine_id) || !reader.expect(tag_octets, scope.context) ||
        !reader.element(tag, pdu) || !reader.at_end())
        return DecodeResult::malformed;
    out.version = Version::v3;
    out.community = {};
    return read_pdu(tag, pdu, out);
}

void write_scoped_pdu(const Scope& scope, std::int32_t request_id, const RequestBody& body,
                      std::string& bytes) {
    const PduSize pdu = size_of_pdu(request_id, body);
    const std::size_t content = element_size(scope.engine_id.size()) +
                                element_size(scope.context.size()) + element_size(pdu.content);
    bytes.clear();
    BerWriter writer(bytes);
    writer.header(tag_sequence, content);
    writer.octets(scope.engine_id);
    writer.octets(scope.context);
    append_pdu(request_id, body, pdu, writer);
}

bool write_v3(const V3Frame& frame, std::string& datagram, std::size_t& mac_at) {
    const V3Header& header = frame.header;
    const bool is_encrypted = header.level == SecurityLevel::auth_priv;
    const auto message_size = static_cast<std::int32_t>(datagram_most);
    const auto integer = [](std::int32_t value) { return 2 + BerWriter::integer_size(value); };
    const std::size_t global =
        integer(header.msg_id) + integer(message_size) + 3 + integer(user_based);
    const std::size_t security = element_size(header.engine_id.size()) + integer(header.boots) +
                                 integer(header.time) + element_size(header.user.size()) +
                                 element_size(frame.mac_octets) + element_size(header.salt.size());
    const std::size_t data = is_encrypted ? element_size(header.data.size()) : header.data.size();
    const std::size_t content =
        3 + element_size(global) + element_size(element_size(security)) + data;
    if (element_size(content) > datagram_most) return false;

    datagram.clear();
    datagram.reserve(element_size(content));
    BerWriter writer(datagram);
    writer.header(tag_sequence, content);
    writer.integer(static_cast<std::int32_t>(Version::v3));
    writer.header(tag_sequence, global);
    writer.integer(header.msg_id);
    writer.integer(message_size);
    const char flags = static_cast<char>(static_cast<int>(header.level) | reportable);
    writer.octets({&flags, 1});
    writer.integer(user_based);
    writer.header(tag_octets, element_size(security));
    writer.header(tag_sequence, security);
    writer.octets(header.engine_id);
    writer.integer(header.boots);
    writer.integer(header.time);
    writer.octets(header.user);
    writer.header(tag_octets, frame.mac_octets);
    mac_at = datagram.size();
    datagram.append(frame.mac_octets, '\0');
    writer.octets(header.salt);
    if (is_encrypted) {
        writer.octets(header.data);
    } else {
        datagram.append(header.data);
    }
    return true;
}

}  // namespace pantau::snmp
