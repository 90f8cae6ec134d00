// The files of etc/prometheus, judged by the programs they are for.
#include <doctest/doctest.h>

#include <filesystem>

#include "support/process.hpp"

namespace pantau::test {
namespace {

const std::string pack = PANTAU_SOURCE_DIR "/etc/prometheus";

/// A copy of the pack, with the files that an installation adds to it.
struct Installed {
    Installed() {
        std::filesystem::copy(pack, folder.path());
        folder.write("pantau.password", "kata sandi\n");
        folder.write("pantau-ca.crt", "");
    }
    [[nodiscard]] std::string file(const std::string& name) const {
        return folder.path() + "/" + name;
    }
    TemporaryDirectory folder;
};

}  // namespace

TEST_SUITE("packs/prometheus") {
    TEST_CASE("promtool accepts every scrape configuration with its rules") {
        SKIP_WITHOUT("promtool");
        const Installed installed;
        for (const char* name : {"prometheus.yml", "prometheus-shards.yml", "prometheus-tls.yml"}) {
            CAPTURE(name);
            const Finished checked = run({"promtool", "check", "config", installed.file(name)});
            INFO(checked.out << checked.err);
            CHECK(checked.status == 0);
            CHECK(checked.out.find("19 rules found") != std::string::npos);
        }
    }

    TEST_CASE("promtool finds nothing to say about the rules") {
        SKIP_WITHOUT("promtool");
        const Finished checked = run({"promtool", "check", "rules", "--lint=all", "--lint-fatal",
                                      pack + "/pantau.rules.yml", pack + "/pantau.alerts.yml"});
        INFO(checked.out << checked.err);
        CHECK(checked.status == 0);
    }

    TEST_CASE("every alert fires when it must, and stays quiet when it must") {
        SKIP_WITHOUT("promtool");
        const Installed installed;
        for (const char* name :
             {"access_points.test.yml", "monitor.test.yml", "recorded.test.yml"}) {
            CAPTURE(name);
            std::filesystem::copy(std::string(PANTAU_SOURCE_DIR "/tests/packs/") + name,
                                  installed.file(name));
            const Finished tested = run({"promtool", "test", "rules", installed.file(name)});
            INFO(tested.out << tested.err);
            CHECK(tested.status == 0);
        }
    }

    TEST_CASE("amtool accepts the routes, and sends each severity where it belongs") {
        SKIP_WITHOUT("amtool");
        const std::string file = pack + "/alertmanager.yml";
        const Finished checked = run({"amtool", "check-config", file});
        INFO(checked.out << checked.err);
        CHECK(checked.status == 0);
        const auto receiver_of = [&](const std::string& severity) {
            return run({"amtool", "config", "routes", "test", "--config.file=" + file,
                        "alertname=PantauApDown", "severity=" + severity})
                .out;
        };
        CHECK(receiver_of("critical") == "noc\n");
        CHECK(receiver_of("warning") == "noc\n");
        CHECK(receiver_of("info") == "harian\n");
    }
}

}  // namespace pantau::test
