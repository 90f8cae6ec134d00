#include "fakes/ber.hpp"

#include <cstdio>
#include <cstdlib>
#include <limits>
#include <utility>

namespace pantau::fakes::ber {

namespace {

std::uint8_t byte_at(std::string_view bytes, std::size_t i) {
    return static_cast<std::uint8_t>(bytes[i]);
}

char to_char(std::uint64_t byte) {
    return static_cast<char>(static_cast<std::uint8_t>(byte));
}

std::string length_in(std::size_t length, std::size_t bytes) {
    std::string out(1, to_char(0x80 | bytes));
    for (std::size_t i = bytes; i-- > 0;)
        out.push_back(i >= sizeof length ? '\0' : to_char((length >> (8 * i)) & 0xFF));
    return out;
}

std::string minimal_length(std::size_t length) {
    if (length < 0x80) return {to_char(length)};
    std::size_t bytes = 1;
    while (bytes < sizeof length && (length >> (8 * bytes)) != 0)
        ++bytes;
    return length_in(length, bytes);
}

std::string base128(std::uint32_t n) {
    std::string out(1, to_char(n & 0x7F));
    for (n >>= 7; n != 0; n >>= 7)
        out.insert(out.begin(), to_char((n & 0x7F) | 0x80));
    return out;
}

/// Reads a message piece by piece; the first problem stops all further reading.
class Reader {
public:
    explicit Reader(std::string_view bytes) : rest_(bytes) {}

    [[nodiscard]] bool failed() const { return !problem_.empty(); }
    [[nodiscard]] const std::string& problem() const { return problem_; }
    [[nodiscard]] bool at_end() const { return rest_.empty(); }

    Element next(const char* what) {
        if (failed()) return {};
        const auto element = first_element(rest_);
        if (!element) {
            fail(std::string(what) + ": cut short or of indefinite length");
            return {};
        }
        rest_.remove_prefix(element->size);
        return *element;
    }

    Element expect(Tag tag, const char* what) {
        const Element element = next(what);
        if (!failed() && element.tag != tag) fail(std::string(what) + ": another tag");
        return element;
    }

    std::int32_t int32(const char* what) {
        const Element element = expect(Tag::integer, what);
        if (failed()) return 0;
        const auto number = integer_of(element.content);
        if (!number || *number < std::numeric_limits<std::int32_t>::min() ||
            *number > std::numeric_limits<std::int32_t>::max()) {
            fail(std::string(what) + ": not a minimal 32-bit integer");
            return 0;
        }
        return static_cast<std::int32_t>(*number);
    }

    ObjectId object_id(std::string_view content, const char* what) {
        ObjectId id;
        std::size_t i = 0;
        while (i < content.size() && !failed()) {
            std::uint64_t part = 0;
            if (byte_at(content, i) == 0x80) fail(std::string(what) + ": padded sub-identifier");
            for (;;) {
                if (i == content.size()) {
                    fail(std::string(what) + ": sub-identifier cut short");
                    return {};
                }
                const std::uint8_t byte = byte_at(content, i++);
                part = (part << 7) | (byte & 0x7FU);
                if (part > 0xFFFF'FFFFULL + (id.empty() ? 80 : 0)) {
                    fail(std::string(what) + ": sub-identifier over 32 bits");
                    return {};
                }
                if ((byte & 0x80U) == 0) break;
            }
            if (id.empty()) {
                const std::uint64_t first = part < 40 ? 0 : part < 80 ? 1 : 2;
                id.push_back(static_cast<std::uint32_t>(first));
                part -= first * 40;
            }
            id.push_back(static_cast<std::uint32_t>(part));
        }
        if (id.empty()) fail(std::string(what) + ": empty object identifier");
        if (id.size() > 128) fail(std::string(what) + ": more than 128 sub-identifiers");
        return id;
    }

