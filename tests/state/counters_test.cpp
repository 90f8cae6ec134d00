#include "state/counters.hpp"

#include <doctest/doctest.h>

#include <array>
#include <random>
#include <string>

using namespace pantau;

namespace {

constexpr std::uint64_t two_to_32 = 4294967296ull;
const QuantityId rx = *quantity_named("interface.rx_bytes_total");
const QuantityId tx = *quantity_named("interface.tx_bytes_total");
const QuantityId packets = *quantity_named("interface.rx_packets_total");

/// A device with one interface per call of `port`.
class Made {
public:
    explicit Made(std::chrono::seconds at, std::optional<double> uptime = {}) {
        seen_->mono = MonoTime{at};
        build_.begin(ComponentKind::system);
        if (uptime) build_.add(quantity::system_uptime, Number::real(*uptime));
    }
    Made& port(unsigned index, const std::string& name) {
        build_.begin(ComponentKind::interface);
        build_.add(quantity::interface_index, Number::natural(index));
        build_.add(quantity::interface_name, Text::from_network(name));
        return *this;
    }
    Made& narrow(QuantityId id, std::uint64_t value) {
        build_.add(id, Number::natural(value), true);
        return *this;
    }
    Made& wide(QuantityId id, std::uint64_t value) {
        build_.add(id, Number::natural(value));
        return *this;
    }
    [[nodiscard]] std::shared_ptr<const Observation> done() const { return seen_; }

private:
    std::shared_ptr<Observation> seen_ = std::make_shared<Observation>();
    ObservationBuilder build_{*seen_};
};

std::optional<std::uint64_t> shown(const Observation& seen, const std::string& name,
                                   QuantityId id) {
    for (const Component& component : seen.components) {
        if (seen.text(component, quantity::interface_name) != name) continue;
        if (const auto value = seen.number(component, id)) return value->as_natural();
    }
    return std::nullopt;
}

using std::chrono::seconds;

}  // namespace

