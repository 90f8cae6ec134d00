#include "normalise/support.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <sstream>

namespace pantau::test {
namespace {

constexpr CollectorInfo snmp{"snmp", {}};
constexpr CollectorInfo http{"http", {}};

Result<void> check_dotted(std::string_view address, bool) {
    if (Oid::parse(address)) return {};
    return fail(Reason::malformed, fmt::format("\"{}\" is no object identifier", address));
}

CollectorKind make_kind(const CollectorInfo& info, std::string_view key) {
    CollectorKind kind{};
    kind.info = &info;
    kind.address_key = key;
    return kind;
}

std::string bytes_of_hex(std::string_view hex) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        unsigned value = 0;
        std::from_chars(hex.data() + i, hex.data() + i + 2, value, 16);
        bytes.push_back(static_cast<char>(value));
    }
    return bytes;
}

void put(Answer& answer, std::uint16_t field, std::span<const std::uint32_t> row,
         const std::string& type, const std::string& value) {
    if (type == "4" || type == "64") {
        std::string bytes = value;
        if (type == "64") {
            bytes.clear();
            const auto address = Oid::parse(value).value_or(Oid());
            for (const std::uint32_t part : address.parts())
                bytes.push_back(static_cast<char>(part));
        }
        return answer.add_bytes(field, row, RawValue::Kind::bytes, bytes);
    }
    if (type == "4x" || type == "64x")
        return answer.add_bytes(field, row, RawValue::Kind::bytes, bytes_of_hex(value));
    if (type == "6")
        return answer.add_bytes(field, row, RawValue::Kind::oid,
                                value.starts_with('.') ? value.substr(1) : value);
    std::uint64_t natural = 0;
    std::int64_t integer = 0;
    Number number;
    if (std::from_chars(value.data(), value.data() + value.size(), natural).ec == std::errc{}) {
        number = Number::natural(natural);
    } else if (std::from_chars(value.data(), value.data() + value.size(), integer).ec ==
               std::errc{}) {
        number = Number::integer(integer);
    } else {
        return;
    }
    const auto kind = type == "65"   ? RawValue::Kind::counter32
                      : type == "70" ? RawValue::Kind::counter64
                                     : RawValue::Kind::integer;
    answer.add_number(field, row, kind, number);
}

/// What an agent cannot bear concerns the collector; here nobody is asked.
std::shared_ptr<const CollectorSettings> read_any_care(const config::Node& /*node*/,
                                                       config::Diagnostics& /*diagnostics*/) {
    return nullptr;
}

}  // namespace

const CollectorInfo& snmp_info() {
    return snmp;
}

const CollectorInfo& http_info() {
    return http;
}

std::span<const CollectorKind* const> kinds() {
    static const CollectorKind of_snmp = [] {
        CollectorKind kind = make_kind(snmp, "oid");
        kind.check_address = check_dotted;
        kind.read_care = read_any_care;
        return kind;
    }();
    static constexpr std::array<SectionKey, 2> ways{{{"session", ""}, {"pages", ""}}};
    static const CollectorKind of_http = [] {
        CollectorKind kind = make_kind(http, "json");
        kind.section_keys = ways;
        return kind;
    }();
    static const CollectorKind* const all[] = {&of_snmp, &of_http};
    return all;
}

Recording Recording::parse(std::string_view text) {
    Recording recording;
    std::istringstream lines{std::string(text)};
    for (std::string line; std::getline(lines, line);) {
        const auto first = line.find('|');
        const auto second = line.find('|', first + 1);
        if (first == std::string::npos || second == std::string::npos) continue;
        std::string_view oid = std::string_view(line).substr(0, first);
        oid.remove_prefix(std::min(oid.find_first_not_of(' '), oid.size()));
        if (auto parsed = Oid::parse(oid))
            recording.lines_.push_back({std::move(*parsed),
                                        line.substr(first + 1, second - first - 1),
                                        line.substr(second + 1)});
    }
    return recording;
}

