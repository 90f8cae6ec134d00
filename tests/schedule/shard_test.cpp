#include "schedule/shard.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <map>
#include <string>

using namespace pantau;
using namespace std::chrono_literals;

namespace {

const CollectorInfo info{"snmp", {}};

/// Answers at once for every device whose id does not begin with "dead"; never for "stuck".
class InstantCollector final : public Collector {
public:
    /// What became of the devices so far, by id.
    struct Log {
        std::map<std::string, int> opened;
        std::map<std::string, int> asked;
        std::map<std::string, Duration> time_left;  ///< Of the latest visit when it began.
    };

    InstantCollector(boost::asio::io_context& loop, Log& log) : loop_(loop), log_(log) {}
    const CollectorInfo& info() const override { return ::info; }
    std::unique_ptr<Session> open(std::shared_ptr<const Device> device) override {
        if (device->credentials.empty() && device->id == "nothing-to-ask") return nullptr;
        ++log_.opened[device->id];
        return std::make_unique<InstantSession>(loop_, log_, std::move(device));
    }

private:
    class InstantSession final : public Session {
    public:
        InstantSession(boost::asio::io_context& loop, Log& log,
                       std::shared_ptr<const Device> device)
            : loop_(loop), log_(log), device_(std::move(device)) {}
        void collect(std::shared_ptr<const Ask>, MonoTime deadline, Done done) override {
            ++log_.asked[device_->id];
            log_.time_left[device_->id] = deadline - system_clock().mono();
            if (device_->id.starts_with("stuck")) return;
            boost::asio::post(
                loop_, [alive = std::weak_ptr(alive_), dead = device_->id.starts_with("dead"),
                        done = std::move(done)] {
                    if (alive.expired()) return;
                    Answer answer;
                    answer.collector = &::info;
                    if (dead) answer.error = Error{Reason::timeout, "no answer", ""};
                    done(std::move(answer));
                });
        }

    private:
        boost::asio::io_context& loop_;
        Log& log_;
        std::shared_ptr<const Device> device_;
        std::shared_ptr<int> alive_ = std::make_shared<int>(0);
    };

    boost::asio::io_context& loop_;
    Log& log_;
};

class PlainInterpreter final : public Interpreter {
public:
    std::shared_ptr<const Ask> detection_ask(std::string_view) const override { return nullptr; }
    std::shared_ptr<const Interpretation> detect(std::span<const Answer>) const override {
        return nullptr;
    }
    std::shared_ptr<const Interpretation> named(std::string_view) const override { return nullptr; }
    Observation observe(const Device& device, const Interpretation*,
                        std::span<const Answer> answers, WallTime, MonoTime) const override {
        Observation seen;
        seen.device = device.id;
        for (const Answer& answer : answers) {
            CollectorReport report;
            report.collector = answer.collector;
            report.ok = answer.ok();
            if (answer.error) report.reason = answer.error->reason;
            seen.collectors.push_back(report);
        }
        return seen;
    }
};

std::shared_ptr<const Device> device(const std::string& id, PollSettings poll = {40ms, 10ms, 1}) {
    auto made = std::make_shared<Device>();
    made->id = id;
    made->poll = poll;
    return made;
}

struct Running {
    boost::asio::io_context loop{1};
    InstantCollector::Log log;
    PollStats stats;
    std::vector<std::shared_ptr<const Observation>> seen;
    std::unique_ptr<Shard> shard;

    explicit Running(Schedule::Options options = {}) {
        std::vector<std::unique_ptr<Collector>> collectors;
        collectors.push_back(std::make_unique<InstantCollector>(loop, log));
        shard = std::make_unique<Shard>(
            loop, std::move(collectors), std::make_shared<PlainInterpreter>(),
            [this](auto observation) { seen.push_back(std::move(observation)); }, stats,
            system_clock(), options);
    }
    /// Runs the loop until it is so.
    bool until(const std::function<bool()>& is_so) {
        const MonoTime end = system_clock().mono() + 20s;
        while (!is_so() && system_clock().mono() < end)
            loop.run_one_for(100ms);
        return is_so();
    }
    /// Visits that began later than that bound of the histogram.
    std::uint64_t later_than(double bound) const {
        std::uint64_t count = stats.lateness.count(PollStats::lateness_bounds.size());
        for (std::size_t i = 0; i < PollStats::lateness_bounds.size(); ++i) {
            if (PollStats::lateness_bounds[i] > bound) count += stats.lateness.count(i);
        }
        return count;
    }
    std::size_t visits_of(const std::string& id) const {
        return static_cast<std::size_t>(std::ranges::count(
            seen, id, [](const auto& observation) { return observation->device; }));
    }
};

}  // namespace

