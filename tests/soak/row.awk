# One line of the table: what happened between two samples.
END {
    printf "%7d %9.1f %5d %9d %9d %14.1f %6d %8d\n", minute, value[2, "process_resident_memory_bytes"] / 1048576,
        value[2, "process_open_fds"], grown("pantau_polls_total", 1, 2), grown("pantau_poll_failures_total", 1, 2),
        1000 * late_p99(1, 2), grown("pantau_polls_shed_total", 1, 2), grown("pantau_observations_dropped_total", 1, 2)
}
