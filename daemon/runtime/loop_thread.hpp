#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>

#include "base/clock.hpp"

namespace pantau {

/// A thread with its event loop: a Worker, the fleet's, the web's.
///
/// It beats: a timer on the loop stamps progress, so that the watchdog can tell a loop that works
/// from one that hangs, and measures how late the loop runs what is due.
class LoopThread {
public:
    static constexpr Duration beat_interval = std::chrono::milliseconds(100);

    explicit LoopThread(std::string name);
    LoopThread(const LoopThread&) = delete;
    LoopThread& operator=(const LoopThread&) = delete;
    /// Stops, if nobody did.
    ~LoopThread();

    void start();
    /// Ends the loop after what runs now and waits for the thread. What is still queued is dropped.
    void stop();

    /// Whether the thread is there: from `start` to `stop`.
    [[nodiscard]] bool is_running() const { return thread_.joinable(); }
    [[nodiscard]] boost::asio::io_context& loop() { return loop_; }
    [[nodiscard]] const std::string& name() const { return name_; }

    /// Runs `work` on the loop, later. From any thread.
    template <class Work>
    void post(Work&& work) {
        boost::asio::post(loop_, std::forward<Work>(work));
    }

    /// Runs `work` on the loop and waits for its result. Not from a loop's own thread.
    template <class Work>
    auto call(Work&& work) {
        std::packaged_task<std::invoke_result_t<Work>()> task(std::forward<Work>(work));
        auto result = task.get_future();
        boost::asio::post(loop_, std::move(task));
        return result.get();
    }

    /// How long ago the loop last made progress.
    [[nodiscard]] Duration since_beat() const;
    /// The longest delay of a beat since the last call of this function; the caller resets it.
    [[nodiscard]] Duration take_lag_most();

private:
    void beat();

    const std::string name_;
    boost::asio::io_context loop_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> keep_running_;
    boost::asio::steady_timer timer_;
    std::atomic<Duration::rep> last_beat_{0};
    std::atomic<Duration::rep> lag_most_{0};
    std::thread thread_;
};

}  // namespace pantau
