#include "exporters/prometheus/metrics_reference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "exporters/prometheus/format.hpp"
#include "exporters/prometheus/self_catalogue.hpp"

namespace pantau::exposition {
namespace {

constexpr std::string_view introduction =
    R"(<!-- Made from the tables in the source. To renew it after a change:
     PANTAU_RENEW_DOCS=1 build/dev/tests/bin/exporters_prometheus_test -->
# Metrics

`/metrics` answers in Prometheus' text format 0.0.4, or in OpenMetrics 1.0 to those who ask for that (Prometheus
does), packed with gzip for those who ask for it. A scrape reads
what the latest polls found and touches no device: scrape as often as you poll, more brings nothing new.

- **area** in the tables stands for one label per level of `hierarchy:` in `pantau.yml`; in Malang `kecamatan`,
  `kelurahan`, `rw`. A level whose name cannot be a label has `_` in its place; one that has another meaning here
  (`ap`, `radio`, `level` …) gets `area_` in front.
- `ap` and `device` are names of the inventory. What a device says of itself stands in `pantau_ap_info` alone; the
  only other words from the network are names of radios, networks and interfaces. Of two that share a name, each has
  `#` and its number behind it; a part without a name is called `#` and its number.
- **Absent is not zero.** What a device did not tell has no series. When it is down, or was not polled for three
  intervals, all that was measured on it is gone, so that graphs show a gap; `pantau_ap_up` stays, for every
  access point of the inventory, from the first scrape on. No series has a timestamp.
- Counters are 64 bits wide, also where a device counts in 32; a restart of the device is a reset that `rate()`
  and `increase()` understand.
- A device has at most 500 series (2,000 when it is no access point), a scrape at most 4,000,000 of devices; what is
  beyond is left out and counted in `pantau_series_dropped_total`. What is left out does not change from scrape to
  scrape: of a device the last of its parts, in the order in which it tells them (radios and networks, then
  interfaces); of a scrape the last devices of the inventory, which keep `pantau_ap_up` and `pantau_ap_health`. Areas
  and pantaud's own figures are never left out.

## Less at once

| parameter | gives |
|---|---|
| `?level=basic` | the metrics marked ● only: eight series for each access point, and the areas |
| `?kecamatan=Klojen`, `?kecamatan=Klojen&rw=08` | the devices of that area |
| `?shard=0/4` … `?shard=3/4` | a fourth of the devices each, always the same ones; the areas go with part 0 |

`/sd/prometheus` lists such parts as targets for Prometheus' `http_sd_configs`: one for each 700 devices or so, in powers
of two; `?shards=8` asks for that many, `?level=basic` for the short set. Each target has a label `shard`.

Prometheus needs some 3 to 4 kB of memory for a series, and takes a second for each 300,000 of one scrape: give
it parts of 100,000 series or less.

## To begin with

| question | expression |
|---|---|
| how many access points work, by kelurahan | `sum by (kelurahan) (pantau_ap_up)` |
| which have been down for ten minutes | `max_over_time(pantau_ap_up[10m]) == 0` |
| availability over 30 days | `avg_over_time(pantau_ap_up[30d])` |
| bits per second of every access point's ports | `8 * sum by (ap) (rate(pantau_interface_receive_bytes_total[5m]))` |
| people in each RW | `pantau_area_clients{level="rw"}` |
| access points nobody used for a week | `max_over_time(pantau_ap_clients[7d]) == 0` |
| model of what is down | `(pantau_ap_up == 0) * on (ap) group_left (vendor, model) pantau_ap_info` |
| is pantaud late | `histogram_quantile(0.99, rate(pantau_poll_lateness_seconds_bucket[5m]))` |
)";

struct Row {
    std::string_view name;
    std::string_view type;
    std::vector<std::string> labels;
    std::string_view unit;
    std::string_view mark;
    std::string_view help;
};

/// Where a reader looks for a family.
enum class Chapter : std::uint8_t { ap, radio, ssid, interface, collectors, device, area };

struct ChapterHead {
    Chapter chapter;
    std::string_view title;
    std::string_view words;
};

