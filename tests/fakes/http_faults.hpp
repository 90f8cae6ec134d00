#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>

#include "fakes/scripted_server.hpp"

namespace pantau::test {

/// Bytes that a script got rid of.
using Sent = std::shared_ptr<std::atomic<std::size_t>>;

// How a web server can be broken, slow or hostile, one script each.

/// One byte a second behind `beginning`, until the other side has had enough.
[[nodiscard]] ScriptedServer::Script drip_behind(std::string beginning);
/// A page that says it has `bytes`, and sends them as fast as they are taken.
[[nodiscard]] ScriptedServer::Script huge_body(std::size_t bytes, Sent sent);
/// The same piece again and again behind `beginning`.
[[nodiscard]] ScriptedServer::Script without_end(std::string beginning, std::string piece);
/// `bytes` of zeros, packed by gzip to a thousandth.
[[nodiscard]] std::string gzip_bomb(std::size_t bytes);
/// Reads the request, answers, and ends with RST.
[[nodiscard]] ScriptedServer::Script answer_and_reset(std::string bytes);
/// Takes the connection, and after `beginning` says nothing more.
[[nodiscard]] ScriptedServer::Script fall_silent_behind(std::string beginning);
/// Says at once that nothing will come, and stays.
[[nodiscard]] ScriptedServer::Script half_close();
/// The first bytes, before any request: what is no TLS on a port for TLS.
[[nodiscard]] ScriptedServer::Script say_at_once(std::string bytes);

/// A port of 127.0.0.1 whose queue is full: whoever connects hears nothing, not even a refusal.
class FullPort {
public:
    FullPort();
    FullPort(const FullPort&) = delete;
    FullPort& operator=(const FullPort&) = delete;
    ~FullPort();

    [[nodiscard]] std::string url() const;

private:
    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::vector<int> waiting_;
};

}  // namespace pantau::test
