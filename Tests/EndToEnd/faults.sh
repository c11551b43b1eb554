#!/usr/bin/env bash
# What can happen to a machine, its daemon and the disks of the host while its backup is read: one clear error, the guest
# goes on, and the next backup is good.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/guest.lib.sh"

# A backup that stops when its job is open, so that something can happen; sets $PID.
begin() {
    debvisor_with DEBVISOR_STOPPOINT=backup.opened backup create "$GUEST_NAME" -o json >"$OUT" 2>"$ERR" </dev/null &
    PID=$!
    check "a backup begins" wait_until_stopped
}
# Lets it go on and compares how it ends.
ends() { # status, title
    local status=0
    go_on
    wait "$PID" || status=$?
    if [ "$status" = "$1" ]; then report 0 "$2 (status $status)"; else
        report 1 "$2 (status $status, not $1)"
        details "$ERR"
    fi
}
explains() { check "… with one error and a hint" grep -q '"message"' <(grep -h '"error"\|debvisor: error' "$OUT" "$ERR" | sed 's/debvisor: error/"message"/'); }
fine_again() {
    expect 0 "… the next backup is made" debvisor backup create "$GUEST_NAME" -o json
    check "… no job is left" not grep -q Operation <(virsh domjobinfo "$GUEST_NAME")
    check "… and no more than one checkpoint" test "$(virsh checkpoint-list "$GUEST_NAME" --name | sed '/^$/d' | wc -l)" -le 1
    check "… the guest goes on" "$GUEST" tick 1
}

shut_down_in_the_middle() {
    begin
    virsh destroy "$GUEST_NAME"
    ends 7 "the machine is stopped in the middle"
    explains
    virsh start "$GUEST_NAME"
    "$GUEST" tick 1
    fine_again
}

daemon_restarted_in_the_middle() {
    begin
    kill -KILL "$("$GUEST" pid libvirtd)"
    "$GUEST" up >"$WORK/up" 2>&1
    # QEMU goes on offering its disks: what was read is whole, and whether the end of the job is heard is no matter.
    ends 0 "libvirtd is restarted in the middle"
    fine_again
}

resized_in_the_middle() {
    begin
    check "a disk is not resized while it is read" not virsh blockresize "$GUEST_NAME" vda 200M
    ends 0 "the disk is resized in the middle"
    fine_again
}

cut_off() {
    begin
    virsh qemu-monitor-command "$GUEST_NAME" '{"execute":"nbd-server-stop"}' >/dev/null
    ends 7 "the NBD server is gone in the middle"
    explains
    fine_again
}

frozen() {
    [ -x /usr/sbin/qemu-ga ] || { skip "a thaw that fails" "no guest agent (qemu-guest-agent)"; return; }
    begin
    check "the guest is not frozen while it is read" "$GUEST" tick 1
    ends 0 "a frozen instant"
    json "… is consistent for applications" '.[0].consistency == "application"'
}

# A repository on a file system that fills up.
disk_full() {
    local place=$WORK/full
    mkdir "$place"
    if ! mount -t tmpfs -o size=24m full "$place" 2>/dev/null; then
        skip "a disk that fills up" "no tmpfs to be had"
        return
    fi
    at_exit "umount '$place'"
    head -c 60000000 /dev/urandom >"$WORK/large.raw"
    head -c 4000000 /dev/urandom >"$WORK/little.raw"
    local here=("$DEBVISOR" --state-dir "$WORK/full-state")
    expect 0 "a repository with little space" "${here[@]}" backup repository create "$place/r" --key-file "$WORK/full.key" --default
    expect 0 "a small backup fits" "${here[@]}" backup create --file "$WORK/little.raw" --name little
    fails 1 "a disk that fills up in the middle" "space" "${here[@]}" backup create --file "$WORK/large.raw" --name large
    expect 0 "… what was reported done is whole" "${here[@]}" backup verify --read-data
    expect 0 "… and lists" "${here[@]}" backup list -o json
    json "… alone" 'length == 1'
    expect 0 "… deleting works on the full disk" "${here[@]}" backup delete little --yes
    expect 0 "… and another fits again" "${here[@]}" backup create --file "$WORK/little.raw" --name little
}

disk_full
bring_up "$@" || exit 0
has_stop_points || { skip "faults in the middle of a backup" "this binary has no stop points"; exit 0; }
expect 0 "a repository" debvisor backup repository create "$WORK/repository" --key-file "$WORK/key" --default
expect 0 "a first backup" debvisor backup create "$GUEST_NAME"
frozen
shut_down_in_the_middle
daemon_restarted_in_the_middle
resized_in_the_middle
cut_off
expect 0 "everything that was reported done is whole" debvisor backup verify --read-data
