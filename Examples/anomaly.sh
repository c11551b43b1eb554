#!/usr/bin/env bash
# A real guest is watched each second; after a calm minute it writes as it never did, and the detector says so, and why.
#
# Makes a tiny guest with a libvirtd of its own in a temporary directory, as Examples/demo.sh does: Debian packages of
# `scripts/install-dependencies guest`, with qemu-guest-agent, through which the guest is given its load.
# Takes about a minute and a half. Nothing here is invented: the times are those at which the samples were taken.
#
# prints: web1 writes as it never did
# prints: where about
# prints: write_bytes_total
#
# Environment: DEBVISOR (debvisor)  CALM (70, rounds before the load)  LOAD (12, rounds with it)
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
CALM=${CALM:-70}
LOAD=${LOAD:-12}
DEBVISOR=$(command -v "${DEBVISOR:-debvisor}")
work=$(mktemp -d "${TMPDIR:-/tmp}/anomaly.XXXXXX")
chmod 755 "$work"
export DEBVISOR_GUEST_DIR=$work/guest
GUEST=Examples/lab/guest
trap '"$GUEST" down >/dev/null 2>&1 || true; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

[ -x /usr/sbin/qemu-ga ] || { echo "anomaly.sh: needs the package qemu-guest-agent" >&2; exit 1; }
"$GUEST" up
eval "$("$GUEST" env)"
chown "$("$GUEST" run id -u)" "$work"
debvisor() { "$GUEST" run env DEBVISOR_URI="$GUEST_URI" DEBVISOR_STATE_DIR="$work/state" "$DEBVISOR" "$@"; }
agent() { "$GUEST" run virsh -q -c "$GUEST_URI" qemu-agent-command "$GUEST_NAME" "$1"; }

# One round a second: what `debvisor schedule add collect --cron '* * * * *' -- debvisor metric collect -q` does each minute.
rounds() {
    local next
    next=$(date +%s%N)
    for _ in $(seq "$1"); do
        debvisor metric collect -q
        next=$((next + 1000000000))
        sleep "$(awk -v left=$((next - $(date +%s%N))) 'BEGIN { print (left > 0 ? left / 1e9 : 0) }')"
    done
}

printf '\n# Calm: %s writes a little to both of its disks each second. %d rounds\n' "$GUEST_NAME" "$CALM"
rounds "$CALM"
debvisor metric collect
printf '\n# What is unusual until now\n'
debvisor detect run

printf '\n# The load: %s writes as it never did. %d rounds\n' "$GUEST_NAME" "$LOAD"
agent '{"execute": "guest-exec", "arguments": {"path": "/bin/sh", "arg": ["-c",
    "for i in 1 2 3 4 5 6 7 8; do dd if=/dev/zero of=/data/load bs=1M count=24 conv=fsync; done; rm /data/load"]}}' >/dev/null
rounds "$LOAD"
printf '\n# What is unusual now\n'
debvisor detect run
debvisor detect recent

printf '\n# The most unusual of what the guest wrote: what was expected, what spoke, how rare it is\n'
finding=$(debvisor detect recent -o json | jq -r 'map(select(.metric_name | startswith("libvirt_domain_block_stats_")))
    | (map(select(.metric_name | endswith("_write_bytes_total"))) + sort_by(-.anomaly_score))[0].finding_id')
debvisor detect explain "$finding"
printf '\n# And the series itself, a point a second\n'
debvisor metric get libvirt_domain_block_stats_write_bytes_total --tag domain="$GUEST_NAME" --tag target_device=vda \
    --step 1s --aggregate rate --plot
