#include "state/place_index.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace pantau {

TEST_SUITE("state/place_index") {
    TEST_CASE("each of many names is among the candidates for its hash, and they are few") {
        std::vector<std::string> names;
        for (int i = 0; i < 100'000; ++i)
            names.push_back("rw" + std::to_string(i % 97) + "-kelurahan-" + std::to_string(i));
        PlaceIndex index;
        index.reserve(names.size());
        for (const std::string& name : names)
            index.add(name);
        index.close();
        std::size_t candidates = 0;
        for (std::uint32_t place = 0; place < names.size(); ++place) {
            const auto found = index.candidates(names[place]);
            candidates += found.size();
            REQUIRE(std::ranges::count(found, place, &PlaceIndex::Entry::place) == 1);
        }
        CHECK(candidates < names.size() + 100);
    }

    TEST_CASE("two of one name are both there, in their order; what was never added is not") {
        PlaceIndex index;
        for (const char* const name : {"b", "a", "b"})
            index.add(name);
        index.close();
        const auto found = index.candidates("b");
        REQUIRE(found.size() == 2);
        CHECK(found[0].place == 0);
        CHECK(found[1].place == 2);
        CHECK(index.candidates("c").empty());
        CHECK(PlaceIndex().candidates("a").empty());
    }
}

}  // namespace pantau
