#!/usr/bin/env bash
# What debvisor records, shown to Prometheus by the textfile collector of node_exporter: a job of a minute writes the file.
#
#   prometheus-textfile.sh [DIRECTORY]      node_exporter's --collector.textfile.directory; one of its own without
#
# A scraper can also ask debvisor itself: debvisor metric serve --listen 127.0.0.1:9177.
#
# prints: every minute
# prints: backup_last_success_timestamp_seconds{vm="web1"}
# prints: completed
# prints: the file is new, whole and readable by others
set -euo pipefail
debvisor() { command "${DEBVISOR:-debvisor}" "$@"; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Where samples and jobs are kept; /var/lib/debvisor if root does not say otherwise.
export DEBVISOR_STATE_DIR=$work/state
textfiles=${1:-$work/textfile}
mkdir -p "$textfiles"

# Something to show. 'metric collect' records the host and its machines; scripts add what they know.
debvisor metric add pool_used_bytes 412316860416 --tag pool=ssd --unit bytes --description 'Used space of a pool' -q
debvisor metric add backup_last_success_timestamp_seconds "$(date +%s)" --tag vm=web1 \
    --description 'When a machine was last backed up' -q
for seconds in 0.8 1.4 31; do
    debvisor metric add snapshot_duration_seconds "$seconds" --type histogram --description 'Time of a snapshot' -q
done

# The job. It replaces the file in one step, so that node_exporter never reads a part of it. With '-q' cron and the
# scheduler hear of trouble only. What has no sample of the last two days is left out of the file.
binary=$(command -v "${DEBVISOR:-debvisor}")
debvisor schedule add textfile --cron '* * * * *' --timeout 30s --description 'every minute: values for Prometheus' -- \
    "$binary" --state-dir "$DEBVISOR_STATE_DIR" metric expose --textfile "$textfiles/debvisor.prom" --max-age 2d -q
debvisor schedule execute textfile --wait -q
debvisor schedule history textfile

cat "$textfiles/debvisor.prom"
if command -v promtool >/dev/null; then promtool check metrics <"$textfiles/debvisor.prom"; fi
[ "$(stat -c %a "$textfiles/debvisor.prom")" = 644 ]
grep -q '^snapshot_duration_seconds_bucket{le="+Inf"} 3$' "$textfiles/debvisor.prom"
echo 'the file is new, whole and readable by others'
