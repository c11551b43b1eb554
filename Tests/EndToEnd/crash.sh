#!/usr/bin/env bash
# `kill -9` before and after every change that a run makes to the disk: what was reported done stays, what was not does
# not list, and the next run goes on without any unlock. Needs a debug build: a release has no such places.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/crash.lib.sh"
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/schedule-crash.lib.sh"
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/detect-crash.lib.sh"

# Every change that the sources can make to the disk was walked, or is excused. A test compares the list with the sources.
all_steps() {
    local list=$LIBRARY/disk-steps
    sed '/^#/d' "$list" | awk 'NF == 1' | sort -u >"$WORK/wanted"
    sed '/^#/d' "$list" | awk 'NF > 1 { print $1 }' | sort -u >"$WORK/excused"
    sort -u "$REACHED" >"$WORK/walked"
    none "every change in the sources is walked" comm -23 "$WORK/wanted" "$WORK/walked"
    none "… but for those that cannot be" comm -12 "$WORK/excused" "$WORK/walked"
    none "… and there are no others" comm -13 <(sort -u "$WORK/wanted" "$WORK/excused") "$WORK/walked"
    check "… and there are many" test "$(wc -l <"$WORK/wanted")" -gt 80
}
none() { # title, command that should print nothing
    local title=$1 lines
    shift
    lines=$("$@" | tr '\n' ' ')
    check "$title${lines:+: $lines}" test -z "$lines"
}

# What a run that was killed in the middle had stored is found by the next one.
killed_at_half() {
    local stored reused
    prepare
    head -c 200000000 /dev/urandom >"$WORK/large.raw"
    SCENARIO="two packs of three published, another under way"
    killed_at pack.write:40 backup create --file "$WORK/large.raw" --name large
    stored=$(($(du -sB1 "$REPOSITORY/packs" "$REPOSITORY/tmp" | awk '{ sum += $1 } END { print sum }') - 10000000))
    expect 0 "the next run" debvisor backup create --file "$WORK/large.raw" --name large -o json
    reused=$((200000000 - $(jq '.[0].new_bytes' "$OUT")))
    check "reuses 95 % of what was stored ($((reused >> 20)) of $((stored >> 20)) MiB)" test $((reused * 100)) -ge $((stored * 95))
    rm "$WORK/large.raw"
}

begin_walks
every_walk
for label in sweep.leases sweep.recheck; do
    SCENARIO=delete
    prepare
    killed_at "$label" backup delete a --yes
    delete
done
killed_at_half
every_schedule_walk
every_detect_walk
all_steps
