#!/usr/bin/env bash
# What can happen to a machine, its daemon and the disks of the host while its backup is read: one clear error, the guest
# goes on, and the next backup is good.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/guest.lib.sh"

# A backup that stops when its job is open, so that something can happen; sets $PID.
begin() { # option...
    debvisor_with DEBVISOR_STOPPOINT=backup.opened backup create "$GUEST_NAME" "$@" -o json >"$OUT" 2>"$ERR" </dev/null &
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

shuts_itself_down_in_the_middle() {
    [ -x /usr/sbin/qemu-ga ] || { skip "a guest that shuts itself down" "no guest agent (qemu-guest-agent)"; return; }
    begin
    virsh shutdown "$GUEST_NAME" --mode agent
    for _ in $(seq 150); do
        [ "$(virsh domstate "$GUEST_NAME")" != "shut off" ] || break
        sleep 0.1
    done
    ends 7 "the guest shuts itself down in the middle"
    explains
    expect 0 "… the next backup is made of the machine that is off" debvisor backup create "$GUEST_NAME" -o json
    json "… as offline" '.[0].consistency == "offline"'
    virsh start "$GUEST_NAME"
    "$GUEST" tick 1
}

# A QEMU that hangs answers neither its disks' readers nor libvirt: whoever interrupts is told at once, and what was stored
# is not lost.
hung_in_the_middle() {
    local qemu pid status=0
    begin
    qemu=$("$GUEST" pid qemu-system-x86)
    kill -STOP "$qemu"
    go_on
    sleep 1
    for pid in $("$GUEST" pid debvisor); do kill -INT "$pid"; done
    for _ in $(seq 30); do
        if grep -q . "$ERR" || ! kill -0 "$PID" 2>/dev/null; then break; fi
        sleep 0.1
    done
    kill -CONT "$qemu"
    wait "$PID" || status=$?
    check "a machine that hangs does not keep an interrupted backup (status $status)" test "$status" = 130
    said "… which says what the next run finds again" "the next run finds again"
    if timeout 60 "$GUEST" run virsh -c qemu:///system qemu-monitor-command "$GUEST_NAME" '{"execute":"query-status"}' >/dev/null 2>&1; then
        fine_again
    else
        # Now and then QEMU waits for ever in its own nbd-server-stop for a client that has gone, and answers nobody.
        skip "the backup after that" "QEMU itself hangs in nbd-server-stop, which only ending it cures"
        virsh destroy "$GUEST_NAME"
        virsh start "$GUEST_NAME"
        check "… started anew, the guest goes on" "$GUEST" tick 1
    fi
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
    begin
    virsh domjobabort "$GUEST_NAME"
    ends 7 "somebody ends the job in the middle"
    explains
    fine_again
}

# The agent's real answers, but for the thaws: as many fail as this says.
failing_thaws() { echo "$1" >"$WORK/failing-thaws"; }
is_frozen() { grep -q '"frozen"' <(virsh qemu-agent-command "$GUEST_NAME" '{"execute":"guest-fsfreeze-status"}'); }
frozen() {
    local socket
    [ -x /usr/sbin/qemu-ga ] || { skip "a thaw that fails" "no guest agent (qemu-guest-agent)"; return; }
    begin
    check "the guest is not frozen while it is read" "$GUEST" tick 1
    ends 0 "a frozen instant"
    json "… is consistent for applications" '.[0].consistency == "application"'

    expect 137 "killed while the guest is frozen" debvisor_with DEBVISOR_FAILPOINT=guest.frozen backup create "$GUEST_NAME"
    check "… it stays frozen" is_frozen
    expect 0 "… until the next backup" debvisor backup create "$GUEST_NAME" -o json
    said "… which says so" "was still frozen from before; it was thawed first"
    json "… and is consistent for applications" '.[0].consistency == "application"'
    check "… the guest goes on" "$GUEST" tick 1

    socket=$(compgen -G "$DEBVISOR_GUEST_DIR/*/qemu/channel/target/*/org.qemu.guest_agent.0" ||
        compgen -G "$DEBVISOR_GUEST_DIR/c/libvirt/qemu/channel/target/*/org.qemu.guest_agent.0")
    failing_thaws 0
    python3 "$LIBRARY/agent_between.py" "$socket" "$WORK/failing-thaws" >"$WORK/between" 2>&1 &
    at_exit "kill $!"
    # libvirtd finds it when it looks for the agent again.
    kill -KILL "$("$GUEST" pid libvirtd)"
    "$GUEST" up >"$WORK/up" 2>&1
    thaw_fails
}
thaw_fails() {
    failing_thaws 2
    expect 0 "a thaw that fails twice is tried again" debvisor backup create "$GUEST_NAME" -o json
    json "… the instant was frozen" '.[0].consistency == "application"'
    check "… without a warning" not grep -q warning "$ERR"
    failing_thaws 4
    expect 0 "one that fails for longer as well" debvisor backup create "$GUEST_NAME" -o json
    said "… with a warning" "stood still for"
    check "… the guest goes on" "$GUEST" tick 1
    failing_thaws 1000
    expect 3 "one that always fails" debvisor backup create "$GUEST_NAME" -o json
    json "… leaves a backup" '.[0].consistency == "application"'
    said "… and says so" "the guest of '$GUEST_NAME' is still frozen"
    said "… and what to do" "virsh domfsthaw $GUEST_NAME"
    check "… it is frozen" is_frozen
    expect 3 "the next backup says so again" debvisor backup create "$GUEST_NAME" -o json
    said "… in the same words" "the guest of '$GUEST_NAME' is still frozen"
    failing_thaws 4
    expect 0 "and one that can thaws it" debvisor backup create "$GUEST_NAME"
    check "… the guest goes on" "$GUEST" tick 1
}

# A volume of 100 MiB for scratch files: mounted over the images, which are linked to.
little_scratch_space() {
    "$GUEST" run bash -c 'set -e; cd /var/lib/libvirt; mkdir -p real; mount --bind images real
        mount -t tmpfs -o size=100m,mode=777 scratch images; ln -s ../real/* images/'
}
# From the guest's side.
fill() { "$GUEST" run sh -c "head -c $1 /dev/zero >$GUEST_IMAGES/filling" 2>/dev/null || true; }
scratch_space() {
    [ "$GUEST_MODE" = system ] || { skip "a scratch volume that fills up" "no mount namespace of the guest's own (root)"; return; }
    check "a small scratch volume" little_scratch_space
    # Slowly, or a quick machine is done before anybody has looked.
    begin --full --bandwidth 4MiB
    fill 60M
    ends 1 "the scratch volume fills up in the middle"
    explains
    said "… that names the place" "before its scratch files filled '$GUEST_IMAGES'"
    fill 1
    fine_again
    begin --full --bandwidth 4MiB
    fill 200M
    for _ in $(seq 300); do
        [ "$(virsh domstate "$GUEST_NAME")" != paused ] || break
        sleep 0.1
    done
    check "a scratch volume that is full at once stops the guest" test "$(virsh domstate "$GUEST_NAME" --reason)" = "paused (I/O error)"
    ends 1 "… the backup is ended"
    explains
    check "… and the guest goes on" "$GUEST" tick 2
    fails 1 "a scratch volume that is full before" "too little space for the scratch files of '$GUEST_NAME'" debvisor backup create "$GUEST_NAME"
    check "… the guest goes on" "$GUEST" tick 1
    "$GUEST" run sh -c 'cd /var/lib/libvirt; umount -l images; umount -l real; rmdir real'
    fine_again
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
scratch_space
frozen
shut_down_in_the_middle
shuts_itself_down_in_the_middle
hung_in_the_middle
daemon_restarted_in_the_middle
resized_in_the_middle
cut_off
expect 0 "everything that was reported done is whole" debvisor backup verify --read-data
