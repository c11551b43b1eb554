#!/usr/bin/env bash
# debvisor protects a running guest: backed up while it writes, destroyed with its disks, brought back.
#
# From a clean clone this installs the Debian packages that are missing, builds a release and starts a tiny real guest
# under a libvirtd of its own. All of it lies in .demo/ and is gone at the end (KEEP=1 keeps it).
# Where QEMU is not to be had, the same is shown on image files.
#
# prints: the two disks agree
#
# Environment: DEBVISOR (a binary, instead of building one)  BUILD (.build)  KEEP
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
DEMO=$PWD/.demo
BUILD=${BUILD:-.build}
export DEBVISOR_GUEST_DIR=$DEMO/guest
GUEST=Examples/lab/guest

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then BOLD=$'\e[1m' PLAIN=$'\e[0m'; else BOLD='' PLAIN=''; fi
explain() { printf '\n%s# %s%s\n' "$BOLD" "$*" "$PLAIN"; }
fail() {
    printf '\ndemo: %s\n' "$*" >&2
    exit 1
}

# Prints a command as a person would type it, then runs it.
show() {
    printf '$ %s\n' "${*//$PWD\//}"
    "$@"
}
# The same on the guest's side, where the daemon, the images and the sockets have the names that libvirt knows.
debvisor() { "$GUEST" run env DEBVISOR_URI="$DEBVISOR_URI" DEBVISOR_STATE_DIR="$DEBVISOR_STATE_DIR" "$DEBVISOR" "$@"; }
virsh() { "$GUEST" run virsh -q -c "$DEBVISOR_URI" "$@"; }

clean_up() {
    local status=$?
    trap - EXIT
    if [ -n "${KEEP:-}" ]; then
        printf 'kept: %s (end it with: %s down)\n' "$DEMO" "$GUEST"
        exit $status
    fi
    "$GUEST" down || true
    rm -rf "$DEMO"
    exit $status
}

prepare_binary() {
    [ -z "${DEBVISOR:-}" ] || return 0
    command -v swift >/dev/null || fail "a Swift toolchain (6.2 or newer) is needed: https://www.swift.org/install"
    explain "Building a release (the first time takes some minutes)"
    printf '$ make release\n'
    make --no-print-directory release BUILD="$BUILD" >"$DEMO/build.log" 2>&1 || {
        tail -n 30 "$DEMO/build.log" >&2
        fail "the build failed"
    }
    DEBVISOR=$PWD/$BUILD/release/debvisor
}

# The guest needs QEMU, libvirt and a Debian kernel, which are there for amd64.
guest_can_run() {
    [ "$(uname -m)" = x86_64 ] || { explain "No guest for $(uname -m): the same on image files."; return 1; }
    scripts/install-dependencies guest || { explain "QEMU or libvirt is not to be had here: the same on image files."; return 1; }
    "$GUEST" up || { explain "The guest does not start here: the same on image files."; return 1; }
}

last_tick() { sed -n 's/.*: tick \([0-9]*\).*/\1/p' "$GUEST_CONSOLE" | tail -n 1; }
boots() { grep -ac ': up, boot' "$GUEST_CONSOLE" || true; }

# One boot more than $1 on the console; prints its line.
wait_for_boot() {
    for _ in $(seq 600); do
        if [ "$(boots)" -gt "$1" ]; then
            grep -a ': up, boot' "$GUEST_CONSOLE" | tail -n 1 | tr -d '\r'
            return 0
        fi
        sleep 0.2
    done
    fail "the restored guest did not boot"
}

judge() { # line of the boot, tick before the backup, tick after it
    local counter ledger
    read -r counter ledger < <(sed -n 's/.*counter \([0-9]*\), ledger \([0-9]*\).*/\1 \2/p' <<<"$1")
    printf 'The backup began after tick %s and was done by tick %s. The guest came back with counter %s, ledger %s:\n' \
        "$2" "$3" "$counter" "$ledger"
    if [ "$counter" -lt "$2" ] || [ "$counter" -gt $(($3 + 1)) ]; then fail "that is not what was backed up"; fi
    if [ "$ledger" -gt "$counter" ] || [ "$ledger" -lt $((counter - 1)) ]; then fail "the disks are not of one instant"; fi
    printf 'its data is what was backed up, and the two disks agree.\n'
}

