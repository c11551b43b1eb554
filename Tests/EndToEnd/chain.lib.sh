# shellcheck shell=bash
# What scripts about chains of incremental backups use, on top of guest.lib.sh.

IMAGE=/nothing

backup() { # title, what jq says of the record, options
    local title=$1 filter=$2
    shift 2
    expect 0 "$title" debvisor backup create "$GUEST_NAME" -o json "$@"
    json "… $filter" ".[0] | $filter"
}
# shellcheck disable=SC2034  # for the scripts
FULL='.mode == "full"'
INCREMENTAL='.mode == "incremental"'

# What was put together from changes is what reading everything gives. The guest stands still for both.
same_as_a_full_read() {
    local part
    rm -rf "$GUEST_IMAGES_HERE/compare" && mkdir -p "$GUEST_IMAGES_HERE/compare"/{full,changes}
    chmod -R 777 "$GUEST_IMAGES_HERE/compare"
    for part in changes full; do
        [ $part = changes ] || debvisor backup create "$GUEST_NAME" -q --full >/dev/null 2>&1
        debvisor backup restore "$GUEST_NAME" --disk vda --to "$GUEST_IMAGES/compare/$part" -q >/dev/null 2>"$WORK/restored"
    done
    check "… equals a full read" qemu-img compare "$GUEST_IMAGES_HERE"/compare/{full,changes}/"$GUEST_NAME.qcow2"
}
proven_incremental() { # title
    virsh suspend "$GUEST_NAME"
    backup "$1" "$INCREMENTAL"
    same_as_a_full_read
    virsh resume "$GUEST_NAME"
}
ticks() { check "the guest writes" "$GUEST" tick "${1:-2}"; }
checkpoints() { virsh checkpoint-list "$GUEST_NAME" --name | sed '/^$/d'; }
bitmaps() { qemu-img info -U --output=json "$IMAGE" | jq -r '."format-specific".data.bitmaps // [] | .[].name'; }
