#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "support/process.hpp"
#include "tests/fakes/city/city.hpp"
#include "tests/fakes/city/demo.hpp"

namespace pantau::test {

/// Series and their values, as text format 0.0.4 has them: `name{labels}`.
using Series = std::map<std::string, double, std::less<>>;

[[nodiscard]] Series parse_metrics(std::string_view text);
/// How many series have that name.
[[nodiscard]] std::size_t count_of(const Series& series, std::string_view name);
/// The sum over the series with that name.
[[nodiscard]] double sum_of(const Series& series, std::string_view name);
/// Values of the series with that name, by the value of their label `ap`.
[[nodiscard]] std::map<std::string, double> by_ap(const Series& series, std::string_view name);

/// The value of an access point's series, in an inventory with the level "rw" alone; -1: there is
/// none. `more`: further labels, with a comma before each.
[[nodiscard]] double value_of(const Series& series, const std::string& name, const std::string& ap,
                              const std::string& rw, const std::string& more = {});

struct Answer {
    int status = 0;
    std::string body;
};

/// GET by the real curl.
[[nodiscard]] Answer http_get(const std::string& url);

/// pantaud as its user starts it.
class Daemon {
public:
    Daemon(const std::string& config, std::uint16_t port, std::vector<std::string> more = {},
           std::vector<std::string> environment = {});

    [[nodiscard]] Answer get(std::string_view path) const;
    [[nodiscard]] Series metrics() const;
    /// Until /-/ready says yes.
    [[nodiscard]] bool becomes_ready();
    [[nodiscard]] Process& process() { return *process_; }
    [[nodiscard]] const std::string& url() const { return url_; }

private:
    std::string url_;
    std::unique_ptr<Process> process_;
};

/// A simulated city in this process, and the files for a pantaud that polls it.
struct CityByHand {
    explicit CityByHand(city::CityOptions options, const std::string& interval = "1s",
                        const std::string& more_settings = {});

    TemporaryDirectory folder;
    std::unique_ptr<city::City> city;
    std::uint16_t port = free_port();
    city::DemoFiles files;
};

/// A small one that answers at once.
[[nodiscard]] city::CityOptions small_city(std::size_t access_points);

/// A pantau.yml for an inventory with the level "rw", beside which it keeps its state and its
/// control socket. Only what stands in `more` differs from test to test.
[[nodiscard]] std::string settings_text(std::uint16_t port, const std::string& more);

inline const std::string pantaud = PANTAU_BIN_DIR "/pantaud";
inline const std::string profiles = PANTAU_SOURCE_DIR "/etc/profiles";

}  // namespace pantau::test
