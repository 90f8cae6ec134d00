#include "tests/bench/v3_front.hpp"

#include <poll.h>
#include <sys/time.h>

#include <map>
#include <memory>
#include <string>
#include <thread>

#include "tests/fakes/city/sockets.hpp"
#include "tests/fakes/usm.hpp"

namespace pantau::bench {
namespace {

namespace ber = fakes::ber;
namespace usm = fakes::usm;

class Front {
public:
    Front(city::Descriptor listening, city::Descriptor asking, std::uint16_t city_port)
        : listening_(std::move(listening)), asking_(std::move(asking)), city_port_(city_port) {
        const timeval patience{1, 0};
        ::setsockopt(asking_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    }

    [[noreturn]] void run() {
        for (;;) {
            pollfd wait{listening_.get(), POLLIN, 0};
            ::poll(&wait, 1, -1);
            const std::size_t count = inbox_->receive(listening_.get());
            for (std::size_t i = 0; i < count; ++i) {
                const in_addr to = inbox_->destination(i);
                const auto reply = agent_of(to).handle(std::string(inbox_->datagram(i)));
                if (reply) outbox_->add(listening_.get(), inbox_->peers[i], to, *reply);
            }
            outbox_->flush(listening_.get());
        }
    }

private:
    usm::Agent& agent_of(in_addr address) {
        auto& agent = agents_[address.s_addr];
        if (agent == nullptr) {
            const std::string id = std::string("\x80\x00\x1f\x88\x01", 5) +
                                   std::string(reinterpret_cast<const char*>(&address.s_addr), 4);
            agent = std::make_unique<usm::Agent>(
                id, [this, address](const ber::Message& request) { return ask(address, request); });
        }
        return *agent;
    }

    std::optional<ber::Message> ask(in_addr address, ber::Message request) {
        request.version = ber::Version::v2c;
        request.community = "public";
        const std::string question = ber::encode(request);
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_addr = address;
        to.sin_port = htons(city_port_);
        ::sendto(asking_.get(), question.data(), question.size(), 0,
                 reinterpret_cast<const sockaddr*>(&to), sizeof to);
        std::string answer(city::Agent::reply_max, '\0');
        const auto size = ::recv(asking_.get(), answer.data(), answer.size(), 0);
        if (size <= 0) return std::nullopt;
        answer.resize(static_cast<std::size_t>(size));
        return ber::decode(answer).message;
    }

    city::Descriptor listening_;
    city::Descriptor asking_;
    std::uint16_t city_port_;
    std::unique_ptr<city::Inbox> inbox_ = std::make_unique<city::Inbox>();
    std::unique_ptr<city::Outbox> outbox_ = std::make_unique<city::Outbox>();
    std::map<in_addr_t, std::unique_ptr<usm::Agent>> agents_;
};

}  // namespace

std::uint16_t start_v3_front(std::uint16_t city_port) {
    auto listening = city::open_udp(0);
    city::Descriptor asking(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!listening || asking.get() < 0) return 0;
    const std::uint16_t port = city::port_of(listening->get());
    std::thread([front =
                     std::make_unique<Front>(std::move(*listening), std::move(asking), city_port)] {
        front->run();
    }).detach();
    return port;
}

}  // namespace pantau::bench
