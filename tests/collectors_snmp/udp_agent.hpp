#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <functional>
#include <string>

#include "fakes/ber.hpp"

namespace pantau::snmp::test {

namespace ber = fakes::ber;

/// A UDP port of the loopback network on the test's own loop: each request goes to `script`.
class UdpAgent {
public:
    using udp = boost::asio::ip::udp;
    using Script = std::function<void(UdpAgent& agent, const std::string& datagram)>;

    /// Port 0: any that is free.
    UdpAgent(boost::asio::io_context& loop, const std::string& address, Script script,
             std::uint16_t port = 0)
        : socket_(loop, udp::endpoint(boost::asio::ip::make_address(address), port)),
          script_(std::move(script)) {
        socket_.set_option(boost::asio::socket_base::receive_buffer_size(1 << 20));
        listen();
    }
    [[nodiscard]] std::uint16_t port() const { return endpoint().port(); }
    [[nodiscard]] udp::endpoint endpoint() const { return socket_.local_endpoint(); }
    [[nodiscard]] std::size_t requests() const { return requests_; }
    [[nodiscard]] const udp::endpoint& asker() const { return asker_; }
    /// The last request, as it came.
    [[nodiscard]] const std::string& last() const { return last_; }

    /// To whoever asked last.
    void send(const std::string& datagram) { send_to(asker_, datagram); }
    void send_to(const udp::endpoint& to, const std::string& datagram) {
        boost::system::error_code ignored;
        socket_.send_to(boost::asio::buffer(datagram), to, 0, ignored);
    }

private:
    void listen() {
        socket_.async_receive_from(
            boost::asio::buffer(buffer_), asker_,
            [this](const boost::system::error_code& error, std::size_t size) {
                if (error == boost::asio::error::operation_aborted) return;
                if (!error) {
                    ++requests_;
                    last_.assign(buffer_.data(), size);
                    script_(*this, last_);
                }
                listen();
            });
    }

    udp::socket socket_;
    udp::endpoint asker_;
    Script script_;
    std::array<char, 65'536> buffer_{};
    std::string last_;
    std::size_t requests_ = 0;
};

}  // namespace pantau::snmp::test
