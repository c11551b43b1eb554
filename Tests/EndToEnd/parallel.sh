#!/usr/bin/env bash
# Many at once on one repository: backups, deletions and verifications in each other's way, one subject asked for twice,
# limits, and a run that is stopped while it waits.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/lib.sh"

REPOSITORY=$WORK/repository
KEY=$WORK/backup.key
GUEST=$PROJECT/Examples/lab/guest
export DEBVISOR_GUEST_DIR=$WORK/guest
SECONDS_OF_TURMOIL=${SECONDS_OF_TURMOIL:-$([ -n "${SOAK:-}" ] && echo 60 || echo 10)}

pause() { sleep "0.$((RANDOM % 5))$((RANDOM % 10))"; }

# Backs up disk $1 again and again, changing it; notes what was reported, with the disk's digest.
back_up_in_a_loop() {
    local name=d$1 status
    while [ $SECONDS -lt "$END" ]; do
        dd if=/dev/urandom of="$WORK/$name.raw" bs=64k count=8 seek=$((RANDOM % 500)) conv=notrunc status=none
        status=0
        debvisor backup create --file "$WORK/$name.raw" --name "$name" -o json >"$WORK/$name.json" 2>"$WORK/$name.err" || status=$?
        if [ $status = 0 ]; then
            echo "$(jq -r '.[0].backup_id' "$WORK/$name.json") $(sha256sum <"$WORK/$name.raw")" >>"$WORK/made"
        else
            echo "create $name: status $status: $(head -n 1 "$WORK/$name.err")" >>"$WORK/trouble"
        fi
        pause
    done
}

# Deletes backups of disk $1 other than by the loop that makes them.
delete_in_a_loop() {
    local id status
    while [ $SECONDS -lt "$END" ]; do
        id=$(debvisor backup list -o json | jq -r "[.[] | select(.name == \"d$1\")][0].backup_id // empty")
        if [ -n "$id" ]; then
            status=0
            debvisor backup delete "$id" --yes >/dev/null 2>"$WORK/delete.err" || status=$?
            if [ $status = 0 ]; then echo "$id" >>"$WORK/deleted"; else
                echo "delete: status $status: $(head -n 1 "$WORK/delete.err")" >>"$WORK/trouble"
            fi
        fi
        pause
    done
}

verify_in_a_loop() {
    local status
    while [ $SECONDS -lt "$END" ]; do
        status=0
        debvisor backup verify --read-data >/dev/null 2>"$WORK/verify.err" || status=$?
        [ $status = 0 ] || echo "verify: status $status: $(head -n 2 "$WORK/verify.err" | tr '\n' ' ')" >>"$WORK/trouble"
        pause
    done
}

turmoil() {
    local number id digest _
    debvisor backup repository create "$REPOSITORY" --key-file "$KEY" --default -q
    for number in 1 2 3; do make_disk "$WORK/d$number.raw" 48; done
    : >"$WORK/made"
    : >"$WORK/deleted"
    : >"$WORK/trouble"
    END=$((SECONDS + SECONDS_OF_TURMOIL))
    for number in 1 2 3; do back_up_in_a_loop "$number" & done
    delete_in_a_loop 1 &
    verify_in_a_loop &
    wait
    details "$WORK/trouble"
    check "nobody is in the way of another" test ! -s "$WORK/trouble"
    check "something was made and deleted" test "$(wc -l <"$WORK/made")" -gt 5 -a -s "$WORK/deleted"
    expect 0 "all data is good" debvisor backup verify --read-data
    expect 0 "list" debvisor backup list -o json
    check "what was reported and not deleted is listed, and nothing else" diff \
        <(jq -r '.[].backup_id' "$OUT" | sort) <(cut -d' ' -f1 "$WORK/made" | grep -vxFf "$WORK/deleted" | sort)
    check "no two have one reference" test -z "$(jq -r '.[].reference' "$OUT" | sort | uniq -d)"
    while read -r id digest _; do
        grep -qx "$id" "$WORK/deleted" && continue
        rm -rf "$WORK/out" && mkdir "$WORK/out"
        debvisor backup restore "$id" --to "$WORK/out" >/dev/null </dev/null
        [ "$(cat "$WORK"/out/*.raw | sha256sum)" = "$digest  -" ] || echo "$id"
    done <"$WORK/made" >"$WORK/bad"
    check "every one of them restores byte for byte" test ! -s "$WORK/bad"
    nothing_is_left "after the turmoil"
}

nothing_is_left() { # title
    check "$1: no leases" test -z "$(ls "$REPOSITORY/leases")"
    check "$1: nothing unfinished" test -z "$(ls "$REPOSITORY/tmp")"
}

asked_twice() {
    local round number won=0 lost=0 other=0 status
    for round in 1 2 3; do
        for number in 1 2 3 4 5 6 7 8; do
            (
                status=0
                # Slow enough to be at it still when the last of them begins.
                debvisor backup create --file "$WORK/d1.raw" --name same --bandwidth 8MiB -q >/dev/null 2>&1 || status=$?
                echo $status >"$WORK/status.$round.$number"
            ) &
        done
        wait
        won=$((won + $(cat "$WORK/status.$round".* | grep -cx 0)))
        lost=$((lost + $(cat "$WORK/status.$round".* | grep -cx 6)))
    done
    other=$((24 - won - lost))
    check "of eight at once exactly one is made ($won won, $lost had status 6, $other others)" test "$won $lost" = "3 21"
}