    Value value() {
        const Element element = next("value");
        if (failed()) return {};
        switch (element.tag) {
            case Tag::integer:
                return signed_value(element);
            case Tag::counter32:
            case Tag::gauge32:
            case Tag::time_ticks:
                return unsigned_value(element, 0xFFFF'FFFFULL);
            case Tag::counter64:
                return unsigned_value(element, std::numeric_limits<std::uint64_t>::max());
            case Tag::octets:
            case Tag::opaque:
                return {element.tag, std::string(element.content)};
            case Tag::ip_address:
                if (element.content.size() != 4) fail("value: an address of not 4 bytes");
                return {element.tag, std::string(element.content)};
            case Tag::oid:
                return {element.tag, object_id(element.content, "value")};
            case Tag::null:
            case Tag::no_such_object:
            case Tag::no_such_instance:
            case Tag::end_of_mib_view:
                if (!element.content.empty()) fail("value: an empty type with content");
                return {element.tag, std::monostate{}};
            default:
                fail("value: a tag that is no SNMP type");
                return {};
        }
    }

    void fail(std::string problem) {
        if (problem_.empty()) problem_ = std::move(problem);
    }

private:
    static std::optional<std::int64_t> integer_of(std::string_view content) {
        if (content.empty() || content.size() > 8) return std::nullopt;
        if (content.size() > 1) {
            const std::uint8_t first = byte_at(content, 0);
            const bool next_is_high = (byte_at(content, 1) & 0x80U) != 0;
            if ((first == 0x00 && !next_is_high) || (first == 0xFF && next_is_high))
                return std::nullopt;
        }
        std::uint64_t bits = (byte_at(content, 0) & 0x80U) != 0 ? ~std::uint64_t{0} : 0;
        for (std::size_t i = 0; i < content.size(); ++i)
            bits = (bits << 8) | byte_at(content, i);
        return static_cast<std::int64_t>(bits);
    }

    Value signed_value(const Element& element) {
        const auto number = integer_of(element.content);
        if (!number || *number < std::numeric_limits<std::int32_t>::min() ||
            *number > std::numeric_limits<std::int32_t>::max()) {
            fail("value: not a minimal 32-bit integer");
            return {};
        }
        return {Tag::integer, *number};
    }

    Value unsigned_value(const Element& element, std::uint64_t most) {
        std::string_view content = element.content;
        if (content.size() > 1 && byte_at(content, 0) == 0 && (byte_at(content, 1) & 0x80U) == 0)
            fail("value: padded unsigned integer");
        if (content.empty() || (byte_at(content, 0) & 0x80U) != 0)
            fail("value: negative or empty unsigned integer");
        if (!content.empty() && byte_at(content, 0) == 0) content.remove_prefix(1);
        if (content.size() > 8) fail("value: unsigned integer over 64 bits");
        if (failed()) return {};
        std::uint64_t number = 0;
        for (std::size_t i = 0; i < content.size(); ++i)
            number = (number << 8) | byte_at(content, i);
        if (number > most) fail("value: unsigned integer over 32 bits");
        return {element.tag, number};
    }

    std::string_view rest_;
    std::string problem_;
};

bool is_plain_pdu(Tag tag) {
    return tag == Tag::get || tag == Tag::get_next || tag == Tag::response || tag == Tag::set ||
           tag == Tag::get_bulk || tag == Tag::inform || tag == Tag::trap_v2 || tag == Tag::report;
}

/// What stands within the PDU; `problem` stays empty when all of it is right.
std::string decode_pdu(std::string_view content, Message& message) {
    Reader pdu(content);
    message.request_id = pdu.int32("request-id");
    message.error_status = pdu.int32("error-status");
    message.error_index = pdu.int32("error-index");
    const Element list = pdu.expect(Tag::sequence, "varbind list");
    if (!pdu.failed() && !pdu.at_end()) pdu.fail("bytes after the varbind list");
    if (pdu.failed()) return pdu.problem();

    Reader items(list.content);
    while (!items.failed() && !items.at_end()) {
        Reader item(items.expect(Tag::sequence, "varbind").content);
        if (items.failed()) break;
        Varbind varbind;
        const Element name = item.expect(Tag::oid, "name");
        if (!item.failed()) varbind.name = item.object_id(name.content, "name");
        if (!item.failed()) varbind.value = item.value();
        if (!item.failed() && !item.at_end()) item.fail("bytes after the value");
        if (item.failed()) return item.problem();
        message.varbinds.push_back(std::move(varbind));
    }
    return items.problem();
}

}  // namespace

std::optional<Element> first_element(std::string_view bytes) {
    if (bytes.size() < 2) return std::nullopt;
    std::size_t head = 2;
    std::size_t length = byte_at(bytes, 1);
    if (length >= 0x80) {
        const std::size_t count = length & 0x7FU;
        if (count == 0 || count > 4 || bytes.size() < 2 + count) return std::nullopt;
        length = 0;
        for (std::size_t i = 0; i < count; ++i)
            length = (length << 8) | byte_at(bytes, 2 + i);
        head += count;
    }
    if (length > bytes.size() - head) return std::nullopt;
    return Element{static_cast<Tag>(byte_at(bytes, 0)), bytes.substr(head, length), head + length};
}

Decoded decode(std::string_view bytes) {
    Reader outer(bytes);
    const Element whole = outer.expect(Tag::sequence, "message");
    if (!outer.failed() && !outer.at_end()) outer.fail("bytes after the message");
    if (outer.failed()) return {std::nullopt, outer.problem()};

    Message message;
    Reader inner(whole.content);
    const std::int32_t version = inner.int32("version");
    if (!inner.failed() && version != 0 && version != 1) inner.fail("version: neither v1 nor v2c");
    message.version = static_cast<Version>(version);
    message.community = std::string(inner.expect(Tag::octets, "community").content);
    const Element pdu = inner.next("PDU");
    if (!inner.failed() && !is_plain_pdu(pdu.tag)) inner.fail("PDU: unknown type");
    if (!inner.failed() && !inner.at_end()) inner.fail("bytes after the PDU");
    if (!inner.failed() && version == 0 && (pdu.tag == Tag::get_bulk || pdu.tag == Tag::report))
        inner.fail("PDU: a type that v1 does not have");
    if (inner.failed()) return {std::nullopt, inner.problem()};
    message.pdu = pdu.tag;
    if (std::string problem = decode_pdu(pdu.content, message); !problem.empty())
        return {std::nullopt, std::move(problem)};
    return {std::move(message), {}};
}

std::string encode(const Message& message) {
    std::string list;
    for (const Varbind& varbind : message.varbinds)
        list += encode_varbind(varbind);
    return encode_message(message.version, message.community, message.pdu,
                          encode_integer(message.request_id) +
                              encode_integer(message.error_status) +
                              encode_integer(message.error_index) + wrap(Tag::sequence, list));
}

std::string encode_message(Version version, std::string_view community, Tag pdu,
                           std::string_view pdu_content) {
    return wrap(Tag::sequence, encode_integer(static_cast<std::int32_t>(version)) +
                                   wrap(Tag::octets, community) + wrap(pdu, pdu_content));
}

Message reply_to(const Message& request, std::vector<Varbind> varbinds) {
    return {.version = request.version,
            .community = request.community,
            .pdu = Tag::response,
            .request_id = request.request_id,
            .error_status = 0,
            .error_index = 0,
            .varbinds = std::move(varbinds)};
}

std::string wrap(Tag tag, std::string_view content) {
    return wrap_claiming(tag, content.size(), content);
}

std::string wrap_claiming(Tag tag, std::size_t claimed, std::string_view content) {
    std::string out(1, static_cast<char>(tag));
    out += minimal_length(claimed);
    out += content;
    return out;
}

std::string wrap_long(Tag tag, std::size_t length_bytes, std::string_view content) {
    std::string out(1, static_cast<char>(tag));
    out += length_in(content.size(), length_bytes);
    out += content;
    return out;
}

std::string wrap_indefinite(Tag tag, std::string_view content) {
    std::string out(1, static_cast<char>(tag));
    out += to_char(0x80);
    out += content;
    out.append(2, '\0');
    return out;
}

std::string encode_integer(std::int64_t n, Tag tag) {
    std::string content;
    for (int shift = 56; shift >= 0; shift -= 8)
        content.push_back(to_char((static_cast<std::uint64_t>(n) >> shift) & 0xFF));
    while (content.size() > 1) {
        const bool next_is_high = (byte_at(content, 1) & 0x80U) != 0;
        const bool is_padding = byte_at(content, 0) == (next_is_high ? 0xFF : 0x00);
        if (!is_padding) break;
        content.erase(0, 1);
    }
    return wrap(tag, content);
}

std::string encode_unsigned(std::uint64_t n, Tag tag) {
    std::string content(1, '\0');
    for (int shift = 56; shift >= 0; shift -= 8)
        content.push_back(to_char((n >> shift) & 0xFF));
    while (content.size() > 1 && content[0] == '\0' && (byte_at(content, 1) & 0x80U) == 0)
        content.erase(0, 1);
    return wrap(tag, content);
}

std::string encode_oid(const ObjectId& id) {
    std::string content;
    if (id.size() == 1) content = base128(id[0] * 40);
    if (id.size() >= 2) content = base128(id[0] * 40 + id[1]);
    for (std::size_t i = 2; i < id.size(); ++i)
        content += base128(id[i]);
    return wrap(Tag::oid, content);
}

std::string encode_value(const Value& value) {
    if (const auto* n = std::get_if<std::int64_t>(&value.content))
        return encode_integer(*n, value.tag);
    if (const auto* n = std::get_if<std::uint64_t>(&value.content))
        return encode_unsigned(*n, value.tag);
    if (const auto* bytes = std::get_if<std::string>(&value.content))
        return wrap(value.tag, *bytes);
    if (const auto* id = std::get_if<ObjectId>(&value.content)) return encode_oid(*id);
    return wrap(value.tag, {});
}

std::string encode_varbind(const Varbind& varbind) {
    return wrap(Tag::sequence, encode_oid(varbind.name) + encode_value(varbind.value));
}

ObjectId oid(std::string_view dotted) {
    ObjectId id;
    std::uint64_t part = 0;
    bool has_digit = false;
    for (const char c : dotted) {
        if (c == '.' && has_digit) {
            id.push_back(static_cast<std::uint32_t>(part));
            part = 0;
            has_digit = false;
        } else if (c >= '0' && c <= '9' && part <= 0xFFFF'FFFFULL) {
            part = part * 10 + static_cast<std::uint64_t>(c - '0');
            has_digit = true;
        } else {
            has_digit = false;
            break;
        }
    }
    if (!has_digit || part > 0xFFFF'FFFFULL) {
        std::fprintf(stderr, "ber::oid: no object identifier in a test's text\n");
        std::abort();
    }
    id.push_back(static_cast<std::uint32_t>(part));
    return id;
}

std::string to_string(const ObjectId& id) {
    std::string out;
    for (const std::uint32_t part : id) {
        if (!out.empty()) out += '.';
        out += std::to_string(part);
    }
    return out;
}

std::string to_hex(std::string_view bytes) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string out;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i > 0) out += ' ';
        out += digits[byte_at(bytes, i) >> 4];
        out += digits[byte_at(bytes, i) & 0x0F];
    }
    return out;
}

}  // namespace pantau::fakes::ber
