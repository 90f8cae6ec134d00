#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/citizen/sequence.hpp"

namespace pantau::citizen {

/// A question for one address record.
struct DnsQuery {
    std::uint16_t id = 0;
    std::string name;
    bool is_v6 = false;  ///< AAAA instead of A.
};

/// RFC 1035 in octets. The name must be one of a host (settings check it).
[[nodiscard]] std::vector<std::uint8_t> encode(const DnsQuery& query);

struct DnsReply {
    NameAnswer answer;          ///< Without its time.
    bool is_truncated = false;  ///< To be asked again over TCP.
};

/// Reads an answer to exactly that question. Nothing: it is another's, forged, or no DNS; the
/// question is still open then. The work is done by the C library's parser of messages.
[[nodiscard]] std::optional<DnsReply> decode(std::span<const std::uint8_t> message,
                                             const DnsQuery& query);

}  // namespace pantau::citizen
