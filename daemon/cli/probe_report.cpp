#include "cli/probe_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <vector>

#include "cli/output.hpp"
#include "cli/table_printer.hpp"
#include "cli/verbs.hpp"
#include "cli/verdict_advice.hpp"
#include "cli/words.hpp"
#include "model/observation_json.hpp"

namespace pantau::cli {
namespace {

/// What a phone held upright shows.
constexpr std::size_t narrow = 60;
constexpr std::size_t problems_shown = 10;

constexpr Words no_snmp_answer{
    "no answer: device off, not reachable, other port, or another community",
    "tidak menjawab: perangkat mati, tak terjangkau, port lain, atau community lain"};
constexpr Words answered{"answered", "menjawab"};
constexpr Words in_time{"in {0}", "dalam {0}"};
constexpr Words requests_made{"{0} requests", "{0} permintaan"};
constexpr Words one_request{"1 request", "1 permintaan"};
constexpr Words status_seen{"status {0}", "status {0}"};
constexpr Words replies_seen{"{0} of {1} replies", "{0} dari {1} balasan"};
constexpr Words jitter_seen{"jitter {0}", "jitter {0}"};
constexpr Words verdict_is{"verdict {0}", "putusan {0}"};
constexpr Words step_failed{"FAIL", "GAGAL"};
constexpr Words step_passed{"ok", "ok"};
constexpr Words wanted_and_seen{"{0}; seen: {1}", "{0}; terlihat: {1}"};
constexpr Words what_to_do{"Try:", "Coba:"};
constexpr Words retries_made{"{0} repeated", "{0} diulang"};
constexpr Words more_problems{"and {0} more: -o wide shows them", "dan {0} lagi: lihat -o wide"};
constexpr Words problems_heading{"PROBLEMS", "MASALAH"};
constexpr Words of_memory{"{0} of {1}", "{0} dari {1}"};
constexpr Words yes{"up", "hidup"};
constexpr Words no{"down", "mati"};
constexpr Words off{"off", "nonaktif"};

QuantityId id_of(std::string_view name) {
    return quantity::require(name);
}

/// Puts the report together, part by part.
class Report {
public:
    Report(const Observation& seen, const Device& device, const Health& health,
           const ReportStyle& style)
        : seen_(seen), device_(device), health_(health), style_(style) {
        for (const Component& component : seen.components)
            if (component.kind == ComponentKind::access_point) access_points_.push_back(&component);
    }

    std::string write() {
        headline();
        for (const CollectorReport& report : seen_.collectors)
            collector(report);
        facts();
        access_points();
        radios();
        networks();
        interfaces();
        problems();
        return std::move(out_);
    }

private:
    using Column = TablePrinter::Column;
    using Cell = TablePrinter::Cell;
    static constexpr auto right = TablePrinter::Align::right;

    [[nodiscard]] std::string in(const Words& words) const {
        return std::string(words.in(style_.language));
    }
    [[nodiscard]] std::optional<double> number(const Component& of, std::string_view name) const {
        const auto found = seen_.number(of, id_of(name));
        if (!found) return std::nullopt;
        return found->as_double();
    }
    [[nodiscard]] std::string text(const Component& of, std::string_view name) const {
        return std::string(seen_.text(of, id_of(name)).value_or(""));
    }
    /// A number as people write it, or nothing.
    [[nodiscard]] std::string shown(const Component& of, std::string_view name,
                                    const std::function<std::string(double)>& form) const {
        const auto found = number(of, name);
        return found ? form(*found) : std::string();
    }
    [[nodiscard]] std::string plain(const Component& of, std::string_view name,
                                    double scale = 1) const {
        return shown(of, name,
                     [&](double value) { return shown_number(value * scale, 0, style_.language); });
    }
    [[nodiscard]] std::string bytes(const Component& of, std::string_view name) const {
        return shown(of, name, [&](double value) { return shown_bytes(value, style_.language); });
    }
    [[nodiscard]] std::string ratio(const Component& of, std::string_view name) const {
        return shown(of, name, [&](double value) { return shown_ratio(value, style_.language); });
    }
    [[nodiscard]] std::string span(const Component& of, std::string_view name) const {
        return shown(of, name, [&](double value) { return shown_span(value, style_.language); });
    }

    void headline() {
        const std::string host = device_.address.find(':') == std::string::npos
                                     ? device_.address
                                     : '[' + device_.address + ']';
        out_ += tinted(harmless(device_.id), Tint::strong, style_.has_color);
        if (!device_.address.empty() && device_.address != device_.id)
            out_ += fmt::format("  {}:{}", harmless(host), device_.port);
        out_ +=
            "  " + tinted(in(words_of(health_.state)), tint_of(health_.state), style_.has_color);
        out_ += '\n';
    }

