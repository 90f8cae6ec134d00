// A real Prometheus scrapes what hostile devices call themselves: one bad byte anywhere would make
// it refuse the whole city.
#include <doctest/doctest.h>

#include <string>

#include "exporters_web/running_server.hpp"
#include "nasty_fleet.hpp"
#include "read_text.hpp"
#include "support/process.hpp"

using namespace pantau;
using namespace pantau::by_hand;

namespace {

/// Serves a text as /metrics.
HttpRoute serving(std::shared_ptr<const std::string> text, std::string type) {
    return {"GET", "/metrics",
            [text = std::move(text), type = std::move(type)](const HttpRequest&,
                                                             const HttpReply& reply) {
                HttpResponse response;
                response.content_type = type;
                response.body = text;
                reply(response);
            }};
}

class Prometheus {
public:
    explicit Prometheus(const std::string& target) {
        const std::string config =
            folder_.write("prometheus.yml",
                          "global: {scrape_interval: 1s, scrape_timeout: 1s}\n"
                          "scrape_configs: [{job_name: nasty, static_configs: [{targets: ['" +
                              target + "']}]}]\n");
        process_ = std::make_unique<pantau::test::Process>(
            std::vector<std::string>{"prometheus", "--config.file=" + config,
                                     "--storage.tsdb.path=" + folder_.path() + "/db",
                                     "--web.listen-address=127.0.0.1:" + std::to_string(port_)});
    }

    /// Waits until a query has that one number as its answer.
    bool says(const std::string& promql, std::size_t number) const {
        const std::string wanted = ",\"" + std::to_string(number) + "\"]}]";
        return pantau::test::eventually(
            [&] { return api("query", promql).find(wanted) != std::string::npos; },
            std::chrono::seconds(60));
    }
    [[nodiscard]] std::string api(const std::string& what, const std::string& promql) const {
        return pantau::test::run({"curl", "-s", "-m", "10", "-G", "--data-urlencode",
                                  "query=" + promql,
                                  "http://127.0.0.1:" + std::to_string(port_) + "/api/v1/" + what})
            .out;
    }

private:
    pantau::test::TemporaryDirectory folder_;
    std::uint16_t port_ = pantau::test::free_port();
    std::unique_ptr<pantau::test::Process> process_;
};

}  // namespace

TEST_SUITE("exporters/prometheus/prometheus") {
    TEST_CASE("Prometheus takes every series of a fleet of nasty names, and stays up") {
        SKIP_WITHOUT("prometheus");
        SKIP_WITHOUT("curl");
        const Made made = nasty_fleet();
        auto text = std::make_shared<std::string>(made.render());
        std::string type = "text/plain; version=0.0.4; charset=utf-8";
        const TextRead read = read_text(*text);
        SUBCASE("as text") {}
        SUBCASE("as OpenMetrics") {
            RenderOptions options;
            options.format = Format::open_metrics;
            *text = made.render(options).append(open_metrics_end);
            type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
        }
        REQUIRE(read.fault == "");
        std::size_t access_points = 0;
        for (const FamilyRead& family : read.families) {
            if (family.name == "pantau_ap_up") access_points = family.series.size();
        }
        pantau::test::RunningServer server(pantau::test::any_port(), {serving(text, type)});
        const Prometheus prometheus(server.address());
        CHECK(prometheus.says("up", 1));
        CHECK(prometheus.says("scrape_samples_scraped", read.size()));
        CHECK(prometheus.says("count(pantau_ap_up)", access_points));
        CHECK(prometheus.says("count({__name__=~\"pantau_.*\"})", read.size()));
        INFO(prometheus.api("targets", ""));
        CHECK(prometheus.api("targets", "").find("\"lastError\":\"\"") != std::string::npos);
    }
}
