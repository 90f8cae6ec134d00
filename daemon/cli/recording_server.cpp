#include "cli/recording_server.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <utility>

namespace pantau::cli {

using boost::asio::ip::udp;

struct RecordingServer::Parts {
    explicit Parts(RecordingAgent given) : agent(std::move(given)) {}

    void receive() {
        socket.async_receive_from(boost::asio::buffer(datagram), peer,
                                  [this](const boost::system::error_code& error, std::size_t size) {
                                      if (error == boost::asio::error::operation_aborted) return;
                                      if (!error) take({datagram.data(), size});
                                      receive();
                                  });
    }
    void take(std::string_view request) {
        ++counts.requests;
        const std::string reply = agent.answer(request);
        if (reply.empty()) return;
        boost::system::error_code error;
        socket.send_to(boost::asio::buffer(reply), peer, 0, error);
        if (!error) ++counts.replies;
    }

    RecordingAgent agent;
    boost::asio::io_context loop{1};
    udp::socket socket{loop};
    udp::endpoint peer;
    std::array<char, 64 * 1024> datagram{};
    Counts counts;
};

Result<std::unique_ptr<RecordingServer>> RecordingServer::open(RecordingAgent agent,
                                                               std::uint16_t port) {
    auto parts = std::make_unique<Parts>(std::move(agent));
    boost::system::error_code error;
    parts->socket.open(udp::v4(), error);
    if (!error) parts->socket.bind({boost::asio::ip::address_v4::loopback(), port}, error);
    if (error)
        return fail(Reason::local, error.message(), fmt::format("UDP port {} of 127.0.0.1", port));
    return std::unique_ptr<RecordingServer>(new RecordingServer(std::move(parts)));
}

RecordingServer::RecordingServer(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
RecordingServer::~RecordingServer() = default;

std::uint16_t RecordingServer::port() const {
    return parts_->socket.local_endpoint().port();
}

void RecordingServer::run(std::optional<Duration> duration) {
    boost::asio::signal_set signals(parts_->loop, SIGINT, SIGTERM, SIGHUP);
    signals.async_wait([this](const boost::system::error_code& error, int /*number*/) {
        if (!error) parts_->loop.stop();
    });
    parts_->receive();
    if (duration) {
        parts_->loop.run_for(*duration);
    } else {
        parts_->loop.run();
    }
}

RecordingServer::Counts RecordingServer::counts() const {
    return parts_->counts;
}

}  // namespace pantau::cli
