#include "fakes/http_faults.hpp"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

#include <array>
#include <stdexcept>

namespace pantau::test {

using Script = ScriptedServer::Script;

Script drip_behind(std::string beginning) {
    return [beginning = std::move(beginning)](const Peer& peer) {
        (void)peer.read_request();
        peer.send(beginning);
        while (peer.send("x"))
            ::poll(nullptr, 0, 1000);  // the pace of the drip, not a wait of a test
    };
}

Script huge_body(std::size_t bytes, Sent sent) {
    return [bytes, sent = std::move(sent)](const Peer& peer) {
        static const std::string piece(64 << 10, 'x');
        (void)peer.read_request();
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(bytes) + "\r\n\r\n");
        for (std::size_t gone = 0; gone < bytes && peer.send(piece); gone += piece.size())
            *sent += piece.size();
    };
}

Script without_end(std::string beginning, std::string piece) {
    return [beginning = std::move(beginning), piece = std::move(piece)](const Peer& peer) {
        (void)peer.read_request();
        peer.send(beginning);
        while (peer.send(piece)) {
        }
    };
}

std::string gzip_bomb(std::size_t bytes) {
    constexpr int with_gzip_header = 15 + 16;
    z_stream stream{};
    if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, with_gzip_header, 9, Z_DEFAULT_STRATEGY) !=
        Z_OK)
        throw std::runtime_error("zlib does not start");
    std::string packed;
    std::array<unsigned char, 64 << 10> zeros{};
    std::array<char, 64 << 10> out{};
    int state = Z_OK;
    for (std::size_t given = 0; state != Z_STREAM_END;) {
        const std::size_t piece = std::min(zeros.size(), bytes - given);
        given += piece;
        stream.next_in = zeros.data();
        stream.avail_in = static_cast<unsigned>(piece);
        do {
            stream.next_out = reinterpret_cast<unsigned char*>(out.data());
            stream.avail_out = static_cast<unsigned>(out.size());
            state = deflate(&stream, given == bytes ? Z_FINISH : Z_NO_FLUSH);
            packed.append(out.data(), out.size() - stream.avail_out);
        } while (stream.avail_out == 0);
    }
    deflateEnd(&stream);
    return packed;
}

Script answer_and_reset(std::string bytes) {
    return [bytes = std::move(bytes)](const Peer& peer) {
        (void)peer.read_request();
        peer.send(bytes);
        peer.reset();
    };
}

Script fall_silent_behind(std::string beginning) {
    return [beginning = std::move(beginning)](const Peer& peer) {
        if (!beginning.empty()) {
            (void)peer.read_request();
            peer.send(beginning);
        }
        peer.wait_for_close();
    };
}

Script half_close() {
    return [](const Peer& peer) {
        peer.half_close();
        peer.wait_for_close();
    };
}

Script say_at_once(std::string bytes) {
    return [bytes = std::move(bytes)](const Peer& peer) {
        peer.send(bytes);
        peer.wait_for_close();
    };
}

FullPort::FullPort() {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::listen(listener_, 0) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
        throw std::runtime_error("no port for a full queue");
    port_ = ntohs(address.sin_port);
    // A queue of 0 holds one or two; the others get no answer to their SYN.
    for (int i = 0; i < 4; ++i) {
        const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        (void)::connect(fd, reinterpret_cast<sockaddr*>(&address), size);
        waiting_.push_back(fd);
    }
}

FullPort::~FullPort() {
    for (const int fd : waiting_)
        ::close(fd);
    ::close(listener_);
}

std::string FullPort::url() const {
    return "http://127.0.0.1:" + std::to_string(port_) + "/";
}

}  // namespace pantau::test
