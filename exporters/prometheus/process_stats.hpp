#pragma once

#include <optional>

namespace pantau {

/// What the kernel knows about this process. Absent when /proc does not tell.
struct ProcessStats {
    std::optional<double> cpu_seconds;
    std::optional<double> resident_bytes;
    std::optional<double> virtual_bytes;
    std::optional<double> max_fds;
    std::optional<double> threads;
};

/// Reads a small file of /proc.
[[nodiscard]] ProcessStats read_process_stats();

/// Unix time in seconds when this process started; it does not change.
[[nodiscard]] std::optional<double> read_start_time();

/// Counts the open descriptors: a directory entry each.
[[nodiscard]] std::optional<double> count_open_fds();

}  // namespace pantau
