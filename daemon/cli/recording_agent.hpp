#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/oid.hpp"
#include "base/result.hpp"
#include "collectors/snmp/recording.hpp"

namespace pantau::cli {

/// Answers SNMP v1 and v2c from recordings, each under a community of its own: a datagram in, a
/// datagram out, no socket.
class RecordingAgent {
public:
    RecordingAgent();
    ~RecordingAgent();

    /// False when that community has a recording already.
    [[nodiscard]] bool add(const std::string& community, const snmp::Recording& recording);

    /// Empty: silence, as for another community or nonsense.
    [[nodiscard]] std::string answer(std::string_view datagram) const;

    /// Octets of a reply to GETBULK with more than one value, and of any other.
    static constexpr std::size_t bulk_most = 1472;
    static constexpr std::size_t reply_most = 16 * 1024;

private:
    struct Row {
        Oid oid;
        std::string varbind;  ///< Encoded.
        bool is_counter64 = false;
    };
    struct Reply;
    using Rows = std::vector<Row>;

    std::map<std::string, Rows, std::less<>> devices_;
};

}  // namespace pantau::cli
