/// What the simulated city costs: requests per CPU-second of its thread, with the questions of the
/// standard poll (10 scalars, 8 interfaces x 11 columns, 2 radios x 8, 4 SSIDs x 15: 174 objects)
/// in four GETs of 43 or 44, and with GETBULK of the interfaces' columns.
///
///   bench_city [seconds each]
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "tests/fakes/ber.hpp"
#include "tests/fakes/city/agent.hpp"
#include "tests/fakes/city/city.hpp"

using namespace pantau;
using namespace pantau::fakes;
using ber::Tag;

namespace {

using Clock = std::chrono::steady_clock;

std::vector<ber::ObjectId> standard_objects() {
    std::vector<ber::ObjectId> all;
    for (const char* scalar :
         {"1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.3.0", "1.3.6.1.2.1.1.5.0", "1.3.6.1.2.1.1.6.0",
          "1.3.6.1.4.1.41112.1.6.3.3.0", "1.3.6.1.4.1.41112.1.6.3.6.0",
          "1.3.6.1.4.1.10002.1.1.1.1.1.0", "1.3.6.1.4.1.10002.1.1.1.1.2.0",
          "1.3.6.1.2.1.25.3.3.1.2.196608", "1.3.6.1.2.1.25.3.3.1.2.196609"})
        all.push_back(ber::oid(scalar));
    const auto table = [&all](const char* entry, const std::vector<std::uint32_t>& columns,
                              std::uint32_t rows) {
        for (const std::uint32_t column : columns)
            for (std::uint32_t row = 1; row <= rows; ++row) {
                ber::ObjectId name = ber::oid(entry);
                name.push_back(column);
                name.push_back(row);
                all.push_back(std::move(name));
            }
    };
    table("1.3.6.1.2.1.2.2.1", {7, 8, 13, 14, 19, 20}, 8);
    table("1.3.6.1.2.1.31.1.1.1", {6, 7, 10, 11, 15}, 8);
    table("1.3.6.1.4.1.41112.1.6.1.1.1", {2, 3, 4, 5, 6, 7, 8, 9}, 2);
    table("1.3.6.1.4.1.41112.1.6.1.2.1", {4, 6, 8, 9, 10, 12, 13, 15, 16, 17, 18, 19, 20, 21, 22},
          4);
    return all;
}

std::vector<std::string> get_requests() {
    const auto objects = standard_objects();
    std::vector<std::string> requests;
    for (std::size_t part = 0; part < 4; ++part) {
        ber::Message message;
        message.request_id = static_cast<std::int32_t>(1000 + part);
        for (std::size_t i = objects.size() * part / 4; i < objects.size() * (part + 1) / 4; ++i)
            message.varbinds.push_back({objects[i], {}});
        requests.push_back(ber::encode(message));
    }
    return requests;
}

std::vector<std::string> bulk_requests() {
    ber::Message message;
    message.pdu = Tag::get_bulk;
    message.request_id = 2000;
    message.error_index = 8;
    for (const std::uint32_t column : {6U, 7U, 10U, 11U, 15U})
        message.varbinds.push_back({{1, 3, 6, 1, 2, 1, 31, 1, 1, 1, column}, ber::Value::none()});
    return {ber::encode(message)};
}

double seconds_of(const timespec& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

double cpu_of(pthread_t thread) {
    clockid_t clock{};
    timespec used{};
    if (pthread_getcpuclockid(thread, &clock) != 0) return 0;
    clock_gettime(clock, &used);
    return seconds_of(used);
}

/// The encoding alone: no socket.
void run_agent(const char* name, const city::City& city, const std::vector<std::string>& requests,
               double seconds) {
    city::Agent agent("public");
    const city::CityTime time = city.now();
    std::uint64_t count = 0;
    std::uint64_t varbinds = 0;
    const double start = cpu_of(pthread_self());
    double used = 0;
    while (used < seconds) {
        for (int i = 0; i < 1000; ++i, ++count) {
            const auto& device = city.device(count % 1000);
            varbinds +=
                agent.answer(device, time, requests[count % requests.size()], count).varbinds;
        }
        used = cpu_of(pthread_self()) - start;
    }
    std::printf("%-28s %9.0f requests/CPU-s  %5.2f us  %5.1f varbinds each\n", name,
                static_cast<double>(count) / used, used * 1e6 / static_cast<double>(count),
                static_cast<double>(varbinds) / static_cast<double>(count));
}

/// A plain client that keeps 256 requests in flight, in batches.
class Client {
public:
    explicit Client(std::uint16_t port) : port_(port) {
        socket_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        const int size = 8 << 20;
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
        const timeval patience{.tv_sec = 0, .tv_usec = 200'000};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    }
    ~Client() { ::close(socket_); }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    void run(const std::vector<std::string>& requests, Clock::time_point end) {
        std::size_t in_flight = 0;
        while (Clock::now() < end) {
            while (in_flight + 64 <= 256) {
                send(requests);
                in_flight += 64;
            }
            const std::size_t got = receive();
            in_flight = got == 0 ? 0 : in_flight - std::min(in_flight, got);
        }
    }

private:
    void send(const std::vector<std::string>& requests) {
        for (std::size_t i = 0; i < 64; ++i, ++next_) {
            const std::string& request = requests[next_ % requests.size()];
            peers_[i] = {};
            peers_[i].sin_family = AF_INET;
            peers_[i].sin_port = htons(port_);
            peers_[i].sin_addr.s_addr = htonl(city::access_point_address(next_ / 4 % 1000));
            pieces_[i] = {const_cast<char*>(request.data()), request.size()};
            headers_[i] = {};
            headers_[i].msg_hdr.msg_name = &peers_[i];
            headers_[i].msg_hdr.msg_namelen = sizeof peers_[i];
            headers_[i].msg_hdr.msg_iov = &pieces_[i];
            headers_[i].msg_hdr.msg_iovlen = 1;
        }
        ::sendmmsg(socket_, headers_.data(), 64, 0);
    }

    std::size_t receive() {
        for (std::size_t i = 0; i < 64; ++i) {
            pieces_[i] = {bytes_[i].data(), bytes_[i].size()};
            headers_[i] = {};
            headers_[i].msg_hdr.msg_iov = &pieces_[i];
            headers_[i].msg_hdr.msg_iovlen = 1;
        }
        const int got = ::recvmmsg(socket_, headers_.data(), 64, MSG_WAITFORONE, nullptr);
        return got > 0 ? static_cast<std::size_t>(got) : 0;
    }

    std::uint16_t port_;
    int socket_ = -1;
    std::size_t next_ = 0;
    std::array<mmsghdr, 64> headers_{};
    std::array<iovec, 64> pieces_{};
    std::array<sockaddr_in, 64> peers_{};
    std::array<std::array<char, 4096>, 64> bytes_{};
};

void run_sockets(const char* name, city::City& city, const std::vector<std::string>& requests,
                 double seconds) {
    std::thread server([&city] { city.run(); });
    const auto before = city.counts();
    const double cpu_before = cpu_of(server.native_handle());
    Client client(city.snmp_port());
    client.run(requests, Clock::now() + std::chrono::milliseconds(static_cast<int>(seconds * 1e3)));
    const double used = cpu_of(server.native_handle()) - cpu_before;
    const auto after = city.counts();
    city.request_stop();
    server.join();
    const auto replies = static_cast<double>(after.replies - before.replies);
    std::printf("%-28s %9.0f requests/CPU-s  %5.2f us  %5.1f varbinds each, %.0f/s, largest %llu\n",
                name, replies / used, used * 1e6 / replies,
                static_cast<double>(after.varbinds - before.varbinds) / replies, replies / seconds,
                static_cast<unsigned long long>(after.reply_octets_max));
}

}  // namespace

int main(int argc, char** argv) {
    const double seconds = argc > 1 ? std::atof(argv[1]) : 2;
    city::CityOptions options;
    options.access_points = 1000;
    options.only_vendor = city::Vendor::unifi;
    options.snmp_port = 0;
    options.http_port = 0;
    for (const auto& [name, requests] : {std::pair{"GET x 4, standard poll", get_requests()},
                                         std::pair{"GETBULK, 5 columns x 8", bulk_requests()}}) {
        auto city = city::City::open(options);
        if (!city) {
            std::fprintf(stderr, "bench_city: %s\n", to_string(city.error()).c_str());
            return 1;
        }
        std::printf("%s\n", name);
        run_agent("  encoding alone", **city, requests, seconds);
        run_sockets("  over sockets", **city, requests, seconds);
    }
    return 0;
}
