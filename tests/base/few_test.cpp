#include "base/few.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <utility>

using namespace pantau;

TEST_SUITE("base/few") {
    TEST_CASE("few values stay in their order, through growth, copies and moves") {
        Few<std::uint64_t> values;
        CHECK(values.empty());
        CHECK(values.begin() == values.end());
        for (std::uint64_t value : {7, 8, 9})
            values.push_back(value);
        values.push_back(*values.begin());
        const Few<std::uint64_t> copy = values;
        values.back() = 5;
        CHECK(copy == Few<std::uint64_t>(std::array<std::uint64_t, 4>{7, 8, 9, 7}));
        CHECK(values == Few<std::uint64_t>(std::array<std::uint64_t, 4>{7, 8, 9, 5}));
        const Few<std::uint64_t> moved = std::move(values);
        CHECK(moved.size() == 4);
        values = copy;
        values.assign({});
        CHECK(values.empty());
        CHECK(copy.size() == 4);
    }
}
