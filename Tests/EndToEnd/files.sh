#!/usr/bin/env bash
# Repositories and backups of image files: the whole way there and back, and everything that can be wrong with it.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/lib.sh"

DISK=$WORK/disk.raw
REPOSITORY=$WORK/repository
KEY=$WORK/backup.key

repositories() {
    printf 'correct horse\n' >"$WORK/password"
    printf 'wrong horse\n' >"$WORK/wrong"
    expect 0 "create an encrypted repository with a key file" debvisor backup repository create "$REPOSITORY" --name main --key-file "$KEY" --default
    check "the key file is ours alone" test "$(stat -c %a "$KEY")" = 600
    fails 6 "a repository that is there is not made again" "$REPOSITORY" debvisor backup repository create "$REPOSITORY" --name other --key-file "$KEY"
    fails 6 "a name that is taken" main debvisor backup repository create "$WORK/second" --name main --key-file "$KEY"
    check "and nothing is left of it" not test -e "$WORK/second"
    expect 0 "create one with a password" debvisor backup repository create "$WORK/with-password" --name secret --password-file "$WORK/password"
    expect 0 "create one in clear" debvisor backup repository create "$WORK/open" --name open --no-encryption
    expect 0 "list them" debvisor backup repository list -o json
    json "all three by name" '[.[].name] | sort == ["main", "open", "secret"]'
    expect 0 "show one" debvisor backup repository show main -o json
    json "it is the one" '.name == "main"'
    fails 4 "show one that is not there, with a suggestion" main debvisor backup repository show mani
    expect 0 "unregister one" debvisor backup repository delete open --yes
    expect 0 "register it again where it lies" debvisor backup repository add "$WORK/open" --name open
}

wrong_repositories() {
    mkdir -p "$WORK/empty"
    fails 4 "a directory that is not a repository" "$WORK/empty" debvisor backup list --repository "$WORK/empty"
    fails 4 "a path that is not there" "$WORK/nowhere" debvisor backup list --repository "$WORK/nowhere"
    fails 5 "a wrong password" password debvisor backup list --repository "$WORK/with-password" --password-file "$WORK/wrong"
    expect 0 "the right password" debvisor backup list --repository "$WORK/with-password" --password-file "$WORK/password" -o json
    json "an empty list is []" '. == []'
    cp -r "$WORK/open" "$WORK/future"
    sed -i 's/"version" *: *1/"version":2/' "$WORK/future/format"
    expect 6 "a format of the future is refused" debvisor backup list --repository "$WORK/future"
    said "and named" version
}

raw_there_and_back() {
    mkdir -p "$WORK"/{restored,restored-qcow2,from-damaged,after-deletion}
    make_disk "$DISK" 256
    expect 0 "back up a raw image" debvisor backup create --file "$DISK" --name disk --tag purpose=test -o json
    json "one record" 'length == 1 and .[0].name == "disk" and .[0].vm_uuid == null'
    json "offline, full, tagged" '.[0].consistency == "offline" and .[0].mode == "full" and .[0].tags.purpose == "test"'
    json "sizes" '.[0].size_bytes == 268435456 and .[0].read_bytes < 40000000 and .[0].new_bytes > 16000000'
    json "times" '.[0].created_at | test("^[0-9]{4}-.*Z$")'
    FIRST=$(jq -r '.[0].backup_id' "$OUT")
    expect 0 "dry run says what would happen, as JSON" debvisor backup create --file "$DISK" --name disk --dry-run -o json
    json "and does nothing" '. != null'
    expect 0 "list" debvisor backup list -o json
    json "the one backup" "length == 1 and .[0].backup_id == \"$FIRST\""
    expect 0 "show by the beginning of the id" debvisor backup show "${FIRST:0:10}" -o json
    json "with its disk" '.disks | length == 1 and .[0].format == "raw"'
    expect 0 "restore by name" debvisor backup restore disk --to "$WORK/restored"
    check "identical" same "$DISK" "$(the_file "$WORK/restored")"
    check "and as sparse" test "$(blocks_mib "$(the_file "$WORK/restored")")" -le 24
    fails 6 "an existing image is not overwritten" "$WORK/restored" debvisor backup restore disk --to "$WORK/restored"
    expect 0 "unless told so" debvisor backup restore disk --to "$WORK/restored" --yes
    check "still identical" same "$DISK" "$(the_file "$WORK/restored")"
    expect 0 "a second backup stores nothing new" debvisor backup create --file "$DISK" --name disk -o json
    json "no new bytes" '.[0].new_bytes == 0'
    fails 4 "a backup that is not there" disk debvisor backup show dis
    fails 2 "neither a machine nor a file" "" debvisor backup create
}