    /// "answered in 4.1 ms (v2c, 3 requests)", or why not.
    void collector(const CollectorReport& report) {
        std::string words = report.ok ? in(answered) : words_of_failure(report, style_.language);
        // How long a ping takes is its round trip, not the pauses between.
        const auto round_trip = number_fact(report, "rtt_mean_seconds");
        const std::string time =
            shown_duration(round_trip.value_or(to_seconds(report.duration)), style_.language);
        const bool took_time = report.duration > Duration::zero();
        if (report.ok && took_time) words += ' ' + say(style_.language, in_time, time);
        std::string beside = visit_facts(report);
        if (!report.ok && took_time) beside += (beside.empty() ? "" : ", ") + time;
        if (!beside.empty()) words += " (" + beside + ')';
        hanging("  " + std::string(report.collector->name) + "  ", words);
        if (style_.is_explained && report.ladder != nullptr) ladder(*report.ladder);
    }

    /// Each step: how it went, how long it took, what was wanted and what was seen.
    void ladder(const Ladder& ladder) {
        const auto wide_as = [](std::string text, std::size_t width) {
            text.resize(text.size() + width - std::min(width, display_width(text)), ' ');
            return text;
        };
        std::size_t width = 0;
        for (const Rung& rung : ladder.rungs)
            width = std::max(width, rung.name.size());
        for (const Rung& rung : ladder.rungs) {
            const std::string result = wide_as(in(rung.ok ? step_passed : step_failed), 5);
            std::string time = shown_duration(to_seconds(rung.duration), style_.language);
            const std::string margin = "    " + wide_as(std::string(rung.name), width) + "  " +
                                       result + "  " + wide_as(std::move(time), 7) + "  ";
            hanging(margin, say(style_.language, wanted_and_seen, harmless(rung.expected),
                                harmless(rung.came)));
        }
        if (const Words* const advice = advice_on(ladder.verdict))
            hanging("    " + in(what_to_do) + "  ", in(*advice));
    }

    [[nodiscard]] static std::optional<double> number_fact(const CollectorReport& report,
                                                           std::string_view path) {
        for (const Fact& fact : report.facts) {
            const auto* const value = fact.number();
            if (value != nullptr && report.collector->facts[fact.kind()].json_path == path)
                return *value;
        }
        return std::nullopt;
    }

    /// "v2c, 3 requests", "status 200", "4 of 5 replies".
    [[nodiscard]] std::string visit_facts(const CollectorReport& report) const {
        std::string words;
        const auto add = [&words](const std::string& more) {
            words += (words.empty() ? "" : ", ") + more;
        };
        for (const Fact& fact : report.facts) {
            const std::string_view path = report.collector->facts[fact.kind()].json_path;
            if (fact.number() == nullptr) {
                if (path == "version") add('v' + harmless(fact.text()));
                continue;
            }
            const double value = *fact.number();
            const std::string count = shown_number(value, 0, style_.language);
            if (path == "requests" && value == 1) add(in(one_request));
            if (path == "requests" && value > 1) add(say(style_.language, requests_made, count));
            if (path == "retries" && value > 0) add(say(style_.language, retries_made, count));
            if (path == "status") add(say(style_.language, status_seen, count));
            if (path == "received" && value > 0)
                add(say(
                    style_.language, replies_seen, count,
                    shown_number(number_fact(report, "sent").value_or(value), 0, style_.language)));
            if (path == "jitter_seconds")
                add(say(style_.language, jitter_seen, shown_duration(value, style_.language)));
        }
        if (report.ladder != nullptr && !report.ladder->verdict.empty())
            add(say(style_.language, verdict_is, report.ladder->verdict));
        return words;
    }

    /// Text behind a margin, wrapped beside it.
    void hanging(std::string margin, std::string_view words) {
        const std::size_t indent = display_width(margin);
        const std::size_t width = style_.is_wide ? TablePrinter::unlimited : narrow - indent;
        for (const std::string& line : wrapped(words, width)) {
            out_ += margin + line + '\n';
            margin.assign(indent, ' ');
        }
    }

