#!/usr/bin/env bash
# Backups that read only what changed, and everything that may come between two of them.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/guest.lib.sh"
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/chain.lib.sh"

chain() {
    expect 0 "a repository" debvisor backup repository create "$WORK/repository" --key-file "$WORK/key" --default
    backup "the first backup reads all" "$FULL"
    json "… and says why" '.[0].fallback_reason | contains("first backup")'
    json "… and began a checkpoint" '.[0].checkpoint != null'
    ticks
    proven_incremental "the second reads what changed"
    backup "a third after it" "$INCREMENTAL and .read_bytes < .size_bytes / 20"
    json "… a raw disk is read whole, and it says so" '.[0].fallback_reason | contains("vdb")'
    check "one checkpoint is left" test "$(checkpoints | wc -l)" = 1
    expect 0 "backup checkpoint list" debvisor backup checkpoint list "$GUEST_NAME" -o json
    json "… the next backup builds on it" 'length == 1 and .[0].state == "used" and .[0].disks == ["vda"]'
    backup "--full reads all" "$FULL" --full
    json "… and says so" '.[0].fallback_reason | contains("asked for")'
    backup "and the next what changed" "$INCREMENTAL"
    backup "--no-checkpoint" "$INCREMENTAL" --no-checkpoint
    check "… leaves none" test -z "$(checkpoints)"
    backup "after which all is read" "$FULL"
}

orderly_restart() {
    virsh destroy "$GUEST_NAME"
    virsh start "$GUEST_NAME"
    ticks 1
    proven_incremental "trap: the machine was stopped and started"
    virsh destroy "$GUEST_NAME"
    local before
    before=$(sha "$IMAGE")
    backup "a machine that is off: its image has the bitmap" "$INCREMENTAL and .consistency == \"offline\""
    backup "… twice" "$INCREMENTAL and .new_bytes == 0"
    check "… and its image is left as it was" test "$before" = "$(sha "$IMAGE")"
    same_as_a_full_read
    virsh start "$GUEST_NAME"
    ticks 1
    proven_incremental "and when it runs again"
}

power_cut() {
    kill -KILL "$("$GUEST" pid qemu)"
    sleep 1
    check "trap: power cut, the machine is off" test "$(virsh domstate "$GUEST_NAME")" = "shut off"
    backup "… a backup before it starts again reads all" "$FULL"
    json "… because of the bitmap" '.[0].fallback_reason | contains("as after a power cut")'
    virsh start "$GUEST_NAME"
    ticks 1
    backup "… and so does one after" "$FULL"
    json "… because of the bitmap" '.[0].fallback_reason | contains("broken") or contains("cannot tell what changed")'
    check "… one checkpoint is left" test "$(checkpoints | wc -l)" = 1
    ticks 1
    proven_incremental "… then changes are recorded again"
}

# A migration takes bitmaps along, but not what libvirt knows of them.
migrated() {
    local lost
    lost=$(checkpoints)
    virsh checkpoint-delete "$GUEST_NAME" "$lost" --metadata
    backup "trap: checkpoints do not migrate" "$FULL"
    json "… and it says so" '.[0].fallback_reason | contains("is gone")'
    expect 0 "the bitmap that was left is found and removed" debvisor backup checkpoint prune "$GUEST_NAME" -o json
    json "… by its name" ".[0].checkpoint == \"$lost\" and .[0].state == \"lost\""
    ticks 1
    proven_incremental "… then changes are recorded again"
    lost=$(checkpoints)
    virsh checkpoint-delete "$GUEST_NAME" "$lost" --metadata
    virsh destroy "$GUEST_NAME"
    check "the same of a machine that is off: the bitmap is in its image" grep -q "$lost" <(bitmaps)
    expect 0 "it is listed" debvisor backup checkpoint list "$GUEST_NAME" -o json
    json "… as lost" ".[0].checkpoint == \"$lost\" and .[0].state == \"lost\""
    expect 0 "and pruned" debvisor backup checkpoint prune "$GUEST_NAME"
    check "… from the image too" test -z "$(bitmaps)"
    virsh start "$GUEST_NAME"
    ticks 1
    backup "a new chain begins" "$FULL"
}

daemon_restarted() {
    kill -KILL "$("$GUEST" pid libvirtd)"
    "$GUEST" up >"$WORK/up" 2>&1
    ticks 1
    proven_incremental "trap: libvirtd was killed and started"
}

external_snapshot() {
    virsh snapshot-create-as "$GUEST_NAME" above --disk-only --no-metadata --diskspec vdb,snapshot=no >/dev/null 2>&1
    ticks 1
    backup "trap: an external snapshot lies above" "$FULL"
    json "… because it is another image" '.[0].fallback_reason | contains("another one")'
    virsh blockcommit "$GUEST_NAME" vda --active --pivot --wait >/dev/null 2>&1
    rm -f "$GUEST_IMAGES_HERE/$GUEST_NAME.above"
    ticks 1
    backup "… and was committed" "$FULL"
    ticks 1
    proven_incremental "… then changes are recorded again"
}