on_a_guest() {
    local before after boots_before boot
    eval "$("$GUEST" env)"
    export DEBVISOR_URI=$GUEST_URI
    # Everything that debvisor writes belongs to the one who runs it on the guest's side.
    chown "$("$GUEST" run id -u)" "$DEMO" 2>/dev/null || true

    explain "A repository for backups: encrypted, with its key in a file"
    show debvisor backup repository create "$DEMO/repository" --key-file "$DEMO/backup.key" --default
    explain "The machines of this hypervisor. The guest writes to both of its disks once a second"
    show debvisor vm list
    "$GUEST" tick 3
    show tail -n 2 "$GUEST_CONSOLE"
    explain "A backup of every machine while it runs: one instant of all disks, with definition and firmware variables"
    before=$(last_tick)
    show debvisor backup create --all
    after=$(last_tick)
    explain "The guest did not notice and goes on"
    "$GUEST" tick 2
    show tail -n 2 "$GUEST_CONSOLE"

    explain "Disaster: the machine, its definition and its disks are gone"
    boots_before=$(boots)
    show virsh destroy "$GUEST_NAME"
    show virsh undefine "$GUEST_NAME" --nvram --checkpoints-metadata
    show rm "$GUEST_IMAGES_HERE/$GUEST_NAME.qcow2" "$GUEST_IMAGES_HERE/$GUEST_NAME-ledger.raw"

    explain "What is left is the backup"
    show debvisor backup list
    show debvisor backup restore "$GUEST_NAME" --define --start
    explain "The guest boots from its restored disks and says what it finds on them"
    boot=$(wait_for_boot "$boots_before")
    printf '%s\n' "$boot"
    judge "$boot" "$before" "$after"
    "$GUEST" tick 2
    show tail -n 2 "$GUEST_CONSOLE"
    explain "Every byte of the repository is read and compared with its keyed digest"
    show debvisor backup verify --read-data
}

on_files() {
    local image=$DEMO/disk.raw
    debvisor() { "$DEBVISOR" "$@"; }
    truncate -s 256M "$image"
    dd if=/dev/urandom of="$image" bs=1M count=24 seek=8 conv=notrunc status=none
    dd if="$DEBVISOR" of="$image" bs=1M seek=100 conv=notrunc status=none
    explain "A repository for backups: encrypted, with its key in a file"
    show debvisor backup repository create "$DEMO/repository" --key-file "$DEMO/backup.key" --default
    explain "A backup of the image of a disk"
    show debvisor backup create --file "$image" --name disk
    explain "Disaster: the image is gone; here is what is left, and what comes back"
    sha256sum <"$image" >"$DEMO/sum"
    show rm "$image"
    show debvisor backup list
    mkdir "$DEMO/restored"
    show debvisor backup restore disk --to "$DEMO/restored"
    [ "$(sha256sum <"$(find "$DEMO/restored" -type f | head -n 1)")" = "$(cat "$DEMO/sum")" ] || fail "another image came back"
    printf 'The restored image is byte for byte what it was.\n'
    show debvisor backup verify --read-data
}

main() {
    local started
    [ ! -e "$DEMO" ] || "$GUEST" down
    rm -rf "$DEMO"
    mkdir -p "$DEMO"
    trap clean_up EXIT
    trap 'exit 130' INT TERM
    scripts/install-dependencies build
    prepare_binary
    started=$SECONDS
    export DEBVISOR_STATE_DIR=$DEMO/state
    explain "A guest of our own, in ${DEBVISOR_GUEST_DIR#"$PWD"/}"
    if guest_can_run; then on_a_guest; else on_files; fi
    printf '\nThe demo is done, %d seconds after the build.\n' $((SECONDS - started))
}
main "$@"
