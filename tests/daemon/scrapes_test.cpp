#include "scrapes.hpp"

#include <doctest/doctest.h>
#include <zlib.h>

#include "collectors/registry.hpp"
#include "state/fleet.hpp"

namespace pantau {
namespace {

using namespace std::chrono_literals;

std::shared_ptr<const Inventory> two_areas() {
    auto inventory = std::make_shared<Inventory>();
    inventory->hierarchy = {"kota", "rw"};
    for (const auto& [id, kota] : {std::pair{"a", "Malang"}, {"b", "Batu"}}) {
        auto device = std::make_shared<Device>();
        device->id = id;
        device->address = "127.0.0.1";
        device->area = {kota, "01"};
        inventory->devices.push_back(std::move(device));
    }
    return inventory;
}

/// A fleet of two, and who asks for it.
struct City {
    FakeClock clock;
    exposition::FleetWriter writer{collector_infos()};
    SelfMetrics self{[](std::string_view) { return false; }};
    Fleet fleet{two_areas()};
    std::shared_ptr<const Snapshot> snapshot = fleet.snapshot(clock.wall(), clock.mono());
    int own_readings = 0;
    Scrapes scrapes{writer, self, [this] { return snapshot; }, clock};

    City() {
        self.add(self::polls, [this] { return static_cast<double>(++own_readings); });
    }
    std::shared_ptr<const std::string> ask(const web::MetricsRequest& request = {}) {
        std::shared_ptr<const std::string> bytes;
        scrapes.answer(request, [&](Result<web::MetricsBody> body) {
            REQUIRE(body);
            CHECK(body->is_gzip == request.accepts_gzip);
            bytes = body->bytes;
        });
        REQUIRE(bytes);
        return bytes;
    }
    std::string text(const web::MetricsRequest& request = {}) { return *ask(request); }
};

bool has(const std::string& text, std::string_view words) {
    return text.find(words) != std::string::npos;
}

std::string unzipped(const std::string& bytes) {
    z_stream stream{};
    REQUIRE(inflateInit2(&stream, 15 + 16) == Z_OK);
    std::string text(1 << 20, '\0');
    std::string input = bytes;
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    stream.next_out = reinterpret_cast<Bytef*>(text.data());
    stream.avail_out = static_cast<uInt>(text.size());
    CHECK(inflate(&stream, Z_FINISH) == Z_STREAM_END);
    text.resize(stream.total_out);
    inflateEnd(&stream);
    return text;
}

}  // namespace

TEST_SUITE("daemon/scrapes") {
    TEST_CASE("the whole has every device and our own figures") {
        City city;
        const std::string text = city.text();
        CHECK(has(text, R"(pantau_ap_up{ap="a",kota="Malang",rw="01"} 0)"));
        CHECK(has(text, R"(pantau_ap_up{ap="b",kota="Batu",rw="01"} 0)"));
        CHECK(has(text, "pantau_polls_total 1"));
    }

    TEST_CASE("one area has its devices alone, and not our own figures a second time") {
        City city;
        const std::string text = city.text({.areas = {{"kota", "Batu"}},
                                            .shard = {},
                                            .level = web::MetricsLevel::full,
                                            .accepts_gzip = false});
        CHECK_FALSE(has(text, R"(ap="a")"));
        CHECK(has(text, R"(ap="b")"));
        CHECK_FALSE(has(text, "pantau_polls_total"));
    }

    TEST_CASE("a level whose name is no label is asked for by the label that it became") {
        City city;
        auto inventory = std::make_shared<Inventory>(*two_areas());
        inventory->hierarchy = {"kota/kab", "shard"};
        city.snapshot = Fleet(inventory).snapshot(city.clock.wall(), city.clock.mono());
        web::MetricsRequest request;
        request.areas = {{"kota_kab", "Batu"}, {"area_shard", "01"}};
        const std::string text = city.text(request);
        CHECK(has(text, R"(pantau_ap_up{ap="b",kota_kab="Batu",area_shard="01"} 0)"));
        CHECK_FALSE(has(text, R"(ap="a")"));
    }

    TEST_CASE("the parts of a scrape in shards are the whole, our own figures in the first") {
        City city;
        web::MetricsRequest first;
        first.shard = web::Shard{0, 2};
        web::MetricsRequest second;
        second.shard = web::Shard{1, 2};
        const std::string one = city.text(first);
        const std::string two = city.text(second);
        CHECK(has(one, "pantau_polls_total"));
        CHECK_FALSE(has(two, "pantau_polls_total"));
        for (const char* name : {R"(pantau_ap_up{ap="a")", R"(pantau_ap_up{ap="b")"}) {
            CAPTURE(name);
            CHECK(has(one, name) != has(two, name));
        }
    }

    TEST_CASE("gzip is the same text, packed") {
        City city;
        web::MetricsRequest packed;
        packed.accepts_gzip = true;
        CHECK(has(unzipped(city.text(packed)), R"(pantau_ap_up{ap="a")"));
    }

    TEST_CASE("OpenMetrics ends once, behind our own figures, in every part") {
        City city;
        web::MetricsRequest whole;
        whole.format = web::MetricsFormat::open_metrics;
        const std::string text = city.text(whole);
        CHECK(has(text, "# TYPE pantau_polls counter\npantau_polls_total 1\n# EOF\n"));
        CHECK(text.find("# EOF\n") == text.size() - 6);
        web::MetricsRequest second = whole;
        second.shard = web::Shard{1, 2};
        CHECK(city.text(second).ends_with("# EOF\n"));
        second.accepts_gzip = true;
        CHECK(unzipped(city.text(second)).ends_with("# EOF\n"));
        CHECK_FALSE(has(city.text(), "# EOF"));
    }

    TEST_CASE("two who ask for the same at the same time share one rendering") {
        City city;
        const auto first = city.ask();
        const auto second = city.ask();
        CHECK(first == second);
        CHECK(city.own_readings == 1);

        SUBCASE("who asks for something else gets its own") {
            web::MetricsRequest basic;
            basic.level = web::MetricsLevel::basic;
            CHECK(city.ask(basic) != first);
        }
        SUBCASE("after a second it is made anew") {
            city.clock.advance(1s);
            CHECK(city.ask() != first);
        }
        SUBCASE("from another Snapshot it is made anew") {
            city.clock.advance(1ms);
            city.snapshot = Fleet(two_areas()).snapshot(city.clock.wall(), city.clock.mono());
            CHECK(city.ask() != first);
        }
    }

    TEST_CASE("a rendering that nobody sends any more is not kept") {
        City city;
        std::weak_ptr<const std::string> seen = city.ask();
        CHECK(seen.expired());
    }

    TEST_CASE("a level that a reload took away meanwhile is an error, not the whole fleet") {
        City city;
        bool refused = false;
        city.scrapes.answer({.areas = {{"kecamatan", "Klojen"}},
                             .shard = {},
                             .level = web::MetricsLevel::full,
                             .accepts_gzip = false},
                            [&](const Result<web::MetricsBody>& body) { refused = !body; });
        CHECK(refused);
    }
}

}  // namespace pantau
