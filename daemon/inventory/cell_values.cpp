#include "inventory/cell_values.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/mac_address.hpp"
#include "base/utf8.hpp"
#include "config/yaml_reader.hpp"

namespace pantau::inventory {
namespace {

constexpr std::string_view digits = "0123456789";
/// A label value of every series of the device.
constexpr std::size_t name_bytes_most = 128;
/// RFC 1035: a name and each of its parts.
constexpr std::size_t host_bytes_most = 253;
constexpr std::size_t host_part_most = 63;
/// More alternatives and groups than any network has; keeps the search for cycles short.
constexpr std::size_t parents_most = 64;

tl::unexpected<Refusal> refuse(std::string message, std::string help = {}) {
    return tl::unexpected<Refusal>({std::move(message), std::move(help)});
}

bool is_digits(std::string_view text) {
    return !text.empty() && text.find_first_not_of(digits) == std::string_view::npos;
}

/// A whole decimal number from `least` to `most`.
Reading<unsigned> read_number(std::string_view text, unsigned least, unsigned most) {
    const std::string range = fmt::format("a whole number from {} to {}", least, most);
    if (!is_digits(text)) return refuse(fmt::format("\"{}\" is no whole number", text), range);
    if (text.size() > 1 && text.front() == '0') {
        return refuse(fmt::format("\"{}\" begins with a zero", text),
                      "write it without; nothing is read as octal here");
    }
    unsigned value = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    if (parsed.ec != std::errc{} || value < least || value > most)
        return refuse(fmt::format("{} is not from {} to {}", text, least, most));
    return value;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (;;) {
        const std::size_t end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

/// What is wrong with four numbers and dots; empty: nothing.
Reading<std::string> read_ipv4(std::string_view text) {
    const std::vector<std::string_view> parts = split(text, '.');
    std::array<unsigned, 4> bytes{};
    if (parts.size() != bytes.size()) {
        return refuse(fmt::format("\"{}\" is no IPv4 address", text),
                      "four numbers with dots between them, as 10.73.5.81");
    }
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const bool has_zeros = parts[i].size() > 1 && parts[i].front() == '0';
        if (has_zeros) {
            return refuse(fmt::format("\"{}\" has numbers with leading zeros", text),
                          "write them without: others read such numbers as octal");
        }
        const auto end = parts[i].data() + parts[i].size();
        const auto parsed = std::from_chars(parts[i].data(), end, bytes[i]);
        if (parsed.ec != std::errc{} || parsed.ptr != end || bytes[i] > 255) {
            return refuse(fmt::format("\"{}\" is no IPv4 address", text),
                          "four numbers from 0 to 255 with dots between them, as 10.73.5.81");
        }
    }
    if (bytes[0] == 0 || bytes[0] >= 224) {
        return refuse(fmt::format("no device has the address {}", text),
                      "it stands for no one or for many; write the device's own");
    }
    return std::string(text);
}

Reading<std::string> read_ipv6(std::string_view text) {
    const std::string_view number = text.substr(0, text.find('%'));
    const std::string_view scope = text.substr(number.size());
    in6_addr address{};
    if (::inet_pton(AF_INET6, std::string(number).c_str(), &address) != 1 || scope.size() == 1 ||
        scope.find_first_of("/ \t") != std::string_view::npos) {
        const bool has_port =
            text.find('.') != std::string_view::npos || std::ranges::count(text, ':') == 1;
        return refuse(fmt::format("\"{}\" is no address", text),
                      has_port ? "the port has a column of its own"
                               : "an IPv4 or IPv6 address or a host name, without brackets");
    }
    if (IN6_IS_ADDR_UNSPECIFIED(&address) || IN6_IS_ADDR_MULTICAST(&address)) {
        return refuse(fmt::format("no device has the address {}", text),
                      "it stands for no one or for many; write the device's own");
    }
    std::array<char, INET6_ADDRSTRLEN> shortest{};
    ::inet_ntop(AF_INET6, &address, shortest.data(), shortest.size());
    return std::string(shortest.data()) + std::string(scope);
}

bool is_host_part(std::string_view part) {
    const auto is_sign = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    };
    return !part.empty() && part.size() <= host_part_most && part.front() != '-' &&
           part.back() != '-' && std::ranges::all_of(part, is_sign);
}

Reading<std::string> read_host(std::string_view text) {
    std::string host(text);
    for (char& c : host) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    const std::string_view without_dot =
        host.ends_with('.') ? std::string_view(host).substr(0, host.size() - 1) : host;
    const std::vector<std::string_view> parts = split(without_dot, '.');
    if (host.size() <= host_bytes_most && std::ranges::all_of(parts, is_host_part)) return host;
    return refuse(fmt::format("\"{}\" is no address", text),
                  "an IPv4 or IPv6 address, or a host name: letters, digits, hyphens and dots");
}

bool is_of(std::string_view signs, char c) {
    return signs.find(c) != std::string_view::npos;
}

}  // namespace

Reading<std::string> read_name(std::string_view text) {
    if (text.size() > name_bytes_most)
        return refuse(fmt::format("a name has at most {} bytes", name_bytes_most));
    if (text.front() == '-')
        return refuse(fmt::format("\"{}\" begins with a hyphen", text),
                      "the command line would take it for an option");
    if (text == "none")
        return refuse("a device cannot be called \"none\"", "as a parent it means: none");
    if (text.find_first_of(not_in_device_id) == std::string_view::npos) return std::string(text);
    return refuse(fmt::format("\"{}\" cannot be the name of a device", text),
                  fmt::format("a name is one word without blanks and | , ; \" ' / \\ * ? #, for "
                              "example {}",
                              as_device_id(text)));
}

Reading<std::string> read_address(std::string_view text) {
    if (text.find("://") != std::string_view::npos) {
        return refuse("an address is expected here, not a URL",
                      "only the part between // and the next / or :");
    }
    if (text.find('/') != std::string_view::npos) {
        return refuse(fmt::format("\"{}\" is no address of one device", text),
                      "write the address alone, without / and what follows");
    }
    if (text.starts_with('[')) {
        return refuse(fmt::format("\"{}\" has brackets", text),
                      "write the address alone; the port has a column of its own");
    }
    if (text.find_first_not_of("0123456789.") == std::string_view::npos) return read_ipv4(text);
    if (text.find(':') != std::string_view::npos) return read_ipv6(text);
    return read_host(text);
}

Reading<std::uint16_t> read_port(std::string_view text) {
    return read_number(text, 1, 65535).map([](unsigned port) {
        return static_cast<std::uint16_t>(port);
    });
}

Reading<unsigned> read_retries(std::string_view text) {
    return read_number(text, 0, 10);
}

Reading<std::string> read_mac(std::string_view text) {
    if (auto mac = mac_address(text)) return std::move(*mac);
    return refuse(fmt::format("\"{}\" is no MAC address", text),
                  "twelve hexadecimal digits, as 02:1a:1e:00:00:10");
}

Reading<std::string> read_serial(std::string_view text) {
    // What a spreadsheet makes of long numbers: the last digits are lost for good.
    const std::size_t power = text.find("E+");
    if (power != std::string_view::npos && power > 0 && is_digits(text.substr(power + 2)) &&
        text.substr(0, power).find_first_not_of("0123456789.,") == std::string_view::npos) {
        return refuse(fmt::format("\"{}\" is a number that a spreadsheet has rounded", text),
                      "make the column one of text, and copy the serial number again");
    }
    if (text.size() > name_bytes_most)
        return refuse(fmt::format("a serial number has at most {} bytes", name_bytes_most));
    if (text.find(' ') != std::string_view::npos)
        return refuse(fmt::format("\"{}\" is no serial number", text), "one word without blanks");
    return std::string(text);
}

Reading<double> read_degrees(std::string_view text, double most, DecimalComma decimal_comma) {
    std::string number(text);
    const std::size_t comma = number.find(',');
    if (comma != std::string::npos && decimal_comma == DecimalComma::no) {
        return refuse(fmt::format("\"{}\" has a decimal comma", text),
                      "write a decimal point; a comma can be one only where cells are separated by "
                      "; or tab");
    }
    if (comma != std::string::npos) number[comma] = '.';
    double value = 0;
    if (number.starts_with('+') && !number.starts_with("+-")) number.erase(0, 1);
    const char* begin = number.data();
    const char* end = begin + number.size();
    const auto parsed = std::from_chars(begin, end, value, std::chars_format::fixed);
    if (parsed.ec != std::errc{} || parsed.ptr != end || !std::isfinite(value)) {
        return refuse(fmt::format("\"{}\" is no number of degrees", text),
                      "decimal degrees, as -7.9526");
    }
    if (std::abs(value) > most)
        return refuse(fmt::format("{} is not from -{} to {} degrees", text, most, most));
    return value;
}

Reading<Duration> read_duration(std::string_view text, const DurationRange& range) {
    const std::optional<Duration> value = config::parse_duration(text);
    if (!value) {
        return refuse(fmt::format("\"{}\" is no duration", text),
                      is_digits(text) ? fmt::format("add a unit: {}s", text)
                                      : "a whole number and ms, s, m or h: 250ms, 90s, 15m");
    }
    if (*value < range.least || *value > range.most)
        return refuse(fmt::format("{} is not from {}", text, range.words));
    return *value;
}

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    for (std::size_t at = 0; at < text.size();) {
        at = std::min(text.find_first_not_of(" \t\r\n", at), text.size());
        const std::size_t end = std::min(text.find_first_of(" \t\r\n", at), text.size());
        if (end > at) words.push_back(text.substr(at, end - at));
        at = end;
    }
    return words;
}