qcow2_there_and_back() {
    qemu-img convert -f raw -O qcow2 "$DISK" "$WORK/disk.qcow2"
    expect 0 "back up a qcow2 image" debvisor backup create --file "$WORK/disk.qcow2" --name image -o json
    json "its guest's view is what is stored already" '.[0].size_bytes == 268435456 and .[0].new_bytes < 1000000'
    expect 0 "restore it" debvisor backup restore image --to "$WORK/restored-qcow2"
    check "as qcow2" grep -q '"format": "qcow2"' <(qemu-img info --output=json "$(the_file "$WORK/restored-qcow2")")
    check "with the same content" qemu-img compare -q "$WORK/disk.qcow2" "$(the_file "$WORK/restored-qcow2")"
    qemu-img create -q -u -f qcow2 -F raw -b "$WORK/gone.raw" "$WORK/overlay.qcow2" 256M
    expect 1 "a qcow2 whose backing file is missing" debvisor backup create --file "$WORK/overlay.qcow2" --name overlay
    said "names the file" gone.raw
    expect 0 "and leaves nothing that lists" debvisor backup list -o json
    json "no backup of it" '[.[] | select(.name == "overlay")] == []'
    expect 4 "a file that is not there" debvisor backup create --file "$WORK/nothing.raw" --name nothing
}

without_debvisor() {
    local reader=(/usr/bin/python3 "$READER" "$REPOSITORY" --key-file "$KEY")
    expect 0 "the reader lists the encrypted repository" "${reader[@]}" list
    printed "the backup is there" "$FIRST"
    expect 0 "the reader restores a disk" "${reader[@]}" restore "$FIRST" "$(jq -r '.disks[0].target' <(debvisor backup show "$FIRST" -o json))" "$WORK/by-reader.raw"
    check "identical" same "$DISK" "$WORK/by-reader.raw"
    expect 0 "by the packs' trailers alone" "${reader[@]}" --no-index restore "$FIRST" "$(jq -r '.disks[0].target' <(debvisor backup show "$FIRST" -o json))" "$WORK/by-trailers.raw"
    check "identical" same "$DISK" "$WORK/by-trailers.raw"
    expect 0 "the reader checks everything" "${reader[@]}" check
    expect 5 "another key does not open it" /usr/bin/python3 "$READER" "$REPOSITORY" --key-file <(printf 'debvisor-key-1 %064d\n' 1) list
    expect 0 "back up into the repository with a password" debvisor backup create --file "$DISK" --name disk --repository secret --password-file "$WORK/password"
    expect 0 "the reader opens it by scrypt" /usr/bin/python3 "$READER" "$WORK/with-password" --password-file "$WORK/password" check
    expect 0 "back up into the one in clear" debvisor backup create --file "$DISK" --name disk --repository open
    expect 0 "the reader opens that too" /usr/bin/python3 "$READER" "$WORK/open" --no-encryption check
}

largest_pack() { find "$1/packs" -type f -printf '%s %p\n' | sort -n | tail -n 1 | cut -d' ' -f2-; }

