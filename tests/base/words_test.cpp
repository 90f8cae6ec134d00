#include <doctest/doctest.h>

#include <array>
#include <set>
#include <thread>

#include "base/bounded_queue.hpp"
#include "base/edit_distance.hpp"
#include "base/reason.hpp"
#include "base/secret.hpp"

using namespace pantau;

TEST_SUITE("base/words") {
    TEST_CASE("every Reason has its own word and comes back from it") {
        std::set<std::string_view> words;
        for (std::size_t i = 0; i < reason_count; ++i) {
            const auto reason = static_cast<Reason>(i);
            CAPTURE(name_of(reason));
            CHECK(words.insert(name_of(reason)).second);
            CHECK(reason_named(name_of(reason)) == reason);
        }
        CHECK_FALSE(reason_named("bad luck").has_value());
        CHECK(is_own_fault(Reason::overload));
        CHECK_FALSE(is_own_fault(Reason::timeout));
    }

    TEST_CASE("a mistyped word finds its neighbour, a foreign one finds nothing") {
        const std::array<std::string_view, 3> keys{"community", "community_file", "version"};
        CHECK(did_you_mean("comunity", keys) == "community");
        CHECK(did_you_mean("Version", keys) == "version");
        CHECK_FALSE(did_you_mean("zzz", keys).has_value());
        CHECK_FALSE(did_you_mean(std::string(1000, 'c'), keys).has_value());
    }

    TEST_CASE("a full queue drops, counts and goes on; it wakes its reader once per batch") {
        int wakes = 0;
        BoundedQueue<int> queue(2, [&] { ++wakes; });
        CHECK(queue.push(1));
        CHECK(queue.push(2));
        CHECK_FALSE(queue.push(3));
        CHECK(queue.dropped() == 1);
        CHECK(wakes == 1);
        CHECK(queue.drain() == std::vector<int>{1, 2});
        CHECK(queue.drain().empty());
        CHECK(queue.push(4));
        CHECK(wakes == 2);
    }

    TEST_CASE("a Secret that was moved leaves nothing behind") {
        const auto memory_of = [](const Secret& secret) {
            return std::string_view(reinterpret_cast<const char*>(&secret), sizeof secret);
        };
        Secret first(std::string("kanari"));
        CHECK(memory_of(first).find("kanari") != std::string_view::npos);
        Secret second(std::move(first));
        CHECK(memory_of(first).find("kanari") == std::string_view::npos);
        Secret third;
        third = std::move(second);
        CHECK(memory_of(second).find("kanari") == std::string_view::npos);
        CHECK(third.reveal() == "kanari");
    }

    TEST_CASE("a Secret compares and copies, and shows itself only when asked") {
        Secret a(std::string("diskominfo"));
        Secret b = a;
        CHECK(a == b);
        b = Secret(std::string("other"));
        CHECK_FALSE(a == b);
        CHECK(a.reveal() == "diskominfo");
    }
}
