#!/usr/bin/env bash
# What a city of a given size takes on this machine: pantaud on the simulated city, and a Prometheus that scrapes it
# with the rules of etc/prometheus. One line for each size.
#
#   sizing.sh BIN_DIR ACCESS_POINTS...
#
# Scraped in parts of 550 access points or less, as /sd/prometheus would name them; Prometheus is measured after five
# scrapes of each, thirty seconds apart.
set -euo pipefail

readonly bin=$1 scrapes=5 scrape_interval=30 # s
shift
here=$(dirname "$(readlink -f "$0")")
folder=$(mktemp -d)
demo='' prometheus=''

# shellcheck disable=SC2317 # called by the trap
clean_up() {
    local pid
    for pid in $prometheus $demo; do
        kill -TERM "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    rm -rf "$folder"
}
trap clean_up EXIT

# wait_until SECONDS COMMAND...: asks again until it succeeds.
wait_until() {
    local end=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        ((SECONDS < end)) || { printf 'sizing: gave up waiting for: %s\n' "$*" >&2; exit 1; }
        sleep 1
    done
}
resident_mb() { awk '/^VmRSS/ {printf "%.0f", $2 / 1024}' "/proc/$1/status"; }
# ask QUERY: the one number.
ask() {
    curl -s -G --data-urlencode "query=$1" http://127.0.0.1:9393/api/v1/query |
        python3 -c 'import json, sys; r = json.load(sys.stdin)["data"]["result"]; print(r[0]["value"][1] if r else "")'
}
has_scraped() { (($(ask "sum(sum_over_time(up{job=\"pantau\"}[1h]))" | grep -E '^[0-9]+$' || echo 0) >= scrapes * parts)); }

printf '%8s %6s %9s %9s %9s %9s %12s %12s %14s\n' APs parts series series/AP body_MB gzip_MB pantaud_MB scrape_s Prometheus_MB
for aps in "$@"; do
    "$bin/pantau" demo --aps "$aps" --interval 30s --listen 127.0.0.1:8651 --lang en >"$folder/demo.log" 2>&1 &
    demo=$!
    parts=$(((aps + 549) / 550))
    wait_until 600 curl -sf http://127.0.0.1:8651/-/ready
    cp "$here"/../../etc/prometheus/pantau.*.yml "$folder"
    {
        printf 'global: {scrape_interval: %ss, scrape_timeout: 25s}\n' "$scrape_interval"
        printf 'rule_files: [pantau.rules.yml, pantau.alerts.yml]\n'
        printf 'scrape_configs: [{job_name: pantau, static_configs: [\n'
        for ((part = 0; part < parts; ++part)); do
            printf '  {targets: ["127.0.0.1:8651"], labels: {__param_shard: "%s/%s", shard: "%s"}},\n' "$part" "$parts" "$part"
        done
        printf ']}]\n'
    } >"$folder/prometheus.yml"
    rm -rf "$folder/db"
    prometheus --config.file="$folder/prometheus.yml" --storage.tsdb.path="$folder/db" \
        --web.listen-address=127.0.0.1:9393 >"$folder/prometheus.log" 2>&1 &
    prometheus=$!
    wait_until 60 curl -sf http://127.0.0.1:9393/-/ready
    wait_until 900 has_scraped
    curl -s http://127.0.0.1:8651/metrics >"$folder/body"
    series=$(grep -vc '^#' "$folder/body")
    packed=$(curl -s -H 'Accept-Encoding: gzip' http://127.0.0.1:8651/metrics | wc -c)
    daemon=$(awk '/^process_resident_memory_bytes/ {printf "%.0f", $2 / 1048576}' "$folder/body")
    printf '%8s %6s %9s %9s %9s %9s %12s %12.2f %14s\n' "$aps" "$parts" "$series" "$((series / aps))" \
        "$(awk -v n="$(wc -c <"$folder/body")" 'BEGIN {printf "%.1f", n / 1e6}')" \
        "$(awk -v n="$packed" 'BEGIN {printf "%.2f", n / 1e6}')" "$daemon" \
        "$(ask 'avg(quantile_over_time(0.5, scrape_duration_seconds{job="pantau"}[1h]))')" "$(resident_mb "$prometheus")"
    kill -TERM "$prometheus" "$demo"
    wait "$prometheus" "$demo" 2>/dev/null || true
    prometheus='' demo=''
done
