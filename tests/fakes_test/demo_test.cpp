#include "fakes/city/demo.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "support/process.hpp"

using namespace pantau;
using namespace pantau::city;

namespace {

std::vector<std::vector<std::string>> csv_rows(const std::string& path) {
    std::vector<std::vector<std::string>> rows;
    std::istringstream lines(test::read_file(path));
    for (std::string line; std::getline(lines, line);) {
        std::vector<std::string> cells(1);
        for (const char c : line) {
            if (c == ',') {
                cells.emplace_back();
            } else {
                cells.back().push_back(c);
            }
        }
        rows.push_back(std::move(cells));
    }
    return rows;
}

}  // namespace

TEST_SUITE("fakes/city/demo") {
    TEST_CASE("the demo's files hold all of Malang, each device once, each area known") {
        const test::TemporaryDirectory folder;
        CityOptions city = CityOptions::demo();
        city.community = "rahasia";
        const auto files = write_demo(city, {.directory = folder.path() + "/it's new"});
        REQUIRE(files);
        const std::string base = files->configuration.parent_path().string();

        const auto areas = csv_rows(base + "/areas.csv");
        REQUIRE(areas.size() == 552);
        std::set<std::string> known;
        std::set<std::string> kelurahan;
        std::set<std::string> kecamatan;
        for (std::size_t i = 1; i < areas.size(); ++i) {
            REQUIRE(areas[i].size() == 5);
            kecamatan.insert(areas[i][0]);
            kelurahan.insert(areas[i][0] + '/' + areas[i][1]);
            known.insert(areas[i][0] + '/' + areas[i][1] + '/' + areas[i][2]);
        }
        CHECK(kecamatan.size() == 5);
        CHECK(kelurahan.size() == 57);
        CHECK(known.size() == 551);

        std::set<std::string> names;
        std::set<std::string> addresses;
        std::set<std::string> served;
        std::size_t old = 0;
        std::size_t file_count = 0;
        for (const auto& entry : std::filesystem::directory_iterator(base + "/inventory")) {
            ++file_count;
            const auto rows = csv_rows(entry.path().string());
            CHECK(rows[0].size() == 12);
            CHECK(rows[0][0] == "name");
            for (std::size_t i = 1; i < rows.size(); ++i) {
                const auto& row = rows[i];
                REQUIRE(row.size() == 12);
                CAPTURE(row[0]);
                CHECK(names.insert(row[0]).second);
                CHECK(addresses.insert(row[1]).second);
                CHECK(row[2] == "16100");
                CHECK(kelurahan.contains(row[3] + '/' + row[4]));
                old += row[9] == "city-v2 city-v1" ? 1 : 0;
                if (row[5].empty()) {
                    CHECK(row[10].empty());
                    CHECK(row[11].empty());
                    continue;
                }
                served.insert(row[3] + '/' + row[4] + '/' + row[5]);
                CHECK(names.contains(row[10]));
                CHECK(row[11] == "http://" + row[1] + ":18080/");
            }
        }
        CHECK(file_count == 5);
        CHECK(names.size() == 1100 + 57);
        CHECK(served == known);
        CHECK(old > 0);

        CHECK(test::read_file(base + "/city-v2.community") == "rahasia\n");
        struct stat state {};
        REQUIRE(::stat((base + "/city-v2.community").c_str(), &state) == 0);
        CHECK((state.st_mode & 0777) == 0600);
        CHECK(test::read_file(files->configuration.string()).find("rahasia") == std::string::npos);
        CHECK(test::read_file(files->configuration.string()).find("/it''s new/state'\n") !=
              std::string::npos);
    }

    TEST_CASE("the same options give the same files, and what the caller chose is in them") {
        const test::TemporaryDirectory folder;
        const CityOptions city = CityOptions::demo();
        DemoOptions demo{.directory = folder.path(),
                         .poll_interval = "5s",
                         .listen = {"127.0.0.1:1", "[::1]:2"},
                         .profiles = {"/a/b", "/c"},
                         .more_settings = "alerting: {}"};
        const auto files = write_demo(city, demo);
        REQUIRE(files);
        const std::string settings = test::read_file(files->configuration.string());
        CHECK(settings.find("listen: ['127.0.0.1:1', '[::1]:2']") != std::string::npos);
        CHECK(settings.find("interval: 5s") != std::string::npos);
        CHECK(settings.find("profiles: ['/a/b', '/c']") != std::string::npos);
        CHECK(settings.ends_with("areas: areas.csv\nalerting: {}\n"));
        const std::string before = test::read_file(folder.path() + "/inventory/sukun.csv");
        REQUIRE(write_demo(city, demo));
        CHECK(test::read_file(folder.path() + "/inventory/sukun.csv") == before);
    }

    TEST_CASE("a folder that cannot be is told") {
        const test::TemporaryDirectory folder;
        folder.write("file", "");
        const auto in_file =
            write_demo(CityOptions::demo(), {.directory = folder.path() + "/file/x"});
        REQUIRE_FALSE(in_file);
        CHECK(in_file.error().detail.starts_with("cannot make the folder: "));
        const auto too_long = write_demo(
            CityOptions::demo(), {.directory = folder.path() + "/" + std::string(120, 'x')});
        REQUIRE_FALSE(too_long);
        CHECK(too_long.error().detail ==
              "the path of the control socket would be longer than 107 bytes: choose a shorter "
              "folder");
    }
}
