#include "exporters/web/source_buckets.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>

namespace pantau::web {

double SourceBuckets::tokens_of(const Bucket& bucket, MonoTime now) const {
    const double seconds = std::chrono::duration<double>(now - bucket.then).count();
    return std::min(limits_.burst, bucket.tokens + seconds * limits_.per_second);
}

bool SourceBuckets::take(std::string_view source, MonoTime now) {
    const std::string key(source);
    if (!buckets_.contains(key)) make_room(now);
    const auto [entry, is_new] = buckets_.try_emplace(key, Bucket{limits_.burst, now});
    Bucket& bucket = entry->second;
    bucket = {tokens_of(bucket, now), now};
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
}

void SourceBuckets::give_back(std::string_view source, MonoTime now) {
    const auto entry = buckets_.find(std::string(source));
    if (entry == buckets_.end()) return;
    entry->second = {std::min(limits_.burst, tokens_of(entry->second, now) + 1), now};
    if (entry->second.tokens >= limits_.burst) buckets_.erase(entry);
}

Duration SourceBuckets::wait_of(std::string_view source, MonoTime now) const {
    const auto entry = buckets_.find(std::string(source));
    if (entry == buckets_.end()) return {};
    const double missing = std::max(0.0, 1 - tokens_of(entry->second, now));
    return std::chrono::duration_cast<Duration>(
        std::chrono::duration<double>(missing / limits_.per_second));
}

/// First those that are as if they had never been here. The walk over the table is paid for by a
/// table's worth of sources that came since the last one, unless all of them owe something.
void SourceBuckets::make_room(MonoTime now) {
    if (buckets_.size() < limits_.sources) return;
    std::erase_if(buckets_,
                  [&](const auto& entry) { return tokens_of(entry.second, now) >= limits_.burst; });
    if (buckets_.size() < limits_.sources) return;
    buckets_.erase(std::ranges::min_element(buckets_, {},
                                            [](const auto& entry) { return entry.second.then; }));
}

std::string source_of(std::string_view peer) {
    // A process may ask from as many others as it likes: the user is who asks.
    if (peer.starts_with("uid=")) return std::string(peer.substr(0, peer.find(' ')));
    if (!peer.starts_with('[')) return std::string(peer.substr(0, peer.find(':')));
    const std::string host(peer.substr(1, peer.find(']') - 1));
    in6_addr address{};
    if (::inet_pton(AF_INET6, host.c_str(), &address) != 1) return host;
    char text[INET6_ADDRSTRLEN] = {};
    if (IN6_IS_ADDR_V4MAPPED(&address)) {
        ::inet_ntop(AF_INET, &address.s6_addr[12], text, sizeof text);
        return text;
    }
    std::fill(std::begin(address.s6_addr) + 8, std::end(address.s6_addr), std::uint8_t{0});
    ::inet_ntop(AF_INET6, &address, text, sizeof text);
    return std::string(text) + "/64";
}

}  // namespace pantau::web