    /// The value of the system, or of the one access point that it is.
    [[nodiscard]] std::string of_device(
        std::string_view name,
        const std::function<std::string(const Component&, std::string_view)>& form) const {
        const Component* const system = seen_.system();
        std::string value = system != nullptr ? form(*system, "system." + std::string(name)) : "";
        const bool is_one = access_points_.size() == 1;
        if (value.empty() && is_one && quantity_named("ap." + std::string(name)))
            value = form(*access_points_.front(), "ap." + std::string(name));
        return value;
    }

    void facts() {
        const Component* const system = seen_.system();
        if (system == nullptr && access_points_.empty()) return;
        const auto identity = [&](const char* name) {
            return system == nullptr ? std::string()
                                     : text(*system, "identity." + std::string(name));
        };
        std::vector<std::pair<Words, std::string>> rows{
            {{"vendor", "merek"}, identity("vendor")},
            {{"model", "model"}, identity("model")},
            {{"firmware", "firmware"}, identity("firmware")},
            {{"serial", "nomor seri"}, identity("serial")},
            {{"name", "nama"}, identity("name")},
            {{"location", "lokasi"}, identity("location")},
            {{"contact", "kontak"}, identity("contact")}};
        if (style_.is_wide) {
            rows.push_back({{"description", "keterangan"}, identity("description")});
            rows.push_back({{"object id", "object id"}, identity("object_id")});
        }
        std::string profile = identity("profile");
        if (!profile.empty() && seen_.role != Role::other)
            profile += " (" + in(words_of(seen_.role)) + ')';
        rows.push_back({{"profile", "profil"}, profile});
        measurements(rows);
        table_of(rows);
    }

    void measurements(std::vector<std::pair<Words, std::string>>& rows) const {
        const auto as_span = [this](const Component& c, std::string_view n) { return span(c, n); };
        const auto as_ratio = [this](const Component& c, std::string_view n) {
            return ratio(c, n);
        };
        const auto as_bytes = [this](const Component& c, std::string_view n) {
            return bytes(c, n);
        };
        const auto as_count = [this](const Component& c, std::string_view n) {
            return plain(c, n);
        };
        const auto as_load = [this](const Component& c, std::string_view n) {
            return shown(c, n, [this](double v) { return shown_number(v, 2, style_.language); });
        };
        std::string memory = of_device("memory_ratio", as_ratio);
        const std::string total = of_device("memory_total_bytes", as_bytes);
        if (!memory.empty() && !total.empty())
            memory = say(style_.language, of_memory, memory, total);
        else
            memory += total;
        std::string temperature = of_device("temperature_celsius", as_count);
        if (!temperature.empty())
            temperature +=
                " \xC2\xB0"
                "C";
        rows.push_back({{"uptime", "menyala"}, of_device("uptime_seconds", as_span)});
        rows.push_back({{"cpu", "cpu"}, of_device("cpu_ratio", as_ratio)});
        rows.push_back({{"memory", "memori"}, memory});
        rows.push_back({{"load", "beban"}, of_device("load1", as_load)});
        rows.push_back({{"temperature", "suhu"}, temperature});
        rows.push_back({{"clients", "pengguna"}, of_device("clients", as_count)});
        // One that is an access point by itself serves one, as everybody knows.
        if (access_points_.size() != 1 || seen_.role == Role::controller)
            rows.push_back(
                {{"access points", "titik akses"}, of_device("access_points_total", as_count)});
    }

    void table_of(const std::vector<std::pair<Words, std::string>>& rows) {
        std::size_t width = 0;
        for (const auto& [words, value] : rows)
            if (!value.empty()) width = std::max(width, display_width(words.in(style_.language)));
        if (width == 0) return;
        out_ += '\n';
        for (const auto& [words, value] : rows) {
            if (value.empty()) continue;
            const std::string name = in(words);
            hanging(name + std::string(width - display_width(name) + 2, ' '), harmless(value));
        }
    }

    void put(const TablePrinter& table) {
        if (table.empty()) return;
        out_ += '\n' + table.render(style_.has_headers, style_.has_color);
    }

    [[nodiscard]] Cell state_cell(std::optional<double> is_up,
                                  std::optional<double> is_meant_up = 1) const {
        if (is_meant_up == 0.0) return {in(off), Tint::faint};
        if (!is_up) return {};
        return *is_up != 0 ? Cell{in(yes), Tint::good} : Cell{in(no), Tint::bad};
    }

    [[nodiscard]] Column column(const Words& header, TablePrinter::Align align = {},
                                std::size_t width_most = TablePrinter::unlimited,
                                bool stays = false) const {
        return {.header = in(header),
                .align = align,
                .width_most = style_.is_wide ? TablePrinter::unlimited : width_most,
                .is_left_out_when_empty = !stays};
    }

