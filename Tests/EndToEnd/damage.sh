#!/usr/bin/env bash
# Damage in the user's terms: which disk, which bytes, who shares it, what is whole instead, and how it heals.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/lib.sh"

REPOSITORY=$WORK/repository
KEY=$WORK/backup.key

flip() { # file, byte
    local old
    old=$(od -An -tu1 -j "$2" -N 1 "$1")
    printf '%b' "\\x$(printf %02x $((old ^ 1)))" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

# "disk" is backed up, then changed at its beginning and backed up twice: what the last two share, the first has not.
make_backups() {
    expect 0 "a repository" debvisor backup repository create "$REPOSITORY" --key-file "$KEY" --default
    head -c 3000000 /dev/urandom >"$WORK/disk.raw"
    expect 0 "the first backup" debvisor backup create --file "$WORK/disk.raw" --name disk -o json
    FIRST=$(jq -r '.[0].reference' "$OUT")
    head -c 3000000 /dev/urandom >"$WORK/new.raw"
    cat "$WORK/new.raw" "$WORK/disk.raw" >"$WORK/both.raw"
    expect 0 "the second one" debvisor backup create --file "$WORK/both.raw" --name disk -o json
    SECOND=$(jq -r '.[0].reference' "$OUT")
    PACK=$(find "$REPOSITORY/packs" -type f -newer "$WORK/both.raw" -printf '%s %p\n' | sort -n | tail -n 1 | cut -d' ' -f2-)
    expect 0 "the third one" debvisor backup create --file "$WORK/both.raw" --name disk -o json
    THIRD=$(jq -r '.[0].reference' "$OUT")
}

chunk() {
    flip "$PACK" 1000000
    expect 9 "a flipped byte in a chunk" debvisor backup verify --read-data -o json
    json "is told as disk and range" '[.[].damages[]] | length >= 2 and all(.[]; .part == "disk" and .length_bytes > 0 and .offset_bytes < 3000000)'
    json "the first backup has lost nothing" ".[] | select(.reference == \"$FIRST\") | .status == \"good\" and .clean_backup == null"
    json "the others share it" "[.[] | select(.status == \"damaged\") | [.reference, .damages[0].shared_by]] == [[\"$SECOND\", [\"$THIRD\"]], [\"$THIRD\", [\"$SECOND\"]]]"
    json "and the first one is whole instead" ".[] | select(.reference == \"$THIRD\") | .clean_backup == \"$FIRST\""
    expect 9 "asked for one of them" debvisor backup verify "$THIRD" --read-data
    said "names who shares it" "$SECOND has lost it too"
    said "and the nearest clean one" "the nearest clean backup is $FIRST"
    expect 0 "the first one restores" debvisor backup restore "$FIRST" --to "$WORK/out"
    check "byte for byte" same "$WORK/disk.raw" "$WORK/out/disk.raw"
}

healed() {
    expect 0 "the next backup heals it" debvisor backup create --file "$WORK/both.raw" --name disk -o json
    json "by storing what was bad" '.[0].new_bytes > 0 and .[0].new_bytes < 1000000'
    expect 0 "all backups are whole again" debvisor backup verify --read-data -o json
    json "none is damaged" 'all(.[]; .status == "good" and .damages == [])'
    said "the bad pack is still named" "$(basename "$PACK")"
    expect 0 "the third one restores" debvisor backup restore "$THIRD" --to "$WORK/out" --yes
    check "byte for byte" same "$WORK/both.raw" "$WORK/out/both.raw"
}

damaged_index() {
    local segment
    segment=$(find "$REPOSITORY/index" -type f | sort | head -n 1)
    flip "$segment" 200
    expect 9 "a flipped byte in the index" debvisor backup verify -o json
    said "is named" "$(basename "$segment")"
    said "and what makes it anew" "rebuild-index"
    json "no backup is lost by it" 'all(.[]; .status == "good")'
    expect 0 "a restore reads the packs instead" debvisor backup restore "$FIRST" --to "$WORK/out" --yes
    said "and says so" "packs were read instead"
    check "byte for byte" same "$WORK/disk.raw" "$WORK/out/disk.raw"
    expect 9 "a backup wants the index whole" debvisor backup create --file "$WORK/both.raw" --name disk
    said "and says what to do" "rebuild-index"
    expect 0 "make it anew" debvisor backup repository rebuild-index
    expect 0 "all is well" debvisor backup verify --read-data
}

damaged_record() {
    local record
    record=$(find "$REPOSITORY/snapshots" -type f | sort | tail -n 1)
    flip "$record" 100
    expect 9 "a flipped byte in a record" debvisor backup verify
    said "names the backup that it was" "cannot be read: it was disk@"
    said "and the nearest other one" "the nearest other backup is $THIRD"
    flip "$record" 100
    expect 0 "put back, all is well" debvisor backup verify
}

without_loss() {
    # The pack's own table of contents: the index has another.
    local pack
    pack=$(find "$REPOSITORY/packs" -type f -not -path "$PACK" | sort | head -n 1)
    flip "$pack" $(($(stat -c %s "$pack") - 10))
    expect 9 "a flipped byte in a trailer" debvisor backup verify --read-data -o json
    said "names the pack" "$(basename "$pack")"
    json "and no backup is lost" 'all(.[]; .status == "good")'
    expect 0 "it is news only once" debvisor backup verify --read-data
    said "and still named" "$(basename "$pack")"
}

mkdir "$WORK/out"
make_backups
chunk
healed
damaged_index
damaged_record
without_loss
