#include "exporters/prometheus/self_metrics.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <limits>
#include <memory>
#include <set>
#include <string>

#include "collectors/http/kind.hpp"
#include "collectors/snmp/kind.hpp"
#include "dies.hpp"
#include "exporters/prometheus/fleet_writer.hpp"
#include "exporters/prometheus/label_text.hpp"
#include "exporters/prometheus/process_stats.hpp"
#include "support/process.hpp"

using namespace pantau;
using pantau::test::dies;

namespace {

bool nothing_is_taken(std::string_view) {
    return false;
}

double one() {
    return 1;
}

HistogramValues histogram() {
    return {{3, 0, 2, 1}, 4.5};
}

/// The value of a series without labels, from the text.
double value_of(const std::string& rendered, const std::string& name) {
    const std::size_t at = rendered.find('\n' + name + ' ');
    return at == std::string::npos ? std::nan("")
                                   : std::stod(rendered.substr(at + name.size() + 2));
}

class CountsByHand final : public CollectorCounts {
public:
    [[nodiscard]] std::uint64_t value(std::size_t row) const override { return 10 + row; }
};

constexpr std::array<CollectorCounter, 3> counter_rows{{
    {"pantau_icmp_requests_total", "", "", "Echo requests sent."},
    {"pantau_icmp_rejected_total", "reason", "late", "Not believed."},
    {"pantau_icmp_rejected_total", "reason", "source", "Not believed."},
}};

}  // namespace