    /// A column of a table of components: heading and how its cell is made; some only when wide.
    struct Maker {
        Column column;
        std::function<Cell(const Component&)> cell;
        bool is_wide_only = false;
    };

    void table_of_components(ComponentKind kind, std::vector<Maker> makers) {
        if (!style_.is_wide) std::erase_if(makers, [](const Maker& m) { return m.is_wide_only; });
        std::vector<Column> columns;
        columns.reserve(makers.size());
        for (const Maker& maker : makers)
            columns.push_back(maker.column);
        TablePrinter table(std::move(columns));
        for (const Component& component : seen_.components) {
            if (component.kind != kind) continue;
            std::vector<Cell> row;
            row.reserve(makers.size());
            for (const Maker& maker : makers)
                row.push_back(maker.cell(component));
            table.add(std::move(row));
        }
        put(table);
    }

    [[nodiscard]] Maker texts(const Words& header, std::string_view name,
                              std::size_t width_most = TablePrinter::unlimited,
                              bool is_wide_only = false) const {
        return {column(header, TablePrinter::Align::left, width_most),
                [this, name](const Component& c) { return Cell{text(c, name)}; }, is_wide_only};
    }
    [[nodiscard]] Maker numbers(const Words& header, std::string_view name, double scale = 1,
                                bool is_wide_only = false) const {
        return {column(header, right),
                [this, name, scale](const Component& c) { return Cell{plain(c, name, scale)}; },
                is_wide_only};
    }
    [[nodiscard]] Maker volumes(const Words& header, std::string_view name,
                                bool is_wide_only = false) const {
        return {column(header, right),
                [this, name](const Component& c) { return Cell{bytes(c, name)}; }, is_wide_only};
    }
    [[nodiscard]] Maker ratios(const Words& header, std::string_view name) const {
        return {column(header, right),
                [this, name](const Component& c) { return Cell{ratio(c, name)}; }};
    }
    [[nodiscard]] Maker states(const Words& header, std::string_view name,
                               bool is_wide_only = false) const {
        return {column(header),
                [this, name](const Component& c) { return state_cell(number(c, name)); },
                is_wide_only};
    }
    /// The access point that a radio or network is part of, when there are several.
    [[nodiscard]] Maker owner() const {
        return {column({"AP", "AP"}), [this](const Component& c) {
                    if (access_points_.size() < 2 || c.parent == Component::no_parent)
                        return Cell{};
                    return Cell{name_of_ap(seen_.components[c.parent])};
                }};
    }
    [[nodiscard]] std::string name_of_ap(const Component& ap) const {
        const std::string name = text(ap, "ap.name");
        return name.empty() ? text(ap, "ap.id") : name;
    }

    /// Those of a controller; an access point by itself was described already.
    void access_points() {
        if (access_points_.size() < 2 && seen_.role != Role::controller) return;
        table_of_components(
            ComponentKind::access_point,
            {{column({"ACCESS POINT", "TITIK AKSES"}, {}, 24),
              [this](const Component& c) { return Cell{name_of_ap(c)}; }},
             states({"STATE", "KEADAAN"}, "ap.up"),
             numbers({"CLIENTS", "PENGGUNA"}, "ap.clients"),
             texts({"MODEL", "MODEL"}, "ap.model", 16),
             texts({"FIRMWARE", "FIRMWARE"}, "ap.firmware", TablePrinter::unlimited, true),
             texts({"SERIAL", "NOMOR SERI"}, "ap.serial", TablePrinter::unlimited, true),
             texts({"ADDRESS", "ALAMAT"}, "ap.address", TablePrinter::unlimited, true),
             {column({"UPTIME", "MENYALA"}, right),
              [this](const Component& c) { return Cell{span(c, "ap.uptime_seconds")}; }, true}});
    }

    /// Hundreds of radios behind a controller are for a wide terminal.
    [[nodiscard]] bool are_parts_shown() const {
        return style_.is_wide || access_points_.size() < 2;
    }

