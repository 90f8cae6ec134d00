#include "collectors/icmp/network_error.hpp"

#include <linux/icmp.h>
#include <netinet/icmp6.h>

#include <cerrno>
#include <system_error>

namespace pantau::icmp {
namespace {

Error unreachable(const Complaint& complaint, const char* words) {
    std::string said =
        complaint.from.empty() ? std::string("the network") : "a router (" + complaint.from + ')';
    return {Reason::unreachable, said + " says: " + words, {}};
}

/// Packet filters say so, too, in the name of whomever they guard: only a device's own word is one.
Error port_unreachable(const Complaint& complaint) {
    if (!complaint.is_device) return unreachable(complaint, "a packet filter forbids it");
    return {Reason::refused, "the device takes no echo requests", {}};
}

std::optional<Error> error_of_v4(const Complaint& complaint) {
    if (complaint.type == ICMP_TIME_EXCEEDED)
        return unreachable(complaint, "the way there is too long, or a circle");
    if (complaint.type != ICMP_DEST_UNREACH) return std::nullopt;
    switch (complaint.code) {
        case ICMP_FRAG_NEEDED:
            return std::nullopt;
        case ICMP_PROT_UNREACH:
        case ICMP_PORT_UNREACH:
            return port_unreachable(complaint);
        case ICMP_HOST_UNREACH:
        case ICMP_HOST_UNKNOWN:
            return unreachable(complaint, "nobody has this address");
        case ICMP_PKT_FILTERED:
        case ICMP_NET_ANO:
        case ICMP_HOST_ANO:
            return unreachable(complaint, "a packet filter forbids it");
        default:
            return unreachable(complaint, "there is no way to this address");
    }
}

std::optional<Error> error_of_v6(const Complaint& complaint) {
    if (complaint.type == ICMP6_TIME_EXCEEDED)
        return unreachable(complaint, "the way there is too long, or a circle");
    if (complaint.type != ICMP6_DST_UNREACH) return std::nullopt;
    switch (complaint.code) {
        case ICMP6_DST_UNREACH_NOPORT:
            return port_unreachable(complaint);
        case ICMP6_DST_UNREACH_ADDR:
            return unreachable(complaint, "nobody has this address");
        case ICMP6_DST_UNREACH_ADMIN:
        case 5:  // RFC 4443: by the source's address
            return unreachable(complaint, "a packet filter forbids it");
        default:
            return unreachable(complaint, "there is no way to this address");
    }
}

}  // namespace

std::optional<Error> error_of(Family family, const Complaint& complaint) {
    return family == Family::v6 ? error_of_v6(complaint) : error_of_v4(complaint);
}

SendError send_error_of(int number) {
    const std::string words = std::error_code(number, std::generic_category()).message();
    switch (number) {
        case ENOBUFS:
        case ENOMEM:
            return {{Reason::local, "this machine's send queue is full", {}}, SendFault::buffer};
        case EPERM:
        case EACCES:
            return {{Reason::local, "this machine's packet filter forbids echo requests there", {}},
                    SendFault::forbidden};
        case ENETUNREACH:
        case EHOSTUNREACH:
        case ENETDOWN:
        case EHOSTDOWN:
            // Told by our own routes before anything left: as true of a city that works as of one
            // that does not. What a router or a neighbour says comes by the error queue.
            return {{Reason::local, "this machine knows no way to this address", {}},
                    SendFault::no_route};
        default:
            return {{Reason::local, "an echo request could not be sent: " + words, {}},
                    SendFault::other};
    }
}

}  // namespace pantau::icmp
