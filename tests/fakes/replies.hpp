#pragma once

#include <string>
#include <string_view>

#include "fakes/scripted_server.hpp"

namespace pantau::test {

/// Answers every request with the same bytes, then waits for the other side to close.
[[nodiscard]] inline ScriptedServer::Script reply(std::string bytes) {
    return [bytes = std::move(bytes)](const Peer& peer) {
        (void)peer.read_request();
        peer.send(bytes);
        peer.wait_for_close();
    };
}

/// The same, and ends the connection itself: the end of the body.
[[nodiscard]] inline ScriptedServer::Script reply_and_close(std::string bytes) {
    return [bytes = std::move(bytes)](const Peer& peer) {
        (void)peer.read_request();
        peer.send(bytes);
    };
}

[[nodiscard]] inline std::string ok_page(std::string_view body = "hello",
                                         std::string_view headers = "") {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
           std::string(headers) + "\r\n" + std::string(body);
}

[[nodiscard]] inline std::string redirect_to(std::string_view where, int status = 302) {
    return "HTTP/1.1 " + std::to_string(status) + " Moved\r\nLocation: " + std::string(where) +
           "\r\nContent-Length: 0\r\n\r\n";
}

/// The path of a request: "/login".
[[nodiscard]] inline std::string path_of(std::string_view request) {
    const std::size_t first = request.find(' ') + 1;
    return std::string(request.substr(first, request.find(' ', first) - first));
}

}  // namespace pantau::test