TEST_SUITE("schedule/shard") {
    TEST_CASE("every device is visited again and again, and what came of it is counted") {
        Running run;
        run.shard->apply({device("a"), device("b"), device("dead-c")}, {});
        REQUIRE(run.until([&] {
            return run.visits_of("a") >= 3 && run.visits_of("b") >= 3 &&
                   run.visits_of("dead-c") >= 3;
        }));
        CHECK(run.stats.polls.load() == run.seen.size());
        CHECK(run.stats.failures[static_cast<std::size_t>(Reason::timeout)].load() ==
              run.visits_of("dead-c"));
        std::uint64_t late = 0;
        for (std::size_t i = 0; i <= 12; ++i)
            late += run.stats.lateness.count(i);
        CHECK(late >= run.seen.size());
    }

    TEST_CASE("a removed device is visited no more, a changed one goes on with its new self") {
        Running run;
        run.shard->apply({device("a"), device("b")}, {});
        REQUIRE(run.until([&] { return run.visits_of("a") >= 1 && run.visits_of("b") >= 1; }));
        run.shard->apply({device("b")}, {"a"});
        CHECK(run.shard->size() == 1);
        run.seen.clear();
        REQUIRE(run.until([&] { return run.visits_of("b") >= 3; }));
        CHECK(run.visits_of("a") == 0);
    }

    TEST_CASE("a device nobody can ask is told once and then left alone") {
        Running run;
        run.shard->apply({device("nothing-to-ask"), device("a")}, {});
        CHECK(run.shard->size() == 1);
        REQUIRE(run.until([&] { return run.visits_of("a") >= 2; }));
        REQUIRE(run.visits_of("nothing-to-ask") == 1);
        CHECK(run.seen[0]->collectors.empty());
    }

    TEST_CASE("a visit that its collector never ends is ended as a fault of our own") {
        Running run;
        run.shard->apply({device("stuck")}, {});
        const auto local = static_cast<std::size_t>(Reason::local);
        CHECK(run.until([&] { return run.stats.failures[local].load() >= 1; }));
    }

    TEST_CASE("a visit has most of its interval, and never less than its tries need") {
        Running run;
        run.shard->apply({device("usual", {200ms, 50ms, 1}), device("patient", {200ms, 300ms, 2})},
                         {});
        REQUIRE(run.until([&] { return run.log.asked.size() == 2; }));
        const auto is_about = [](Duration found, Duration wanted) {
            return found <= wanted && found > wanted - 10ms;
        };
        CHECK(is_about(run.log.time_left["usual"], 200ms));  // two tries and 100 ms to spare
        CHECK(is_about(run.log.time_left["patient"], 1000ms));
    }

    TEST_CASE("a device that changes under way is visited anew at once, for 30 s at most") {
        Running run;
        run.shard->apply({device("stuck-a", {1s, 10ms, 0})}, {});
        REQUIRE(run.until([&] { return run.log.asked["stuck-a"] == 1; }));
        CHECK(run.log.time_left["stuck-a"] <= 900ms);
        run.shard->apply({device("stuck-a", {1h, 2s, 1})}, {});  // its own time is far away
        REQUIRE(run.until([&] { return run.log.asked["stuck-a"] == 2; }));
        CHECK(run.log.opened["stuck-a"] == 2);
        CHECK(run.log.time_left["stuck-a"] <= 30s);
        CHECK(run.log.time_left["stuck-a"] > 29s);
    }

    TEST_CASE("devices that never end their visits make no other late") {
        Schedule::Options options;
        options.window = 10;
        options.lost_after = 20ms;
        Running run(options);
        std::vector<std::shared_ptr<const Device>> devices;
        for (int i = 0; i < 50; ++i)
            devices.push_back(device("stuck-" + std::to_string(i), {1s, 10ms, 1}));
        for (int i = 0; i < 20; ++i)
            devices.push_back(device("living-" + std::to_string(i), {100ms, 10ms, 1}));
        run.shard->apply(devices, {});
        REQUIRE(run.until([&] {
            return std::ranges::all_of(devices, [&](const auto& each) {
                return run.log.asked[each->id] >= (each->id.starts_with("stuck") ? 1 : 10);
            });
        }));
        CHECK(run.stats.in_flight.load() >= 50);
        CHECK(run.later_than(2.5) == 0);  // those that are stuck are ended after 5 s and more
    }

    TEST_CASE("how late visits begin is told, and what was missed is left out") {
        Running run;
        run.shard->apply({device("a")}, {});
        REQUIRE(run.until([&] { return run.visits_of("a") >= 2; }));
        const auto late = run.later_than(0.05);
        const auto shed = run.stats.shed.load();
        // Something else holds up the loop.
        const MonoTime end = system_clock().mono() + 150ms;
        while (system_clock().mono() < end) {
        }
        const auto visits = run.visits_of("a");
        REQUIRE(run.until([&] { return run.visits_of("a") >= visits + 2; }));
        CHECK(run.later_than(0.05) > late);
        CHECK(run.stats.shed.load() >= shed + 2);
    }

    TEST_CASE("a reload begins anew with what changed and with nothing else") {
        Running run;
        const auto slow = PollSettings{500ms, 10ms, 1};
        run.shard->apply({device("a", slow), device("b", slow), device("stuck-c", slow)}, {});
        REQUIRE(run.until([&] {
            return run.visits_of("a") == 1 && run.visits_of("b") == 1 &&
                   run.log.asked["stuck-c"] == 1;
        }));
        run.shard->apply({device("b", slow)}, {});
        CHECK(run.log.opened == std::map<std::string, int>{{"a", 1}, {"b", 2}, {"stuck-c", 1}});
        REQUIRE(run.until([&] { return run.visits_of("a") == 2 && run.visits_of("b") == 2; }));
        CHECK(run.log.opened == std::map<std::string, int>{{"a", 1}, {"b", 2}, {"stuck-c", 1}});
        CHECK(run.log.asked["stuck-c"] == 1);  // its visit is still under way
    }

    TEST_CASE("after stop nothing is called") {
        Running run;
        run.shard->apply({device("a")}, {});
        run.shard->stop();
        run.loop.run_for(100ms);
        CHECK(run.seen.empty());
    }
}
