#include "fakes/city/city.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "fakes/city/malang.hpp"
#include "support/process.hpp"

using namespace pantau;
using namespace pantau::city;
using namespace std::chrono_literals;
using pantau::test::run;

namespace {

std::unique_ptr<City> city_of(CityOptions options) {
    options.snmp_port = 0;
    options.http_port = 0;
    auto city = City::open(std::move(options));
    REQUIRE(city);
    (*city)->start();
    return std::move(*city);
}

CityOptions small(std::optional<Vendor> vendor = std::nullopt) {
    CityOptions options;
    options.access_points = 60;
    options.only_vendor = vendor;
    return options;
}

std::string peer(const City& city, std::size_t device) {
    return city.address_of(device) + ':' + std::to_string(city.snmp_port());
}

test::Finished snmp(const char* program, const City& city, std::size_t device,
                    std::vector<std::string> more, const char* version = "-v2c",
                    const char* timeout = "1") {
    std::vector<std::string> arguments{program, version, "-c", "public", "-On",
                                       "-r",    "0",     "-t", timeout,  peer(city, device)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(arguments);
}

bool answers(const City& city, std::size_t device, const char* version = "-v2c") {
    return snmp("snmpget", city, device, {"1.3.6.1.2.1.1.3.0"}, version, "0.3").status == 0;
}

std::size_t line_count(const std::string& text) {
    return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

std::string http_status(const City& city, std::size_t device, const char* patience = "2") {
    const auto page =
        run({"curl", "-s", "-o", "/dev/null", "-m", patience, "-w", "%{http_code}",
             "http://" + city.address_of(device) + ':' + std::to_string(city.http_port()) + '/'});
    return page.status == 0 ? page.out : "curl " + std::to_string(page.status);
}

}  // namespace

TEST_SUITE("fakes/city") {
    TEST_CASE("net-snmp's own tools walk every kind of device to its end") {
        SKIP_WITHOUT("snmpbulkwalk");
        for (const Vendor vendor :
             {Vendor::unifi, Vendor::routeros, Vendor::openwrt, Vendor::ruckus, Vendor::uplink}) {
            CAPTURE(static_cast<int>(vendor));
            const bool is_switch = vendor == Vendor::uplink;
            const auto city = city_of(is_switch ? small() : small(vendor));
            const std::size_t device = is_switch ? 60 : 7;
            const auto bulk = snmp("snmpbulkwalk", *city, device, {"-Cr40", "."});
            CHECK(bulk.status == 0);
            const std::size_t rows = city->device(device).shape->row_count();
            // snmpwalk prints one closing line where the tree ends.
            CHECK(line_count(bulk.out) >= rows);
            CHECK(line_count(bulk.out) <= rows + 1);
            const auto next = snmp("snmpwalk", *city, device, {"1.3.6.1.2.1.2"});
            CHECK(next.status == 0);
            CHECK(line_count(next.out) % 22 == 1);
            const auto v1 = snmp("snmpwalk", *city, device, {"1.3.6.1.2.1"}, "-v1");
            CHECK(v1.status == 0);
            CHECK(v1.out.find("Counter64") == std::string::npos);
            CHECK(city->counts().malformed == 0);
            CHECK(city->counts().reply_octets_max <= 1472);
        }
    }

    TEST_CASE("an answer comes from the address that was asked, and says who it is") {
        SKIP_WITHOUT("snmpget");
        const auto city = city_of(small());
        for (const int device : {0, 31, 59, 61}) {
            const auto answer = snmp("snmpget", *city, static_cast<std::size_t>(device),
                                     {"-Ov", "1.3.6.1.2.1.1.5.0"});
            CHECK(answer.out.find(city->name_of(static_cast<std::size_t>(device))) !=
                  std::string::npos);
        }
        CHECK(city->requests_of(31) == 1);
        CHECK(city->requests_of(30) == 0);
    }

    TEST_CASE("a killed device is silent until revived; a rebooted one starts from zero") {
        SKIP_WITHOUT("snmpget");
        const auto city = city_of(small());
        CHECK(answers(*city, 3));
        city->kill(3);
        CHECK_FALSE(answers(*city, 3));
        CHECK(answers(*city, 4));
        city->revive(3);
        CHECK(answers(*city, 3));
        city->reboot(3);
        const auto uptime = snmp("snmpget", *city, 3, {"-Ovt", "1.3.6.1.2.1.1.3.0"});
        CHECK(std::stol(uptime.out) < 1000);
        city->reboot(3, 1h);
        CHECK_FALSE(answers(*city, 3));
        CHECK(city->counts().silent == 2);
    }

    TEST_CASE("an outage silences one kelurahan with its switch, and no other") {
        SKIP_WITHOUT("snmpget");
        const auto city = city_of(small());
        const std::size_t kelurahan = city->layout().access_points[20].kelurahan;
        REQUIRE(city->command("outage " + malang()[kelurahan].name));
        CHECK_FALSE(answers(*city, 20));
        CHECK_FALSE(answers(*city, 60 + kelurahan));
        CHECK(answers(*city, 0));
        REQUIRE(city->command("restore " + malang()[kelurahan].name));
        CHECK(answers(*city, 20));
        const auto unknown = city->command("outage Atlantis");
        REQUIRE_FALSE(unknown);
        CHECK(unknown.error().detail ==
              "no device and no kelurahan of this city is called 'atlantis'");
    }

    TEST_CASE("loss loses about its share, the same requests each time") {
        SKIP_WITHOUT("snmpget");
        CityOptions options = small();
        options.loss = 0.4;
        const auto city = city_of(options);
        const auto walk = run({"snmpwalk", "-v2c", "-c", "public", "-r", "20", "-t", "0.05",
                               peer(*city, 0), "1.3.6.1.2.1.1"});
        CHECK(walk.status == 0);
        CHECK(city->counts().lost > 0);
        CHECK(city->counts().lost + city->counts().replies == city->counts().requests);
        city->set_loss(1);
        CHECK_FALSE(answers(*city, 0));
        city->set_loss(0);
        CHECK(answers(*city, 0));
        city->set_loss(5, 1);
        CHECK_FALSE(answers(*city, 5));
        CHECK(answers(*city, 6));
    }

    TEST_CASE("latency delays an answer, of all devices or of one") {
        SKIP_WITHOUT("snmpget");
        const auto city = city_of(small());
        const auto time_of = [&](std::size_t device) {
            const auto start = std::chrono::steady_clock::now();
            CHECK(snmp("snmpget", *city, device, {"1.3.6.1.2.1.1.3.0"}, "-v2c", "5").status == 0);
            return std::chrono::steady_clock::now() - start;
        };
        city->set_latency(8, 700ms);
        CHECK(time_of(8) >= 700ms);
        city->set_latency(8, 0ms);
        city->set_latency(300ms, 310ms);
        CHECK(time_of(9) >= 300ms);
    }

    TEST_CASE("pages answer as their device does: well, refused, broken, closed, dead") {
        SKIP_WITHOUT("curl");
        const auto city = city_of(small());
        CHECK(http_status(*city, 1) == "200");
        CHECK(http_status(*city, 60) == "200");
        city->set(1, Condition::http_401, true);
        CHECK(http_status(*city, 1) == "401");
        city->set(2, Condition::http_500, true);
        CHECK(http_status(*city, 2) == "500");
        city->set(3, Condition::http_closed, true);
        const std::string reset = http_status(*city, 3);  // while connecting or after it
        CHECK((reset == "curl 7" || reset == "curl 56"));
        city->set(4, Condition::http_slow, true);
        CHECK(http_status(*city, 4, "1") == "curl 28");  // timed out
        CHECK(http_status(*city, 4, "8") == "200");
        city->kill(5);
        CHECK(http_status(*city, 5, "1") == "curl 28");
        CHECK(city->http_requests_of(1) == 2);
        const auto base = "http://" + city->address_of(6) + ':' + std::to_string(city->http_port());
        const auto two = run({"curl", "-s", "-w", "%{num_connects} ", "-o", "/dev/null", "-o",
                              "/dev/null", base + "/", base + "/none"});
        CHECK(two.out == "1 0 ");
    }

    TEST_CASE("two shards have each device once, on ports of their own") {
        SKIP_WITHOUT("snmpget");
        CityOptions options = small();
        options.shard_count = 2;
        // Two neighbouring free ports each.
        for (int attempt = 0; attempt < 50; ++attempt) {
            options.snmp_port = test::free_port();
            options.http_port = test::free_port();
            if (options.snmp_port > 65000 || options.http_port > 65000) continue;
            if (options.snmp_port / 2 == options.http_port / 2) continue;
            options.shard_index = 0;
            auto first = City::open(options);
            options.shard_index = 1;
            auto second = City::open(options);
            if (!first || !second) continue;
            (*first)->start();
            (*second)->start();
            CHECK((*second)->snmp_port() == options.snmp_port + 1);
            for (const int device : {0, 29, 30, 59}) {
                const auto i = static_cast<std::size_t>(device);
                CHECK(answers(**first, i) == (i < 30));
                CHECK(answers(**second, i) == (i >= 30));
            }
            return;
        }
        FAIL("no two neighbouring ports were free");
    }

    TEST_CASE("a stopped process silences the devices of its shard, and only until it goes on") {
        SKIP_WITHOUT("snmpget");
        CityOptions options = small();
        options.shard_count = 2;
        options.shard_index = 1;
        auto shard = City::open(options);
        for (int attempt = 0; attempt < 50 && !shard; ++attempt) {
            // Shard 1 listens on the port after the one given.
            options.snmp_port = static_cast<std::uint16_t>(test::free_port() - 1);
            options.http_port = static_cast<std::uint16_t>(test::free_port() - 1);
            shard = City::open(options);
        }
        REQUIRE(shard);
        City& city = **shard;
        const pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            city.run();
            ::_exit(0);
        }
        CHECK(answers(city, 45));
        ::kill(child, SIGSTOP);
        CHECK_FALSE(answers(city, 45));
        ::kill(child, SIGCONT);
        CHECK(test::eventually([&] { return answers(city, 45); }));
        ::kill(child, SIGKILL);
        int status = 0;
        CHECK(::waitpid(child, &status, 0) == child);
    }

    TEST_CASE("a port in use is told in one line with the way out") {
        const auto city = city_of(small());
        CityOptions options = small();
        options.snmp_port = city->snmp_port();
        options.http_port = 0;
        const auto second = City::open(options);
        REQUIRE_FALSE(second);
        CHECK(second.error().detail ==
              "UDP port " + std::to_string(options.snmp_port) +
                  " is in use: stop the other simulator, or choose another port with --snmp-port");
    }

    TEST_CASE("a story happens by itself") {
        SKIP_WITHOUT("snmpget");
        CityOptions options = small();
        options.story = {{0ms, "kill sw-kasin"}};
        const auto city = city_of(options);
        const auto device = city->device_named("sw-kasin");
        REQUIRE(device);
        CHECK(test::eventually([&] { return !answers(*city, *device); }));
        options.story = {{0ms, "kill sw-nowhere"}};
        options.snmp_port = 0;
        options.http_port = 0;
        CHECK_FALSE(City::open(options));
    }

    TEST_CASE("a city can stop and start again") {
        SKIP_WITHOUT("snmpget");
        const auto city = city_of(small());
        CHECK(answers(*city, 0));
        city->stop();
        city->start();
        CHECK(answers(*city, 0));
    }
}
