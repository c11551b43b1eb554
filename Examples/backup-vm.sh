#!/usr/bin/env bash
# Backs up one running machine and makes a copy of it from the backup, beside the original.
#
#   backup-vm.sh [VM]        default: web1
#
# Uses the hypervisor of $DEBVISOR_URI and needs to be allowed to write where its guests' disks may be.
#
# prints: consistency
# prints: is defined beside the original
set -euo pipefail
debvisor() { command "${DEBVISOR:-debvisor}" "$@"; }
vm=${1:-web1}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export DEBVISOR_STATE_DIR=$work/state

debvisor backup repository create "$work/repository" --key-file "$work/backup.key" --default
# What would happen, before it does.
debvisor backup create "$vm" --dry-run
# Records are made for jq: an array with one object a machine.
backup=$(debvisor backup create "$vm" --tag reason=upgrade -o json | jq -r '.[0].backup_id')
debvisor backup show "$backup"

# A copy gets its own UUID, MAC addresses and disks. It is not started here.
mkdir "$work/copy"
debvisor backup restore "$backup" --as "$vm-copy" --to "$work/copy" --define
debvisor vm show "$vm-copy"
echo "$vm-copy is defined beside the original"
virsh -q -c "${DEBVISOR_URI:-qemu:///system}" undefine "$vm-copy" --nvram
