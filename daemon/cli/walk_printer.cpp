#include "cli/walk_printer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <boost/json.hpp>
#include <cstring>
#include <iterator>

#include "base/oid.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "collectors/snmp/object_names.hpp"

namespace pantau::cli {
namespace {

namespace json = boost::json;
using snmp::ValueType;

/// For programs: the words of -o json, yaml and csv.
std::string_view word_of(ValueType type) {
    switch (type) {
        case ValueType::integer:
            return "integer";
        case ValueType::octets:
            return "octets";
        case ValueType::null:
            return "null";
        case ValueType::oid:
            return "oid";
        case ValueType::ip_address:
            return "ip_address";
        case ValueType::counter32:
            return "counter32";
        case ValueType::gauge32:
            return "gauge32";
        case ValueType::time_ticks:
            return "time_ticks";
        case ValueType::opaque:
            return "opaque";
        case ValueType::nsap_address:
            return "nsap_address";
        case ValueType::counter64:
            return "counter64";
        case ValueType::uinteger32:
            return "uinteger32";
        case ValueType::no_such_object:
        case ValueType::no_such_instance:
        case ValueType::end_of_mib_view:
            break;
    }
    return "";
}

std::string hex_of(std::string_view bytes, std::string_view between) {
    std::string text;
    for (const char byte : bytes)
        fmt::format_to(std::back_inserter(text), "{}{:02X}", text.empty() ? "" : between,
                       static_cast<unsigned char>(byte));
    return text;
}

std::string shown_address(std::string_view bytes) {
    std::string text;
    for (const char byte : bytes)
        text += (text.empty() ? "" : ".") + std::to_string(static_cast<unsigned char>(byte));
    return text;
}

std::string shown_octets(std::string_view bytes, bool is_binary) {
    if (bytes.empty()) return "STRING: \"\"";
    const auto text = is_binary ? std::nullopt : text_in(bytes);
    return text ? "STRING: " + *text : "Hex-STRING: " + hex_of(bytes, " ");
}

/// net-snmp's agents wrap a float as an element of their own: tag 9F 78, length 4, IEEE 754.
std::optional<float> float_in(std::string_view opaque) {
    if (opaque.size() != 7 || !opaque.starts_with("\x9F\x78\x04")) return std::nullopt;
    std::uint32_t bits = 0;
    for (const char byte : opaque.substr(3))
        bits = bits << 8 | static_cast<unsigned char>(byte);
    return std::bit_cast<float>(bits);
}

std::string shown_opaque(std::string_view bytes) {
    if (const auto number = float_in(bytes)) return fmt::format("Opaque: {} (float)", *number);
    return "Opaque: " + hex_of(bytes, " ");
}

std::string shown_oid(const Oid& oid) {
    const std::string digits = oid.to_string();
    const std::string name = snmp::name_of(oid);
    return "OID: " + digits + (name == digits ? "" : " (" + name + ')');
}

/// A value in two parts, so that nothing is lost: what a program can use, and the octets where that
/// is not exactly them.
struct Parts {
    json::value value;
    std::optional<std::string> hex;
};

Parts parts_of(const snmp::Value& value, bool is_binary) {
    switch (value.type) {
        case ValueType::integer:
            return {value.integer, {}};
        case ValueType::counter32:
        case ValueType::gauge32:
        case ValueType::time_ticks:
        case ValueType::uinteger32:
        case ValueType::counter64:
            return {value.natural, {}};
        case ValueType::oid:
            return {json::string(Oid(value.oid).to_string()), {}};
        case ValueType::ip_address:
            return {json::string(shown_address(value.bytes)), {}};
        case ValueType::octets: {
            const auto text = is_binary ? std::nullopt : text_in(value.bytes);
            if (!text) return {nullptr, hex_of(value.bytes, "")};
            const bool is_whole = *text == value.bytes;
            return {json::string(*text),
                    is_whole ? std::nullopt : std::optional(hex_of(value.bytes, ""))};
        }
        case ValueType::opaque: {
            const auto number = float_in(value.bytes);
            return {number ? json::value(*number) : json::value(nullptr), hex_of(value.bytes, "")};
        }
        case ValueType::nsap_address:
            return {nullptr, hex_of(value.bytes, "")};
        default:
            return {nullptr, {}};
    }
}

std::string plain(const json::value& value) {
    if (value.is_null()) return "";
    if (const auto* const text = value.if_string()) return std::string(*text);
    return json::serialize(value);
}

json::object document_of(const Oid& oid, const std::string& name, const snmp::Value& value,
                         const Parts& parts) {
    return {{"oid", oid.to_string()},
            {"name", name},
            {"type", word_of(value.type)},
            {"value", parts.value},
            {"hex", parts.hex ? json::value(*parts.hex) : json::value(nullptr)}};
}

}  // namespace

std::optional<std::string> text_in(std::string_view octets) {
    while (octets.ends_with('\0'))
        octets.remove_suffix(1);
    for (std::string_view rest = octets; !rest.empty();) {
        const CodePoint sign = decode_utf8(rest);
        if (sign.length == 0) return std::nullopt;
        const bool is_space = sign.value == '\t' || sign.value == '\n' || sign.value == '\r';
        if (is_invisible(sign.value) && !is_space) return std::nullopt;
        rest.remove_prefix(sign.length);
    }
    return Text::from_network(octets, octets.size()).str();
}

std::string shown_ticks(std::uint64_t ticks) {
    const std::uint64_t seconds = ticks / 100;
    const std::uint64_t days = seconds / 86'400;
    return (days == 0 ? "" : std::to_string(days) + "d ") +
           fmt::format("{}:{:02}:{:02}.{:02}", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60,
                       ticks % 100);
}

std::string shown_value(const snmp::Value& value, bool is_binary) {
    switch (value.type) {
        case ValueType::integer:
            return fmt::format("INTEGER: {}", value.integer);
        case ValueType::octets:
            return shown_octets(value.bytes, is_binary);
        case ValueType::null:
            return "NULL";
        case ValueType::oid:
            return shown_oid(Oid(value.oid));
        case ValueType::ip_address:
            return "IpAddress: " + shown_address(value.bytes);
        case ValueType::counter32:
            return fmt::format("Counter32: {}", value.natural);
        case ValueType::gauge32:
            return fmt::format("Gauge32: {}", value.natural);
        case ValueType::time_ticks:
            return fmt::format("Timeticks: {} ({})", value.natural, shown_ticks(value.natural));
        case ValueType::opaque:
            return shown_opaque(value.bytes);
        case ValueType::nsap_address:
            return "NsapAddress: " + hex_of(value.bytes, " ");
        case ValueType::counter64:
            return fmt::format("Counter64: {}", value.natural);
        case ValueType::uinteger32:
            return fmt::format("UInteger32: {}", value.natural);
        case ValueType::no_such_object:
        case ValueType::no_such_instance:
        case ValueType::end_of_mib_view:
            break;
    }
    return "";
}

void WalkPrinter::print(const snmp::Varbind& varbind) {
    const Oid oid(varbind.name);
    const snmp::NamedObject* const object = snmp::object_of(oid);
    const bool is_binary = object != nullptr && object->is_binary;
    const std::string digits = oid.to_string();
    const std::string name = names_ == Names::known ? snmp::name_of(oid) : digits;
    const bool is_first = std::exchange(is_first_, false);
    const auto document = [&] {
        return document_of(oid, name, varbind.value, parts_of(varbind.value, is_binary));
    };
    switch (call_.format) {
        case Format::name:
            return call_.console.out(name + '\n');
        case Format::json:
            return call_.console.out((is_first ? "[\n" : ",\n") + json::serialize(document()));
        case Format::yaml:
            return call_.console.out(yaml_of(json::array{document()}));
        case Format::csv: {
            const Parts parts = parts_of(varbind.value, is_binary);
            const std::string fields[] = {digits, name, std::string(word_of(varbind.value.type)),
                                          plain(parts.value), parts.hex.value_or("")};
            const std::string header = "oid,name,type,value,hex\n";
            return call_.console.out((is_first && call_.has_headers ? header : "") +
                                     csv_line(fields));
        }
        case Format::table:
        case Format::wide:
            break;
    }
    const bool has_both = call_.format == Format::wide && name != digits;
    call_.console.out(name + (has_both ? " (" + digits + ')' : "") + " = " +
                      shown_value(varbind.value, is_binary) + '\n');
}

void WalkPrinter::finish() {
    if (call_.format == Format::json) call_.console.out(is_first_ ? "[]\n" : "\n]\n");
    if (call_.format == Format::yaml && is_first_) call_.console.out("[]\n");
    if (call_.format == Format::csv && is_first_ && call_.has_headers)
        call_.console.out("oid,name,type,value,hex\n");
}

}  // namespace pantau::cli
