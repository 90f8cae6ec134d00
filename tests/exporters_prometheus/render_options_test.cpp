#include "exporters/prometheus/render_options.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <vector>

using namespace pantau;
using namespace pantau::exposition;

namespace {

using Query = std::vector<std::pair<std::string, std::string>>;

const std::vector<std::string> malang{"kecamatan", "kelurahan", "rw"};

RenderOptions read(const Query& query, const std::vector<std::string>& hierarchy = malang) {
    const auto options = read_options(query, hierarchy);
    REQUIRE(options.has_value());
    return *options;
}

std::string refusal(const Query& query) {
    const auto options = read_options(query, malang);
    REQUIRE_FALSE(options.has_value());
    CHECK(options.error().reason == Reason::malformed);
    return options.error().detail;
}

Device device(std::string id, std::vector<std::string> area = {"Klojen", "Kauman", "01"}) {
    Device made;
    made.id = std::move(id);
    made.area = std::move(area);
    return made;
}

}  // namespace

TEST_SUITE("exporters/prometheus/render options") {
    TEST_CASE("a query without parameters means everything") {
        CHECK(read({}) == RenderOptions{});
    }

    TEST_CASE("level, shard and areas are read") {
        CHECK(read({{"level", "basic"}}).level == Level::basic);
        CHECK(read({{"level", "full"}}).level == Level::full);
        const RenderOptions shard = read({{"shard", "3/4"}});
        CHECK(shard.shard == 3);
        CHECK(shard.shard_count == 4);
        const RenderOptions areas = read({{"rw", "08"}, {"kecamatan", "Klojen"}});
        CHECK(areas.areas == std::vector<AreaFilter>{{2, "08"}, {0, "Klojen"}});
        CHECK(areas.filtered_depth() == 3);
    }

    TEST_CASE("a level of the hierarchy is found by its name and by its label") {
        const std::vector<std::string> hierarchy{"rukun warga", "shard"};
        CHECK(read({{"rukun warga", "8"}}, hierarchy).areas == std::vector<AreaFilter>{{0, "8"}});
        CHECK(read({{"rukun_warga", "8"}}, hierarchy).areas == std::vector<AreaFilter>{{0, "8"}});
        CHECK(read({{"area_shard", "x"}}, hierarchy).areas == std::vector<AreaFilter>{{1, "x"}});
        CHECK(read({{"shard", "0/2"}}, hierarchy).areas.empty());
    }

    TEST_CASE("what cannot be meant is refused in words that say what could") {
        CHECK(refusal({{"kecamatn", "Klojen"}}) ==
              "there is no parameter 'kecamatn'; there are level, shard, kecamatan, kelurahan, rw");
        CHECK(refusal({{"level", "Basic"}}) == "level 'Basic' is neither basic nor full");
        CHECK(refusal({{"level", "basic"}, {"level", "full"}}) ==
              "the parameter 'level' is there twice");
        CHECK(refusal({{"shard", "0/2"}, {"shard", "1/2"}}) ==
              "the parameter 'shard' is there twice");
        CHECK(refusal({{"shard", "2/2"}}) == "shard '2/2': parts count from 0 to 1");
        for (const char* text : {"", "1", "/", "1/", "/2", "a/2", "1/b", "-1/2", "+1/2", " 1/2",
                                 "1/2 ", "1/2/3", "0x1/2", "4294967296/4294967297"}) {
            CAPTURE(text);
            CHECK(refusal({{"shard", text}})
                      .ends_with("is not of the form i/n, for example shard=0/4"));
        }
        for (const char* text : {"0/0", "0/10001", "0/4294967295"}) {
            CAPTURE(text);
            CHECK(refusal({{"shard", text}}).ends_with("the number of parts is 1 to 10000"));
        }
    }

    TEST_CASE("a refusal repeats nothing that could harm a terminal") {
        const std::string words = refusal({{"level", "\x1B[31m\xFF"}});
        CHECK(words.find('\x1B') == std::string::npos);
        CHECK(words.find('\xFF') == std::string::npos);
    }

    TEST_CASE("of each level that has filters one must fit") {
        struct Row {
            Query query;
            bool fits;
        };
        for (const Row& row : {
                 Row{{}, true},
                 Row{{{"kecamatan", "Klojen"}}, true},
                 Row{{{"kecamatan", "klojen"}}, false},
                 Row{{{"kecamatan", "Klojen"}, {"rw", "02"}}, false},
                 Row{{{"kecamatan", "Sukun"}, {"kecamatan", "Klojen"}}, true},
                 Row{{{"rw", "02"}, {"kecamatan", "Klojen"}, {"rw", "01"}}, true},
                 Row{{{"rw", ""}}, false},
             }) {
            CAPTURE(row.query.size());
            CHECK(read(row.query).has_area(device("a")) == row.fits);
        }
    }

    TEST_CASE("a device without an area is found by the empty name only") {
        CHECK(read({{"rw", ""}}).has_area(device("a", {"Klojen"})));
        CHECK_FALSE(read({{"rw", "01"}}).has_area(device("a", {"Klojen"})));
        CHECK_FALSE(read({{"kecamatan", "Klojen"}}).has_area(device("a", {})));
    }

    TEST_CASE("every device is in exactly one part, and the parts are about equal") {
        for (const std::uint32_t count : {1u, 2u, 3u, 7u, 16u}) {
            CAPTURE(count);
            std::vector<std::size_t> sizes(count);
            for (int i = 0; i < 4000; ++i) {
                const Device one =
                    device("rw" + std::to_string(i % 57) + "-ap-" + std::to_string(i));
                std::size_t parts = 0;
                for (std::uint32_t part = 0; part < count; ++part) {
                    const RenderOptions options =
                        read({{"shard", std::to_string(part) + "/" + std::to_string(count)}});
                    if (!options.has_shard_of(one)) continue;
                    ++parts;
                    ++sizes[part];
                }
                REQUIRE(parts == 1);
            }
            for (const std::size_t size : sizes) {
                CHECK(size > 3000 / count);
                CHECK(size < 5001 / count);
            }
        }
    }

    TEST_CASE("which part a device belongs to is the same for ever, on every machine") {
        // Prometheus servers divide the parts among them: a device that moves is two series.
        // FNV-1a, its halves folded by xor; worked out apart from this program.
        struct Row {
            const char* id;
            std::uint32_t of_four;
            std::uint32_t of_ten;
        };
        for (const Row& row : {
                 Row{"rw08-sumbersari-1", 1, 3},
                 Row{"rw08-sumbersari-2", 0, 8},
                 Row{"rw01-kauman-1", 1, 9},
                 Row{"wlc-1", 0, 8},
             }) {
            CAPTURE(row.id);
            const auto has = [&](std::uint32_t part, const char* count) {
                return read({{"shard", std::to_string(part) + "/" + count}})
                    .has_shard_of(device(row.id));
            };
            CHECK(has(row.of_four, "4"));
            CHECK(has(row.of_ten, "10"));
        }
    }
}