Recording Recording::read(const std::string& path) {
    return parse(read_file(path));
}

Answer Recording::answer(const Ask* ask) const {
    Answer answer;
    answer.collector = &snmp;
    if (ask == nullptr) return answer;
    for (std::size_t i = 0; i < ask->fields.size(); ++i) {
        const Field& field = ask->fields[i];
        const Oid address = Oid::parse(field.address).value_or(Oid());
        for (const Line& line : lines_) {
            const bool is_hit = field.is_column() ? line.oid.starts_with(address) &&
                                                        line.oid.size() > address.size()
                                                  : line.oid == address;
            if (is_hit)
                put(answer, static_cast<std::uint16_t>(i), line.oid.parts().subspan(address.size()),
                    line.type, line.value);
        }
    }
    answer.sort();
    return answer;
}

std::string Loaded::told() const {
    std::string text;
    for (const config::Diagnostic& entry : diagnostics.entries())
        text += fmt::format("{}:{}: {} ({})\n", entry.location.line, entry.location.column,
                            entry.message, entry.help);
    return text;
}

Loaded load_texts(const std::vector<std::string>& files) {
    const TemporaryDirectory directory;
    for (std::size_t i = 0; i < files.size(); ++i)
        static_cast<void>(directory.write(fmt::format("{}.yml", i), files[i]));
    Loaded loaded;
    loaded.set = ProfileSet::load({directory.path()}, kinds(), loaded.diagnostics);
    return loaded;
}

std::shared_ptr<const ProfileSet> shipped() {
    Loaded loaded;
    loaded.set = ProfileSet::load({PANTAU_SOURCE_DIR "/etc/profiles"}, kinds(), loaded.diagnostics);
    REQUIRE_MESSAGE(!loaded.diagnostics.has_errors(), loaded.told());
    return loaded.set;
}

Device device_named(std::string id) {
    Device device;
    device.id = std::move(id);
    device.address = "10.73.5.81";
    return device;
}

Observation observe(const Profile& profile, const Recording& recording) {
    const Answer answer = recording.answer(profile.ask("snmp").get());
    return normalise(device_named("rw08-sumbersari-1"), &profile, {&answer, 1}, WallTime{},
                     MonoTime{});
}

Observation observe(const std::string& profile, std::string_view walk) {
    const Loaded loaded = load_texts({profile});
    REQUIRE_MESSAGE(!loaded.diagnostics.has_errors(), loaded.told());
    REQUIRE(loaded.set->names().size() == 1);
    return observe(*loaded.set->find(loaded.set->names().front()), Recording::parse(walk));
}

std::size_t count(const Observation& seen, ComponentKind kind) {
    return static_cast<std::size_t>(std::ranges::count(seen.components, kind, &Component::kind));
}

const Component& component(const Observation& seen, ComponentKind kind, std::size_t n) {
    for (const Component& part : seen.components) {
        if (part.kind == kind && n-- == 0) return part;
    }
    FAIL("no such component");
    return seen.components.front();
}

std::string shown(const Observation& seen, std::string_view quantity, std::size_t n) {
    const auto id = quantity_named(quantity);
    REQUIRE_MESSAGE(id.has_value(), quantity);
    const QuantityInfo& info = quantity_info(*id);
    if (count(seen, info.component) <= n) return "none";
    const Component& part = component(seen, info.component, n);
    if (info.kind == QuantityKind::text) {
        return std::string(seen.text(part, *id).value_or("-"));
    }
    const auto number = seen.number(part, *id);
    if (!number) return "-";
    if (info.kind == QuantityKind::flag) return number->as_double() != 0 ? "true" : "false";
    switch (number->kind()) {
        case Number::Kind::natural:
            return fmt::format("{}", number->as_natural());
        case Number::Kind::integer:
            return fmt::format("{}", number->as_integer());
        case Number::Kind::real:
            return fmt::format("{}", number->as_double());
    }
    return {};
}

}  // namespace pantau::test
