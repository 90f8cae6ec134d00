#!/usr/bin/env bash
# pantaud on the simulated city with its faults, for minutes or hours: does anything grow, get late
# or get lost? `./dev soak` builds the programs and calls this.
#
#   soak.sh BIN_DIR MINUTES [ACCESS_POINTS]
#
# Exit code 0: nothing; 1: what, in words.
set -euo pipefail

readonly bin=$1 minutes=$2 access_points=${3:-1100}
readonly poll_interval=10 # s; short, so that ten minutes are sixty rounds
readonly sample_every=10  # s
here=$(dirname "$(readlink -f "$0")")
folder=$(mktemp -d)
children=()

# The daemon first, while its devices still answer.
# shellcheck disable=SC2317 # called by the traps
end_children() {
    local pid
    for pid in "${children[@]}"; do
        kill -TERM "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    children=()
}
# shellcheck disable=SC2317
clean_up() {
    end_children
    rm -rf "$folder"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

fail() {
    printf 'soak failed: %s\n' "$*" >&2
    [[ ! -s $folder/pantaud.log ]] || { printf 'the end of the log of pantaud:\n' >&2; tail -n 12 "$folder/pantaud.log" >&2; }
    exit 1
}

# wait_for SECONDS FILE TEXT
wait_for() {
    local i
    for ((i = 0; i < $1 * 5; ++i)); do
        grep -q "$3" "$2" 2>/dev/null && return 0
        sleep 0.2
    done
    return 1
}

"$bin/pantau" simulate --faults demo --aps "$access_points" --snmp-port 0 --http-port 0 \
    --write-config "$folder/city" --listen 127.0.0.1:0 --interval ${poll_interval}s >"$folder/city.log" 2>&1 &
city=$!
children=("$city")
wait_for 30 "$folder/city.log" 'SNMP port' || { cat "$folder/city.log" >&2; fail "the simulated city did not start"; }

"$bin/pantaud" --config "$folder/city/pantau.yml" >"$folder/pantaud.log" 2>&1 &
daemon=$!
children=("$daemon" "$city")
wait_for 30 "$folder/pantaud.log" 'id=web_listening' || fail "pantaud did not start"
address=$(sed -n 's/.*id=web_listening.* address=//p' "$folder/pantaud.log" | head -n 1)
wait_for $((3 * poll_interval + 30)) "$folder/pantaud.log" 'id=first_cycle_done' || fail "the first round did not end"

printf '%s access points, a poll every %s s, faults of the demo; http://%s/metrics\n\n' "$access_points" "$poll_interval" "$address"
printf '%7s %9s %5s %9s %9s %14s %6s %8s\n' minute 'RSS MiB' fds polls failures 'late p99 ms' shed dropped

# sample NUMBER: one scrape into a file of its own; its time in seconds is the first line.
sample() {
    { date +%s.%N && curl --silent --show-error --fail --max-time 20 "http://$address/metrics"; } >"$folder/sample.$1" 2>"$folder/curl.log" ||
        fail "pantaud does not answer a scrape: $(cat "$folder/curl.log")"
}

started=$SECONDS
last=0
sample 0
while ((SECONDS - started < minutes * 60)); do
    # Woken by the clock, by a signal, or by the end of a child.
    next=$((started + (last + 1) * sample_every))
    while ((SECONDS < next)); do
        kill -0 "$daemon" 2>/dev/null || fail "pantaud ended by itself"
        kill -0 "$city" 2>/dev/null || fail "the simulated city ended by itself: $(tail -n 1 "$folder/city.log")"
        sleep 1
    done
    last=$((last + 1))
    sample "$last"
    if ((last * sample_every % 60 == 0)); then
        awk -v minute=$((last * sample_every / 60)) -f "$here/figures.awk" -f "$here/row.awk" "$folder/sample.$((last - 60 / sample_every))" "$folder/sample.$last"
    fi
    if grep -q ' level=error ' "$folder/pantaud.log"; then
        fail "pantaud logged an error: $(grep -m 1 ' level=error ' "$folder/pantaud.log")"
    fi
done

code=0
kill -TERM "$daemon"
wait "$daemon" || code=$?
children=("$city")
((code == 0)) || fail "pantaud ended with code $code"

files=()
for ((i = 0; i <= last; ++i)); do files+=("$folder/sample.$i"); done
printf '\n'
awk -v interval="$poll_interval" -f "$here/figures.awk" -f "$here/verdict.awk" "${files[@]}" || exit 1