    void radios() {
        if (!are_parts_shown()) return;
        table_of_components(
            ComponentKind::radio,
            {owner(), texts({"RADIO", "RADIO"}, "radio.name", 14),
             texts({"BAND", "PITA"}, "radio.band"), numbers({"CH", "KANAL"}, "radio.channel"),
             numbers({"CLIENTS", "PENGGUNA"}, "radio.clients"),
             ratios({"BUSY", "SIBUK"}, "radio.airtime_ratio"),
             numbers({"NOISE", "DERAU"}, "radio.noise_dbm"),
             numbers({"POWER", "DAYA"}, "radio.tx_power_dbm"),
             numbers({"MHZ", "MHZ"}, "radio.frequency_hertz", 1e-6, true),
             numbers({"WIDTH", "LEBAR"}, "radio.width_hertz", 1e-6, true),
             numbers({"RSSI", "RSSI"}, "radio.rssi_dbm", 1, true),
             numbers({"SNR", "SNR"}, "radio.snr_db", 1, true),
             volumes({"RX", "RX"}, "radio.rx_bytes_total", true),
             volumes({"TX", "TX"}, "radio.tx_bytes_total", true),
             numbers({"RX ERRORS", "GALAT RX"}, "radio.rx_errors_total", 1, true),
             numbers({"RETRIES", "ULANG"}, "radio.tx_retries_total", 1, true)});
    }

    void networks() {
        if (!are_parts_shown()) return;
        table_of_components(ComponentKind::ssid,
                            {owner(), texts({"SSID", "SSID"}, "ssid.ssid", 22),
                             texts({"RADIO", "RADIO"}, "ssid.radio", 10),
                             states({"STATE", "KEADAAN"}, "ssid.up", true),
                             numbers({"CLIENTS", "PENGGUNA"}, "ssid.clients"),
                             volumes({"RX", "RX"}, "ssid.rx_bytes_total"),
                             volumes({"TX", "TX"}, "ssid.tx_bytes_total"),
                             numbers({"RX ERRORS", "GALAT RX"}, "ssid.rx_errors_total", 1, true),
                             numbers({"TX ERRORS", "GALAT TX"}, "ssid.tx_errors_total", 1, true),
                             numbers({"RX DROPPED", "BUANG RX"}, "ssid.rx_dropped_total", 1, true),
                             numbers({"TX DROPPED", "BUANG TX"}, "ssid.tx_dropped_total", 1, true),
                             numbers({"RETRIES", "ULANG"}, "ssid.tx_retries_total", 1, true)});
    }

    [[nodiscard]] Cell errors_cell(const Component& c) const {
        const auto rx = number(c, "interface.rx_errors_total");
        const auto tx = number(c, "interface.tx_errors_total");
        if (!rx && !tx) return {};
        const double sum = rx.value_or(0) + tx.value_or(0);
        return {shown_number(sum, 0, style_.language), sum > 0 ? Tint::warn : Tint::none};
    }

    [[nodiscard]] std::string speed(const Component& c) const {
        return shown(c, "interface.speed_bits_per_second", [this](double bits) {
            const std::string text = shown_bytes(bits, style_.language);  // "1 GB" of bits
            if (bits == 0) return std::string();
            return text.substr(0, text.size() - 1) + "bit/s";
        });
    }

    void interfaces() {
        Maker name = texts({"INTERFACE", "ANTARMUKA"}, "interface.name", 15);
        name.column.is_cut_in_the_middle = true;
        table_of_components(
            ComponentKind::interface,
            {std::move(name),
             {column({"STATE", "KEADAAN"}),
              [this](const Component& c) {
                  return state_cell(number(c, "interface.up"), number(c, "interface.admin_up"));
              }},
             {column({"SPEED", "LAJU"}, right),
              [this](const Component& c) { return Cell{speed(c)}; }},
             volumes({"RX", "RX"}, "interface.rx_bytes_total"),
             volumes({"TX", "TX"}, "interface.tx_bytes_total"),
             {column({"ERRORS", "GALAT"}, right),
              [this](const Component& c) { return errors_cell(c); }},
             numbers({"RX PACKETS", "PAKET RX"}, "interface.rx_packets_total", 1, true),
             numbers({"TX PACKETS", "PAKET TX"}, "interface.tx_packets_total", 1, true),
             numbers({"RX DISCARDS", "BUANG RX"}, "interface.rx_discards_total", 1, true),
             numbers({"TX DISCARDS", "BUANG TX"}, "interface.tx_discards_total", 1, true),
             numbers({"INDEX", "INDEKS"}, "interface.index", 1, true),
             numbers({"TYPE", "JENIS"}, "interface.type", 1, true),
             texts({"ALIAS", "ALIAS"}, "interface.alias", TablePrinter::unlimited, true)});
    }

