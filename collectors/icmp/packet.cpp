#include "collectors/icmp/packet.hpp"

#include <cstring>

namespace pantau::icmp {
namespace {

// RFC 792, RFC 4443.
constexpr std::uint8_t request_v4 = 8;
constexpr std::uint8_t reply_v4 = 0;
constexpr std::uint8_t request_v6 = 128;
constexpr std::uint8_t reply_v6 = 129;

constexpr std::size_t checksum_at = 2;
constexpr std::size_t id_at = 4;
constexpr std::size_t sequence_at = 6;

std::uint8_t byte_at(std::string_view text, std::size_t at) {
    return static_cast<std::uint8_t>(text[at]);
}

std::uint16_t word_at(std::string_view text, std::size_t at) {
    return static_cast<std::uint16_t>(byte_at(text, at) << 8 | byte_at(text, at + 1));
}

void put_word(char* to, std::uint16_t word) {
    to[0] = static_cast<char>(word >> 8);
    to[1] = static_cast<char>(word & 0xFF);
}

/// RFC 1071, of an even number of bytes. Zeros that follow change nothing.
std::uint16_t checksum(std::string_view bytes) {
    std::uint32_t sum = 0;
    for (std::size_t at = 0; at < bytes.size(); at += 2)
        sum += word_at(bytes, at);
    sum = (sum & 0xFFFF) + (sum >> 16);
    sum = (sum & 0xFFFF) + (sum >> 16);
    return static_cast<std::uint16_t>(~sum);
}

std::optional<Echo> read(std::uint8_t type, std::string_view message) {
    if (message.size() < header_bytes) return std::nullopt;
    if (byte_at(message, 0) != type || byte_at(message, 1) != 0) return std::nullopt;
    Echo echo;
    echo.id = word_at(message, id_at);
    echo.sequence = word_at(message, sequence_at);
    echo.payload = message.size() - header_bytes;
    if (echo.payload >= sizeof(Token)) {
        Token token = 0;
        std::memcpy(&token, message.data() + header_bytes, sizeof token);
        echo.token = token;
    }
    return echo;
}

}  // namespace

std::array<char, prefix_bytes> write_request(Family family, std::uint16_t id,
                                             std::uint16_t sequence, Token token) {
    std::array<char, prefix_bytes> prefix{};
    prefix[0] = static_cast<char>(family == Family::v6 ? request_v6 : request_v4);
    put_word(prefix.data() + id_at, id);
    put_word(prefix.data() + sequence_at, sequence);
    std::memcpy(prefix.data() + header_bytes, &token, sizeof token);
    if (family == Family::v4)
        put_word(prefix.data() + checksum_at, checksum({prefix.data(), prefix.size()}));
    return prefix;
}

std::optional<Echo> read_reply(Family family, std::string_view message) {
    return read(family == Family::v6 ? reply_v6 : reply_v4, message);
}

std::optional<Echo> read_quoted(Family family, std::string_view quoted) {
    return read(family == Family::v6 ? request_v6 : request_v4, quoted);
}

std::optional<std::string_view> behind_ip_header(std::string_view packet) {
    if (packet.empty() || byte_at(packet, 0) >> 4 != 4) return std::nullopt;
    const std::size_t header = (byte_at(packet, 0) & 0x0Fu) * 4u;
    if (header < 20 || packet.size() < header) return std::nullopt;
    return packet.substr(header);
}

}  // namespace pantau::icmp