constexpr std::array<ChapterHead, 7> chapters{{
    {Chapter::ap, "Access points", ""},
    {Chapter::radio, "Radios of access points", ""},
    {Chapter::ssid, "Networks of access points", ""},
    {Chapter::interface, "Interfaces",
     "`ap` for access points; `device` and `role` for everything else."},
    {Chapter::collectors, "Checks",
     "`ap` for access points; `device` and `role` for everything else."},
    {Chapter::device, "Devices that are no access points",
     "Controllers, switches, routers, parents."},
    {Chapter::area, "Areas",
     "For each level of the hierarchy, with the labels down to that level."},
}};

bool has_label(const Family& family, std::string_view name) {
    return std::ranges::find(family.labels, name) != family.labels.end();
}

Chapter chapter_of(const Family& family) {
    switch (family.subject) {
        case Subject::device:
            return Chapter::device;
        case Subject::area:
            return Chapter::area;
        case Subject::either:
            return has_label(family, "interface") ? Chapter::interface : Chapter::collectors;
        case Subject::ap:
            break;
    }
    if (has_label(family, "ssid")) return Chapter::ssid;
    return has_label(family, "radio") ? Chapter::radio : Chapter::ap;
}

std::vector<std::string> labels_of(const Family& family) {
    std::vector<std::string> labels;
    switch (family.subject) {
        case Subject::ap:
            labels = {"`ap`", "area"};
            break;
        case Subject::device:
            labels = {"`device`", "`role`", "area"};
            break;
        case Subject::either:
            labels = {"`ap` or `device`, `role`", "area"};
            break;
        case Subject::area:
            labels = {"area", "`level`"};
            break;
    }
    for (const std::string& label : family.labels)
        labels.push_back('`' + label + '`');
    return labels;
}

std::string cell(std::string_view text) {
    std::string escaped;
    for (const char c : text) {
        if (c == '|') escaped.push_back('\\');
        escaped.push_back(c);
    }
    return escaped;
}

void append_row(std::string& out, const Row& row) {
    std::string labels;
    for (const std::string& label : row.labels)
        labels += (labels.empty() ? "" : ", ") + label;
    out += fmt::format("| `{}` | {} | {} | {} | {} | {} |\n", row.name, row.type, labels, row.unit,
                       row.mark, cell(row.help));
}

void append_head(std::string& out, std::string_view title, std::string_view words) {
    out += fmt::format("\n## {}\n", title);
    if (!words.empty()) out += fmt::format("\n{}\n", words);
    out += "\n| metric | type | labels | unit | | meaning |\n|---|---|---|---|---|---|\n";
}

void append_fleet(std::string& out, const FamilyTable& fleet) {
    for (const ChapterHead& head : chapters) {
        append_head(out, head.title, head.words);
        for (const Family& family : fleet.all()) {
            if (chapter_of(family) != head.chapter) continue;
            append_row(out, {family.name, family.type == FamilyType::counter ? "counter" : "gauge",
                             labels_of(family), family.unit,
                             family.detail == Detail::basic ? "●" : "", family.help});
        }
    }
}

void append_self(std::string& out, std::span<const CollectorKind* const> collectors) {
    append_head(out, "pantaud itself", "");
    for (const SelfMetric* const metric : self_catalogue()) {
        std::vector<std::string> labels;
        for (const std::string_view label : metric->labels())
            labels.push_back(fmt::format("`{}`", label));
        append_row(out, {metric->name, name_of(metric->type), labels, unit_in(metric->name), "",
                         metric->help});
    }
    std::string_view before;
    for (const CollectorKind* const kind : collectors) {
        for (const CollectorCounter& counter : kind->counters) {
            // Rows that differ in the label's value only are one metric.
            if (counter.metric == before) continue;
            before = counter.metric;
            std::vector<std::string> labels;
            if (!counter.label_name.empty())
                labels.push_back(fmt::format("`{}`", counter.label_name));
            append_row(out, {counter.metric, "counter", labels, unit_in(counter.metric), "",
                             counter.help});
        }
    }
}

}  // namespace

std::string metrics_reference(const FamilyTable& fleet,
                              std::span<const CollectorKind* const> collectors) {
    std::string out(introduction);
    append_fleet(out, fleet);
    append_self(out, collectors);
    return out;
}

}  // namespace pantau::exposition
