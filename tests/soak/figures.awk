# One sample file after the other: its figures land in value[file number, name]. The time of the scrape is
# the first line. Labels are summed up, but for the buckets of how late polls began.
FNR == 1 { ++files; value[files, "time"] = $1; next }
/^#/ { next }
/^pantau_poll_lateness_seconds_bucket/ {
    match($1, /le="[^"]*"/)
    bound = substr($1, RSTART + 4, RLENGTH - 5)
    if (!((bound) in known)) { known[bound] = 1; bounds[++bound_count] = bound }
    value[files, "late " bound] += $NF
    next
}
/^(pantau_polls_total|pantau_poll_failures_total|pantau_polls_shed_total|pantau_observations_dropped_total|pantau_series_dropped_total|pantau_inventory_devices|process_resident_memory_bytes|process_open_fds|process_cpu_seconds_total)[{ ]/ {
    name = $1
    sub(/\{.*/, "", name)
    value[files, name] += $NF
}

function grown(name, from, to) { return value[to, name] - value[from, name] }

# The time below which 99 of 100 polls began, in seconds; as histogram_quantile reads it.
function late_p99(from, to,    i, all, before, count, lower) {
    all = grown("late +Inf", from, to)
    lower = before = 0
    for (i = 1; i <= bound_count; ++i) {
        count = grown("late " bounds[i], from, to)
        if (count >= 0.99 * all) {
            if (bounds[i] == "+Inf") return lower
            return count == before ? bounds[i] : lower + (bounds[i] - lower) * (0.99 * all - before) / (count - before)
        }
        before = count
        lower = bounds[i]
    }
    return lower
}
