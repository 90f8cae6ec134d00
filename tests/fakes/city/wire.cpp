#include "tests/fakes/city/wire.hpp"

namespace pantau::city::wire {

namespace {

/// One element off the front of `rest`; false when it does not fit.
bool take(std::string_view& rest, std::uint8_t& tag, std::string_view& content) noexcept {
    if (rest.size() < 2) return false;
    tag = static_cast<std::uint8_t>(rest[0]);
    std::size_t head = 2;
    std::size_t length = static_cast<std::uint8_t>(rest[1]);
    if (length >= 0x80) {
        const std::size_t count = length & 0x7F;
        if (count == 0 || count > 4 || rest.size() < 2 + count) return false;
        length = 0;
        for (std::size_t i = 0; i < count; ++i)
            length = (length << 8) | static_cast<std::uint8_t>(rest[2 + i]);
        head += count;
    }
    if (length > rest.size() - head) return false;
    content = rest.substr(head, length);
    rest.remove_prefix(head + length);
    return true;
}

bool take(std::string_view& rest, Tag wanted, std::string_view& content) noexcept {
    std::uint8_t tag = 0;
    return take(rest, tag, content) && tag == wanted;
}

bool take_integer(std::string_view& rest, std::int32_t& number) noexcept {
    std::string_view content;
    if (!take(rest, integer, content) || content.empty() || content.size() > 4) return false;
    std::uint32_t bits = (static_cast<std::uint8_t>(content[0]) & 0x80U) != 0 ? ~0U : 0U;
    for (const char c : content)
        bits = (bits << 8) | static_cast<std::uint8_t>(c);
    number = static_cast<std::int32_t>(bits);
    return true;
}

bool parse_names(Request& request) noexcept {
    std::string_view rest = request.list;
    request.name_count = 0;
    request.has_too_many_names = false;
    while (!rest.empty()) {
        std::string_view item;
        std::string_view name;
        std::string_view value;
        std::uint8_t value_tag = 0;
        if (!take(rest, sequence, item) || !take(item, oid, name) ||
            !take(item, value_tag, value) || !item.empty() || name.empty())
            return false;
        if (request.name_count == names_max) {
            request.has_too_many_names = true;
            return true;
        }
        request.names[request.name_count++] = name;
    }
    return true;
}

}  // namespace

bool parse(std::string_view datagram, Request& request) noexcept {
    std::string_view message;
    std::string_view pdu;
    if (!take(datagram, sequence, message) || !datagram.empty()) return false;
    if (!take_integer(message, request.version)) return false;
    if (request.version != version_1 && request.version != version_2c) return false;
    if (!take(message, octets, request.community)) return false;
    if (!take(message, request.pdu, pdu) || !message.empty()) return false;
    const bool is_known = request.pdu == get || request.pdu == get_next || request.pdu == set ||
                          (request.pdu == get_bulk && request.version == version_2c);
    if (!is_known) return false;
    return take_integer(pdu, request.id) && take_integer(pdu, request.first) &&
           take_integer(pdu, request.second) && take(pdu, sequence, request.list) && pdu.empty() &&
           parse_names(request);
}

bool decode_oid(std::string_view content, ObjectId& out) noexcept {
    out.size = 0;
    std::size_t i = 0;
    while (i < content.size()) {
        std::uint64_t part = 0;
        if (static_cast<std::uint8_t>(content[i]) == 0x80) return false;  // padded
        for (;;) {
            if (i == content.size()) return false;
            const auto byte = static_cast<std::uint8_t>(content[i++]);
            part = (part << 7) | (byte & 0x7FU);
            if (part > 0xFFFF'FFFFULL + 80) return false;
            if ((byte & 0x80U) == 0) break;
        }
        if (out.size == 0) {
            const std::uint64_t root = part < 40 ? 0 : part < 80 ? 1 : 2;
            out.parts[out.size++] = static_cast<std::uint32_t>(root);
            part -= root * 40;
        }
        if (part > 0xFFFF'FFFFULL || out.size == out.parts.size()) return false;
        out.parts[out.size++] = static_cast<std::uint32_t>(part);
    }
    return out.size > 0;
}

namespace {

/// Moves backwards: whatever is put stands in front of what was put before.
struct Backwards {
    char* at;

    void head(std::uint8_t tag, std::size_t length) noexcept {
        at -= 1 + length_size(length);
        *at = static_cast<char>(tag);
        put_length(at + 1, length);
    }
    void number(std::int32_t value) noexcept {
        char scratch[8];
        const auto size = static_cast<std::size_t>(put_integer(scratch, integer, value) - scratch);
        at -= size;
        std::memcpy(at, scratch, size);
    }
};

}  // namespace

char* prepend_head(char* list, std::size_t list_size, const Request& request,
                   std::int32_t error_status, std::int32_t error_index) noexcept {
    const char* const end = list + list_size;
    const auto size_from = [end](const char* start) {
        return static_cast<std::size_t>(end - start);
    };
    Backwards out{list};
    out.head(sequence, list_size);
    out.number(error_index);
    out.number(error_status);
    out.number(request.id);
    out.head(response, size_from(out.at));
    out.at -= request.community.size();
    std::memcpy(out.at, request.community.data(), request.community.size());
    out.head(octets, request.community.size());
    out.number(request.version);
    out.head(sequence, size_from(out.at));
    return out.at;
}

}  // namespace pantau::city::wire
