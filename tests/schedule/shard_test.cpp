#include "schedule/shard.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

using namespace pantau;
using namespace std::chrono_literals;

namespace {

const CollectorInfo info{"snmp", {}};

/// Answers at once for every device whose id does not begin with "dead"; never for "stuck".
class InstantCollector final : public Collector {
public:
    explicit InstantCollector(boost::asio::io_context& loop) : loop_(loop) {}
    const CollectorInfo& info() const override { return ::info; }
    std::unique_ptr<Session> open(std::shared_ptr<const Device> device) override {
        if (device->credentials.empty() && device->id == "nothing-to-ask") return nullptr;
        return std::make_unique<InstantSession>(loop_, std::move(device));
    }

private:
    class InstantSession final : public Session {
    public:
        InstantSession(boost::asio::io_context& loop, std::shared_ptr<const Device> device)
            : loop_(loop), device_(std::move(device)) {}
        void collect(std::shared_ptr<const Ask>, MonoTime, Done done) override {
            if (device_->id == "stuck") return;
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
        std::shared_ptr<const Device> device_;
        std::shared_ptr<int> alive_ = std::make_shared<int>(0);
    };

    boost::asio::io_context& loop_;
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

std::shared_ptr<const Device> device(const std::string& id) {
    auto made = std::make_shared<Device>();
    made->id = id;
    made->poll.interval = 40ms;
    made->poll.timeout = 10ms;
    return made;
}

struct Running {
    boost::asio::io_context loop{1};
    PollStats stats;
    std::vector<std::shared_ptr<const Observation>> seen;
    std::unique_ptr<Shard> shard;

    Running() {
        std::vector<std::unique_ptr<Collector>> collectors;
        collectors.push_back(std::make_unique<InstantCollector>(loop));
        shard = std::make_unique<Shard>(
            loop, std::move(collectors), std::make_shared<PlainInterpreter>(),
            [this](auto observation) { seen.push_back(std::move(observation)); }, stats,
            system_clock());
    }
    /// Runs the loop until it is so.
    bool until(const std::function<bool()>& is_so) {
        const MonoTime end = system_clock().mono() + 20s;
        while (!is_so() && system_clock().mono() < end)
            loop.run_one_for(100ms);
        return is_so();
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

    TEST_CASE("after stop nothing is called") {
        Running run;
        run.shard->apply({device("a")}, {});
        run.shard->stop();
        run.loop.run_for(100ms);
        CHECK(run.seen.empty());
    }
}
