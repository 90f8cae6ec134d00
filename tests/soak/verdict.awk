# All samples, first to last: what grew, got late or got lost. Exit code 1 when something did.
function least(name, from, to,    i, found) {
    found = value[from, name]
    for (i = from; i <= to; ++i) if (value[i, name] < found) found = value[i, name]
    return found
}
function mean(name, from, to,    i, sum) {
    for (i = from; i <= to; ++i) sum += value[i, name]
    return sum / (to - from + 1)
}
function complain(words) { printf "soak failed: %s\n", words; faults++ }

END {
    third = int(files / 3)
    if (third < 2) { complain("too short: it takes 6 samples at least"); exit 1 }
    rss = "process_resident_memory_bytes"
    first = mean(rss, 1, third); last = mean(rss, files - third + 1, files)
    first_fds = least("process_open_fds", 1, third); last_fds = least("process_open_fds", files - third + 1, files)
    seconds = grown("time", 1, files)
    polls = grown("pantau_polls_total", 1, files)
    due = value[files, "pantau_inventory_devices"] * seconds / interval
    late = late_p99(1, files)
    printf "memory, mean of the first third %.1f MiB, of the last %.1f MiB (%+.1f %%)\n", first / 1048576, last / 1048576, 100 * (last / first - 1)
    printf "descriptors, least of the first third %d, of the last %d\n", first_fds, last_fds
    printf "polls %d in %.0f s, %.1f %% of those due; p99 of lateness %.1f ms; CPU %.2f s for 1,000 polls\n",
        polls, seconds, 100 * polls / due, 1000 * late, grown("process_cpu_seconds_total", 1, files) / (polls ? polls : 1) * 1000

    # Descriptors of checks under way come and go; those that are always there must not become more.
    if (last > 1.1 * first) complain(sprintf("memory grew by %.0f %%", 100 * (last / first - 1)))
    if (last_fds > first_fds + 2) complain(sprintf("descriptors grew from %d to %d", first_fds, last_fds))
    if (polls < 0.95 * due) complain(sprintf("only %.1f %% of the polls that were due began", 100 * polls / due))
    if (late > 1) complain(sprintf("one poll in a hundred began more than %.1f s late", late))
    if (grown("pantau_polls_shed_total", 1, files)) complain(sprintf("%d polls were shed", grown("pantau_polls_shed_total", 1, files)))
    if (grown("pantau_observations_dropped_total", 1, files)) complain(sprintf("%d observations were dropped", grown("pantau_observations_dropped_total", 1, files)))
    if (grown("pantau_series_dropped_total", 1, files)) complain(sprintf("%d series were left out of scrapes", grown("pantau_series_dropped_total", 1, files)))
    if (faults) exit 1
    print "soak passed"
}
