#include "exporters/prometheus/render_options.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <vector>

using namespace pantau;
using namespace pantau::exposition;

namespace {

RenderOptions part(std::uint32_t shard, std::uint32_t count) {
    RenderOptions options;
    options.shard = shard;
    options.shard_count = count;
    return options;
}

RenderOptions areas(std::vector<AreaFilter> filters) {
    RenderOptions options;
    options.areas = std::move(filters);
    return options;
}

Device device(std::string id, std::vector<std::string> area = {"Klojen", "Kauman", "01"}) {
    Device made;
    made.id = std::move(id);
    made.area = std::move(area);
    return made;
}

}  // namespace

TEST_SUITE("exporters/prometheus/render options") {
    TEST_CASE("without a word, everything is wanted") {
        const RenderOptions options;
        CHECK(options.level == Level::full);
        CHECK(options.has_area(device("a")));
        CHECK(options.has_shard_of(device("a")));
        CHECK(options.filtered_depth() == 0);
    }

    TEST_CASE("all filters must fit, letter by letter") {
        struct Row {
            std::vector<AreaFilter> filters;
            bool fits;
        };
        for (const Row& row : {
                 Row{{{0, "Klojen"}}, true},
                 Row{{{0, "klojen"}}, false},
                 Row{{{0, "Kloje"}}, false},
                 Row{{{2, "01"}, {0, "Klojen"}}, true},
                 Row{{{0, "Klojen"}, {2, "02"}}, false},
                 Row{{{2, ""}}, false},
                 Row{{{3, "01"}}, false},
             }) {
            CAPTURE(row.filters[0].value);
            CHECK(areas(row.filters).has_area(device("a")) == row.fits);
        }
    }

    TEST_CASE("a device without an area is found by the empty name only") {
        CHECK(areas({{2, ""}}).has_area(device("a", {"Klojen"})));
        CHECK_FALSE(areas({{2, "01"}}).has_area(device("a", {"Klojen"})));
        CHECK_FALSE(areas({{0, "Klojen"}}).has_area(device("a", {})));
    }

    TEST_CASE("filters speak of an area down to the deepest of them") {
        CHECK(areas({{0, "Klojen"}}).filtered_depth() == 1);
        CHECK(areas({{2, "01"}, {0, "Klojen"}}).filtered_depth() == 3);
    }

    TEST_CASE("every device is in exactly one part, and the parts are about equal") {
        for (const std::uint32_t count : {1u, 2u, 3u, 7u, 16u}) {
            CAPTURE(count);
            std::vector<std::size_t> sizes(count);
            for (int i = 0; i < 4000; ++i) {
                const Device one =
                    device("rw" + std::to_string(i % 57) + "-ap-" + std::to_string(i));
                std::size_t parts = 0;
                for (std::uint32_t shard = 0; shard < count; ++shard) {
                    if (!part(shard, count).has_shard_of(one)) continue;
                    ++parts;
                    ++sizes[shard];
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
            CHECK(part(row.of_four, 4).has_shard_of(device(row.id)));
            CHECK(part(row.of_ten, 10).has_shard_of(device(row.id)));
        }
    }
}
