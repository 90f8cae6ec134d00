#include "fuzz/target.hpp"

namespace pantau::fuzz {

std::span<const Target> targets() {
    static constexpr Target rows[]{
        {"snmp_codec", snmp_codec, 20'000},
        {"snmp_v3", snmp_v3, 5'000},
        {"snmp_poll", snmp_poll, 3'000},
        {"recording", recording, 5'000},
        {"observation", observation, 500},
        {"yaml", yaml, 3'000},
        {"settings", settings, 1'000},
        {"inventory", inventory, 1'000},
        {"profile", profile, 500},
        {"http_target", http_target, 5'000},
        {"http_json", http_json, 5'000},
        {"http_server", http_server, 500},
        {"http_url", http_url, 5'000},
        {"dns_reply", dns_reply, 20'000},
        {"text", text, 5'000},
        {"oid", oid, 10'000},
        {"control_answer", control_answer, 500},
    };
    return rows;
}

}  // namespace pantau::fuzz
