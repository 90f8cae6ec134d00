#include "history_stage.hpp"

#include <doctest/doctest.h>

#include <atomic>

#include "state/fleet.hpp"
#include "support/process.hpp"

namespace pantau {
namespace {

using namespace std::chrono_literals;

const CollectorInfo snmp{"snmp", {}};
const Health is_silent{HealthState::degraded, Reason::silent};

/// A clock that the test moves while other threads read it.
class MovedClock final : public Clock {
public:
    explicit MovedClock(WallTime begin) : begin_(begin) {}
    [[nodiscard]] MonoTime mono() const override { return MonoTime{1h} + passed_.load(); }
    [[nodiscard]] WallTime wall() const override {
        return begin_ + std::chrono::duration_cast<WallTime::duration>(passed_.load());
    }
    void advance(Duration by) { passed_ = passed_.load() + by; }

private:
    const WallTime begin_;
    std::atomic<Duration> passed_{Duration{}};
};

std::shared_ptr<const Inventory> three_neighbours() {
    auto inventory = std::make_shared<Inventory>();
    for (const char* const id : {"ap-1", "ap-2", "ap-3"}) {
        auto device = std::make_shared<Device>();
        device->id = id;
        device->address = "127.0.0.1";
        device->area = {"Lowokwaru", "Sumbersari", "08"};
        device->poll.interval = 10min;
        inventory->devices.push_back(std::move(device));
    }
    return inventory;
}

/// A fleet with its history, polled every ten minutes; eight people at each access point.
struct Run {
    Run(const std::string& folder, MovedClock& time) : clock(time), stage(settings, folder, time) {
        stage.start();
        REQUIRE(test::eventually([&] { return stage.figures().is_kept.load(); }));
    }

    void poll(const DeviceId& id, unsigned clients) {
        auto seen = std::make_shared<Observation>();
        seen->device = id;
        seen->time = clock.wall();
        seen->mono = clock.mono();
        seen->role = Role::access_point;
        CollectorReport report;
        report.collector = &snmp;
        report.ok = true;
        seen->collectors.push_back(report);
        ObservationBuilder build(*seen);
        build.begin(ComponentKind::access_point);
        build.add(quantity::ap_clients, Number::natural(clients));
        fleet.apply(std::move(seen));
    }
    void live(Duration length, unsigned at_the_first) {
        for (Duration done{}; done < length; done += 10min) {
            clock.advance(10min);
            poll("ap-1", at_the_first);
            poll("ap-2", 8);
            poll("ap-3", 8);
            for (const SilenceWord& word : stage.follow(fleet.snapshot(clock.wall(), clock.mono())))
                fleet.set_silent(word.device, word.is_silent);
        }
    }
    std::shared_ptr<const DeviceState> first() {
        return fleet.snapshot(clock.wall(), clock.mono())->devices.front();
    }

    MovedClock& clock;
    config::Settings settings;
    Fleet fleet{three_neighbours()};
    HistoryStage stage;
};

}  // namespace

TEST_SUITE("daemon/history_stage") {
    TEST_CASE("where nobody is who usually is the health says silent, also after a restart") {
        const test::TemporaryDirectory folder;
        MovedClock clock(WallTime{1'790'000'000s});
        {
            Run run(folder.path(), clock);
            run.live(13 * 24h, 8);
            CHECK_FALSE(run.first()->silent);
            run.live(2 * 24h, 8);
            CHECK(run.first()->silent == false);
            run.live(4h, 0);
            CHECK(run.first()->health == is_silent);
            CHECK(run.first()->silent == true);
            run.live(10min, 3);
            CHECK(run.first()->health.state == HealthState::up);
            run.stage.stop();
        }
        Run again(folder.path(), clock);
        again.live(10min, 0);
        CHECK(again.first()->silent == false);  // Its use is known.
        again.live(4h, 0);
        CHECK(again.first()->health == is_silent);
    }
}

}  // namespace pantau
