#!/usr/bin/env bash
# Backs up the image of a disk and brings it back: no hypervisor, no root, a few seconds.
#
# prints: restored: identical, and as sparse as it was
set -euo pipefail
debvisor() { command "${DEBVISOR:-debvisor}" "$@"; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Where debvisor remembers its repositories; /var/lib/debvisor if root does not say otherwise.
export DEBVISOR_STATE_DIR=$work/state

# A disk of 256 MiB, of which 24 MiB hold data.
truncate -s 256M "$work/disk.raw"
dd if=/dev/urandom of="$work/disk.raw" bs=1M count=24 seek=40 conv=notrunc status=none

# Encrypted; the key file is made here. Whoever loses it loses the backups: keep a copy elsewhere.
debvisor backup repository create "$work/repository" --key-file "$work/backup.key" --default
debvisor backup create --file "$work/disk.raw" --name disk --tag purpose=example
debvisor backup list

# NAME is the newest backup of that name; an id, the beginning of one or NAME@TIME would do as well.
mkdir "$work/restored"
debvisor backup restore disk --to "$work/restored"
restored=$(find "$work/restored" -type f)
cmp "$work/disk.raw" "$restored"
[ "$(du -m "$restored" | cut -f1)" -lt 32 ]
echo "restored: identical, and as sparse as it was"