damage() {
    local copy=$WORK/damaged pack
    expect 0 "verify the records and the index" debvisor backup verify
    expect 0 "verify all data" debvisor backup verify --read-data
    expect 0 "verify a part" debvisor backup verify --read-data --subset 10%
    cp -r "$REPOSITORY" "$copy"
    expect 0 "register a copy" debvisor backup repository add "$copy" --name copy --key-file "$KEY"
    pack=$(largest_pack "$copy")
    truncate -s -8192 "$pack"
    expect 9 "verify finds a truncated pack" debvisor backup verify --repository copy
    said "and names it" "$(basename "$pack")"
    cp "$(largest_pack "$REPOSITORY")" "$pack"
    expect 0 "whole again" debvisor backup verify --repository copy --read-data
    printf 'X' | dd of="$pack" bs=1 seek=$(($(stat -c %s "$pack") / 2)) conv=notrunc status=none
    expect 9 "verify --read-data finds a changed byte" debvisor backup verify --repository copy --read-data
    expect 9 "a restore from it fails" debvisor backup restore "$FIRST" --repository copy --to "$WORK/from-damaged"
    check "and leaves no image" test -z "$(the_file "$WORK/from-damaged" 2>/dev/null)"
    expect 3 "--allow-holes gives the rest" debvisor backup restore "$FIRST" --repository copy --to "$WORK/from-damaged" --allow-holes -o json
    json "and says what is lost" '.holes | length >= 1 and all(.[]; .length_bytes > 0 and .reason != null)'
    check "what differs is zeros, in the places that it names" /usr/bin/python3 -c '
import json, sys
whole, holed, record = open(sys.argv[1], "rb").read(), open(sys.argv[2], "rb").read(), json.load(open(sys.argv[3]))
for hole in record["holes"]:
    start, end = hole["offset_bytes"], hole["offset_bytes"] + hole["length_bytes"]
    assert not any(holed[start:end])
    whole = whole[:start] + bytes(end - start) + whole[end:]
assert whole == holed' "$DISK" "$(the_file "$WORK/from-damaged")" "$OUT"
}

deletion() {
    expect 2 "deleting asks on a terminal, and wants --yes elsewhere" debvisor backup delete "$FIRST"
    expect 0 "delete one" debvisor backup delete "$FIRST" --yes
    expect 0 "the other one of that name is whole" debvisor backup restore disk --to "$WORK/after-deletion"
    check "identical" same "$DISK" "$(the_file "$WORK/after-deletion")"
    expect 4 "the deleted one is gone" debvisor backup show "$FIRST"
    expect 0 "verify after the deletion" debvisor backup verify --read-data
    for id in $(debvisor backup list -o json | jq -r '.[].backup_id'); do
        expect 0 "delete $id" debvisor backup delete "$id" --yes
    done
    check "packs with nothing live are gone" test "$(du -sm "$REPOSITORY/packs" | cut -f1)" -lt 2
}

no_space() {
    local small=$WORK/small
    if [ "$(id -u)" != 0 ]; then skip "no space left" "needs root for a small file system"; return; fi
    mkdir "$small"
    if ! mount -t tmpfs -o size=16M small "$small" 2>/dev/null; then skip "no space left" "cannot mount here"; return; fi
    at_exit "umount '$small'"
    expect 0 "a repository on a small file system" debvisor backup repository create "$small/r" --name small --key-file "$KEY"
    expect 1 "a backup that does not fit" debvisor backup create --file "$DISK" --name disk --repository small
    said "says why" space
    expect 0 "leaves nothing that lists" debvisor backup list --repository small -o json
    json "no backup" '. == []'
    mount -o remount,size=128M "$small"
    expect 0 "with more space it succeeds" debvisor backup create --file "$DISK" --name disk --repository small
    expect 0 "and is whole" debvisor backup verify --repository small --read-data
}

no_permission() {
    if [ "$(id -u)" != 0 ]; then skip "no permission" "needs root to be somebody else"; return; fi
    local as_nobody=(setpriv --reuid=nobody --regid=nogroup --clear-groups env DEBVISOR_STATE_DIR="$WORK/nobody")
    install -d -o nobody "$WORK/nobody"
    if ! "${as_nobody[@]}" test -x "$DEBVISOR"; then skip "no permission" "nobody cannot reach the binary"; return; fi
    expect 5 "a repository that we may not read" "${as_nobody[@]}" "$DEBVISOR" backup list --repository "$REPOSITORY" --key-file "$KEY"
}

repositories
wrong_repositories
raw_there_and_back
qcow2_there_and_back
without_debvisor
damage
no_permission
deletion
no_space
