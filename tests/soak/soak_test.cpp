// The judgement of ./dev soak on figures made by hand, and the manners of ./dev itself.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <functional>
#include <string>
#include <vector>

#include "support/process.hpp"

using namespace pantau::test;

namespace {

const std::string folder = PANTAU_SOURCE_DIR "/tests/soak/";

/// What one scrape says; 100 devices every 10 s are 10 polls a second.
struct Sample {
    double time = 0;
    double rss = 30e6;
    int fds = 20;
    double polls = 0;
    int late = 0;  ///< Polls that began more than 1 s late.
    int shed = 0;
    int dropped = 0;
    int series_dropped = 0;
};

std::vector<Sample> calm_run() {
    std::vector<Sample> samples;
    for (int i = 0; i < 12; ++i)
        samples.push_back({.time = 1'790'000'000.0 + 10 * i, .polls = 100.0 * i});
    return samples;
}

std::string exposition(const Sample& sample) {
    const double early = sample.polls - sample.late;
    return fmt::format(
        "{:.2f}\n# TYPE pantau_polls_total counter\npantau_polls_total {}\n"
        "pantau_poll_failures_total{{reason=\"timeout\"}} 3\npantau_polls_shed_total {}\n"
        "pantau_observations_dropped_total {}\npantau_series_dropped_total {}\n"
        "pantau_inventory_devices 100\nprocess_resident_memory_bytes {:.0f}\nprocess_open_fds {}\n"
        "process_cpu_seconds_total 1.5\npantau_poll_lateness_seconds_bucket{{le=\"0.01\"}} {}\n"
        "pantau_poll_lateness_seconds_bucket{{le=\"1\"}} {}\n"
        "pantau_poll_lateness_seconds_bucket{{le=\"5\"}} {}\n"
        "pantau_poll_lateness_seconds_bucket{{le=\"+Inf\"}} {}\n",
        sample.time, sample.polls, sample.shed, sample.dropped, sample.series_dropped, sample.rss,
        sample.fds, early, early, sample.polls, sample.polls);
}

Finished verdict(const std::vector<Sample>& samples) {
    const TemporaryDirectory files;
    std::vector<std::string> command{
        "awk", "-v", "interval=10", "-f", folder + "figures.awk", "-f", folder + "verdict.awk"};
    for (std::size_t i = 0; i < samples.size(); ++i)
        command.push_back(files.write(std::to_string(i), exposition(samples[i])));
    return run(command);
}

Finished dev(std::vector<std::string> words) {
    words.insert(words.begin(), PANTAU_SOURCE_DIR "/dev");
    return run(std::move(words));
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_SUITE("soak") {
    TEST_CASE("a run in which nothing grows or gets lost passes") {
        const Finished told = verdict(calm_run());
        CAPTURE(told.out);
        CAPTURE(told.err);
        CHECK(told.status == 0);
        CHECK(has(told.out, "soak passed"));
        CHECK(has(told.out, "100.0 % of those due"));
    }

    TEST_CASE("each thing that goes wrong fails the run, in words") {
        struct Case {
            std::string words;
            std::function<void(Sample&, int)> spoil;
        };
        const Case cases[] = {
            {"memory grew by", [](Sample& sample, int i) { sample.rss += 1e6 * i; }},
            {"descriptors grew from 20 to", [](Sample& sample, int i) { sample.fds += i; }},
            {"of the polls that were due", [](Sample& sample, int) { sample.polls *= 0.9; }},
            {"began more than", [](Sample& sample, int i) { sample.late = 2 * i; }},
            {"polls were shed", [](Sample& sample, int i) { sample.shed = i / 11; }},
            {"observations were dropped", [](Sample& sample, int i) { sample.dropped = i / 11; }},
            {"left out of scrapes", [](Sample& sample, int i) { sample.series_dropped = i / 11; }},
        };
        for (const Case& c : cases) {
            CAPTURE(c.words);
            std::vector<Sample> samples = calm_run();
            for (int i = 0; i < 12; ++i)
                c.spoil(samples[static_cast<std::size_t>(i)], i);
            const Finished told = verdict(samples);
            CAPTURE(told.out);
            CHECK(told.status == 1);
            CHECK(has(told.out, c.words));
            CHECK_FALSE(has(told.out, "soak passed"));
        }
    }

    TEST_CASE("a run that was too short to judge does not pass") {
        std::vector<Sample> samples = calm_run();
        samples.resize(4);
        CHECK(verdict(samples).status == 1);
    }
}

TEST_SUITE("dev") {
    TEST_CASE("help lists the verbs; another word is a usage error") {
        const Finished help = dev({"help"});
        CHECK(help.status == 0);
        for (const char* const verb : {"demo", "build", "run", "test", "bench", "asan", "tsan",
                                       "clang", "fuzz", "soak", "lint", "deb", "setup", "clean"})
            CHECK_MESSAGE(has(help.out, verb), verb);
        const Finished unknown = dev({"biuld"});
        CHECK(unknown.status == 2);
        CHECK(unknown.out.empty());
        CHECK(has(unknown.err, "there is no verb 'biuld'"));
        CHECK(dev({"soak", "long"}).status == 2);
    }
}
