#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

/// The bytes of SNMP v1/v2c as the simulated agents read and write them: no allocation, straight
/// from and into datagrams. Request side tolerant of long lengths, reply side minimal.
namespace pantau::city::wire {

enum Tag : std::uint8_t {
    integer = 0x02,
    octets = 0x04,
    null = 0x05,
    oid = 0x06,
    sequence = 0x30,
    counter32 = 0x41,
    gauge32 = 0x42,
    time_ticks = 0x43,
    counter64 = 0x46,
    ip_address = 0x40,
    no_such_object = 0x80,
    no_such_instance = 0x81,
    end_of_mib_view = 0x82,
    get = 0xA0,
    get_next = 0xA1,
    response = 0xA2,
    set = 0xA3,
    get_bulk = 0xA5,
};

inline constexpr std::int32_t version_1 = 0;
inline constexpr std::int32_t version_2c = 1;

/// More names in one request than any poller sends; a longer list is answered like a too large one.
inline constexpr std::size_t names_max = 512;

/// A request taken apart; the views point into the datagram.
struct Request {
    std::int32_t version = version_2c;
    std::uint8_t pdu = get;
    std::int32_t id = 0;
    std::int32_t first = 0;   ///< error-status, in a GETBULK non-repeaters.
    std::int32_t second = 0;  ///< error-index, in a GETBULK max-repetitions.
    std::string_view community;
    std::string_view list;  ///< Content of the varbind list, for echoes.
    std::size_t name_count = 0;
    bool has_too_many_names = false;
    std::array<std::string_view, names_max> names;  ///< Contents of the OIDs.
};

/// Fills `request`; false for bytes that are no v1/v2c request.
[[nodiscard]] bool parse(std::string_view datagram, Request& request) noexcept;

/// Sub-identifiers of an encoded OID; nothing when it breaks the rules or is longer than 128.
struct ObjectId {
    std::array<std::uint32_t, 128> parts;
    std::size_t size = 0;
};
[[nodiscard]] bool decode_oid(std::string_view content, ObjectId& out) noexcept;

/// Bytes that `length` takes behind a tag.
[[nodiscard]] constexpr std::size_t length_size(std::size_t length) noexcept {
    return length < 0x80 ? 1 : length < 0x100 ? 2 : length < 0x10000 ? 3 : 4;
}

// Forward writers: put one element at `at` and give the place behind it. The caller has made room.

inline char* put_length(char* at, std::size_t length) noexcept {
    const std::size_t size = length_size(length);
    if (size > 1) *at++ = static_cast<char>(0x80 | (size - 1));
    for (std::size_t i = size > 1 ? size - 1 : 1; i-- > 0;)
        *at++ = static_cast<char>((length >> (8 * i)) & 0xFF);
    return at;
}

inline char* put_bytes(char* at, std::uint8_t tag, std::string_view bytes) noexcept {
    *at++ = static_cast<char>(tag);
    at = put_length(at, bytes.size());
    return std::ranges::copy(bytes, at).out;  // memcpy may not be given the null of an empty one
}

inline char* put_unsigned(char* at, std::uint8_t tag, std::uint64_t number) noexcept {
    std::size_t size = 1;  // one more than the bits need when the top one is set: it is a sign
    while (size < 9 && (number >> (8 * size - 1)) != 0)
        ++size;
    *at++ = static_cast<char>(tag);
    *at++ = static_cast<char>(size);
    if (size == 9) {
        *at++ = 0;
        size = 8;
    }
    for (std::size_t i = size; i-- > 0;)
        *at++ = static_cast<char>((number >> (8 * i)) & 0xFF);
    return at;
}

inline char* put_integer(char* at, std::uint8_t tag, std::int32_t number) noexcept {
    std::size_t size = 1;
    while (size < 4) {
        const std::int32_t rest = number >> (8 * size - 1);
        if (rest == 0 || rest == -1) break;
        ++size;
    }
    *at++ = static_cast<char>(tag);
    *at++ = static_cast<char>(size);
    for (std::size_t i = size; i-- > 0;)
        *at++ = static_cast<char>((number >> (8 * i)) & 0xFF);
    return at;
}

/// Bytes that the head of a reply may need in front of its varbinds.
inline constexpr std::size_t head_max = 64;

/// Writes the head of a response so that it ends where the varbinds begin (`list`), and gives the
/// place where it starts. `community` is copied too: room for it and `head_max` bytes is needed.
[[nodiscard]] char* prepend_head(char* list, std::size_t list_size, const Request& request,
                                 std::int32_t error_status, std::int32_t error_index) noexcept;

}  // namespace pantau::city::wire
