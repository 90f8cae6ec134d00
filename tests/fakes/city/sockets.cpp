#include "tests/fakes/city/sockets.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

namespace pantau::city {

namespace {

sockaddr_in any_address(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_ANY);
    return address;
}

tl::unexpected<Error> cannot_listen(const char* protocol, std::uint16_t port, int error,
                                    const char* option) {
    const std::string where = std::string(protocol) + " port " + std::to_string(port);
    if (error == EADDRINUSE)
        return fail(Reason::local, where +
                                       " is in use: stop the other simulator, or choose "
                                       "another port with " +
                                       option);
    if (error == EACCES)
        return fail(Reason::local,
                    where + " needs root: choose one above 1023 with " + std::string(option));
    return fail(Reason::local, where + " cannot be opened: " + std::strerror(error));
}

void enlarge_buffers(int descriptor) {
    // A city polled all at once: 32 MiB hold some 15,000 requests. Root may pass the system's cap.
    const int wanted = 32 * 1024 * 1024;
    for (const auto& [plain, forced] :
         {std::pair{SO_RCVBUF, SO_RCVBUFFORCE}, std::pair{SO_SNDBUF, SO_SNDBUFFORCE}}) {
        if (::setsockopt(descriptor, SOL_SOCKET, forced, &wanted, sizeof wanted) != 0)
            ::setsockopt(descriptor, SOL_SOCKET, plain, &wanted, sizeof wanted);
    }
}

}  // namespace

tl::unexpected<Error> no_descriptor() {
    return fail(Reason::local, std::string("no socket to be had: ") + std::strerror(errno));
}

std::uint16_t port_of(int descriptor) {
    sockaddr_in local{};
    socklen_t size = sizeof local;
    ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&local), &size);
    return ntohs(local.sin_port);
}

Result<Descriptor> open_udp(std::uint16_t port) {
    Descriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (socket.get() < 0) return no_descriptor();
    const int on = 1;
    ::setsockopt(socket.get(), IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
    enlarge_buffers(socket.get());
    const sockaddr_in address = any_address(port);
    if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        return cannot_listen("UDP", port, errno, "--snmp-port");
    return socket;
}

Result<Descriptor> open_listener(std::uint16_t port) {
    Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (socket.get() < 0) return no_descriptor();
    const int on = 1;
    ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    const sockaddr_in address = any_address(port);
    if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(socket.get(), 4096) != 0)
        return cannot_listen("TCP", port, errno, "--http-port");
    return socket;
}

in_addr Inbox::destination(std::size_t i) {
    msghdr& header = headers[i].msg_hdr;
    for (cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr;
         part = CMSG_NXTHDR(&header, part)) {
        if (part->cmsg_level != IPPROTO_IP || part->cmsg_type != IP_PKTINFO) continue;
        in_pktinfo info;
        std::memcpy(&info, CMSG_DATA(part), sizeof info);
        return info.ipi_addr;
    }
    return {};
}

std::size_t Inbox::receive(int socket) {
    for (std::size_t i = 0; i < batch_max; ++i) {
        pieces[i] = {bytes[i].data(), bytes[i].size()};
        headers[i].msg_hdr = {.msg_name = &peers[i],
                              .msg_namelen = sizeof peers[i],
                              .msg_iov = &pieces[i],
                              .msg_iovlen = 1,
                              .msg_control = infos[i].bytes,
                              .msg_controllen = sizeof infos[i].bytes,
                              .msg_flags = 0};
    }
    const int got = ::recvmmsg(socket, headers.data(), batch_max, MSG_DONTWAIT, nullptr);
    return got > 0 ? static_cast<std::size_t>(got) : 0;
}

void Outbox::add(int socket, const sockaddr_in& peer, in_addr from, std::string_view reply) {
    if (count == batch_max) flush(socket);
    const std::size_t i = count++;
    const std::size_t size = std::min(reply.size(), bytes[i].size());
    std::memcpy(bytes[i].data(), reply.data(), size);
    peers[i] = peer;
    pieces[i] = {bytes[i].data(), size};
    headers[i].msg_hdr = {.msg_name = &peers[i],
                          .msg_namelen = sizeof peers[i],
                          .msg_iov = &pieces[i],
                          .msg_iovlen = 1,
                          .msg_control = infos[i].bytes,
                          .msg_controllen = sizeof infos[i].bytes,
                          .msg_flags = 0};
    cmsghdr* part = CMSG_FIRSTHDR(&headers[i].msg_hdr);
    part->cmsg_level = IPPROTO_IP;
    part->cmsg_type = IP_PKTINFO;
    part->cmsg_len = CMSG_LEN(sizeof(in_pktinfo));
    in_pktinfo info{};
    info.ipi_spec_dst = from;
    std::memcpy(CMSG_DATA(part), &info, sizeof info);
}

void Outbox::flush(int socket) {
    std::size_t done = 0;
    while (done < count) {
        const int sent =
            ::sendmmsg(socket, headers.data() + done, static_cast<unsigned>(count - done), 0);
        // A reply that the system does not take is lost, as on a real network.
        done += sent > 0 ? static_cast<std::size_t>(sent) : 1;
    }
    count = 0;
}

}  // namespace pantau::city
