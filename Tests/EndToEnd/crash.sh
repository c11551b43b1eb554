#!/usr/bin/env bash
# `kill -9` before and after every change that a run makes to the disk: what was reported done stays, what was not does
# not list, and the next run goes on without any unlock. Needs a debug build: a release has no such places.
#
#   crash.sh [PART]      all parts unless one is named, two at a time; then it compares what they walked with all there is
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/crash.lib.sh"
source "$(dirname "$0")/schedule-crash.lib.sh"
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/metric-crash.lib.sh"
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/detect-crash.lib.sh"
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/people-crash.lib.sh"
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/alert-crash.lib.sh"

# The longest first.
PARTS=(backups others schedule samples alerts people)
part() {
    case $1 in
    backups) backup_walks && sweeps && killed_at_half ;;
    others) other_walks ;;
    schedule) every_schedule_walk ;;
    people) every_people_walk ;;
    alerts) every_alert_walk ;;
    samples) every_metric_walk && every_detect_walk ;;
    *) echo "crash.sh: no such part: $1 (${PARTS[*]})" >&2 && exit 2 ;;
    esac
}

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

# A kill while a deletion looks whether somebody needs what it condemned.
sweeps() {
    local label
    for label in sweep.leases sweep.recheck; do
        SCENARIO=delete
        prepare
        killed_at "$label" backup delete a --yes
        delete
    done
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
if [ $# -gt 0 ]; then
    part "$1"
    exit
fi
export REACHED WORK
in_a_file() { bash "$0" "$1" >"$WORK/$1.log" 2>&1 || echo "not ok - part $1 went well" >>"$WORK/$1.log"; }
export -f in_a_file
printf '%s\n' "${PARTS[@]}" | xargs -P 2 -I {} bash -c 'in_a_file {}' "$0"
for name in "${PARTS[@]}"; do
    # The lines of the parts are lines of this script.
    cat "$WORK/$name.log"
    FAILURES=$((FAILURES + $(grep -c '^not ok' "$WORK/$name.log" || true)))
done
all_steps
