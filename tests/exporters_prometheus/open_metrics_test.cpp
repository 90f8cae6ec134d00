// OpenMetrics 1.0: the same series as the text format, under other heads.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "collectors/registry.hpp"
#include "exporters/prometheus/format.hpp"
#include "exporters/prometheus/self_metrics.hpp"
#include "nasty_fleet.hpp"
#include "support/process.hpp"

using namespace pantau;
using namespace pantau::exposition;
using namespace pantau::by_hand;

namespace {

std::string fleet(Format format) {
    RenderOptions options;
    options.format = format;
    return nasty_fleet().render(options);
}

SelfMetrics own_figures() {
    SelfMetrics own([](std::string_view) { return false; });
    own.add(self::polls, [] { return 12.0; });
    own.add(self::loop_lag, {"a\"b\\c"}, [] { return 0.25; });
    own.add(self::process_cpu, [] { return 1e21; });
    own.add_histogram(self::poll_lateness, {0.001, 1, 10}, [] {
        return HistogramValues{{3, 2, 1, 4}, 99.5};
    });
    return own;
}

std::vector<std::string> lines_of(const std::string& text, bool of_heads) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text.find('\n', at);
        std::string line = text.substr(at, end - at);
        if (line.starts_with('#') == of_heads) lines.push_back(std::move(line));
        at = end + 1;
    }
    return lines;
}

/// The word behind "# UNIT " and its kin.
std::string word(const std::string& line, std::size_t number) {
    std::size_t at = 0;
    for (std::size_t i = 0; i < number; ++i)
        at = line.find(' ', at) + 1;
    return line.substr(at, line.find(' ', at) - at);
}

/// Whatever is wrong with the heads, and with the names of the series below them.
std::string fault_of(const std::string& text) {
    std::set<std::string> seen;
    std::string name;
    std::string type;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text.find('\n', at);
        const std::string line = text.substr(at, end - at);
        at = end + 1;
        if (line == "# EOF") return at == text.size() ? "" : "something behind the end";
        if (line.starts_with("# HELP ")) {
            name = word(line, 2);
            if (!seen.insert(name).second) return name + " twice";
        } else if (line.starts_with("# TYPE ")) {
            type = word(line, 3);
            if (word(line, 2) != name) return "type of another: " + line;
        } else if (line.starts_with("# UNIT ")) {
            if (word(line, 2) != name) return "unit of another: " + line;
            if (!name.ends_with('_' + word(line, 3))) return "not in the name: " + line;
        } else {
            const std::string of = line.substr(0, line.find_first_of("{ "));
            const bool fits = type == "counter"     ? of == name + "_total"
                              : type == "histogram" ? of.starts_with(name + '_')
                                                    : of == name;
            if (!fits) return of + " below " + name;
            if (type != "counter" && of.ends_with("_total")) return of + " is no counter";
        }
    }
    return "no end";
}

}  // namespace

TEST_SUITE("exporters/prometheus/open metrics") {
    TEST_CASE("the series are those of the text format, letter by letter") {
        const std::vector<std::string> open = lines_of(fleet(Format::open_metrics), false);
        CHECK(open.size() > 10'000);
        CHECK(open == lines_of(fleet(Format::text), false));
    }

    TEST_CASE("heads are as the standard wants them, for the fleet and for our own figures") {
        const std::string text = fleet(Format::open_metrics) +
                                 own_figures().render(Format::open_metrics) +
                                 std::string(open_metrics_end);
        CHECK(fault_of(text) == "");
        for (const char* line : {
                 "# TYPE pantau_ap_reboots counter",
                 "# TYPE pantau_radio_noise_dbm gauge",
                 "# UNIT pantau_radio_noise_dbm dbm",
                 "# UNIT pantau_interface_speed_bytes_per_second bytes_per_second",
                 "# UNIT pantau_interface_receive_bytes bytes",
                 "# TYPE pantau_polls counter",
                 "pantau_polls_total 12",
                 "# UNIT process_cpu_seconds seconds",
                 "process_cpu_seconds_total 1e+21",
                 "pantau_loop_lag_seconds{loop=\"a\\\"b\\\\c\"} 0.25",
                 "# UNIT pantau_poll_lateness_seconds seconds",
                 "pantau_poll_lateness_seconds_bucket{le=\"0.001\"} 3",
                 "pantau_poll_lateness_seconds_bucket{le=\"1.0\"} 5",
                 "pantau_poll_lateness_seconds_bucket{le=\"10.0\"} 6",
                 "pantau_poll_lateness_seconds_bucket{le=\"+Inf\"} 10",
                 "pantau_poll_lateness_seconds_count 10",
                 "pantau_poll_lateness_seconds_sum 99.5",
             }) {
            CAPTURE(line);
            CHECK(text.find('\n' + std::string(line) + '\n') != std::string::npos);
        }
    }

    TEST_CASE("a head escapes what its format escapes") {
        CHECK(family_head("a_total", "counter", "x \"y\" \\ z\n", Format::text) ==
              "# HELP a_total x \"y\" \\\\ z\\n\n# TYPE a_total counter\n");
        CHECK(family_head("a_total", "counter", "x \"y\" \\ z\n", Format::open_metrics) ==
              "# HELP a x \\\"y\\\" \\\\ z\\n\n# TYPE a counter\n");
    }

    TEST_CASE("no two families have one name once counters have lost their ending") {
        std::set<std::string> names;
        const FamilyTable table(collector_infos());
        for (const Family& family : table.all()) {
            CAPTURE(family.name);
            std::string name = family.name;
            if (family.type == FamilyType::counter) name.resize(name.size() - 6);
            CHECK(names.insert(name).second);
        }
        for (const SelfMetric* metric : self_catalogue()) {
            CAPTURE(metric->name);
            std::string name(metric->name);
            if (metric->type == SelfMetricType::counter) name.resize(name.size() - 6);
            CHECK(names.insert(name).second);
        }
    }

    TEST_CASE("help says what it is, in which unit, and where it comes from") {
        const FamilyTable table(collector_infos());
        for (const Family& family : table.all()) {
            CAPTURE(family.name);
            CHECK(full_help(family).find("Source") != std::string::npos);
            if (!unit_in(family.name).empty())
                CHECK(full_help(family).find("Unit: ") != std::string::npos);
        }
    }

    TEST_CASE("the reference reader of OpenMetrics takes it") {
        SKIP_WITHOUT("/usr/bin/python3");
        if (pantau::test::run({"/usr/bin/python3", "-c", "import prometheus_client"}).status != 0) {
            pantau::test::print_skip("python3-prometheus-client is not installed");
            return;
        }
        const std::string text = fleet(Format::open_metrics) +
                                 own_figures().render(Format::open_metrics) +
                                 std::string(open_metrics_end);
        const auto done = pantau::test::run(
            {"/usr/bin/python3", "-c",
             "import sys; from prometheus_client.openmetrics import parser; "
             "print(sum(len(f.samples) for f in parser.text_fd_to_metric_families("
             "open(0, encoding='utf-8', newline='\\n'))))"},
            text);
        INFO(done.err);
        CHECK(done.status == 0);
        CHECK(done.out == std::to_string(lines_of(text, false).size()) + "\n");
    }
}
