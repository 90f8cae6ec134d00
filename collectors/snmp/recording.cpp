#include "collectors/snmp/recording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <charconv>
#include <fstream>
#include <iterator>
#include <limits>
#include <optional>
#include <sstream>
#include <system_error>

#include "collectors/snmp/ask_plan.hpp"
#include "collectors/snmp/cells.hpp"
#include "collectors/snmp/session.hpp"

namespace pantau::snmp {
namespace {

constexpr std::size_t file_most = 64u << 20;

std::string_view trim(std::string_view text) {
    const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
    while (!text.empty() && is_space(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && is_space(text.back()))
        text.remove_suffix(1);
    return text;
}

template <class Number>
std::optional<Number> number_in(std::string_view text) {
    text = trim(text);
    Number value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

/// Hex digits of either case, in pairs, spaces between pairs allowed.
std::optional<std::string> bytes_in_hex(std::string_view text) {
    std::string bytes;
    text = trim(text);
    bytes.reserve(text.size() / 2);
    while (!text.empty()) {
        if (text.front() == ' ') {
            text.remove_prefix(1);
            continue;
        }
        unsigned byte = 0;
        const std::string_view pair = text.substr(0, 2);
        const auto [end, error] = std::from_chars(pair.data(), pair.data() + pair.size(), byte, 16);
        if (error != std::errc{} || end != pair.data() + 2) return std::nullopt;
        bytes.push_back(static_cast<char>(byte));
        text.remove_prefix(2);
    }
    return bytes;
}

std::optional<std::string> dotted_address(std::string_view text) {
    const auto parts = Oid::parse(trim(text));
    if (!parts || parts->size() != 4) return std::nullopt;
    std::string bytes;
    for (const std::uint32_t part : parts->parts()) {
        if (part > 255) return std::nullopt;
        bytes.push_back(static_cast<char>(part));
    }
    return bytes;
}

bool read_natural(std::string_view text, std::uint64_t most, Recording::Entry& entry) {
    const auto value = number_in<std::uint64_t>(text);
    if (!value || *value > most) return false;
    entry.natural = *value;
    return true;
}

bool read_bytes(std::string_view text, bool is_hex, Recording::Entry& entry) {
    auto bytes = is_hex ? bytes_in_hex(text) : std::optional(std::string(text));
    if (!bytes) return false;
    entry.bytes = std::move(*bytes);
    return true;
}

/// Reads the value of an entry whose type is set; false when it does not fit the type.
bool read_value(std::string_view text, bool is_hex, Recording::Entry& entry) {
    constexpr std::uint64_t most32 = std::numeric_limits<std::uint32_t>::max();
    switch (entry.type) {
        case ValueType::integer: {
            const auto value = number_in<std::int64_t>(text);
            if (!value || *value < std::numeric_limits<std::int32_t>::min() ||
                *value > std::numeric_limits<std::int32_t>::max())
                return false;
            entry.integer = *value;
            return true;
        }
        case ValueType::counter32:
        case ValueType::gauge32:
        case ValueType::time_ticks:
        case ValueType::uinteger32:
            return read_natural(text, most32, entry);
        case ValueType::counter64:
            return read_natural(text, std::numeric_limits<std::uint64_t>::max(), entry);
        case ValueType::octets:
        case ValueType::opaque:
        case ValueType::nsap_address:
            return read_bytes(text, is_hex, entry);
        case ValueType::ip_address: {
            auto bytes = is_hex ? bytes_in_hex(text) : dotted_address(text);
            if (!bytes || bytes->size() != 4) return false;
            entry.bytes = std::move(*bytes);
            return true;
        }
        case ValueType::oid: {
            const std::string_view digits = trim(text);
            const auto oid = digits.empty() ? std::optional(Oid{0, 0}) : Oid::parse(digits);
            if (!oid) return false;
            entry.value_oid = *oid;
            return true;
        }
        case ValueType::null:
        case ValueType::no_such_object:
        case ValueType::no_such_instance:
        case ValueType::end_of_mib_view:
            return true;
    }
    return false;
}

/// What is wrong with a line, or nothing and the entry.
std::optional<std::string> read_line(std::string_view line, Recording::Entry& entry) {
    const auto first = line.find('|');
    const auto second = first == std::string_view::npos ? first : line.find('|', first + 1);
    if (second == std::string_view::npos) return "not OID|TYPE|VALUE";
    const auto oid = Oid::parse(trim(line.substr(0, first)));
    if (!oid) return "the first part is no object identifier";
    std::string_view type = trim(line.substr(first + 1, second - first - 1));
    const bool is_hex = type.ends_with('x');
    if (is_hex) type.remove_suffix(1);
    const auto tag = number_in<std::uint8_t>(type);
    if (!tag) return "the type is no number";
    entry.oid = *oid;
    entry.type = static_cast<ValueType>(*tag);
    if (!read_value(line.substr(second + 1), is_hex, entry))
        return "the value does not fit the type " + std::to_string(*tag);
    return std::nullopt;
}

Value value_of(const Recording::Entry& entry) {
    return {entry.type, entry.integer, entry.natural, entry.bytes, entry.value_oid.parts()};
}

/// Whether octets survive a line of their own as they are, whoever reads it: the ends are trimmed
/// by some.
bool is_plain_text(std::string_view bytes) {
    if (bytes.starts_with(' ') || bytes.ends_with(' ')) return false;
    return std::ranges::all_of(bytes, [](unsigned char c) { return c >= 0x20 && c < 0x7F; });
}

std::string hex_of(std::string_view bytes) {
    std::string text;
    text.reserve(2 * bytes.size());
    for (const char byte : bytes)
        fmt::format_to(std::back_inserter(text), "{:02x}", static_cast<unsigned char>(byte));
    return text;
}

std::string dotted_text(std::string_view address) {
    const auto part = [&](std::size_t i) { return static_cast<unsigned char>(address[i]); };
    return fmt::format("{}.{}.{}.{}", part(0), part(1), part(2), part(3));
}

class ReplaySession final : public Session {
public:
    ReplaySession(std::shared_ptr<const Recording> recording, boost::asio::io_context& loop)
        : recording_(std::move(recording)), loop_(loop) {}

    void collect(std::shared_ptr<const Ask> ask, MonoTime /*deadline*/, Done done) override {
        Answer answer;
        answer.collector = &snmp_info();
        const AskPlan plan(ask);
        for (const AskPlan::Object& object : plan.objects)
            fetch(object, answer);
        answer.sort();
        answer.facts.push_back({fact_requests, 0.0});
        answer.facts.push_back({fact_retries, 0.0});
        answer.finished = std::chrono::steady_clock::now();
        boost::asio::post(loop_, [done = std::move(done), answer = std::move(answer),
                                  alive = std::weak_ptr(alive_)]() mutable {
            if (!alive.expired()) done(std::move(answer));
        });
    }

private:
    void fetch(const AskPlan::Object& object, Answer& answer) const {
        const auto& entries = recording_->entries();
        auto at = std::ranges::lower_bound(entries, object.oid, {}, &Recording::Entry::oid);
        if (object.table == Field::no_table) {
            if (at != entries.end() && at->oid == object.oid) put(object, {}, *at, answer);
            return;
        }
        for (; at != entries.end() && at->oid.starts_with(object.oid); ++at) {
            const auto row = at->oid.parts().subspan(object.oid.size());
            if (!row.empty()) put(object, row, *at, answer);
        }
    }
    static void put(const AskPlan::Object& object, std::span<const std::uint32_t> row,
                    const Recording::Entry& entry, Answer& answer) {
        for (const std::uint16_t field : object.fields)
            add_cell(answer, field, row, value_of(entry));
    }

    std::shared_ptr<const Recording> recording_;
    boost::asio::io_context& loop_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

class ReplayCollector final : public Collector {
public:
    ReplayCollector(std::shared_ptr<const Recording> recording, boost::asio::io_context& loop)
        : recording_(std::move(recording)), loop_(loop) {}

    [[nodiscard]] const CollectorInfo& info() const override { return snmp_info(); }
    [[nodiscard]] std::unique_ptr<Session> open(std::shared_ptr<const Device>) override {
        return std::make_unique<ReplaySession>(recording_, loop_);
    }

private:
    std::shared_ptr<const Recording> recording_;
    boost::asio::io_context& loop_;
};

}  // namespace

Recording Recording::parse(std::string_view text) {
    struct Read {
        Entry entry;
        std::size_t line;
    };
    Recording recording;
    std::vector<Read> all;
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    for (std::size_t number = 1; !text.empty(); ++number) {
        const auto end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (line.ends_with('\r')) line.remove_suffix(1);
        const std::string_view bare = trim(line);
        if (bare.empty() || bare.front() == '#') continue;
        Entry entry;
        if (auto why = read_line(line, entry)) {
            recording.skipped_.push_back({number, std::move(*why)});
        } else {
            all.push_back({std::move(entry), number});
        }
    }
    std::ranges::stable_sort(all, {},
                             [](const Read& each) -> const Oid& { return each.entry.oid; });
    recording.entries_.reserve(all.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        const bool is_last = i + 1 == all.size() || all[i + 1].entry.oid != all[i].entry.oid;
        if (is_last) {
            recording.entries_.push_back(std::move(all[i].entry));
        } else if (all[i + 1].entry != all[i].entry) {
            recording.contradicted_.push_back(all[i].line);
        }
    }
    std::ranges::sort(recording.contradicted_);
    return recording;
}

std::string recording_line(std::span<const std::uint32_t> name, const Value& value) {
    const auto line = [&](std::string_view form, std::string_view text) {
        return fmt::format("{}|{}{}|{}\n", Oid(name).to_string(), static_cast<unsigned>(value.type),
                           form, text);
    };
    switch (value.type) {
        case ValueType::integer:
            return line("", std::to_string(value.integer));
        case ValueType::counter32:
        case ValueType::gauge32:
        case ValueType::time_ticks:
        case ValueType::uinteger32:
        case ValueType::counter64:
            return line("", std::to_string(value.natural));
        case ValueType::octets:
            if (is_plain_text(value.bytes)) return line("", value.bytes);
            return line("x", hex_of(value.bytes));
        case ValueType::opaque:
        case ValueType::nsap_address:
            return line("x", hex_of(value.bytes));
        case ValueType::ip_address:
            if (value.bytes.size() != 4) return line("x", hex_of(value.bytes));
            return line("", dotted_text(value.bytes));
        case ValueType::oid:
            return line("", Oid(value.oid).to_string());
        case ValueType::null:
            return line("", "");
        case ValueType::no_such_object:
        case ValueType::no_such_instance:
        case ValueType::end_of_mib_view:
            break;
    }
    return {};
}

Result<std::shared_ptr<const Recording>> open_recording(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        const int error = errno;
        return fail(
            Reason::local,
            "cannot be opened: " + std::error_code(error, std::generic_category()).message(), path);
    }
    std::string text;
    std::string block(1 << 16, '\0');
    while (file.read(block.data(), static_cast<std::streamsize>(block.size())), file.gcount() > 0) {
        text.append(block, 0, static_cast<std::size_t>(file.gcount()));
        if (text.size() > file_most)
            return fail(Reason::too_large, "a recording has 64 MiB at most", path);
    }
    if (file.bad() || !file.eof()) return fail(Reason::local, "cannot be read (a folder?)", path);
    auto recording = std::make_shared<const Recording>(Recording::parse(text));
    if (recording->entries().empty()) {
        if (recording->skipped().empty())
            return fail(Reason::malformed, "the file is empty: half-written?", path);
        const auto& first = recording->skipped().front();
        return fail(Reason::malformed,
                    "no line can be read; line " + std::to_string(first.line) + ": " + first.why,
                    path);
    }
    return recording;
}

std::unique_ptr<Collector> replay(std::shared_ptr<const Recording> recording,
                                  boost::asio::io_context& loop) {
    return std::make_unique<ReplayCollector>(std::move(recording), loop);
}

}  // namespace pantau::snmp