Reading<std::vector<ParentGroup>> read_parents(std::string_view text) {
    std::vector<ParentGroup> groups;
    if (text == "none") return groups;
    std::size_t count = 0;
    bool is_alternative = false;  // a | was met and its right side is still to come
    for (std::string_view rest = text; !rest.empty();) {
        if (is_of(" \t\r\n", rest.front())) {
            rest.remove_prefix(1);
            continue;
        }
        if (rest.front() == '|') {
            if (groups.empty() || is_alternative) break;
            is_alternative = true;
            rest.remove_prefix(1);
            continue;
        }
        const std::string_view word = rest.substr(0, rest.find_first_of(" |\t\r\n"));
        if (++count > parents_most)
            return refuse(fmt::format("a device has at most {} parents", parents_most));
        if (!is_alternative) groups.emplace_back();
        ParentGroup& group = groups.back();
        if (std::ranges::find(group, word) == group.end()) group.emplace_back(word);
        is_alternative = false;
        rest.remove_prefix(word.size());
        if (rest.empty()) return groups;
        if (rest.find_first_not_of(" \t\r\n") == std::string_view::npos) return groups;
    }
    return refuse(fmt::format("\"{}\": | stands between two names", text),
                  "a|b means that either is enough; a b that both are needed");
}

std::uint32_t find_invisible(std::string_view text) {
    const bool is_plain = std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7F; });
    if (is_plain) return 0;
    for (std::size_t at = 0; at < text.size();) {
        const CodePoint sign = decode_utf8(text.substr(at));
        if (sign.length == 0) return 0xFFFD;
        if (is_invisible(sign.value)) return sign.value;
        at += sign.length;
    }
    return 0;
}

}  // namespace pantau::inventory
