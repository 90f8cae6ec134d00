// The unit and its companions, judged by systemd's own tools (no systemd needs to run).
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <regex>
#include <string>

#include "support/process.hpp"

using namespace pantau::test;

namespace {

const std::string folder = PANTAU_SOURCE_DIR "/systemd/";

/// The unit as it would be installed, with programs that exist on this machine.
std::string installed_unit(const TemporaryDirectory& files) {
    std::string unit = read_file(folder + "pantaud.service");
    for (const char* program : {"/usr/bin/pantaud", "/usr/bin/pantau"}) {
        for (auto at = unit.find(program); at != std::string::npos;
             at = unit.find(program, at + 1)) {
            const auto end = at + std::string(program).size();
            if (end < unit.size() && unit[end] == ' ')
                unit.replace(at, std::string(program).size(), "/bin/true");
        }
    }
    return files.write("pantaud.service", unit);
}

}  // namespace

TEST_SUITE("systemd") {
    TEST_CASE("the unit is valid") {
        SKIP_WITHOUT("systemd-analyze");
        const TemporaryDirectory files;
        const Finished verify =
            run({"systemd-analyze", "verify", "--man=no", installed_unit(files)});
        CAPTURE(verify.err);
        CHECK(verify.status == 0);
        CHECK(verify.err.find("pantaud.service") == std::string::npos);
    }

    TEST_CASE("the unit is locked down to an exposure of 1.5 or less") {
        SKIP_WITHOUT("systemd-analyze");
        const TemporaryDirectory files;
        const Finished score = run({"systemd-analyze", "security", "--offline=true", "--no-pager",
                                    "--threshold=15", installed_unit(files)});
        CAPTURE(score.out);
        CAPTURE(score.err);
        CHECK(score.status == 0);
        std::smatch found;
        REQUIRE(std::regex_search(score.out, found,
                                  std::regex(R"(Overall exposure level[^:]*: ([0-9.]+))")));
        CHECK(std::stod(found[1]) <= 1.5);
    }

    TEST_CASE("user, folders and kernel settings are ones their tools accept") {
        SKIP_WITHOUT("systemd-sysusers");
        const TemporaryDirectory root;
        root.write("etc/passwd", "root:x:0:0:root:/root:/bin/sh\n");
        root.write("etc/group", "root:x:0:\n");
        const Finished users =
            run({"systemd-sysusers", "--root=" + root.path(), folder + "sysusers.conf"});
        CAPTURE(users.err);
        CHECK(users.status == 0);
        CHECK(read_file(root.path() + "/etc/passwd").find("\npantau:x:") != std::string::npos);

        const Finished folders = run(
            {"systemd-tmpfiles", "--root=" + root.path(), "--create", folder + "tmpfiles.conf"});
        CAPTURE(folders.err);
        CHECK(folders.status == 0);
        struct stat info {};
        REQUIRE(::stat((root.path() + "/etc/pantau/credentials").c_str(), &info) == 0);
        CHECK((info.st_mode & 07777) == 0750);

        const std::string sysctl = read_file(folder + "sysctl.conf");
        CHECK(std::regex_search(sysctl, std::regex(R"(\nnet\.core\.rmem_max = [0-9]+\n)")));

        // The group that was made may ping.
        std::smatch range;
        REQUIRE(std::regex_search(
            sysctl, range, std::regex(R"(\nnet\.ipv4\.ping_group_range = ([0-9]+) ([0-9]+)\n)")));
        const std::string groups = read_file(root.path() + "/etc/group");
        std::smatch group;
        REQUIRE(std::regex_search(groups, group, std::regex(R"(\npantau:x:([0-9]+):)")));
        CHECK(std::stoi(group[1]) >= std::stoi(range[1]));
        CHECK(std::stoi(group[1]) <= std::stoi(range[2]));
    }
}
