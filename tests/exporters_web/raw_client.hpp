#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace pantau::test {

/// A client that sends exactly the bytes it is given. Address as a WebServer prints it.
class RawClient {
public:
    explicit RawClient(const std::string& address);
    /// An IPv4 socket that `connect` will need no further descriptor for.
    static RawClient unconnected();
    void connect(const std::string& address);
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;
    RawClient(RawClient&& other) noexcept;
    ~RawClient();

    /// False when the other side has closed.
    bool send(std::string_view bytes);
    /// Says that nothing more will come; still reads.
    void end_sending();
    /// All that comes until the other side closes, or until `patience` ends.
    std::string read_all(std::chrono::milliseconds patience = std::chrono::seconds(20));
    /// One answer: header and as many bytes as Content-Length says.
    std::string read_answer(std::chrono::milliseconds patience = std::chrono::seconds(20));
    /// Whether the other side has closed by the end of `patience`; eats what comes.
    bool is_closed(std::chrono::milliseconds patience = std::chrono::seconds(20));
    /// A small receive window, so that a large answer cannot be swallowed by the kernel.
    void shrink_window();
    [[nodiscard]] int fd() const { return fd_; }

private:
    explicit RawClient(int fd) : fd_(fd) {}
    /// False at the end of the stream, of patience, or after an error.
    bool read_some(std::chrono::steady_clock::time_point until);

    int fd_ = -1;
    bool ended_ = false;
    std::string pending_;
};

/// Sends one request on a new connection and gives all that comes back.
std::string ask_raw(const std::string& address, std::string_view request);

/// Status of an answer; 0 when it is none.
int status_of(std::string_view answer);

/// Value of a header of an answer, or empty.
std::string header_of(std::string_view answer, std::string_view name);

/// What follows the header.
std::string body_of(std::string_view answer);

}  // namespace pantau::test