resized() {
    virsh blockresize "$GUEST_NAME" vda 224M >/dev/null
    backup "trap: the disk was resized" "$FULL"
    json "… and it says so" '.[0].fallback_reason | contains("resized")'
    ticks 1
    proven_incremental "… then changes are recorded again"
}

# Another image in the place of the one that was backed up.
replaced() {
    virsh destroy "$GUEST_NAME"
    mv "$IMAGE" "$IMAGE.old"
    cp --preserve=all "$IMAGE.old" "$IMAGE"
    backup "trap: another image in its place, bitmap and all" "$FULL"
    json "… and it says so" '.[0].fallback_reason | contains("another")'
    mv "$IMAGE.old" "$IMAGE"
    virsh start "$GUEST_NAME"
    ticks 1
    proven_incremental "… when the first is back, so is its chain"
}

killed() {
    has_stop_points || { skip "a backup that is killed" "this binary has no failpoints"; return; }
    local before
    before=$(checkpoints)
    expect 137 "trap: a backup is killed when its checkpoint has begun" debvisor_with DEBVISOR_FAILPOINT=backup.opened backup create "$GUEST_NAME"
    check "… which is left" test "$(checkpoints | wc -l)" = 2
    ticks 1
    proven_incremental "… the next one builds on the one before"
    check "… and removes what is left" test "$(checkpoints | wc -l)" = 1
    check "… the old one too" not grep -qx "$before" <(checkpoints)
}

aborted() {
    local pid stopped before status=0
    has_stop_points || { skip "a backup that is aborted" "this binary has no stop points"; return; }
    before=$(checkpoints)
    debvisor_with DEBVISOR_STOPPOINT=backup.opened backup create "$GUEST_NAME" >"$WORK/stopped" 2>&1 &
    pid=$!
    check "trap: a backup stops when its checkpoint has begun" wait_until_stopped
    check "… which is there" test "$(checkpoints | wc -l)" = 2
    for stopped in $("$GUEST" pid debvisor); do kill -TERM "$stopped"; done
    go_on
    wait "$pid" || status=$?
    check "… and is aborted (status $status)" test "$status" != 0
    check "… no new checkpoint is left, the old one is" test "$before" = "$(checkpoints)"
    ticks 1
    proven_incremental "… and the next builds on it"
}

# A bitmap that libvirt cannot take from an image while no QEMU has it open.
pruned_while_off() {
    has_stop_points || { skip "a leftover of a machine that is off" "this binary has no failpoints"; return; }
    local kept
    kept=$(checkpoints)
    expect 137 "a backup is killed when its checkpoint has begun" debvisor_with DEBVISOR_FAILPOINT=backup.opened backup create "$GUEST_NAME"
    virsh destroy "$GUEST_NAME"
    check "trap: its machine is off" test "$(bitmaps | wc -l)" = 2
    expect 0 "prune removes what is left" debvisor backup checkpoint prune "$GUEST_NAME" -o json
    json "… told once" 'length == 1'
    check "… from libvirt" test "$kept" = "$(checkpoints)"
    check "… and from the image" test "$kept" = "$(bitmaps)"
    virsh start "$GUEST_NAME"
    ticks 1
    proven_incremental "… and the chain goes on"
}

two_repositories() {
    expect 0 "another repository" debvisor backup repository create "$WORK/other" --key-file "$WORK/other.key" --name other
    backup "has a chain of its own" "$FULL" --repository other
    ticks 1
    proven_incremental "the first one's goes on"
    backup "the other's too" "$INCREMENTAL" --repository other
    check "two checkpoints are left" test "$(checkpoints | wc -l)" = 2
    expect 0 "checkpoint list tells them apart" debvisor backup checkpoint list "$GUEST_NAME" -o json
    json "… used and elsewhere" '[.[].state] | sort == ["elsewhere", "used"]'
    expect 0 "prune leaves the other's alone" debvisor backup checkpoint prune "$GUEST_NAME"
    check "… two are left" test "$(checkpoints | wc -l)" = 2
}

bring_up "$@" || exit 0
IMAGE=$GUEST_IMAGES_HERE/$GUEST_NAME.qcow2
chain
orderly_restart
power_cut
migrated
daemon_restarted
killed
aborted
pruned_while_off
external_snapshot
resized
replaced
two_repositories
expect 0 "all of it is whole" debvisor backup verify --read-data
expect 0 "Examples/incremental.sh" "$GUEST" run env -u DEBVISOR_STATE_DIR DEBVISOR_URI="$GUEST_URI" DEBVISOR="$DEBVISOR" TMPDIR="$WORK" "$PROJECT/Examples/incremental.sh" "$GUEST_NAME"
printed "… prints what it promises" "second backup  incremental"
check "… and leaves no checkpoint of its own" test "$(checkpoints | wc -l)" = 2
