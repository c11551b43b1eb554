#!/usr/bin/env bash
# A file system fills: days before it is full, here a minute, an alert says when it will be; a silence, room, the end.
#
# The file system is real, if small: 64 MiB in a file that is mounted, and filled by a program that writes a log. Its samples are
# those of `debvisor metric collect`, each second instead of each minute, so an hour of a real log goes by in a minute; what the
# rule forecasts is what the samples say. Needs root, to mount. Takes about half a minute.
#
# prints: it reaches 0 B
# prints: suppressed
# prints: resolved
#
# Environment: DEBVISOR (debvisor)  FILL (18, at least 12 rounds in which it fills)  CALM (6, rounds after there is room)
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
FILL=${FILL:-18}
CALM=${CALM:-6}
DEBVISOR=$(command -v "${DEBVISOR:-debvisor}")
work=$(mktemp -d "${TMPDIR:-/tmp}/disk-full.XXXXXX")
export DEBVISOR_STATE_DIR=$work/state
place=$work/pool
trap 'umount "$place" 2>/dev/null || true; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

mkdir "$place"
truncate -s 64M "$work/pool.img"
PATH=$PATH:/usr/sbin:/sbin mkfs.ext4 -q -m 0 "$work/pool.img"
mount -o loop "$work/pool.img" "$place" || { echo "disk-full.sh: cannot mount here; it needs root, and loop devices" >&2; exit 1; }
debvisor() { "$DEBVISOR" "$@"; }

# A round a second: what `debvisor schedule add collect --cron '* * * * *' -- debvisor metric collect -q` does each minute.
rounds() { # number, MiB that are written in each
    local next
    next=$(date +%s%N)
    for _ in $(seq "$1"); do
        if [ "$2" != 0 ]; then head -c "$(($2 << 20))" /dev/zero >>"$place/log"; fi
        debvisor metric collect --no-machines -q
        next=$((next + 1000000000))
        sleep "$(awk -v left=$((next - $(date +%s%N))) 'BEGIN { print (left > 0 ? left / 1e9 : 0) }')"
    done
}

printf '\n# A rule: it will be full within an hour, if it goes on so\n'
debvisor metric collect --no-machines -q
debvisor alert rule add pool-fills node_filesystem_avail_bytes --tag "mountpoint=$place" --reaches 0 --side below --within 1h \
    --severity critical --description "the log's file system" --fields rule,severity,condition
printf '\n# A log grows by 2 MiB a second. %d rounds\n' "$FILL"
rounds "$FILL" 2
df -h "$place"
debvisor trend forecast node_filesystem_avail_bytes --tag "mountpoint=$place" --threshold 0 --side below
printf '\n# The rules are evaluated: it is not full, and the alert says when it will be\n'
debvisor alert run
printf '\n# Again: nothing is raised twice\n'
debvisor alert run

printf '\n# Somebody is at it, and wants to hear no more of it for an hour\n'
debvisor alert silence add rule=pool-fills --for 1h --by anna --comment 'the old logs move to the archive'
debvisor alert list --status suppressed

printf '\n# There is room again. %d rounds\n' "$CALM"
: >"$place/log"
rounds "$CALM" 0
df -h "$place"
debvisor alert run
printf '\n# What happened\n'
debvisor alert history
