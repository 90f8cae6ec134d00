// What reading and writing SNMP costs: our codec beside net-snmp's, on the same bytes.
#include <sys/resource.h>

#include <cstdio>
#include <string>
#include <vector>

#include "collectors/snmp/codec.hpp"
#include "tests/fakes/ber.hpp"
#include "tests/fakes/netsnmp_codec.hpp"

namespace {

using namespace pantau;
namespace ber = fakes::ber;

constexpr int rounds = 20'000;
constexpr std::uint32_t varbinds = 35;

double cpu_seconds() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

template <class Work>
double microseconds_each(Work&& work) {
    const double begin = cpu_seconds();
    for (int i = 0; i < rounds; ++i)
        work();
    return (cpu_seconds() - begin) / rounds * 1e6;
}

/// A reply as access points send it: interface counters, names, a few numbers.
ber::Message reply() {
    ber::Message message;
    message.pdu = ber::Tag::response;
    message.request_id = 0x12345678;
    for (std::uint32_t i = 0; i < varbinds; ++i) {
        ber::ObjectId name{1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 1 + i % 12, 1 + i / 12};
        ber::Value value = i % 4 == 0   ? ber::Value::octets("eth" + std::to_string(i))
                           : i % 4 == 1 ? ber::Value::integer(1)
                                        : ber::Value::counter64(0x1234567890ULL * i);
        message.varbinds.push_back({std::move(name), std::move(value)});
    }
    return message;
}

void print(const char* what, double ours, double theirs) {
    std::printf("%-28s %6.2f us, net-snmp %6.2f us, ratio %.2f\n", what, ours, theirs,
                ours / theirs);
}

}  // namespace

int main() {
    const ber::Message message = reply();
    const std::string datagram = ber::encode(message);
    std::printf("a message of %u varbinds, %zu octets, %d times; CPU each\n", varbinds,
                datagram.size(), rounds);

    snmp::Message read;
    std::size_t sum = 0;
    const double our_decode = microseconds_each([&] {
        if (snmp::decode(datagram, read) == snmp::DecodeResult::ok) sum += read.varbinds.size();
    });
    const double their_decode =
        microseconds_each([&] { sum += fakes::netsnmp::decode_only(datagram); });
    print("read a reply", our_decode, their_decode);

    std::vector<Oid> names;
    ber::Message request;
    request.pdu = ber::Tag::get;
    for (const ber::Varbind& varbind : message.varbinds) {
        names.emplace_back(varbind.name);
        request.varbinds.push_back({varbind.name, ber::Value::none()});
    }
    std::string written;
    const snmp::RequestBody body{.type = snmp::PduType::get, .max_repetitions = 0, .names = names};
    const double our_encode = microseconds_each([&] {
        if (snmp::encode(snmp::Version::v2c, "public", 1, body, written)) sum += written.size();
    });
    const double their_encode =
        microseconds_each([&] { sum += fakes::netsnmp::encode(request).size(); });
    print("write a request", our_encode, their_encode);
    return sum == 0 ? 1 : 0;
}
