#include "tests/bench/standard_poll.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <cstdlib>
#include <iostream>
#include <optional>

#include "collectors/snmp/kind.hpp"
#include "config/diagnostic.hpp"

namespace pantau::bench {
namespace {

using namespace std::chrono_literals;

[[noreturn]] void give_up(const std::string& what) {
    fmt::print(stderr, "{}\n", what);
    std::exit(EXIT_FAILURE);
}

}  // namespace

double cpu_seconds() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

std::shared_ptr<const ProfileSet> load_profiles(const std::string& folder) {
    const CollectorKind* const kinds[] = {&snmp_kind()};
    config::Diagnostics diagnostics;
    auto profiles = ProfileSet::load({folder}, kinds, diagnostics);
    if (profiles->find("ubiquiti-unifi") == nullptr) {
        diagnostics.print(std::cerr, false);
        give_up("no profile ubiquiti-unifi in " + folder);
    }
    return profiles;
}

std::shared_ptr<const Device> device_of(const city::Site& site, std::uint16_t port,
                                        Duration interval) {
    static const auto credential = [] {
        auto made = std::make_shared<Credential>();
        made->name = "city-v2";
        made->community = Secret("public");
        return made;
    }();
    auto made = std::make_shared<Device>();
    made->id = site.name;
    made->address = city::dotted(site.address);
    made->port = port;
    made->area = {"Lowokwaru", "Sumbersari", city::two_digits(site.rw)};
    made->latitude = site.lat;
    made->longitude = site.lon;
    made->credentials = {credential};
    made->poll.interval = interval;
    return made;
}

std::shared_ptr<const Device> v3_device_of(const city::Site& site, std::uint16_t port,
                                           Duration interval) {
    static const auto credential = [] {
        auto made = std::make_shared<Credential>();
        made->name = "city-v3";
        made->version = Credential::Version::v3;
        made->user = "noc";
        made->auth_protocol = "SHA-256";
        made->auth_password = Secret("the-auth-password");
        made->priv_protocol = "AES-128";
        made->priv_password = Secret("the-priv-password");
        return made;
    }();
    auto made = std::make_shared<Device>(*device_of(site, port, interval));
    made->credentials = {credential};
    return made;
}

Visited visit(const ProfileSet& profiles, const std::shared_ptr<const Device>& device) {
    boost::asio::io_context loop{1};
    const auto collector = snmp_kind().make(loop, snmp_kind().make_counts());
    const auto session = collector->open(device);
    Visited visited;
    visited.ask = profiles.find("ubiquiti-unifi")->ask("snmp");
    std::optional<Answer> answer;
    session->collect(visited.ask, system_clock().mono() + 5s,
                     [&](Answer given) { answer = std::move(given); });
    while (!answer && loop.run_one_for(5s) != 0) {
    }
    if (!answer || !answer->ok()) give_up("the simulated access point does not answer");
    visited.answer = std::move(*answer);
    return visited;
}

std::vector<Oid> objects_of(const ProfileSet& profiles,
                            const std::shared_ptr<const Device>& device) {
    const Visited visited = visit(profiles, device);
    std::vector<Oid> objects;
    for (const Cell& cell : visited.answer.cells()) {
        Oid name = *Oid::parse(visited.ask->fields[cell.field].address);
        name.append(visited.answer.row_of(cell));
        if (std::ranges::find(objects, name) == objects.end()) objects.push_back(name);
    }
    return objects;
}

std::vector<std::vector<Oid>> dealt(const std::vector<Oid>& objects, std::size_t requests) {
    std::vector<std::vector<Oid>> parts(requests);
    for (std::size_t i = 0; i < objects.size(); ++i)
        parts[i * requests / objects.size()].push_back(objects[i]);
    return parts;
}

std::string peer_of(const city::Site& site, std::uint16_t port) {
    return fmt::format("udp:{}:{}", city::dotted(site.address), port);
}

}  // namespace pantau::bench