TEST_SUITE("exporters/prometheus/self") {
    TEST_CASE("counters, gauges and histograms are shown with their help and type") {
        SelfMetrics metrics(nothing_is_taken);
        metrics.add(self::polls, [] { return 12; });
        metrics.add(self::polls_in_flight, [] { return 3; });
        metrics.add_histogram(self::poll_duration, {0.1, 0.5, 1}, histogram);
        CHECK(metrics.render() ==
              "# HELP pantau_polls_total Polls finished, whatever came of them.\n"
              "# TYPE pantau_polls_total counter\n"
              "pantau_polls_total 12\n"
              "# HELP pantau_polls_in_flight Polls under way.\n"
              "# TYPE pantau_polls_in_flight gauge\n"
              "pantau_polls_in_flight 3\n"
              "# HELP pantau_poll_duration_seconds Time from the start of a poll to its end, "
              "waiting for the device included.\n"
              "# TYPE pantau_poll_duration_seconds histogram\n"
              "pantau_poll_duration_seconds_count 6\n"
              "pantau_poll_duration_seconds_sum 4.5\n"
              "pantau_poll_duration_seconds_bucket{le=\"0.1\"} 3\n"
              "pantau_poll_duration_seconds_bucket{le=\"0.5\"} 3\n"
              "pantau_poll_duration_seconds_bucket{le=\"1\"} 5\n"
              "pantau_poll_duration_seconds_bucket{le=\"+Inf\"} 6\n");
    }

    TEST_CASE("the series of one name stand together, in whatever order they were added") {
        SelfMetrics metrics(nothing_is_taken);
        metrics.add(self::poll_failures, {"timeout"}, [] { return 5; });
        metrics.add(self::polls, one);
        metrics.add(self::poll_failures, {"auth"}, [] { return 2; });
        const std::string rendered = metrics.render();
        CHECK(rendered.find("pantau_poll_failures_total{reason=\"timeout\"} 5\n"
                            "pantau_poll_failures_total{reason=\"auth\"} 2\n") !=
              std::string::npos);
        CHECK(rendered.find("# TYPE pantau_poll_failures_total") ==
              rendered.rfind("# TYPE pantau_poll_failures_total"));
    }

    TEST_CASE("values are read anew for every rendering") {
        SelfMetrics metrics(nothing_is_taken);
        double value = 1;
        metrics.add(self::polls, [&] { return value; });
        CHECK(value_of(metrics.render(), "pantau_polls_total") == 1);
        value = 1e15 + 1;
        CHECK(value_of(metrics.render(), "pantau_polls_total") == value);
    }

    TEST_CASE("a value that is not known is absent, and so is the head of an empty family") {
        SelfMetrics metrics(nothing_is_taken);
        metrics.add(self::snapshot_age, [] { return std::nan(""); });
        metrics.add(self::loop_lag, {"web"},
                    [] { return std::numeric_limits<double>::infinity(); });
        metrics.add(self::loop_lag, {"fleet"}, [] { return 0.25; });
        const std::string rendered = metrics.render();
        CHECK(rendered.find("pantau_snapshot_age") == std::string::npos);
        CHECK(rendered.find("web") == std::string::npos);
        CHECK(rendered.find("pantau_loop_lag_seconds{loop=\"fleet\"} 0.25\n") != std::string::npos);
    }

    TEST_CASE("no label value can break the scrape") {
        SelfMetrics metrics(nothing_is_taken);
        metrics.add_build_info({.version = "1.0\n\"x\" 1",
                                .revision = "\xFF\xFE",
                                .compiler = "g++ \\12",
                                .netsnmp = "",
                                .curl = std::string("7\0.88", 5)});
        const std::string rendered = metrics.render();
        CHECK(rendered.find(R"(pantau_build_info{version="1.0 \"x\" 1",revision=)"
                            "\"\xEF\xBF\xBD\xEF\xBF\xBD\","
                            R"(compiler="g++ \\12",netsnmp="",curl="7.88"} 1)"
                            "\n") != std::string::npos);
    }

    TEST_CASE("what a collector counts about itself has the names it brings") {
        SelfMetrics metrics(nothing_is_taken);
        metrics.add_collector(counter_rows, std::make_shared<CountsByHand>());
        CHECK(metrics.render() ==
              "# HELP pantau_icmp_requests_total Echo requests sent.\n"
              "# TYPE pantau_icmp_requests_total counter\n"
              "pantau_icmp_requests_total 10\n"
              "# HELP pantau_icmp_rejected_total Not believed.\n"
              "# TYPE pantau_icmp_rejected_total counter\n"
              "pantau_icmp_rejected_total{reason=\"late\"} 11\n"
              "pantau_icmp_rejected_total{reason=\"source\"} 12\n");
    }

    TEST_CASE(
        "the process tells its time, memory, descriptors and start as the kernel knows them") {
        SelfMetrics metrics(nothing_is_taken);
        metrics.add_process();
        const std::string rendered = '\n' + metrics.render();
        const double started = value_of(rendered, "process_start_time_seconds");
        const double now = to_seconds(std::chrono::system_clock::now().time_since_epoch());
        CHECK(started <= now + 1);  // The kernel counts in ticks.
        CHECK(started > now - 3600);
        CHECK(value_of(rendered, "process_cpu_seconds_total") >= 0);
        CHECK(value_of(rendered, "process_resident_memory_bytes") > 1e6);
        CHECK(value_of(rendered, "process_virtual_memory_bytes") >
              value_of(rendered, "process_resident_memory_bytes"));
        CHECK(value_of(rendered, "process_threads") >= 1);
        CHECK(value_of(rendered, "process_open_fds") >= 3);
        CHECK(value_of(rendered, "process_max_fds") >= value_of(rendered, "process_open_fds"));
    }

    TEST_CASE("an opened file is one more descriptor") {
        const auto before = count_open_fds();
        REQUIRE(before.has_value());
        const test::TemporaryDirectory directory;
        const int fd = ::open(directory.path().c_str(), O_RDONLY | O_DIRECTORY);
        CHECK(count_open_fds() == *before + 1);
        ::close(fd);
        CHECK(count_open_fds() == before);
    }

    TEST_CASE("what cannot be right ends the process at start") {
        SelfMetrics metrics(nothing_is_taken);
        metrics.add(self::polls, one);
        metrics.add(self::poll_failures, {"timeout"}, one);
        CHECK_FALSE(dies([&] { metrics.add(self::poll_failures, {"auth"}, one); }));
        SUBCASE("the same series twice") {
            CHECK(dies([&] { metrics.add(self::polls, one); }));
            CHECK(dies([&] { metrics.add(self::poll_failures, {"timeout"}, one); }));
        }
        SUBCASE("another number of label values than the row has labels") {
            CHECK(dies([&] { metrics.add(self::poll_failures, one); }));
            CHECK(dies([&] { metrics.add(self::loop_lag, {"a", "b"}, one); }));
            CHECK(dies([&] { metrics.add(self::polls_shed, {"a"}, one); }));
        }
        SUBCASE("a metric that is not in the catalogue") {
            const SelfMetric stranger{"pantau_stranger", SelfMetricType::gauge, {}, "Who?"};
            CHECK(dies([&] { metrics.add(stranger, one); }));
            const SelfMetric twin = self::polls_shed;
            CHECK(dies([&] { metrics.add(twin, one); }));
        }
        SUBCASE("a histogram as a number, a number as a histogram, bounds that fall") {
            CHECK(dies([&] { metrics.add(self::poll_duration, one); }));
            CHECK(dies([&] { metrics.add_histogram(self::polls_shed, {1}, histogram); }));
            CHECK(dies([&] { metrics.add_histogram(self::poll_duration, {2, 1}, histogram); }));
        }
        SUBCASE("a collector's counter that does not say it is one, or has a row twice") {
            const auto counts = std::make_shared<CountsByHand>();
            const std::array<CollectorCounter, 1> gauge{{{"pantau_icmp_requests", "", "", "x"}}};
            CHECK(dies([&] { metrics.add_collector(gauge, counts); }));
            CHECK(dies([&] {
                metrics.add_collector(counter_rows, counts);
                metrics.add_collector(counter_rows, counts);
            }));
        }
    }

    TEST_CASE("a name that belongs to the fleet is refused, also behind a histogram") {
        const auto taken = [](std::string_view name) {
            return [name](std::string_view asked) { return asked == name; };
        };
        CHECK(dies([&] { SelfMetrics(taken("pantau_polls_total")).add(self::polls, one); }));
        for (const char* ending : {"", "_bucket", "_sum", "_count"}) {
            CAPTURE(ending);
            const std::string name = std::string(self::poll_duration.name) + ending;
            CHECK(dies([&] {
                SelfMetrics(taken(name)).add_histogram(self::poll_duration, {1, 2, 3}, histogram);
            }));
        }
    }

    TEST_CASE("the catalogue has good names, each once, and none of the fleet or a collector") {
        const std::array<const CollectorKind*, 2> kinds{&snmp_kind(), &http_kind()};
        const std::array<const CollectorInfo*, 2> infos{kinds[0]->info, kinds[1]->info};
        const exposition::FleetWriter fleet(infos);
        std::set<std::string_view> names;
        for (const SelfMetric* const metric : self_catalogue()) {
            CAPTURE(metric->name);
            CHECK(exposition::is_metric_name(metric->name));
            CHECK(names.insert(metric->name).second);
            CHECK_FALSE(fleet.has_family(metric->name));
            CHECK(metric->help.ends_with('.'));
            CHECK((metric->type == SelfMetricType::counter) == metric->name.ends_with("_total"));
        }
        for (const CollectorKind* const kind : kinds) {
            for (const CollectorCounter& counter : kind->counters) {
                CAPTURE(counter.metric);
                CHECK_FALSE(names.contains(counter.metric));
                CHECK_FALSE(fleet.has_family(counter.metric));
            }
        }
    }

    TEST_CASE("all of the catalogue and the collectors can be added, then nothing is missing") {
        const std::array<const CollectorKind*, 2> kinds{&snmp_kind(), &http_kind()};
        const std::array<const CollectorInfo*, 2> infos{kinds[0]->info, kinds[1]->info};
        const exposition::FleetWriter fleet(infos);
        SelfMetrics metrics([&](std::string_view name) { return fleet.has_family(name); });
        CHECK(metrics.missing().size() == self_catalogue().size());
        for (const SelfMetric* const metric : self_catalogue()) {
            if (metric == &self::process_cpu) break;
            const std::vector<std::string> values(metric->labels().size(), "x");
            if (metric->type == SelfMetricType::histogram) {
                metrics.add_histogram(*metric, {0.5, 1, 2}, histogram);
            } else {
                metrics.add(*metric, values, one);
            }
        }
        CHECK(std::ranges::all_of(
            metrics.missing(), [](std::string_view name) { return name.starts_with("process_"); }));
        metrics.add_process();
        for (const CollectorKind* const kind : kinds)
            metrics.add_collector(kind->counters, kind->make_counts());
        CHECK(metrics.missing().empty());
        SKIP_WITHOUT("promtool");
        const auto finished = test::run({"promtool", "check", "metrics"}, metrics.render());
        CHECK(finished.status == 0);
        CHECK(finished.out + finished.err == "");
    }
}
