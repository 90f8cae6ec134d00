#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "cli/recording_agent.hpp"

namespace pantau::cli {

/// The agent on a UDP port of 127.0.0.1: a recording holds what a device told of itself, and its
/// community is the name of a file.
class RecordingServer {
public:
    /// Port 0: any free one.
    [[nodiscard]] static Result<std::unique_ptr<RecordingServer>> open(RecordingAgent agent,
                                                                       std::uint16_t port);
    ~RecordingServer();

    [[nodiscard]] std::uint16_t port() const;
    /// Answers until SIGINT, SIGTERM, SIGHUP, or the end of `duration`.
    void run(std::optional<Duration> duration);

    struct Counts {
        std::uint64_t requests = 0;
        std::uint64_t replies = 0;
    };
    [[nodiscard]] Counts counts() const;

private:
    struct Parts;
    explicit RecordingServer(std::unique_ptr<Parts> parts);

    std::unique_ptr<Parts> parts_;
};

}  // namespace pantau::cli
