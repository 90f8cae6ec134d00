#include "collectors/icmp/socket.hpp"

#include <linux/filter.h>
#include <linux/icmp.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace pantau::icmp {
namespace {

bool is_right_missing(int error) {
    return error == EACCES || error == EPERM;
}

/// Keeps echo replies to others (another program's ping, another Worker) out of a raw socket.
void filter_replies(const EchoSocket& socket, Family family) {
    if (family == Family::v4) {
        const std::uint32_t others = ~(1u << ICMP_ECHOREPLY);
        ::setsockopt(socket.fd, SOL_RAW, ICMP_FILTER, &others, sizeof others);
        // The packet begins with its IP header, whose length is in its first byte.
        std::array<sock_filter, 5> program{{
            BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0),
            BPF_STMT(BPF_LD | BPF_H | BPF_IND, 4),
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, socket.id, 0, 1),
            BPF_STMT(BPF_RET | BPF_K, 0xFFFF),
            BPF_STMT(BPF_RET | BPF_K, 0),
        }};
        const sock_fprog filter{program.size(), program.data()};
        ::setsockopt(socket.fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter);
        return;
    }
    icmp6_filter types{};
    ICMP6_FILTER_SETBLOCKALL(&types);
    ICMP6_FILTER_SETPASS(ICMP6_ECHO_REPLY, &types);
    ::setsockopt(socket.fd, IPPROTO_ICMPV6, ICMP6_FILTER, &types, sizeof types);
    std::array<sock_filter, 4> program{{
        BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 4),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, socket.id, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, 0xFFFF),
        BPF_STMT(BPF_RET | BPF_K, 0),
    }};
    const sock_fprog filter{program.size(), program.data()};
    ::setsockopt(socket.fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter);
}

void set_options(int fd, Family family, int buffer_bytes) {
    const int on = 1;
    const bool is_v6 = family == Family::v6;
    const int level = is_v6 ? IPPROTO_IPV6 : IPPROTO_IP;
    const int fragment = is_v6 ? IPV6_PMTUDISC_DONT : IP_PMTUDISC_DONT;
    ::setsockopt(fd, level, is_v6 ? IPV6_RECVERR : IP_RECVERR, &on, sizeof on);
    ::setsockopt(fd, level, is_v6 ? IPV6_MTU_DISCOVER : IP_MTU_DISCOVER, &fragment,
                 sizeof fragment);
    // The time of arrival, so that a busy loop makes no round trip longer.
    ::setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
    // The forced form needs a privilege; the plain one is capped by the system.
    if (::setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer_bytes, sizeof buffer_bytes) != 0)
        ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer_bytes, sizeof buffer_bytes);
}

Error failure(int error, bool& is_forbidden) {
    is_forbidden = is_right_missing(error);
    if (is_forbidden)
        return {Reason::local,
                "this machine does not let pantau send echo requests: its group is outside "
                "net.ipv4.ping_group_range, and it has no CAP_NET_RAW",
                {}};
    if (error == EAFNOSUPPORT) return {Reason::local, "this machine has no IPv6", {}};
    return {
        Reason::local,
        "no socket for echo requests: " + std::error_code(error, std::generic_category()).message(),
        {}};
}

}  // namespace

Result<EchoSocket> open_socket(Family family, std::uint16_t id, int buffer_bytes,
                               bool& is_forbidden) {
    const int domain = family == Family::v6 ? AF_INET6 : AF_INET;
    const int protocol = family == Family::v6 ? static_cast<int>(IPPROTO_ICMPV6) : IPPROTO_ICMP;
    constexpr int flags = SOCK_NONBLOCK | SOCK_CLOEXEC;
    is_forbidden = false;
    EchoSocket socket;
    socket.fd = ::socket(domain, SOCK_DGRAM | flags, protocol);
    // A kernel without datagram sockets for ICMP says that it knows no such protocol.
    if (socket.fd < 0 && (is_right_missing(errno) || errno == EPROTONOSUPPORT)) {
        socket.fd = ::socket(domain, SOCK_RAW | flags, protocol);
        socket.is_raw = true;
        socket.id = id;
    }
    if (socket.fd < 0) return tl::unexpected(failure(errno, is_forbidden));
    if (socket.is_raw) filter_replies(socket, family);
    set_options(socket.fd, family, buffer_bytes);
    return socket;
}

}  // namespace pantau::icmp