    void problems() {
        if (seen_.problems.empty()) return;
        out_ += '\n' + tinted(in(problems_heading), Tint::strong, style_.has_color) + '\n';
        const std::size_t most = style_.is_wide ? seen_.problems.size() : problems_shown;
        for (std::size_t i = 0; i < std::min(most, seen_.problems.size()); ++i) {
            const Problem& problem = seen_.problems[i];
            std::string words = problem.collector;
            if (!problem.ask.empty()) words += ", " + problem.ask;
            words += ": " + in(words_of(problem.reason));
            if (!problem.detail.empty()) words += " (" + problem.detail + ")";
            hanging("  ", harmless(words));
        }
        if (seen_.problems.size() > most)
            out_ += "  " + say(style_.language, more_problems, seen_.problems.size() - most) + '\n';
    }

    const Observation& seen_;
    const Device& device_;
    const Health& health_;
    const ReportStyle& style_;
    std::vector<const Component*> access_points_;
    std::string out_;
};

/// What a component is called, in its own words.
std::string part_name(const Observation& seen, const Component& component) {
    static constexpr std::array<std::string_view, 5> names{"", "ap.name", "radio.name", "ssid.ssid",
                                                           "interface.name"};
    const std::string_view name = names[static_cast<std::size_t>(component.kind)];
    if (name.empty()) return {};
    return harmless(seen.text(component, id_of(name)).value_or(""));
}

std::string exact(const Number& number, QuantityKind kind) {
    if (kind == QuantityKind::flag) return number.as_double() != 0 ? "true" : "false";
    switch (number.kind()) {
        case Number::Kind::integer:
            return std::to_string(number.as_integer());
        case Number::Kind::natural:
            return std::to_string(number.as_natural());
        case Number::Kind::real:
            break;
    }
    return fmt::format("{}", number.as_double());
}

}  // namespace

std::string words_of_failure(const CollectorReport& report, Language language) {
    const Reason reason = report.reason.value_or(Reason::local);
    const bool is_snmp = report.collector != nullptr && report.collector->name == "snmp";
    // Silence has many causes, and the commonest of them is never told by the network.
    if (is_snmp && reason == Reason::timeout) return say(language, no_snmp_answer);
    std::string detail = harmless(report.detail);
    if (detail.empty()) return say(language, words_of(reason));
    // The collector's own sentence is English.
    if (language == Language::en) return detail;
    return say(language, words_of(reason)) + " (" + detail + ')';
}

std::string probe_report(const Observation& seen, const Device& device, const Health& health,
                         const ReportStyle& style) {
    return Report(seen, device, health, style).write();
}

std::string probe_csv(const Observation& seen, const Device& device, const Health& health,
                      bool has_headers) {
    std::string text;
    const auto line = [&text](const std::vector<std::string>& fields) { text += csv_line(fields); };
    if (has_headers) line({"component", "name", "access_point", "quantity", "value", "unit"});
    line({"device", harmless(device.id), "", "health.state", std::string(name_of(health.state)),
          ""});
    line({"device", harmless(device.id), "", "health.reason",
          health.reason ? std::string(name_of(*health.reason)) : "", ""});
    for (const Component& component : seen.components) {
        const std::string kind(name_of(component.kind));
        const std::string name = part_name(seen, component);
        const std::string owner = component.parent == Component::no_parent
                                      ? ""
                                      : part_name(seen, seen.components[component.parent]);
        for (const TextReading& reading : seen.texts_of(component)) {
            const QuantityInfo& info = quantity_info(reading.quantity);
            line({kind, name, owner, std::string(info.name), std::string(seen.text_of(reading)),
                  ""});
        }
        for (const Reading& reading : seen.readings_of(component)) {
            const QuantityInfo& info = quantity_info(reading.quantity);
            line({kind, name, owner, std::string(info.name), exact(reading.value, info.kind),
                  std::string(info.unit)});
        }
    }
    return text;
}

void print_probe(const Invocation& call, const Observation& seen, const Device& device,
                 const Health& health) {
    switch (call.format) {
        case Format::json:
        case Format::yaml:
            return print_document(call, observation_json(seen, device, health));
        case Format::csv:
            return call.console.out(probe_csv(seen, device, health, call.has_headers));
        case Format::name:
            return call.console.out(harmless(device.id) + '\n');
        case Format::table:
        case Format::wide:
            break;
    }
    const ReportStyle style{.language = call.language,
                            .is_wide = call.format == Format::wide,
                            .has_headers = call.has_headers,
                            .has_color = call.console.color_out,
                            .is_explained = call.arguments.has("explain")};
    call.console.out(probe_report(seen, device, health, style));
}

}  // namespace pantau::cli
