// Every query of every dashboard, asked of a real Prometheus that scrapes pantaud on the simulated
// city.
#include <doctest/doctest.h>
#include <re2/re2.h>

#include <chrono>
#include <filesystem>
#include <map>

#include "../daemon/daemon_by_hand.hpp"
#include "dashboard_files.hpp"

namespace pantau::test {
namespace {

using namespace std::chrono_literals;
namespace json = boost::json;

/// Prometheus with the pack as it is shipped, but in seconds where the pack says minutes.
class PackPrometheus {
public:
    explicit PackPrometheus(std::uint16_t scraped) {
        const std::string pack = PANTAU_SOURCE_DIR "/etc/prometheus/";
        for (const char* name : {"prometheus.yml", "pantau.rules.yml", "pantau.alerts.yml"}) {
            std::string text = read_file(pack + name);
            RE2::GlobalReplace(&text, R"(interval: \d+[sm])", "interval: 1s");
            RE2::GlobalReplace(&text, R"(scrape_timeout: \d+s)", "scrape_timeout: 1s");
            RE2::GlobalReplace(&text, R"((?m)^(\s+)for: \d+[smhd]$)", R"(\1for: 0s)");
            RE2::GlobalReplace(&text, "127.0.0.1:8551", "127.0.0.1:" + std::to_string(scraped));
            RE2::GlobalReplace(&text, R"(127\.0\.0\.1:9093)", "127.0.0.1:9");
            static_cast<void>(folder_.write(name, text));
        }
        process_ = std::make_unique<Process>(std::vector<std::string>{
            "prometheus", "--config.file=" + folder_.path() + "/prometheus.yml",
            "--storage.tsdb.path=" + folder_.path() + "/db",
            "--web.listen-address=127.0.0.1:" + std::to_string(port_)});
    }

    struct Result {
        std::string error;  ///< Empty when Prometheus understood.
        std::size_t count = 0;
        std::string ap;  ///< Of the first series, if it has one.
    };
    [[nodiscard]] Result ask(const std::string& promql) const {
        const Finished done =
            run({"curl", "-s", "-m", "10", "-G", "--data-urlencode", "query=" + promql,
                 "http://127.0.0.1:" + std::to_string(port_) + "/api/v1/query"});
        boost::system::error_code unreadable;
        const json::value answer = json::parse(done.out, unreadable);
        if (unreadable) return {.error = "no answer: " + done.out};
        if (answer.at("status") != "success")
            return {.error = std::string(answer.at("error").as_string())};
        const json::array& series = answer.at("data").at("result").as_array();
        Result result{.count = series.size()};
        if (!series.empty()) result.ap = text_of(series[0].at("metric").as_object(), "ap");
        return result;
    }

private:
    TemporaryDirectory folder_;
    std::uint16_t port_ = free_port();
    std::unique_ptr<Process> process_;
};

/// As Grafana does it before it asks, with "all" chosen.
std::string with_variables(std::string expr, const std::string& ap) {
    const std::map<std::string, std::string> values{{"$__rate_interval", "20s"},
                                                    {"$kecamatan", ".*"},
                                                    {"$kelurahan", ".*"},
                                                    {"$rw", ".*"},
                                                    {"$ap", ap},
                                                    {"$instance", ".*"}};
    for (const auto& [name, value] : values)
        for (std::size_t at = 0; (at = expr.find(name, at)) != std::string::npos;)
            expr.replace(at, name.size(), value);
    return expr;
}

/// Panels that may be empty here, with what would fill them.
const std::map<std::string, std::string> may_be_empty{
    {"pantau_outbox_oldest_seconds", "comes with pantaud's own alerting"},
};
bool may_stay_empty(const std::string& expr) {
    return std::ranges::any_of(
        may_be_empty, [&](const auto& entry) { return metric_names(expr).contains(entry.first); });
}

}  // namespace

TEST_SUITE("packs/queries") {
    TEST_CASE("every query of every dashboard is understood by Prometheus, and finds something") {
        SKIP_WITHOUT("prometheus");
        const CityByHand demo(small_city(30));
        Daemon daemon(demo.files.configuration.string(), demo.port);
        REQUIRE(daemon.becomes_ready());
        const PackPrometheus prometheus(demo.port);
        // The lists of those in trouble need somebody who is; RW without people are there anyway.
        demo.city->kill(3);
        REQUIRE(eventually([&] { return prometheus.ask("pantau_ap_health == 0").count > 0; }));

        // A maker whose access points tell everything that the page of an access point shows.
        const std::string telling =
            "pantau_ssid_receive_bytes_total and on (ap) pantau_radio_airtime_ratio and on (ap) "
            "pantau_radio_channel and on (ap) (pantau_ap_up == 1)";
        REQUIRE(eventually([&] { return prometheus.ask(telling).count > 0; }));
        const std::string alive = prometheus.ask(telling).ap;

        std::size_t asked = 0;
        for (const DashboardFile& file : dashboard_files()) {
            for (const json::object& panel : objects_of(file.content, "panels")) {
                for (const std::string& expr : expressions(panel)) {
                    const std::string promql = with_variables(expr, alive);
                    CAPTURE(file.name);
                    CAPTURE(text_of(panel, "title"));
                    CAPTURE(promql);
                    ++asked;
                    CHECK(promql.find('$') == std::string::npos);
                    CHECK(prometheus.ask(promql).error == "");
                    if (may_stay_empty(expr)) continue;
                    CHECK(eventually([&] { return prometheus.ask(promql).count > 0; }, 30s));
                }
            }
            // And what fills the choices.
            for (const json::object& variable :
                 objects_of(file.content.at("templating").as_object(), "list")) {
                if (text_of(variable, "type") != "query") continue;
                std::string selector, label;
                REQUIRE(RE2::FullMatch(text_of(variable.at("query").as_object(), "query"),
                                       R"(label_values\((.*), ([a-z]+)\))", &selector, &label));
                CAPTURE(selector);
                const std::string choices =
                    "group by (" + label + ") (" + with_variables(selector, alive) + ")";
                CHECK(eventually([&] { return prometheus.ask(choices).count > 0; }, 30s));
            }
        }
        CHECK(asked > 60);
        // The list of exceptions stays as small as can be.
        for (const auto& [name, reason] : may_be_empty) {
            CAPTURE(name);
            CHECK(prometheus.ask(name).count == 0);
        }
    }
}

}  // namespace pantau::test
