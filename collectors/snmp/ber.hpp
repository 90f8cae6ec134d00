#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace pantau::snmp {

// The pieces of BER that messages of all versions are made of (RFC 3417 8).

inline constexpr std::uint8_t tag_integer = 0x02;
inline constexpr std::uint8_t tag_octets = 0x04;
inline constexpr std::uint8_t tag_oid = 0x06;
inline constexpr std::uint8_t tag_sequence = 0x30;

/// Octets of an element's tag and length.
[[nodiscard]] constexpr std::size_t header_size(std::size_t length) {
    return length < 0x80 ? 2 : length < 0x100 ? 3 : 4;
}

/// Octets of a whole element.
[[nodiscard]] constexpr std::size_t element_size(std::size_t length) {
    return header_size(length) + length;
}

/// The most a UDP datagram over IPv4 carries.
inline constexpr std::size_t datagram_most = 65'507;

/// Appends; lengths are known beforehand, so nothing is moved.
class BerWriter {
public:
    explicit BerWriter(std::string& out) : out_(out) {}

    void header(std::uint8_t tag, std::size_t length) {
        byte(tag);
        if (length < 0x80) {
            byte(length);
        } else if (length < 0x100) {
            byte(0x81);
            byte(length);
        } else {
            byte(0x82);
            byte(length >> 8);
            byte(length);
        }
    }
    void integer(std::int32_t value) {
        const std::size_t size = integer_size(value);
        header(tag_integer, size);
        for (std::size_t i = size; i-- > 0;)
            byte(static_cast<std::uint32_t>(value) >> (8 * i));
    }
    void octets(std::string_view bytes) {
        header(tag_octets, bytes.size());
        out_.append(bytes);
    }
    void oid(std::span<const std::uint32_t> name);

    static std::size_t integer_size(std::int32_t value) {
        std::size_t size = 1;
        while (size < 4 && (value >> (8 * size - 1)) != 0 && (value >> (8 * size - 1)) != -1)
            ++size;
        return size;
    }

private:
    void byte(std::size_t value) {
        out_.push_back(static_cast<char>(static_cast<std::uint8_t>(value)));
    }
    void part(std::uint32_t value);

    std::string& out_;
};

/// The part of a datagram that is still to be read. Every reading fails at its end.
class BerReader {
public:
    explicit BerReader(std::string_view bytes) : at_(bytes.data()), end_(at_ + bytes.size()) {}

    [[nodiscard]] bool at_end() const { return at_ == end_; }
    [[nodiscard]] const char* position() const { return at_; }

    /// The tag and the content of the next element.
    bool element(std::uint8_t& tag, std::string_view& content) {
        if (end_ - at_ < 2) return false;
        tag = take();
        std::size_t length = take();
        if (length >= 0x80) {
            std::size_t bytes = length & 0x7F;
            if (bytes == 0 || bytes > 4 || static_cast<std::size_t>(end_ - at_) < bytes)
                return false;
            length = 0;
            for (; bytes > 0; --bytes)
                length = (length << 8) | take();
        }
        if (length > static_cast<std::size_t>(end_ - at_)) return false;
        content = {at_, length};
        at_ += length;
        return true;
    }
    bool expect(std::uint8_t wanted, std::string_view& content) {
        std::uint8_t tag = 0;
        return element(tag, content) && tag == wanted;
    }
    /// At most 4 octets.
    bool int32(std::int32_t& value);

private:
    std::uint8_t take() { return static_cast<std::uint8_t>(*at_++); }

    const char* at_;
    const char* end_;
};

}  // namespace pantau::snmp
