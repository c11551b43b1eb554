#!/usr/bin/env bash
# Random kills: backups and deletions run side by side and die at random moments, for SOAK_SECONDS (180). After each round
# what lists must be what was reported done, and at the end every backup restores to what was backed up.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/lib.sh"

SECONDS_IN_ALL=${SOAK_SECONDS:-180}
RANDOM=${SOAK_SEED:-4711}
printf '# seed %s\n' "${SOAK_SEED:-4711}"
declare -A CONTENT=() # backup id → sha256 of its disk

change_disk() {
    dd if=/dev/urandom of="$WORK/disk.raw" bs=4096 count=$((RANDOM % 512 + 1)) seek=$((RANDOM % 15000)) conv=notrunc status=none
}

# Runs a command and kills it after a random while; its status.
mortal() {
    local status=0
    local moment
    moment=0.$(printf %03d $((RANDOM % 300 + 20)))
    # In a shell of its own: bash would report each kill.
    (timeout -s KILL "$moment" "$@" >"$OUT" 2>"$ERR" </dev/null; exit) 2>/dev/null || status=$?
    [ "$status" != 137 ] || kills=$((kills + 1))
    return "$status"
}

note_done() { CONTENT[$(jq -r '.[0].backup_id' "$OUT")]=$(sha "$WORK/disk.raw"); }

round() {
    local id status=0
    change_disk
    debvisor backup create --file "$WORK/other.raw" --name other -q >"$WORK/other" 2>&1 &
    mortal "$DEBVISOR" backup create --file "$WORK/disk.raw" --name disk -o json || status=$?
    if [ "$status" = 0 ]; then note_done; fi
    wait $! || report 1 "a backup beside is not disturbed: $(cat "$WORK/other")"
    if [ ${#CONTENT[@]} -gt 6 ]; then
        id=$(printf '%s\n' "${!CONTENT[@]}" | shuf -n 1 --random-source=<(yes "$RANDOM"))
        mortal "$DEBVISOR" backup delete "$id" --yes || true
        # Killed or not, it may be gone now; it may not be half gone.
        if ! debvisor backup show "$id" >/dev/null 2>&1; then unset "CONTENT[$id]"; fi
    fi
    for id in "${!CONTENT[@]}"; do
        debvisor backup show "$id" >/dev/null 2>"$ERR" || { report 1 "$id was reported done and does not list"; details "$ERR"; }
    done
}

make_disk "$WORK/disk.raw" 64
make_disk "$WORK/other.raw" 16
expect 0 "a repository" debvisor backup repository create "$WORK/repository" --key-file "$WORK/key"
rounds=0 kills=0
while [ "$SECONDS" -lt "$SECONDS_IN_ALL" ]; do
    round
    rounds=$((rounds + 1))
done
check "$rounds rounds with $kills kills" test "$kills" -gt $((rounds / 4))
expect 0 "one run more needs no unlock" debvisor backup create --file "$WORK/disk.raw" --name disk -o json
note_done
expect 0 "every backup is whole" debvisor backup verify --read-data
mkdir "$WORK/out"
for id in "${!CONTENT[@]}"; do
    expect 0 "restore $id" debvisor backup restore "$id" --to "$WORK/out" --yes
    check "byte for byte" test "$(sha "$WORK/out/disk.raw")" = "${CONTENT[$id]}"
done
