#!/usr/bin/env bash
# The first moments: sixteen processes on an empty state directory, and the command line itself.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/lib.sh"

# Starts 16 of a command at once on a state directory that does not exist.
all_at_once() {
    local title=$1 round n pids failures=0
    shift
    for round in $(seq 5); do
        pids=()
        for n in $(seq 16); do
            DEBVISOR_STATE_DIR=$WORK/race-$round debvisor "$@" >"$WORK/race.$n" 2>&1 </dev/null &
            pids+=($!)
        done
        for n in $(seq 16); do
            if ! wait "${pids[n - 1]}" || grep -qi 'locked' "$WORK/race.$n"; then
                failures=$((failures + 1))
                details "$WORK/race.$n"
            fi
        done
        rm -rf "$WORK/race-$round"
    done
    report "$failures" "$title: 5 rounds of 16 at once ($failures failed)"
}

command_line() {
    expect 0 "--version" debvisor --version
    printed "says who it is" debvisor
    expect 0 "--help" debvisor --help
    expect 0 "help of a verb" debvisor help backup create
    printed "examples come first" EXAMPLES
    expect 2 "no arguments" debvisor
    fails 2 "an unknown verb, with a suggestion" create debvisor backup craete
    fails 2 "an unknown option" --repository debvisor backup list --repositori x
    expect 2 "an error as JSON" debvisor backup craete -o json
    check "is one object on stderr" jq -e '.error.kind == "usage" and .error.status == 2' "$ERR"
    expect 0 "the command tree as JSON" debvisor help --tree -o json
    json "an array of commands" 'length > 10 and all(.[]; has("path") and has("statuses"))'
    expect 0 "who set what" debvisor system config -o json
    json "each setting has an origin" 'length > 0'
    expect 0 "system info" debvisor system info -o json
    json "an object" 'type == "object"'
}

full_disk() {
    local words
    for words in --version help "metric definition list" "help --tree"; do
        # shellcheck disable=SC2016  # for the inner shell
        fails 1 "stdout on a full disk: $words" "No space left" bash -c '"$0" $1 >/dev/full' "$DEBVISOR" "$words"
    done
    # shellcheck disable=SC2016
    expect 1 "… and as JSON" bash -c '"$0" metric definition list -o json >/dev/full' "$DEBVISOR"
    check "… is an error on stderr" jq -e '.error.kind == "failed" and .error.status == 1' "$ERR"
    # shellcheck disable=SC2016
    expect 0 "a reader that had enough is none" bash -c 'set -o pipefail; { "$0" help --tree || [ $? = 141 ]; } | head -n 1' "$DEBVISOR"
}

light() {
    ldd "$DEBVISOR" >"$OUT" 2>"$ERR" || true
    local library
    for library in libvirt libnbd libcurl; do
        check "the binary is not linked with $library" not grep -q "$library" "$OUT"
    done
}

all_at_once "system check" system check
all_at_once "backup repository list" backup repository list -o json
command_line
full_disk
light
