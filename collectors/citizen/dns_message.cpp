#include "collectors/citizen/dns_message.hpp"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <fmt/format.h>
#include <strings.h>

#include <array>

namespace pantau::citizen {
namespace {

constexpr std::size_t addresses_most = 16;

void put(std::vector<std::uint8_t>& out, unsigned number) {
    out.push_back(static_cast<std::uint8_t>(number >> 8));
    out.push_back(static_cast<std::uint8_t>(number & 0xFF));
}

/// Names are compared without case, and a final dot says nothing.
bool is_same_name(std::string_view a, std::string_view b) {
    if (a.ends_with('.')) a.remove_suffix(1);
    if (b.ends_with('.')) b.remove_suffix(1);
    return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

bool is_answer_to(ns_msg& message, const DnsQuery& query) {
    if (ns_msg_id(message) != query.id || ns_msg_getflag(message, ns_f_qr) == 0 ||
        ns_msg_getflag(message, ns_f_opcode) != ns_o_query || ns_msg_count(message, ns_s_qd) != 1)
        return false;
    ns_rr question;
    return ns_parserr(&message, ns_s_qd, 0, &question) == 0 &&
           ns_rr_type(question) == (query.is_v6 ? ns_t_aaaa : ns_t_a) &&
           ns_rr_class(question) == ns_c_in && is_same_name(ns_rr_name(question), query.name);
}

/// False when a record cannot be read.
bool read_addresses(ns_msg& message, const DnsQuery& query, std::vector<std::string>& addresses) {
    const int wanted = query.is_v6 ? ns_t_aaaa : ns_t_a;
    const std::size_t size = query.is_v6 ? 16 : 4;
    for (int i = 0; i < ns_msg_count(message, ns_s_an); ++i) {
        ns_rr record;
        if (ns_parserr(&message, ns_s_an, i, &record) != 0) return false;
        if (ns_rr_type(record) != wanted || ns_rr_class(record) != ns_c_in) continue;
        if (ns_rr_rdlen(record) != size) return false;
        std::array<char, INET6_ADDRSTRLEN> text{};
        ::inet_ntop(query.is_v6 ? AF_INET6 : AF_INET, ns_rr_rdata(record), text.data(),
                    static_cast<socklen_t>(text.size()));
        if (addresses.size() < addresses_most) addresses.emplace_back(text.data());
    }
    return true;
}

std::string words_of(int code) {
    switch (code) {
        case ns_r_formerr:
            return "the error FORMERR";
        case ns_r_servfail:
            return "the error SERVFAIL";
        case ns_r_notimpl:
            return "the error NOTIMP";
        case ns_r_refused:
            return "the error REFUSED";
        default:
            return fmt::format("error code {}", code);
    }
}

}  // namespace

std::vector<std::uint8_t> encode(const DnsQuery& query) {
    std::vector<std::uint8_t> out;
    put(out, query.id);
    put(out, 0x0100);  // a standard query, recursion desired
    put(out, 1);
    put(out, 0);
    put(out, 0);
    put(out, 0);
    std::string_view rest = query.name;
    while (!rest.empty()) {
        const auto dot = rest.find('.');
        const std::string_view label = rest.substr(0, dot);
        out.push_back(static_cast<std::uint8_t>(label.size()));
        out.insert(out.end(), label.begin(), label.end());
        rest = dot == std::string_view::npos ? std::string_view() : rest.substr(dot + 1);
    }
    out.push_back(0);
    put(out, query.is_v6 ? ns_t_aaaa : ns_t_a);
    put(out, ns_c_in);
    return out;
}

std::optional<DnsReply> decode(std::span<const std::uint8_t> bytes, const DnsQuery& query) {
    using Kind = NameAnswer::Kind;
    ns_msg message;
    if (ns_initparse(bytes.data(), static_cast<int>(bytes.size()), &message) != 0 ||
        !is_answer_to(message, query))
        return std::nullopt;
    DnsReply reply;
    reply.is_truncated = ns_msg_getflag(message, ns_f_tc) != 0;
    if (reply.is_truncated) return reply;
    const int code = ns_msg_getflag(message, ns_f_rcode);
    if (code == ns_r_nxdomain) {
        reply.answer.kind = Kind::no_such_name;
    } else if (code != ns_r_noerror) {
        reply.answer.kind = Kind::refused;
        reply.answer.words = words_of(code);
    } else {
        if (!read_addresses(message, query, reply.answer.addresses)) return std::nullopt;
        reply.answer.kind = reply.answer.addresses.empty() ? Kind::no_address : Kind::addresses;
    }
    return reply;
}

}  // namespace pantau::citizen
