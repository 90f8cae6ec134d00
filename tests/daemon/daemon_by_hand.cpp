#include "daemon_by_hand.hpp"

#include <doctest/doctest.h>

#include <sstream>

namespace pantau::test {
namespace {

std::vector<std::string> arguments_of(const std::string& config, std::vector<std::string> more) {
    std::vector<std::string> arguments{pantaud, "--config", config};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
}

std::string_view name_of(std::string_view series) {
    return series.substr(0, series.find('{'));
}

}  // namespace

Series parse_metrics(std::string_view text) {
    Series all;
    std::string twice;  // one check for all lines: there are many thousands
    std::istringstream in{std::string(text)};
    for (std::string line; std::getline(in, line);) {
        if (line.empty() || line.front() == '#') continue;
        const std::size_t space = line.rfind(' ');
        const bool is_new =
            all.emplace(line.substr(0, space), std::stod(line.substr(space + 1))).second;
        if (!is_new) twice += line + '\n';
    }
    CHECK(twice == "");
    return all;
}

std::size_t count_of(const Series& series, std::string_view name) {
    std::size_t count = 0;
    for (const auto& [key, value] : series)
        count += name_of(key) == name ? 1 : 0;
    return count;
}

double sum_of(const Series& series, std::string_view name) {
    double sum = 0;
    for (const auto& [key, value] : series)
        sum += name_of(key) == name ? value : 0;
    return sum;
}

std::map<std::string, double> by_ap(const Series& series, std::string_view name) {
    std::map<std::string, double> values;
    for (const auto& [key, value] : series) {
        if (name_of(key) != name) continue;
        const std::size_t begin = key.find("ap=\"") + 4;
        values[key.substr(begin, key.find('"', begin) - begin)] = value;
    }
    return values;
}

double value_of(const Series& series, const std::string& name, const std::string& ap,
                const std::string& rw, const std::string& more) {
    const auto found = series.find(name + "{ap=\"" + ap + "\",rw=\"" + rw + "\"" + more + "}");
    return found == series.end() ? -1 : found->second;
}

Answer http_get(const std::string& url) {
    const Finished done = run({"curl", "-s", "-m", "20", "-w", "\n%{http_code}", url});
    const std::size_t line = done.out.rfind('\n');
    if (done.status != 0 || line == std::string::npos) return {};
    return {std::stoi(done.out.substr(line + 1)), done.out.substr(0, line)};
}

Daemon::Daemon(const std::string& config, std::uint16_t port, std::vector<std::string> more,
               std::vector<std::string> environment)
    : url_("http://127.0.0.1:" + std::to_string(port)),
      process_(std::make_unique<Process>(arguments_of(config, std::move(more)),
                                         std::move(environment))) {}

Answer Daemon::get(std::string_view path) const {
    return http_get(url_ + std::string(path));
}

Series Daemon::metrics() const {
    const Answer answer = get("/metrics");
    CHECK(answer.status == 200);
    return parse_metrics(answer.body);
}

bool Daemon::becomes_ready() {
    return eventually([&] { return get("/-/ready").status == 200; }, std::chrono::seconds(60));
}

CityByHand::CityByHand(city::CityOptions options, const std::string& interval,
                       const std::string& more_settings) {
    auto opened = city::City::open(std::move(options));
    REQUIRE_MESSAGE(opened, (opened ? "" : opened.error().detail));
    city = std::move(*opened);
    auto written = city::write_demo(city->options(), city->layout(),
                                    {.directory = folder.path() + "/demo",
                                     .poll_interval = interval,
                                     .listen = {"127.0.0.1:" + std::to_string(port)},
                                     .profiles = {profiles},
                                     .more_settings = more_settings});
    REQUIRE_MESSAGE(written, (written ? "" : written.error().detail));
    files = std::move(*written);
    city->start();
}

std::string settings_text(std::uint16_t port, const std::string& more) {
    return "hierarchy: [rw]\nstate_dir: state\nweb: {listen: [\"127.0.0.1:" + std::to_string(port) +
           "\"]}\ncontrol: {socket: control.sock}\n" + more;
}

city::CityOptions small_city(std::size_t access_points) {
    city::CityOptions options;
    options.access_points = access_points;
    options.snmp_port = 0;
    options.http_port = 0;
    return options;
}

}  // namespace pantau::test