TEST_SUITE("state/counters") {
    TEST_CASE("one 32-bit counter from poll to poll") {
        struct Row {
            std::string what;
            std::vector<std::uint64_t> raw;
            std::vector<std::uint64_t> shown;
        };
        const std::vector<Row> rows{
            {"grows", {1, 2, 1000}, {1, 2, 1000}},
            {"wraps",
             {4'000'000'000, 5'000'000, 6'000'000},
             {4'000'000'000, two_to_32 + 5'000'000, two_to_32 + 6'000'000}},
            {"wraps twice",
             {4'000'000'000, 500'000'000, 2'600'000'000, 100},
             {4'000'000'000, two_to_32 + 500'000'000, two_to_32 + 2'600'000'000,
              2 * two_to_32 + 100}},
            {"wraps at the last number", {4'294'967'295, 0}, {4'294'967'295, two_to_32}},
            {"restarts without a reboot", {1'000'000, 5, 10}, {1'000'000, 5, 10}},
            {"restarts after a wrap",
             {4'000'000'000, 1'000'000, 5},
             {4'000'000'000, two_to_32 + 1'000'000, 5}},
            {"steps back by a hair",
             {1'000'000, 999'990, 999'995, 1'000'001},
             {1'000'000, 1'000'000, 1'000'000, 1'000'001}},
            {"steps back by a hair after a wrap",
             {4'000'000'000, 1'000'000, 999'999, 1'000'002},
             {4'000'000'000, two_to_32 + 1'000'000, two_to_32 + 1'000'000, two_to_32 + 1'000'002}},
            {"starts anew at 0", {7, 0, 1}, {7, 0, 1}},
        };
        for (const Row& row : rows) {
            CAPTURE(row.what);
            CounterMemory memory;
            for (std::size_t i = 0; i < row.raw.size(); ++i) {
                CAPTURE(i);
                const seconds at(30 * i);
                const auto seen = Made(at, 5000.0 + 30.0 * static_cast<double>(i))
                                      .port(2, "eth0")
                                      .narrow(rx, row.raw[i])
                                      .done();
                const Followed followed = memory.follow(seen);
                CHECK(shown(*followed.shown, "eth0", rx) == row.shown[i]);
                CHECK_FALSE(followed.rebooted);
            }
        }
    }

    TEST_CASE("a 64-bit counter is shown as it is, hairs apart") {
        CounterMemory memory;
        const std::vector<std::uint64_t> raw{1'000'000'000'000, 999'999'999'000, 5, 6};
        const std::vector<std::uint64_t> expected{1'000'000'000'000, 1'000'000'000'000, 5, 6};
        for (std::size_t i = 0; i < raw.size(); ++i) {
            CAPTURE(i);
            const auto seen = Made(seconds(30 * i)).port(2, "eth0").wide(rx, raw[i]).done();
            CHECK(shown(*memory.follow(seen).shown, "eth0", rx) == expected[i]);
        }
    }

    TEST_CASE("an Observation without anything to correct is passed on, not copied") {
        CounterMemory memory;
        for (std::uint64_t i = 0; i < 3; ++i) {
            const auto seen = Made(seconds(30 * i)).port(2, "eth0").narrow(rx, i).done();
            CHECK(memory.follow(seen).shown == seen);
        }
    }

    TEST_CASE("what falls beside a counter that restarted has restarted too") {
        CounterMemory memory;
        (void)memory.follow(Made(seconds(0))
                                .port(2, "eth0")
                                .narrow(rx, 3'900'000'000)
                                .narrow(packets, 5'000'000)
                                .port(3, "eth1")
                                .narrow(rx, 3'900'000'000)
                                .narrow(packets, 5'000'000)
                                .done());
        const auto seen = memory
                              .follow(Made(seconds(30))
                                          .port(2, "eth0")
                                          .narrow(rx, 1000)
                                          .narrow(packets, 12)
                                          .port(3, "eth1")
                                          .narrow(rx, 1000)
                                          .narrow(packets, 5'000'900)
                                          .done())
                              .shown;
        CHECK(shown(*seen, "eth0", rx) == 1000);
        CHECK(shown(*seen, "eth1", rx) == two_to_32 + 1000);
    }

    TEST_CASE("after a reboot every counter is the device's own again") {
        CounterMemory memory;
        (void)memory.follow(
            Made(seconds(0), 9000).port(2, "eth0").narrow(rx, 4'100'000'000).done());
        (void)memory.follow(Made(seconds(30), 9030).port(2, "eth0").narrow(rx, 100).done());
        const Followed followed =
            memory.follow(Made(seconds(60), 12).port(2, "eth0").narrow(rx, 90).done());
        CHECK(followed.rebooted);
        CHECK(shown(*followed.shown, "eth0", rx) == 90);
    }

    TEST_CASE("uptime tells a reboot from noise, a standing clock and the wrap after 497 days") {
        struct Row {
            std::string what;
            double before;
            int elapsed;
            double now;
            bool rebooted;
        };
        const auto rows = std::to_array<Row>({
            {"goes on", 1000, 30, 1030, false},
            {"back by a rounding", 1000, 1, 999.5, false},
            {"restarted", 1000, 30, 12, true},
            {"restarted soon after a restart", 20, 60, 31, true},
            {"restarted during an outage", 50, 7200, 300, true},
            {"the same agent after an outage", 50, 7200, 7250, false},
            {"a clock that is a little slow", 50, 7200, 7100, false},
            {"a recording, always the same", 100, 3600, 100, false},
            {"always zero", 0, 3600, 0, false},
            {"497 days", 42'949'660, 30, 17.3, false},
            {"497 days, seen after an hour", 42'949'600, 3600, 3527, false},
            {"restarted near 497 days", 42'949'660, 3600, 5, true},
            {"restarted long before 497 days", 42'000'000, 30, 17, true},
            {"no time between", 100, 0, 100, false},
            {"497 days, and an agent of ten days goes on", 42'949'660, 30, 864'000, false},
            {"the machine's uptime does not arrive, the agent's does", 9'000'000, 30, 4000, false},
        });
        for (const Row& row : rows) {
            CAPTURE(row.what);
            CounterMemory memory;
            CHECK_FALSE(memory.follow(Made(seconds(0), row.before).done()).rebooted);
            CHECK(memory.follow(Made(seconds(row.elapsed), row.now).done()).rebooted ==
                  row.rebooted);
        }
    }

    TEST_CASE("an agent that restarts without its machine is no reboot where the counters tell") {
        struct Counters {
            std::uint64_t rx, packets;
        };
        struct Row {
            std::string what;
            double uptime;
            Counters before, after;
            bool rebooted;
            std::uint64_t rx_shown;
        };
        const auto rows = std::to_array<Row>({
            {"all go on",
             9000,
             {5'000'000, 70'000},
             {5'000'400, 70'004},
             false,
             two_to_32 + 5'000'400},
            {"one stands still",
             9000,
             {5'000'000, 70'000},
             {5'000'400, 70'000},
             false,
             two_to_32 + 5'000'400},
            {"all start anew", 9000, {5'000'000, 70'000}, {400, 4}, true, 400},
            {"one starts anew", 9000, {5'000'000, 70'000}, {5'000'400, 4}, true, 5'000'400},
            {"one is a hair less", 9000, {5'000'000, 70'000}, {5'000'400, 69'999}, true, 5'000'400},
            {"too little was counted to tell",
             9000,
             {900'000, 70'000},
             {900'400, 70'004},
             true,
             900'400},
            {"not up for long enough to tell",
             90,
             {5'000'000, 70'000},
             {5'000'400, 70'004},
             true,
             5'000'400},
        });
        for (const Row& row : rows) {
            CAPTURE(row.what);
            CounterMemory memory;
            const auto seen = [&](int at, double uptime, const Counters& c) {
                return memory.follow(Made(seconds(at), uptime)
                                         .port(2, "eth0")
                                         .narrow(rx, c.rx)
                                         .narrow(packets, c.packets)
                                         .done());
            };
            // So that 2^32 has been passed and a fall to the device's own number shows.
            (void)seen(0, row.uptime - 60, {4'290'000'000, 60'000});
            (void)seen(30, row.uptime - 30, row.before);
            const Followed followed = seen(60, 12, row.after);
            CHECK(followed.rebooted == row.rebooted);
            CHECK(shown(*followed.shown, "eth0", rx) == row.rx_shown);
            CHECK_FALSE(seen(90, 42, {row.after.rx + 1, row.after.packets + 1}).rebooted);
        }
    }

    TEST_CASE("whose interface goes or gets another name while the agent restarts is not asked") {
        CounterMemory memory;
        const auto first =
            Made(seconds(0), 9000).port(2, "eth0").wide(rx, 5'000'000).port(3, "ppp0").wide(rx, 9);
        (void)memory.follow(first.done());
        CHECK_FALSE(memory
                        .follow(Made(seconds(30), 5)
                                    .port(2, "eth0")
                                    .wide(rx, 5'000'001)
                                    .port(3, "ppp1")
                                    .wide(rx, 1)
                                    .done())
                        .rebooted);
    }

    TEST_CASE("what becomes of the counters of an interface that goes and comes") {
        struct Seen {
            unsigned index;
            const char* name;  ///< Null: no such interface in this poll.
            std::uint64_t raw;
            std::optional<std::uint64_t> shown;
        };
        struct Row {
            std::string what;
            std::vector<Seen> polls;
        };
        const std::uint64_t much = 4'200'000'000;
        const std::vector<Row> rows{
            {"another name at the same index is another interface",
             {{7, "ppp0", much, much}, {7, "ppp1", 50, 50}, {7, "ppp1", 60, 60}}},
            {"the same name at another index is another interface",
             {{7, "ppp0", much, much}, {8, "ppp0", 50, 50}, {8, "ppp0", 60, 60}}},
            {"the first one comes back and goes on",
             {{7, "ppp0", much, much}, {7, "ppp1", 50, 50}, {7, "ppp0", 70, two_to_32 + 70}}},
            {"absent for a poll, it goes on",
             {{7, "ppp0", much, much}, {0, nullptr, 0, {}}, {7, "ppp0", 70, two_to_32 + 70}}},
            {"absent after a wrap, it keeps what it had",
             {{7, "ppp0", much, much},
              {7, "ppp0", 2'000'000'000, two_to_32 + 2'000'000'000},
              {0, nullptr, 0, {}},
              {7, "ppp0", 2'000'000'100, two_to_32 + 2'000'000'100}}},
            {"absent and reset meanwhile, it starts anew",
             {{7, "ppp0", 1'000'000'000, 1'000'000'000}, {0, nullptr, 0, {}}, {7, "ppp0", 5, 5}}},
            {"reset alone, it starts anew",
             {{7, "ppp0", 1'000'000'000, 1'000'000'000}, {7, "ppp0", 5, 5}, {7, "ppp0", 6, 6}}},
        };
        for (const Row& row : rows) {
            CAPTURE(row.what);
            CounterMemory memory;
            for (std::size_t i = 0; i < row.polls.size(); ++i) {
                CAPTURE(i);
                const Seen& poll = row.polls[i];
                const seconds at(30 * i);
                Made made(at, 5000.0 + 30.0 * static_cast<double>(i));
                made.port(1, "eth0").narrow(rx, 100 + i);  // beside it one that nothing happens to
                if (poll.name != nullptr) made.port(poll.index, poll.name).narrow(rx, poll.raw);
                const Followed followed = memory.follow(made.done());
                CHECK_FALSE(followed.rebooted);
                CHECK(shown(*followed.shown, "eth0", rx) == 100 + i);
                if (poll.name != nullptr)
                    CHECK(shown(*followed.shown, poll.name, rx) == poll.shown);
            }
        }
    }

    TEST_CASE("a reboot is found over Observations that brought no uptime") {
        CounterMemory memory;
        (void)memory.follow(Made(seconds(0), 9000).done());
        CHECK_FALSE(memory.follow(Made(seconds(30)).port(1, "eth0").done()).rebooted);
        CHECK(memory.follow(Made(seconds(60), 20).done()).rebooted);
        CHECK_FALSE(memory.follow(Made(seconds(90), 50).done()).rebooted);
    }

    TEST_CASE("interfaces that change places keep their own counters") {
        CounterMemory memory;
        (void)memory.follow(Made(seconds(0))
                                .port(1, "eth0")
                                .narrow(rx, 4'200'000'000)
                                .port(2, "eth1")
                                .narrow(rx, 7)
                                .done());
        const auto seen = memory
                              .follow(Made(seconds(30))
                                          .port(2, "eth1")
                                          .narrow(rx, 9)
                                          .port(1, "eth0")
                                          .narrow(tx, 1)
                                          .narrow(rx, 50)
                                          .done())
                              .shown;
        CHECK(shown(*seen, "eth0", rx) == two_to_32 + 50);
        CHECK(shown(*seen, "eth1", rx) == 9);
    }

    TEST_CASE("a table that gets lost for a while does not take its wraps with it") {
        CounterMemory memory;
        (void)memory.follow(Made(seconds(0)).port(2, "eth0").narrow(rx, 4'200'000'000).done());
        (void)memory.follow(Made(seconds(30)).port(2, "eth0").narrow(rx, 50).done());
        SUBCASE("the whole component, for two polls") {
            (void)memory.follow(Made(seconds(60)).done());
            (void)memory.follow(Made(seconds(90)).done());
        }
        SUBCASE("only the value") {
            (void)memory.follow(Made(seconds(60)).port(2, "eth0").narrow(tx, 4).done());
        }
        const auto seen =
            memory.follow(Made(seconds(120)).port(2, "eth0").narrow(rx, 70).done()).shown;
        CHECK(shown(*seen, "eth0", rx) == two_to_32 + 70);
    }

    TEST_CASE("what has been missing for more than an hour is forgotten") {
        CounterMemory memory;
        (void)memory.follow(Made(seconds(0)).port(2, "eth0").narrow(rx, 4'200'000'000).done());
        (void)memory.follow(Made(seconds(30)).port(2, "eth0").narrow(rx, 50).done());
        (void)memory.follow(Made(seconds(60)).done());
        (void)memory.follow(Made(seconds(4000)).done());
        const auto seen =
            memory.follow(Made(seconds(4030)).port(2, "eth0").narrow(rx, 70).done()).shown;
        CHECK(shown(*seen, "eth0", rx) == 70);
    }

    TEST_CASE("two interfaces that look alike do not share a counter") {
        CounterMemory memory;
        for (std::uint64_t i = 0; i < 3; ++i) {
            const auto given =
                Made(seconds(30 * i))
                    .port(0, "")
                    .narrow(rx, 100 + i)
                    .port(0, "")
                    .narrow(rx, 4'294'967'294 + i < two_to_32 ? 4'294'967'294 + i : i - 2)
                    .done();
            const auto seen = memory.follow(given).shown;
            CHECK(seen->number(seen->components[1], rx)->as_natural() == 100 + i);
            CHECK(seen->number(seen->components[2], rx)->as_natural() == 4'294'967'294 + i);
        }
    }

    TEST_CASE("any history of additions, wraps and lost rows shows the true total") {
        std::mt19937_64 random(7);
        CounterMemory memory;
        std::uint64_t truth = 0;
        for (int poll = 0; poll < 2000; ++poll) {
            truth += random() % 300'000'000;
            Made made(seconds(30 * poll), 1000.0 + 30 * poll);
            const bool lost = random() % 5 == 0;
            if (!lost) made.port(2, "eth0").narrow(rx, truth % two_to_32);
            const auto seen = memory.follow(made.done()).shown;
            CAPTURE(poll);
            REQUIRE(shown(*seen, "eth0", rx) ==
                    (lost ? std::nullopt : std::optional<std::uint64_t>(truth)));
        }
        CHECK(truth > 50 * two_to_32);
    }
}
