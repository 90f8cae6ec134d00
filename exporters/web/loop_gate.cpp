#include "exporters/web/loop_gate.hpp"

#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

namespace pantau::web {

void LoopGate::post(std::function<void()> work) {
    const std::lock_guard lock(mutex_);
    if (loop_ != nullptr) boost::asio::post(*loop_, std::move(work));
}

void LoopGate::close() {
    const std::lock_guard lock(mutex_);
    loop_ = nullptr;
}

}  // namespace pantau::web
