#!/usr/bin/env bash
# A guest that really migrates, live, between two libvirt daemons that share its disks: between two backups, and while one
# is being made.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/guest.lib.sh"
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/chain.lib.sh"

HOME_HOST=$DEBVISOR_GUEST_DIR
OTHER_HOST=$WORK/other
# Both QEMUs see it under one path.
MEETING=$WORK/meeting

# A second daemon that has nothing yet, with the first one's images at the same place.
bring_up_other() {
    mkdir -p "$OTHER_HOST/lib/boot" "$MEETING"
    chmod 777 "$MEETING"
    cp "$HOME_HOST/mode" "$HOME_HOST/accel" "$OTHER_HOST/"
    cp "$HOME_HOST"/lib/boot/* "$OTHER_HOST/lib/boot/"
    at_exit "'$GUEST' --dir '$OTHER_HOST' down"
    "$GUEST" --dir "$OTHER_HOST" up --no-start >"$WORK/up" 2>&1 || return 1
    "$GUEST" --dir "$OTHER_HOST" run mount --bind "$HOME_HOST/lib/images" /var/lib/libvirt/images
    on "$OTHER_HOST" virsh undefine "$GUEST_NAME"
}
# On which of the two what follows happens.
at() { export DEBVISOR_GUEST_DIR=$1; }
on() {
    local DEBVISOR_GUEST_DIR=$1
    shift
    "$@"
}
there() { if [ "$DEBVISOR_GUEST_DIR" = "$HOME_HOST" ]; then echo "$OTHER_HOST"; else echo "$HOME_HOST"; fi; }
# From where we are, and us with it.
start_migration() {
    virsh migrate --live --p2p --unsafe --persistent "$GUEST_NAME" "qemu+unix:///system?socket=$(there)/run/libvirt-sock" \
        --migrateuri "unix://$MEETING/socket" "$@"
}
migrate() { # title, options
    local title=$1
    shift
    check "$title" start_migration "$@"
    at "$(there)"
    check "… the guest goes on there" "$GUEST" tick 2
}

# The bitmap goes along with the image, what libvirt knows of it does not.
there_and_back() {
    backup "the first backup reads all" "$FULL"
    ticks 1
    backup "the second what changed" "$INCREMENTAL"
    migrate "the guest migrates"
    check "its bitmap has come along" grep -q debvisor- <(virsh qemu-monitor-command "$GUEST_NAME" '{"execute":"query-block"}')
    check "… and no checkpoint" test -z "$(checkpoints)"
    backup "a backup there reads all" "$FULL"
    json "… and says why" '.[0].fallback_reason | contains("is gone, as after a migration")'
    ticks 1
    proven_incremental "… then changes are recorded there"
    # The checkpoint of before is still at the first daemon, and its bitmap recorded all the time.
    migrate "the guest comes back"
    proven_incremental "… what the first daemon still knows is a proven base"
    check "… one checkpoint is left" test "$(checkpoints | wc -l)" = 1
    ticks 1
    proven_incremental "… and the chain goes on"
}

# The same with the bitmaps removed on the way: what the first daemon still knows is wrong then.
stale_at_home() {
    migrate "the guest migrates again"
    expect 0 "bitmaps that were left are removed" debvisor backup checkpoint prune "$GUEST_NAME" -o json
    json "… as lost" 'any(.[]; .state == "lost")'
    ticks 1
    proven_incremental "a backup there builds on what was left there"
    migrate "the guest comes back" --undefinesource
    check "its stale checkpoint is here" test "$(checkpoints | wc -l)" = 1
    backup "… and does not mislead: all is read" "$FULL"
    json "… and it says why" '.[0].fallback_reason | contains("cannot tell what changed")'
    check "… without a warning" not grep -q warning "$ERR"
    check "… one checkpoint is left" test "$(checkpoints | wc -l)" = 1
    ticks 1
    proven_incremental "… then changes are recorded again"
}

# libvirt lets a migration wait for the job's end (half a minute, then it refuses).
in_the_middle() {
    local pid migration status=0
    has_stop_points || { skip "a migration in the middle of a backup" "this binary has no stop points"; return; }
    debvisor_with DEBVISOR_STOPPOINT=backup.opened backup create "$GUEST_NAME" -o json >"$OUT" 2>"$ERR" </dev/null &
    pid=$!
    check "a backup begins" wait_until_stopped
    start_migration >"$WORK/migration" 2>&1 &
    migration=$!
    sleep 2
    check "a migration in the middle waits" kill -0 $migration
    go_on
    wait $pid || status=$?
    report "$status" "… the backup is made (status $status)"
    details "$ERR"
    status=0
    wait $migration || status=$?
    report "$status" "… and then the guest migrates (status $status)"
    details "$WORK/migration"
    at "$(there)"
    check "… it goes on there" "$GUEST" tick 1
    backup "… and is backed up there" '.consistency != "offline"'
    check "… one checkpoint is left" test "$(checkpoints | wc -l)" = 1
    check "… no job is left" not grep -q Operation <(virsh domjobinfo "$GUEST_NAME")
}

# And one that is under way when a backup begins: slow enough to be met.
during_a_migration() {
    local migration
    start_migration --bandwidth 1 >"$WORK/migration" 2>&1 &
    migration=$!
    for _ in $(seq 50); do
        ! grep -q 'Migration out' <(virsh domjobinfo "$GUEST_NAME" 2>/dev/null) || break
        sleep 0.1
    done
    fails 6 "a backup while the guest migrates" "another job" debvisor backup create "$GUEST_NAME"
    check "… which goes on, until it is ended" virsh domjobabort "$GUEST_NAME"
    check "… then fails" not wait $migration
    check "… and the guest goes on here" "$GUEST" tick 1
    backup "… the next backup is made" '.consistency != "offline"'
}

bring_up "$@" || exit 0
[ "$GUEST_MODE" = system ] || { skip "migrations" "two daemons with the same paths need namespaces (root)"; exit 0; }
bring_up_other || { skip "migrations" "no second daemon: $(tail -n 1 "$WORK/up")"; exit 0; }
expect 0 "a repository" debvisor backup repository create "$WORK/repository" --key-file "$WORK/key" --default
there_and_back
stale_at_home
during_a_migration
in_the_middle
expect 0 "all of it is whole" debvisor backup verify --read-data
