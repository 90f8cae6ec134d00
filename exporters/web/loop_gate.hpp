#pragma once

#include <functional>
#include <mutex>

namespace boost::asio {
class io_context;
}

namespace pantau::web {

/// The way back to the loop for threads that may outlive it: after `close`, posts go nowhere.
class LoopGate {
public:
    explicit LoopGate(boost::asio::io_context& loop) : loop_(&loop) {}

    void post(std::function<void()> work);
    void close();

private:
    std::mutex mutex_;
    boost::asio::io_context* loop_;
};

}  // namespace pantau::web
