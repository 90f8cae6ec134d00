#pragma once

#include <functional>
#include <memory>

namespace boost::asio {
class io_context;
}

namespace pantau {

/// A libcurl easy handle, without its header.
using EasyHandle = void;

/// libcurl's multi interface driven by an Asio loop. Touched only on that loop.
///
/// libcurl says which descriptors it waits for and when it wants to be called; both become Asio
/// waits. The real descriptor is given to Asio and taken back before libcurl closes it: a copy
/// would stay in epoll after the close.
class TransferLoop {
public:
    /// A CURLcode. Called on the loop, never from inside `add`.
    using Done = std::function<void(int code)>;

    explicit TransferLoop(boost::asio::io_context& loop);
    TransferLoop(const TransferLoop&) = delete;
    TransferLoop& operator=(const TransferLoop&) = delete;
    /// Every transfer must have been removed or be done.
    ~TransferLoop();

    /// Starts a transfer. False when libcurl cannot take it (no memory).
    [[nodiscard]] bool add(EasyHandle* easy, Done done);
    /// Ends a transfer without calling its Done.
    void remove(EasyHandle* easy);

private:
    class Engine;
    std::shared_ptr<Engine> engine_;
};

}  // namespace pantau
