#include "runtime/loop_thread.hpp"

#include <doctest/doctest.h>

#include <future>
#include <thread>

#include "support/process.hpp"

using namespace pantau;
using namespace std::chrono_literals;

TEST_SUITE("runtime/loop_thread") {
    TEST_CASE("work runs on the loop's own thread, and its result comes back") {
        LoopThread thread("worker");
        thread.start();
        const auto id = thread.call([] { return std::this_thread::get_id(); });
        CHECK(id != std::this_thread::get_id());
        CHECK(thread.call([] { return 42; }) == 42);
    }

    TEST_CASE("a loop that is held up stops beating, and the delay is kept until it is taken") {
        std::promise<void> release;  // outlives the thread, which may still be waking up
        auto released = release.get_future();
        LoopThread thread("worker");
        thread.start();
        thread.post([&] { released.wait(); });
        CHECK(test::eventually([&] { return thread.since_beat() > 300ms; }));
        release.set_value();
        CHECK(test::eventually([&] { return thread.since_beat() < 100ms; }));
        CHECK(thread.take_lag_most() > 150ms);
    }

    TEST_CASE("stopping drops what waits and ends at once") {
        LoopThread thread("worker");
        thread.start();
        thread.stop();
        thread.stop();
        CHECK(thread.name() == "worker");
    }
}
