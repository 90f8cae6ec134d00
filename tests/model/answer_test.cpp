#include "model/answer.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace pantau;

TEST_SUITE("model/answer") {
    TEST_CASE("cells are sorted by field and row, and the later of two for one place wins") {
        Answer answer;
        const std::array<std::uint32_t, 1> row9{9};
        const std::array<std::uint32_t, 1> row10{10};
        answer.add_number(1, row10, RawValue::Kind::integer, Number::integer(1));
        answer.add_bytes(1, row9, RawValue::Kind::bytes, "eth0");
        answer.add_number(0, {}, RawValue::Kind::counter32, Number::natural(7));
        answer.add_number(1, row10, RawValue::Kind::integer, Number::integer(2));
        answer.sort();

        REQUIRE(answer.cells().size() == 3);
        CHECK(answer.cells()[0].field == 0);
        CHECK(answer.cells()[0].row_size == 0);
        CHECK(answer.row_of(answer.cells()[1])[0] == 9);
        CHECK(answer.bytes_of(answer.cells()[1].value) == "eth0");
        CHECK(answer.row_of(answer.cells()[2])[0] == 10);
        CHECK(answer.cells()[2].value.number == Number::integer(2));
    }
}
