#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// A second, plain implementation of SNMP v1/v2c messages for tests: it shares no line with the
/// product's codec, so both can be wrong only in different ways. Bytes are std::string.
///
/// Strict where a request is judged, free where a reply is built: `wrap` and `wrap_claiming` put
/// together what no honest agent would send.
namespace pantau::fakes::ber {

enum class Tag : std::uint8_t {
    integer = 0x02,
    octets = 0x04,
    null = 0x05,
    oid = 0x06,
    sequence = 0x30,
    ip_address = 0x40,
    counter32 = 0x41,
    gauge32 = 0x42,
    time_ticks = 0x43,
    opaque = 0x44,
    counter64 = 0x46,
    no_such_object = 0x80,
    no_such_instance = 0x81,
    end_of_mib_view = 0x82,
    get = 0xA0,
    get_next = 0xA1,
    response = 0xA2,
    set = 0xA3,
    trap_v1 = 0xA4,
    get_bulk = 0xA5,
    inform = 0xA6,
    trap_v2 = 0xA7,
    report = 0xA8,
};

/// The version number on the wire.
enum class Version : std::int32_t { v1 = 0, v2c = 1, v3 = 3 };

/// error-status of RFC 3416; v1 knows the first six.
namespace status {
inline constexpr std::int32_t no_error = 0;
inline constexpr std::int32_t too_big = 1;
inline constexpr std::int32_t no_such_name = 2;
inline constexpr std::int32_t bad_value = 3;
inline constexpr std::int32_t read_only = 4;
inline constexpr std::int32_t gen_err = 5;
inline constexpr std::int32_t no_access = 6;
inline constexpr std::int32_t authorization_error = 16;
}  // namespace status

using ObjectId = std::vector<std::uint32_t>;

/// One value with its tag: nothing (null and the three exceptions), a signed number (integer), an
/// unsigned one (counters, gauges, ticks), bytes (octets, opaque, address) or an object identifier.
struct Value {
    Tag tag = Tag::null;
    std::variant<std::monostate, std::int64_t, std::uint64_t, std::string, ObjectId> content;

    bool operator==(const Value&) const = default;

    static Value none() { return {}; }
    static Value integer(std::int64_t n) { return {Tag::integer, n}; }
    static Value counter32(std::uint64_t n) { return {Tag::counter32, n}; }
    static Value gauge32(std::uint64_t n) { return {Tag::gauge32, n}; }
    static Value time_ticks(std::uint64_t n) { return {Tag::time_ticks, n}; }
    static Value counter64(std::uint64_t n) { return {Tag::counter64, n}; }
    static Value octets(std::string_view bytes) { return {Tag::octets, std::string(bytes)}; }
    /// Four bytes, as they stand on the wire.
    static Value ip_address(std::string_view bytes) {
        return {Tag::ip_address, std::string(bytes)};
    }
    static Value oid(ObjectId id) { return {Tag::oid, std::move(id)}; }
    static Value exception(Tag tag) { return {tag, std::monostate{}}; }
};

struct Varbind {
    ObjectId name;
    Value value;
    bool operator==(const Varbind&) const = default;
};

/// A whole v1/v2c message. In a GETBULK error_status holds non-repeaters and error_index
/// max-repetitions, as on the wire.
struct Message {
    Version version = Version::v2c;
    std::string community = "public";
    Tag pdu = Tag::get;
    std::int32_t request_id = 0;
    std::int32_t error_status = 0;
    std::int32_t error_index = 0;
    std::vector<Varbind> varbinds;
    bool operator==(const Message&) const = default;
};

/// The message, or in plain words why these bytes are none.
struct Decoded {
    std::optional<Message> message;
    std::string problem;
    explicit operator bool() const { return message.has_value(); }
};

[[nodiscard]] std::string encode(const Message& message);
/// Takes nothing but a well-formed v1/v2c message that ends where the bytes end: minimal integers
/// within the range of their type, no indefinite length, no bytes left over at any level.
/// Lengths may be written longer than needed, as net-snmp does.
[[nodiscard]] Decoded decode(std::string_view bytes);

/// The response an honest agent gives: same version, community, request id; error fields 0.
[[nodiscard]] Message reply_to(const Message& request, std::vector<Varbind> varbinds);

/// "1.3.6.1.2" to numbers; aborts on any other text (a slip in a test, not input).
[[nodiscard]] ObjectId oid(std::string_view dotted);
[[nodiscard]] std::string to_string(const ObjectId& id);
/// For failing checks: "0a 1b ...".
[[nodiscard]] std::string to_hex(std::string_view bytes);

// The pieces, for messages that are wrong on purpose.

/// Tag, minimal length, content.
[[nodiscard]] std::string wrap(Tag tag, std::string_view content);
/// Tag, a length that may lie, content.
[[nodiscard]] std::string wrap_claiming(Tag tag, std::size_t claimed, std::string_view content);
/// Tag and the length written in exactly `length_bytes` bytes after the 0x8n sign.
[[nodiscard]] std::string wrap_long(Tag tag, std::size_t length_bytes, std::string_view content);
/// 0x80 as length and two zero bytes at the end: BER, yet forbidden in SNMP.
[[nodiscard]] std::string wrap_indefinite(Tag tag, std::string_view content);
[[nodiscard]] std::string encode_integer(std::int64_t n, Tag tag = Tag::integer);
[[nodiscard]] std::string encode_unsigned(std::uint64_t n, Tag tag);
[[nodiscard]] std::string encode_oid(const ObjectId& id);
[[nodiscard]] std::string encode_value(const Value& value);
[[nodiscard]] std::string encode_varbind(const Varbind& varbind);
/// A message from pieces: `pdu_content` is everything within the PDU's wrapping.
[[nodiscard]] std::string encode_message(Version version, std::string_view community, Tag pdu,
                                         std::string_view pdu_content);

/// One element of BER: its tag, its content, and how many bytes it took in all.
struct Element {
    Tag tag = Tag::null;
    std::string_view content;
    std::size_t size = 0;
};
/// The first element of `bytes`; nothing when it does not fit or its length is indefinite. For
/// taking v3 messages apart by hand.
[[nodiscard]] std::optional<Element> first_element(std::string_view bytes);

}  // namespace pantau::fakes::ber
