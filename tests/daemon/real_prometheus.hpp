#pragma once

#include <boost/json.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "daemon_by_hand.hpp"

namespace pantau::test {

/// A Prometheus of its own that scrapes once a second.
class Prometheus {
public:
    explicit Prometheus(std::uint16_t scraped)
        : Prometheus("static_configs: [{targets: [\"127.0.0.1:" + std::to_string(scraped) +
                     "\"]}]") {}
    /// `targets` is the line that says how it finds what to scrape.
    explicit Prometheus(const std::string& targets) {
        const std::string config =
            folder_.write("prometheus.yml",
                          "global: {scrape_interval: 1s, scrape_timeout: 1s}\n"
                          "scrape_configs:\n"
                          "  - job_name: pantau\n"
                          "    " +
                              targets + "\n");
        process_ = std::make_unique<Process>(
            std::vector<std::string>{"prometheus", "--config.file=" + config,
                                     "--storage.tsdb.path=" + folder_.path() + "/db",
                                     "--web.listen-address=127.0.0.1:" + std::to_string(port_)});
    }

    /// The numbers a query gives.
    [[nodiscard]] std::vector<double> query(const std::string& promql) const {
        const Finished done =
            run({"curl", "-s", "-m", "10", "-G", "--data-urlencode", "query=" + promql,
                 "http://127.0.0.1:" + std::to_string(port_) + "/api/v1/query"});
        boost::system::error_code error;
        const boost::json::value answer = boost::json::parse(done.out, error);
        std::vector<double> numbers;
        if (error || answer.at("status") != "success") return numbers;
        for (const boost::json::value& entry : answer.at("data").at("result").as_array())
            numbers.push_back(
                std::stod(std::string(entry.at("value").as_array().at(1).as_string())));
        return numbers;
    }
    [[nodiscard]] bool says(const std::string& promql, double value) const {
        return eventually([&] { return query(promql) == std::vector{value}; },
                          std::chrono::seconds(40));
    }
    /// The last error of the scrape, and its state.
    [[nodiscard]] std::string target() const {
        return http_get("http://127.0.0.1:" + std::to_string(port_) + "/api/v1/targets").body;
    }

private:
    TemporaryDirectory folder_;
    std::uint16_t port_ = free_port();
    std::unique_ptr<Process> process_;
};

}  // namespace pantau::test
