#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.hpp"

namespace pantau::web {

/// A bucket of tokens for each source, so that one that asks too much costs only itself.
///
/// A pure machine: time comes from the caller. Its table is bounded; when it is full of sources
/// that owe something, the one asked longest ago is forgotten.
class SourceBuckets {
public:
    struct Limits {
        double burst = 1;       ///< Tokens of a source that was quiet.
        double per_second = 1;  ///< How fast they come back.
        std::size_t sources = 4'096;
    };
    explicit SourceBuckets(Limits limits) : limits_(limits) {}

    /// Takes a token; false when none is left.
    [[nodiscard]] bool take(std::string_view source, MonoTime now);
    /// Gives one back that turned out not to be owed.
    void give_back(std::string_view source, MonoTime now);
    /// Until the next `take` of this source can succeed.
    [[nodiscard]] Duration wait_of(std::string_view source, MonoTime now) const;
    [[nodiscard]] std::size_t size() const { return buckets_.size(); }

private:
    struct Bucket {
        double tokens;
        MonoTime then;
    };
    [[nodiscard]] double tokens_of(const Bucket& bucket, MonoTime now) const;
    void make_room(MonoTime now);

    Limits limits_;
    std::unordered_map<std::string, Bucket> buckets_;
};

/// Who shares a bucket: an IPv4 address, or the /64 of an IPv6 one, where a single machine has all
/// addresses, or the user behind a unix socket. `peer` as HttpRequest has it.
[[nodiscard]] std::string source_of(std::string_view peer);

}  // namespace pantau::web