limits() {
    make_disk "$WORK/limited.raw" 48
    expect 0 "with --bandwidth, --limit-cpu and --nice" debvisor backup create --file "$WORK/limited.raw" --name limited --bandwidth 8MiB --limit-cpu 400 --nice 19 -o json
    json "its own figures are within the limit" '.[0] | .read_bytes > 12000000 and .read_bytes <= 8 * 1048576 * (.duration_seconds + 0.1)'
    expect 0 "without" debvisor backup create --file "$WORK/limited.raw" --name limited
    said "the last line says what was done" "limited: 16 MiB read, 0 B new, "
    expect 0 "quietly" debvisor backup create --file "$WORK/limited.raw" --name limited -q
    check "nothing is said" test ! -s "$ERR"
    fails 2 "no rate" "" debvisor backup create --file "$WORK/limited.raw" --name limited --bandwidth fast
    fails 2 "too many at once" "" debvisor backup create --file "$WORK/limited.raw" --name limited --parallel 17
}

# $1: title, the rest: options that keep the run waiting when the signal comes.
stopped() {
    local title=$1 status=0 pid before after
    shift
    rm -f "$WORK/stopped.raw"
    make_disk "$WORK/stopped.raw" 96
    "$DEBVISOR" backup create --file "$WORK/stopped.raw" --name "stopped-$title" "$@" >/dev/null 2>"$ERR" &
    pid=$!
    for _ in $(seq 100); do
        ! compgen -G "$REPOSITORY/tmp/*.part" >/dev/null || break
        sleep 0.05
    done
    sleep 1
    before=$(date +%s%N)
    kill -TERM $pid
    wait $pid || status=$?
    after=$(date +%s%N)
    printf '#   %s: ended %d ms after the signal\n' "$title" $(((after - before) / 1000000))
    check "$title: ends by the signal" test $status = 143
    said "$title: says what is not there" "has no new backup"
    said "$title: and what can be used again" "which the next run finds again"
    nothing_listed "stopped-$title"
    expect 0 "$title: the next run" debvisor backup create --file "$WORK/stopped.raw" --name "stopped-$title" -v
    nothing_is_left "$title"
}
nothing_listed() { check "$1 has no backup" test "$(debvisor backup list -o json | jq "[.[] | select(.name == \"$1\")] | length")" = 0; }

machines() {
    local disk number job status=0
    if [ "$(uname -m)" != x86_64 ] || ! "$GUEST" up --no-start >"$WORK/up" 2>&1; then
        skip "several machines" "$(tail -n 1 "$WORK/up" 2>/dev/null)"
        return
    fi
    at_exit "'$GUEST' down"
    eval "$("$GUEST" env)"
    chown "$("$GUEST" run id -u)" "$WORK"
    machine() { "$GUEST" run env DEBVISOR_STATE_DIR="$WORK/machines" DEBVISOR_URI="$GUEST_URI" "$DEBVISOR" "$@"; }
    for number in 1 2 3; do
        disk=$GUEST_IMAGES/off$number.raw
        make_disk "$WORK/off.raw" 64
        "$GUEST" run sh -c "cat >'$disk'" <"$WORK/off.raw"
        cat >"$WORK/off.xml" <<XML
<domain type='qemu'><name>off$number</name><memory unit='MiB'>64</memory><os><type>hvm</type></os>
<devices><disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='$disk'/><target dev='vda' bus='virtio'/></disk></devices></domain>
XML
        "$GUEST" run sh -c "cat >'$GUEST_IMAGES/off.xml' && virsh -q -c '$GUEST_URI' define '$GUEST_IMAGES/off.xml'" <"$WORK/off.xml" >/dev/null
    done
    expect 0 "a repository for machines" machine backup repository create "$WORK/of-machines" --no-encryption --default
    expect 0 "all machines, three at a time" machine backup create --all --parallel 3 -o json
    json "each once, in their order" '[.[].name] == ["off1", "off2", "off3", "'"$GUEST_NAME"'"]'
    "$GUEST" run rm "$GUEST_IMAGES/off2.raw"
    expect 3 "one that fails does not keep the others from it" machine backup create --all --parallel 2 -o json
    json "the others are there" 'map(.name) == ["off1", "off3", "'"$GUEST_NAME"'"]'
    machine backup create off1 off3 --parallel 2 --bandwidth 1MiB >/dev/null 2>"$ERR" &
    job=$!
    sleep 3
    # shellcheck disable=SC2046  # numbers
    kill -TERM $("$GUEST" pid debvisor)
    wait $job || status=$?
    check "a signal ends them all" test $status = 143
    said "and it is said of both" "0 of 2 backups are made; 'off1', 'off3' have no new backup"
    expect 0 "verify" machine backup verify --read-data
    check "no leases" test -z "$(ls "$WORK/of-machines/leases")"
}

turmoil
asked_twice
limits
stopped bandwidth --bandwidth 4MiB
stopped processor --limit-cpu 1
machines
