#include "collectors/http/json_test.hpp"

#include <doctest/doctest.h>

using namespace pantau;
using http::JsonTest;

namespace {

JsonTest at(std::string pointer, JsonTest::Kind kind, std::string text = "", double bound = 0) {
    JsonTest test;
    test.pointer = std::move(pointer);
    test.kind = kind;
    if (kind == JsonTest::Kind::matches) test.pattern = *http::Pattern::compile(text);
    test.text = std::move(text);
    test.bound = bound;
    return test;
}

std::string fault(const JsonTest& test, std::string_view body) {
    return http::why_not({&test, 1}, body).value_or("");
}

}  // namespace

TEST_SUITE("collectors/http json") {
    TEST_CASE("a value is found, compared, and described when it is another") {
        using Kind = JsonTest::Kind;
        const std::string_view body =
            R"({"status":"ok","n":3,"f":2.50,"up":true,"none":null,"list":[{"a/b":7}],"s":"8"})";
        struct Row {
            JsonTest test;
            const char* fault;
        };
        const Row rows[] = {
            {at("/status", Kind::equals, "ok"), ""},
            {at("/status", Kind::equals, "down"), "/status is \"ok\" instead of \"down\""},
            {at("/n", Kind::equals, "3"), ""},
            {at("/n", Kind::equals, "3.0"), ""},
            {at("/f", Kind::equals, "2.5"), ""},
            {at("/up", Kind::equals, "true"), ""},
            {at("/none", Kind::equals, "null"), ""},
            {at("/list", Kind::equals, "x"), "/list is a list instead of \"x\""},
            {at("/list/0", Kind::equals, "x"), "/list/0 is an object instead of \"x\""},
            {at("/list/0/a~1b", Kind::above, "", 6), ""},
            {at("/n", Kind::above, "", 3), "/n is \"3\" and not above 3"},
            {at("/n", Kind::below, "", 3.5), ""},
            {at("/s", Kind::above, "", 1), "/s is \"8\" and not above 1"},
            {at("/status", Kind::matches, "^o"), ""},
            {at("/status", Kind::matches, "^k"), "/status is \"ok\" and does not match ^k"},
            {at("/gone", Kind::equals, ""), "/gone is missing instead of \"\""},
            {at("/gone", Kind::present), "/gone is missing and must be there"},
            {at("/gone", Kind::absent), ""},
            {at("/none", Kind::absent), "/none is \"null\" and must not be there"},
            {at("", Kind::present), ""},
        };
        for (const Row& row : rows) {
            CAPTURE(row.test.pointer);
            CAPTURE(row.fault);
            CHECK(fault(row.test, body) == row.fault);
        }
    }

    TEST_CASE("what is no JSON, too deep or too large is a fault and no more") {
        const JsonTest any = at("/a", JsonTest::Kind::present);
        for (const std::string& body :
             {std::string(), std::string("<html>"), std::string("{\"a\":1"), std::string("{}{}"),
              std::string(100'000, '['), std::string("{\"a\":\"\xff\"}")}) {
            CAPTURE(body.substr(0, 20));
            CHECK(fault(any, body).find("is no JSON") != std::string::npos);
        }
        std::string small_values = "[0";
        while (small_values.size() < 250'000)
            small_values += ",0";
        CHECK(fault(any, small_values + "]") == "the JSON of the body is too large to look into");
    }

    TEST_CASE("what a device sent is shown harmless") {
        const std::string words =
            fault(at("/a", JsonTest::Kind::equals, "x"), "{\"a\":\"\\u001b[31mred\\n\"}");
        CHECK(words == "/a is \"[31mred\" instead of \"x\"");
    }
}
