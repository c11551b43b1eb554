#!/usr/bin/env bash
# Shows what a second backup of a running machine costs: only what changed since the first is read and stored.
#
#   incremental.sh [VM]      default: web1
#
# Makes a repository of its own and removes it at the end, and with it the checkpoint at the machine.
#
# prints: second backup  incremental
# prints: is whole
set -euo pipefail
debvisor() { command "${DEBVISOR:-debvisor}" "$@"; }
vm=${1:-web1}
work=$(mktemp -d)
export DEBVISOR_STATE_DIR=$work/state
end() {
    # A backup that leaves no checkpoint also takes away the one before it.
    debvisor backup create "$vm" --no-checkpoint -q >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap end EXIT

debvisor backup repository create "$work/repository" --key-file "$work/backup.key" --default -q
for which in first second; do
    printf '%-6s backup  ' "$which"
    debvisor backup create "$vm" -q -o json |
        jq -r '.[0] | "\(.mode): \(.read_bytes / 1048576 | round) MiB read, \(.stored_bytes / 1024 | round) KiB stored"'
    sleep 3
done
debvisor backup checkpoint list "$vm"

# Every chunk of what was put together is read and checked.
debvisor backup verify "$vm" --read-data -q >/dev/null
echo "the second backup of $vm is whole"
