#!/usr/bin/env bash
# A running guest: seen, backed up at one instant, copied, destroyed and brought back; and hypervisors that misbehave.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/lib.sh"

# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/guest.lib.sh"

KEY=$WORK/backup.key
REPOSITORY=$WORK/repository

test_driver() {
    local test=(env DEBVISOR_STATE_DIR="$WORK/test-state" "$DEBVISOR" -c test:///default)
    expect 0 "vm list of libvirt's test driver" "${test[@]}" vm list -o json
    json "its one machine runs" 'length == 1 and .[0].name == "test" and .[0].state == "running"'
    expect 0 "vm show" "${test[@]}" vm show test -o json
    json "one object" '.name == "test" and .vcpus == 2'
    expect 0 "vm stats" "${test[@]}" vm stats -o json
    fails 4 "a machine that is not there, with a suggestion" test "${test[@]}" vm show tset
    expect 0 "a repository" "${test[@]}" backup repository create "$WORK/test-repository" --no-encryption --default
    fails 7 "a driver without backup jobs" test "${test[@]}" backup create test
    expect 0 "leaves nothing that lists" "${test[@]}" backup list -o json
    json "no backup" '. == []'
    expect 0 "an empty host is no error" "$DEBVISOR" --state-dir "$WORK/test-state" -c test:///default vm list --no-header
    fails 7 "a socket that is not there" "" "$DEBVISOR" -c "qemu+unix:///system?socket=$WORK/nothing" vm list
}

seen() {
    expect 0 "vm list" debvisor vm list -o json
    json "the guest runs" ".[] | select(.name == \"$GUEST_NAME\") | .state == \"running\""
    expect 0 "vm show" debvisor vm show "$GUEST_NAME" -o json
    json "two disks with sizes" '[.disks[].target] == ["vda", "vdb"] and all(.disks[]; .capacity_bytes > 0)'
    expect 0 "vm stats" debvisor vm stats "$GUEST_NAME" -o json
    expect 0 "create a repository" debvisor backup repository create "$REPOSITORY" --key-file "$KEY" --default
    expect 0 "dry run of all machines" debvisor backup create --all --dry-run -o json
    json "is JSON" '. != null'
    expect 0 "and leaves nothing" debvisor backup list -o json
    json "no backup" '. == []'
}

# The same instant read by another program: the export of the open job has to equal what is restored later.
backup_with_a_witness() {
    local disk pid status=0 socket stop=()
    if has_stop_points; then stop=(env DEBVISOR_STOPPOINT=backup.opened); fi
    "$GUEST" run env "${stop[@]}" DEBVISOR_STATE_DIR="$DEBVISOR_STATE_DIR" DEBVISOR_URI="$GUEST_URI" "$DEBVISOR" \
        backup create "$GUEST_NAME" -o json >"$WORK/created" 2>"$WORK/created.err" &
    pid=$!
    if ! has_stop_points; then
        skip "a second reader of the job" "this binary has no stop points"
    elif ! command -v nbdcopy >/dev/null; then
        skip "a second reader of the job" "no nbdcopy (libnbd-bin)"
    else
        check "the backup stops while its job is open" wait_until_stopped
        socket=$(job_sockets | grep "sock$" || true)
        check "the job's socket is in the guest's own directory" test -S "$socket"
        # Through a short path: a socket's path has room for 107 bytes.
        ln -sfn "$(dirname "$socket")" "$WORK/s"
        # What the guest writes now must not show.
        check "the guest goes on meanwhile" "$GUEST" tick 2
        for disk in vda vdb; do
            check "a second client reads $disk of the open job" nbdcopy "nbd+unix:///$disk?socket=$WORK/s/${socket##*/}" "$WORK/witness-$disk.raw"
        done
    fi
    go_on
    wait $pid || status=$?
    cp "$WORK/created" "$OUT"
    cp "$WORK/created.err" "$ERR"
    report "$status" "back up the running guest (status $status)"
    [ "$status" = 0 ] || details "$ERR"
    json "one record with both disks" 'length == 1 and ([.[0].disks[].target] == ["vda", "vdb"]) and all(.[0].disks[]; .skipped_reason == null)'
    json "not read where nothing is" '.[0].read_bytes < .[0].size_bytes / 2'
    if [ -x /usr/sbin/qemu-ga ]; then json "frozen by the agent" '.[0].consistency == "application"'; fi
    BACKUP=$(jq -r '.[0].backup_id' "$OUT")
    # Nothing that follows makes sense without it.
    [ -n "$BACKUP" ] || return 1
    check "no job is left" not grep -q Operation <(virsh domjobinfo "$GUEST_NAME")
    check "no socket is left" not job_sockets
    check "the guest goes on" "$GUEST" tick 1
}

# A directory for restored disks, as the guest's side names it: where QEMU may read.
room() { mkdir -p "$GUEST_IMAGES_HERE/$1" && chmod 777 "$GUEST_IMAGES_HERE/$1"; }

restored_disks() {
    local disk file
    room beside
    expect 0 "restore the disks beside" debvisor backup restore "$BACKUP" --to "$GUEST_IMAGES/beside"
    mkdir -p "$WORK/raw"
    for disk in vda vdb; do
        file=$(find "$GUEST_IMAGES_HERE/beside" -type f -name "*$disk*" | head -n 1)
        [ -n "$file" ] || file=$(find "$GUEST_IMAGES_HERE/beside" -type f -name "$(if [ $disk = vda ]; then echo "$GUEST_NAME.*"; else echo "*ledger*"; fi)" | head -n 1)
        qemu-img convert -O raw "${file:-/nothing}" "$WORK/raw/$disk" || true
        [ ! -e "$WORK/witness-$disk.raw" ] || check "$disk is what the second client read" same "$WORK/witness-$disk.raw" "$WORK/raw/$disk"
        expect 0 "the reader restores $disk" /usr/bin/python3 "$READER" "$REPOSITORY" --key-file "$KEY" restore "$BACKUP" $disk "$WORK/by-reader-$disk"
        check "identical" same "$WORK/raw/$disk" "$WORK/by-reader-$disk"
    done
    check "both disks are of one instant" "$GUEST" counter "$WORK/raw/vda" "$WORK/raw/vdb"
    rm -rf "$GUEST_IMAGES_HERE/beside"
}

definition_and_firmware() {
    local list=$WORK/blobs
    /usr/bin/python3 "$READER" "$REPOSITORY" --key-file "$KEY" list | jq -c "select(.backup_id == \"$BACKUP\") | .blobs[]" >"$list"
    check "the definition is in the backup" grep -q domain-xml "$list"
    [ ! -e "$DEBVISOR_GUEST_DIR/uefi" ] || check "the firmware's variables too" grep -q nvram "$list"
    [ ! -e "$DEBVISOR_GUEST_DIR/tpm" ] || check "the TPM's state too" grep -q tpm "$list"
}

side_by_side() {
    room web2
    expect 0 "restore as a copy, defined and started" debvisor backup restore "$BACKUP" --as web2 --to "$GUEST_IMAGES/web2" --define --start
    check "both run" test "$(virsh domstate web2) $(virsh domstate "$GUEST_NAME")" = "running running"
    check "with UUIDs of their own" test "$(virsh domuuid web2)" != "$(virsh domuuid "$GUEST_NAME")"
    if [ -x /usr/sbin/qemu-ga ]; then check "the copy boots" agent_answers web2; fi
    check "the original goes on" "$GUEST" tick 1
    expect 6 "restoring over a running copy is refused, --yes or not" debvisor backup restore "$BACKUP" --as web2 --to "$GUEST_IMAGES/web2" --yes
    virsh destroy web2 >/dev/null || true
    virsh undefine web2 --nvram >/dev/null || true
    rm -rf "$GUEST_IMAGES_HERE/web2"
}
agent_answers() {
    for _ in $(seq 60); do
        virsh qemu-agent-command "$1" '{"execute":"guest-ping"}' >/dev/null 2>&1 && return 0
        sleep 1
    done
    return 1
}

# What an active machine holds is never written.
refused_while_active() {
    local before after
    before=$(stat -c %i "$GUEST_IMAGES_HERE/$GUEST_NAME.qcow2")
    fails 6 "restore over a running machine's disks" "$GUEST_NAME" debvisor backup restore "$BACKUP"
    fails 6 "with --yes as well" "$GUEST_NAME" debvisor backup restore "$BACKUP" --yes
    after=$(stat -c %i "$GUEST_IMAGES_HERE/$GUEST_NAME.qcow2")
    check "the disks are the ones that were" test "$before" = "$after"
    check "and the guest goes on" "$GUEST" tick 1
}

# `kill -9` just before the record gets its name: everything is stored, and nothing may list. Only a debug build has the
# places where it can be made to happen.
killed_in_the_middle() {
    local pid
    if ! has_stop_points; then
        skip "a backup that is killed" "this binary has no failpoints"
        return
    fi
    expect 137 "a backup is killed before its record is written" debvisor_with DEBVISOR_FAILPOINT=record.write backup create "$GUEST_NAME"
    # And while its job is open: the next run ends that job by itself.
    debvisor_with DEBVISOR_STOPPOINT=backup.opened backup create "$GUEST_NAME" >"$WORK/stopped" 2>&1 &
    pid=$!
    check "another stops while its job is open" wait_until_stopped
    expect 6 "a third is told so" debvisor backup create "$GUEST_NAME"
    kill_held
    wait "$pid" 2>/dev/null || true
    expect 0 "list after a kill" debvisor backup list -o json
    json "the killed backup does not list" 'length == 1'
    expect 0 "the next backup succeeds" debvisor backup create "$GUEST_NAME" -o json
    said "and says that it ended the open job" "ended the backup job"
    check "no job is left" not grep -q Operation <(virsh domjobinfo "$GUEST_NAME")
    check "no socket is left" not job_sockets
    expect 0 "the repository is whole" debvisor backup verify --read-data
    expect 0 "delete the second backup" debvisor backup delete "$(jq -r '.[0].backup_id' <(debvisor backup list -o json | jq "[.[] | select(.backup_id != \"$BACKUP\")]"))" --yes
}

excluded_disk() {
    expect 0 "leave a disk out" debvisor backup create "$GUEST_NAME" --exclude-disk vdb -o json
    json "it is skipped, with a reason" '.[0].disks[] | select(.target == "vdb") | .skipped_reason != null'
    expect 0 "delete that one" debvisor backup delete "$(jq -r '.[0].backup_id' "$OUT")" --yes
}

hung_daemon() {
    local daemon started=$SECONDS
    daemon=$("$GUEST" pid libvirtd)
    # shellcheck disable=SC2086
    kill -STOP $daemon
    fails 8 "a hung daemon" "" debvisor vm list --timeout 3s
    check "is noticed in time" test $((SECONDS - started)) -lt 15
    # shellcheck disable=SC2086
    kill -CONT $daemon
    expect 0 "and works again" debvisor vm list
}

disaster() {
    local boots
    boots=$(grep -ac ': up, boot' "$GUEST_CONSOLE")
    virsh destroy "$GUEST_NAME" >/dev/null
    virsh undefine "$GUEST_NAME" --nvram --checkpoints-metadata >/dev/null
    rm "$GUEST_IMAGES_HERE/$GUEST_NAME"*
    rm -rf "$DEBVISOR_GUEST_DIR/lib/swtpm" "$DEBVISOR_GUEST_DIR"/lib/nvram/*
    expect 0 "restore everything and start it" debvisor backup restore "$GUEST_NAME" --define --start
    for _ in $(seq 300); do
        [ "$(grep -ac ': up, boot' "$GUEST_CONSOLE")" -gt "$boots" ] && break
        sleep 0.2
    done
    check "the guest boots once more" test "$(grep -ac ': up, boot' "$GUEST_CONSOLE")" -gt "$boots"
    check "from its data" grep -aq 'counter [1-9]' <(grep -a ': up, boot' "$GUEST_CONSOLE" | tail -n 1)
    check "and ticks" "$GUEST" tick 1
    virsh destroy "$GUEST_NAME" >/dev/null
    check "its disks agree" "$GUEST" counter
    expect 0 "a machine that is off is backed up too" debvisor backup create "$GUEST_NAME" -o json
    json "as offline" '.[0].consistency == "offline"'
    virsh start "$GUEST_NAME" >/dev/null
}

examples() {
    "$GUEST" tick 1 >/dev/null 2>&1 || true
    expect 0 "Examples/backup-vm.sh" "$GUEST" run env -u DEBVISOR_STATE_DIR DEBVISOR_URI="$GUEST_URI" DEBVISOR="$DEBVISOR" TMPDIR="$WORK" "$PROJECT/Examples/backup-vm.sh" "$GUEST_NAME"
    printed "prints what it promises" "is defined beside the original"
    expect 0 "Examples/nightly.sh" "$GUEST" run env DEBVISOR_STATE_DIR="$DEBVISOR_STATE_DIR" DEBVISOR_URI="$GUEST_URI" DEBVISOR="$DEBVISOR" "$PROJECT/Examples/nightly.sh"
    check "is quiet but for its last line" test "$(cat "$OUT")" = "nightly: status 0"
}

test_driver
extras=()
[ ! -r /usr/share/OVMF/OVMF_CODE_4M.fd ] || extras+=(--uefi)
! command -v swtpm_setup >/dev/null || extras+=(--tpm)
bring_up "${extras[@]}" || exit 0
seen
backup_with_a_witness || exit 0
restored_disks
definition_and_firmware
side_by_side
refused_while_active
excluded_disk
killed_in_the_middle
hung_daemon
disaster
examples
