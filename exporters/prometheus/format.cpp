#include "exporters/prometheus/format.hpp"

#include <array>

#include "exporters/prometheus/label_text.hpp"

namespace pantau::exposition {
namespace {

constexpr std::string_view total = "_total";

/// The longer ones first: a speed is not in seconds.
constexpr std::array<std::string_view, 8> units{
    "bytes_per_second", "seconds", "bytes", "ratio", "hertz", "celsius", "dbm", "db"};

std::string_view without_total(std::string_view metric) {
    if (metric.ends_with(total)) metric.remove_suffix(total.size());
    return metric;
}

/// In OpenMetrics a quote in HELP is escaped, too.
std::string escaped(std::string_view help, Format format) {
    const std::string text = escape_help(help);
    if (format == Format::text) return text;
    std::string out;
    for (const char c : text) {
        if (c == '"') out.push_back('\\');
        out.push_back(c);
    }
    return out;
}

}  // namespace

std::string_view unit_in(std::string_view metric) {
    metric = without_total(metric);
    for (const std::string_view unit : units) {
        if (metric.size() > unit.size() && metric.ends_with(unit) &&
            metric[metric.size() - unit.size() - 1] == '_')
            return unit;
    }
    return {};
}

std::string family_head(std::string_view name, std::string_view type, std::string_view help,
                        Format format) {
    const bool is_open = format == Format::open_metrics;
    const std::string shown(is_open && type == "counter" ? without_total(name) : name);
    std::string head = "# HELP " + shown + ' ' + escaped(help, format) + "\n# TYPE " + shown + ' ';
    head.append(type).push_back('\n');
    const std::string_view unit = unit_in(name);
    if (is_open && !unit.empty())
        head.append("# UNIT ").append(shown).append(" ").append(unit) += '\n';
    return head;
}

}  // namespace pantau::exposition
