# shellcheck shell=bash
# What the scripts that kill runs share: walks over all changes that a command makes to the disk, and what has to hold
# after each kill. `DEBVISOR_STEPS` and `DEBVISOR_FAILPOINT` are explained in Sources/Platform/Failpoint.swift.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/lib.sh"

REPOSITORY=$WORK/repository
KEY=$WORK/backup.key
STATE=$DEBVISOR_STATE_DIR
# The steps that were walked; several scripts may write to one.
REACHED=${REACHED:-$WORK/reached}
# Passes of a step at which a run is killed: `first`, `sample` (the one in the middle and the last one too), or a number:
# so many after the first, evenly spread.
PASSES=first
# On which sides of a change. What is there before one was there after the one before it, unless threads overtook each
# other: both where they do, and when there is time.
SIDES="${SOAK:+before }after"
# Seconds of this script after which nobody is killed any more; what is left out is counted.
DEADLINE=100000
LEFT_OUT=0
# The steps of a walk that are of interest, as a regular expression; where every pass counts, all are.
ONLY=.
# The steps of a walk of another store that chance decides about, as a regular expression; they have a walk of their own.
EXCEPT='^$'
# KiB that a file may have in the run that is killed; none for no limit.
FILE_LIMIT=

# What `backup list` says, without the run under test.
listed() { debvisor backup list -o json | jq -c '[.[].backup_id]'; }

# A repository with two finished backups.
make_template() {
    debvisor backup repository create "$REPOSITORY" --key-file "$KEY" --default -q
    debvisor backup create --file "$WORK/a.raw" --name a -q
    debvisor backup create --file "$WORK/b.raw" --name b -q
    mkdir "$WORK/template"
    cp -a "$REPOSITORY" "$STATE" "$WORK/template/"
}
prepare() {
    rm -rf "$REPOSITORY" "$STATE" "$WORK/out" "$WORK/fresh" "$WORK/fresh.key"
    cp -a "$WORK"/template/* "$WORK/"
    mkdir "$WORK/out"
}

# Runs the command under test with one more setting.
with() { # NAME=VALUE, command...
    local setting=$1 status=0
    shift
    (
        # A write past the limit fails then, and does not end the process.
        if [ -n "$FILE_LIMIT" ]; then trap '' XFSZ && ulimit -f "$FILE_LIMIT"; fi
        env "$setting" "$DEBVISOR" "$@" >/dev/null 2>&1 </dev/null
        exit
    ) 2>/dev/null || status=$?
    return "$status"
}
dies_at() { # label, command...; leaves $STATUS
    local label=$1
    shift
    STATUS=0
    with "DEBVISOR_FAILPOINT=$label" "$@" || STATUS=$?
}
# A label that was not reached proves nothing, so it fails. Whether a pack needs a new folder is chance, and with it the
# number of syncs: once more then.
killed_at() { # label, command...
    local label=$1
    shift
    dies_at "$label" "$@"
    for _ in 1 2 3; do
        case $STATUS$label in 0*.mkdir.* | 0*:*) $PREPARE && dies_at "$label" "$@" ;; esac
    done
    check "$SCENARIO, killed at $label" test "$STATUS" = 137
}

# The passes at which a step is to be killed that a run makes so many times.
passes_of() { # count
    case $PASSES in
    first) echo 1 ;;
    sample) printf '%s\n' 1 $((($1 + 1) / 2)) "$1" | sort -nu ;;
    *) awk -v n="$1" -v k="$PASSES" 'BEGIN { if (k > n - 1) k = n - 1; for (i = 1; i <= k; i++) print 1 + int(i * (n - 1) / k) }' ;;
    esac
}

# Runs a command once to see what it does to the disk, then once for each place, to be killed there.
walk() { # scenario, how to prepare, how to look afterwards, command...
    local prepare=$2 look=$3 step side count pass
    SCENARIO=$1 PREPARE=$2
    shift 3
    $prepare
    rm -f "$WORK/steps"
    with "DEBVISOR_STEPS=$WORK/steps" "$@" || true
    case $PASSES in first | sample) ;; *) ONLY=. ;; esac
    sort "$WORK/steps" | grep -E "$ONLY" | uniq -c >"$WORK/list"
    check "$SCENARIO: changes the disk in $(wc -l <"$WORK/list") ways" test -s "$WORK/list"
    awk '{ print $2 }' "$WORK/list" >>"$REACHED"
    while read -r count step; do
        for pass in $(passes_of "$count"); do
            if [ "$SECONDS" -gt "$DEADLINE" ]; then
                LEFT_OUT=$((LEFT_OUT + 1))
                continue
            fi
            # What is before a later pass was after an earlier change.
            for side in $SIDES; do
                if [ "$pass" != 1 ] && [ "$side" = before ]; then continue; fi
                $prepare
                if [ "$pass" = 1 ]; then killed_at "$step.$side" "$@"; else killed_at "$step.$side:$pass" "$@"; fi
                $look "$step.$side"
            done
        done
    done <"$WORK/list"
}

whole() { expect 0 "… every backup that lists is whole" debvisor backup verify --read-data; }

create() { # label
    local new
    new=$(listed | jq length)
    # The record is the only commit: after its rename the backup exists, whether or not anybody was told.
    case $1 in
    record.rename.after | record.dirsync.* | catalogue.*) check "… the finished backup lists" test "$new" = 3 ;;
    record.write.* | record.sync.* | record.rename.before | pack.* | part.*) check "… nothing new lists" test "$new" = 2 ;;
    *) check "… what was reported lists" test "$new" -ge 2 ;;
    esac
    whole
    expect 0 "… the next run needs no unlock" debvisor backup create --file "$WORK/c.raw" --name c -o json
    whole
    check "… nothing is left unfinished" test -z "$(find "$REPOSITORY/tmp" -name '*.part')"
    expect 0 "… it restores" debvisor backup restore c --to "$WORK/out"
    check "… byte for byte" same "$WORK/c.raw" "$WORK/out/c.raw"
}

delete() {
    whole
    expect 0 "… the other backup restores" debvisor backup restore b --to "$WORK/out"
    check "… byte for byte" same "$WORK/b.raw" "$WORK/out/b.raw"
    expect 0 "… what was freed is stored anew" debvisor backup create --file "$WORK/a.raw" --name a
    whole
    expect 0 "… deleting everything" debvisor backup delete a b --yes
    if [ "$(listed)" != '[]' ]; then expect 0 "… and the one that was to be deleted" debvisor backup delete a --yes; fi
    check "… frees everything" test -z "$(find "$REPOSITORY/packs" "$REPOSITORY/index" "$REPOSITORY/condemned" -type f)"
}

rebuild() {
    whole
    expect 0 "… again" debvisor backup repository rebuild-index
    whole
    check "… both list" test "$(listed | jq length)" = 2
}

over_a_file() { prepare && printf 'precious' >"$WORK/out/b.raw"; }
restore() {
    check "… the old file is untouched or the new one whole" grep -qx -e precious -e "$(sha "$WORK/b.raw")" \
        <(head -c 8 "$WORK/out/b.raw"; echo; sha "$WORK/out/b.raw")
    expect 0 "… again" debvisor backup restore b --to "$WORK/out" --yes
    check "… byte for byte" same "$WORK/b.raw" "$WORK/out/b.raw"
    check "… and nothing beside it" test "$(ls "$WORK/out")" = b.raw
}

# A merge of segments that was not finished: the old ones are there still.
after_a_merge() {
    local number
    prepare
    # The eighth small segment is merged with those before it.
    for number in 1 2; do
        head -c 300000 /dev/urandom >"$WORK/small.raw"
        dies_at merge.unlink backup create --file "$WORK/small.raw" --name "small$number"
    done
}
tidy() {
    whole
    expect 0 "… the next run needs no unlock" debvisor backup create --file "$WORK/c.raw" --name c
    whole
    expect 0 "… it restores" debvisor backup restore c --to "$WORK/out"
    check "… byte for byte" same "$WORK/c.raw" "$WORK/out/c.raw"
}

# A run dies while it saves what an earlier one left: a part, and something that was never renamed.
after_a_death() {
    local pack
    # It will need a folder that is not there yet.
    while
        prepare
        dies_at pack.sync backup create --file "$WORK/c.raw" --name c
        pack=$(basename "$REPOSITORY"/tmp/*.part) && pack=${pack#*-}
        [ -e "$REPOSITORY/packs/${pack:0:2}" ]
    do :; done
    touch -d '2 hours ago' "$REPOSITORY/tmp/unfinished.new"
}

# The same, of a part in which nothing is whole.
after_an_early_death() {
    prepare
    dies_at part.rename.after backup create --file "$WORK/c.raw" --name c
}

first_time() { prepare && rm -rf "$STATE"; }
creation() {
    local use=(debvisor backup list --repository "$WORK/fresh" --key-file "$WORK/fresh.key")
    "${use[@]}" >/dev/null 2>&1 || expect 0 "… make it again" debvisor backup repository create "$WORK/fresh" --key-file "$WORK/fresh.key"
    expect 0 "… and use it" "${use[@]}"
    expect 0 "… and back up into it" debvisor backup create --file "$WORK/a.raw" --name a --repository "$WORK/fresh" --key-file "$WORK/fresh.key"
}

# One that died with all but its last file is made with new keys.
after_a_half_creation() {
    first_time
    dies_at format.write backup repository create "$WORK/fresh" --key-file "$WORK/fresh.key"
}

# A purge that was cut short is finished by the next one, and nobody takes the remains for a repository.
removal() {
    debvisor backup repository delete repository --purge --yes >/dev/null 2>&1 || debvisor backup repository delete repository --yes >/dev/null 2>&1 || true
    check "… the next one finishes it" not test -e "$REPOSITORY/format"
}

damaged() {
    local pack
    prepare
    pack=$(find "$REPOSITORY/packs" -type f -size +1M | sort | head -n 1)
    printf 'damaged%.0s' {1..20} | dd of="$pack" bs=1 seek=700000 conv=notrunc status=none
}
verify() {
    expect 9 "… the damage is found again" debvisor backup verify --read-data
    for name in a b; do
        expect 0 "… what the source still has heals it" debvisor backup create --file "$WORK/$name.raw" --name $name
        expect 0 "… it restores" debvisor backup restore $name --to "$WORK/out"
        check "… byte for byte" same "$WORK/$name.raw" "$WORK/out/$name.raw"
    done
}

# What was thought bad and is not: the damage goes away.
damaged_no_more() {
    damaged
    debvisor backup verify --read-data >/dev/null 2>&1 || true
    rm -r "$REPOSITORY/packs"
    cp -a "$WORK/template/repository/packs" "$REPOSITORY/"
}
acquitted() {
    whole
    check "… nothing is in quarantine" test -z "$(ls "$REPOSITORY/quarantine")"
    expect 0 "… and nothing is stored anew" debvisor backup create --file "$WORK/a.raw" --name a -o json
    json "… nothing" '.[0].new_bytes < 100000'
}

# A damaged segment of the index: a check sorts what its packs hold into one of its own.
damaged_index() {
    local segment
    prepare
    segment=$(find "$REPOSITORY/index" -type f | sort | head -n 1)
    printf 'damaged' | dd of="$segment" bs=1 seek=100 conv=notrunc status=none
}
read_past_the_index() {
    expect 9 "… the index is still found damaged" debvisor backup verify --read-data -o json
    json "… and no backup" 'length == 2 and all(.[]; .status == "good")'
    expect 0 "… made anew" debvisor backup repository rebuild-index
    whole
}

# Names that a completion knows.
noted() { expect 0 "… the next listing" debvisor -c test:///default vm list; }

after_a_dead_restore() {
    over_a_file
    dies_at restore.rename backup restore b --to "$WORK/out" --yes
}

# Through a server of QEMU's.
with_an_image() {
    prepare
    [ -e "$WORK/image.qcow2" ] || qemu-img convert -f raw -O qcow2 "$WORK/c.raw" "$WORK/image.qcow2"
    debvisor backup create --file "$WORK/image.qcow2" --name image -q
}
restore_image() {
    whole
    expect 0 "… again" debvisor backup restore image --to "$WORK/out" --yes
    check "… with the same content" qemu-img compare -q "$WORK/image.qcow2" "$WORK/out/image.qcow2"
    check "… and nothing beside it" test "$(ls "$WORK/out")" = image.qcow2
}

# A machine of libvirt's test driver that is off; disk and variable store are gone.
BOX=$WORK/box
a_machine() {
    prepare
    rm -rf "$BOX"
    mkdir -p "$BOX/variables"
    cp "$WORK/c.raw" "$BOX/disk.raw"
    head -c 3000 "$WORK/c.raw" >"$BOX/variables/box.fd"
    cat >"$WORK/box.xml" <<-EOF
	<node><domain type='test' xmlns:test='http://libvirt.org/schemas/domain/test/1.0'>
	  <name>box</name><memory>65536</memory><os><type arch='x86_64'>hvm</type>
	  <loader readonly='yes' type='pflash'>$BOX/code.fd</loader><nvram>$BOX/variables/box.fd</nvram></os>
	  <devices><disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='$BOX/disk.raw'/>
	  <target dev='vda'/></disk></devices><test:runstate>5</test:runstate>
	</domain></node>
	EOF
    debvisor -c "test:///$WORK/box.xml" backup create box -q
    rm -r "${BOX:?}"/*
}
restore_machine() {
    expect 0 "… again" debvisor -c "test:///$WORK/box.xml" backup restore box --yes
    check "… byte for byte" same "$WORK/c.raw" "$BOX/disk.raw"
    check "… with its variables" same <(head -c 3000 "$WORK/c.raw") "$BOX/variables/box.fd"
    check "… and nothing beside it" test "$(cd "$BOX" && echo -- * */*)" = "-- disk.raw variables variables/box.fd"
}

# A file system that is full but for a little.
SMALL=$WORK/small
mount_small() {
    mkdir "$SMALL"
    mount -t tmpfs -o size=24m small "$SMALL" 2>/dev/null || return 1
    at_exit "umount '$SMALL'"
}
on_a_full_disk() {
    prepare
    rm -rf "${SMALL:?}"/*
    mv "$REPOSITORY" "$SMALL/repository"
    ln -s "$SMALL/repository" "$REPOSITORY"
    dd if=/dev/zero of="$SMALL/other" bs=64K status=none 2>/dev/null || true
    truncate -s -1M "$SMALL/other"
}
delete_full() {
    whole
    rm -f "$SMALL/other"
    delete
}

# A write that fails for want of space leaves nothing behind, wherever the run ends then.
without_space() {
    local side
    SCENARIO="make a repository without space" PREPARE=first_time
    for side in before after; do
        first_time
        FILE_LIMIT=1000
        killed_at unfinished.unlink.$side backup repository create "$WORK/fresh" --key-file "$WORK/fresh.key"
        FILE_LIMIT=
        creation
    done
    echo unfinished.unlink >>"$REACHED"
}

every_walk() { backup_walks && other_walks; }

backup_walks() {
    local usual=$PASSES sides=$SIDES
    if [ "$usual" = first ]; then PASSES=sample; fi
    SIDES="before after"
    walk "create" prepare create backup create --file "$WORK/c.raw" --name c
    SIDES=$sides PASSES=$usual
    walk "delete" prepare delete backup delete a --yes
}

other_walks() {
    walk "rebuild the index" prepare rebuild backup repository rebuild-index
    walk "restore" over_a_file restore backup restore b --to "$WORK/out" --yes
    walk "verify" damaged verify backup verify --read-data
    walk "make a repository" first_time creation backup repository create "$WORK/fresh" --key-file "$WORK/fresh.key"
    walk "purge a repository" prepare removal backup repository delete repository --purge --yes
    without_space
    # What `create` does too was walked there.
    ONLY='^salvage|^remains'
    walk "salvage" after_a_death create backup create --file "$WORK/c.raw" --name c
    ONLY='^superseded|^index'
    walk "tidy" after_a_merge tidy backup create --file "$WORK/c.raw" --name c
    ONLY='^salvage'
    walk "salvage nothing" after_an_early_death create backup create --file "$WORK/c.raw" --name c
    ONLY='^quarantine|^receipt'
    walk "verify what is good again" damaged_no_more acquitted backup verify --read-data
    ONLY='^index'
    walk "check with a damaged index" damaged_index read_past_the_index backup verify
    ONLY='^key'
    walk "make a repository again" after_a_half_creation creation backup repository create "$WORK/fresh" --key-file "$WORK/fresh.key"
    ONLY=^restore.unlink
    walk "restore again" after_a_dead_restore restore backup restore b --to "$WORK/out" --yes
    ONLY='^restore|^socket'
    walk "restore through a server" with_an_image restore_image backup restore image --to "$WORK/out" --yes
    ONLY='^restore.(create|mkdir|rename|dirsync)'
    walk "restore a machine" a_machine restore_machine -c "test:///$WORK/box.xml" backup restore box --yes
    ONLY='^inventory'
    walk "list machines" first_time noted -c test:///default vm list
    ONLY='^reserve'
    if mount_small; then
        walk "delete on a full disk" on_a_full_disk delete_full backup delete a --yes
    else
        skip "deleting on a full disk" "no tmpfs to be had"
        echo reserve.unlink >>"$REACHED"
    fi
    ONLY=.
}

# Every place where a command of another store ends, as `walk` does for backups: sides as SIDES has them.
walk_store() { # scenario, how to prepare, how to look afterwards, file for stdin, command...
    local title=$1 prepare=$2 look=$3 input=$4 step side
    shift 4
    $prepare
    rm -f "$WORK/steps"
    env "DEBVISOR_STEPS=$WORK/steps" "$DEBVISOR" "$@" >/dev/null 2>&1 <"$input" || true
    await_runs
    sort -u "$WORK/steps" | { grep -vE "$EXCEPT" || true; } >"$WORK/list"
    check "$title: changes the disk in $(wc -l <"$WORK/list") ways" test -s "$WORK/list"
    cat "$WORK/list" >>"$REACHED"
    while read -r step; do
        for side in $SIDES; do
            $prepare
            rm -f "$WORK/seen"
            (
                env "DEBVISOR_FAILPOINT=$step.$side" "DEBVISOR_STEPS=$WORK/seen" "$DEBVISOR" "$@" >/dev/null 2>&1 <"$input"
                exit
            ) 2>/dev/null || true
            await_runs
            check "$title, killed at $step.$side" grep -qx "$step" "$WORK/seen"
            $look "$step.$side"
        done
    done <"$WORK/list"
}
# What a command started and that outlives it; the scheduler's walks have such runs.
await_runs() { :; }

# The scenarios need a debug build, which alone has such places, and a repository to begin with.
begin_walks() {
    if ! grep -q DEBVISOR_FAILPOINT "$DEBVISOR"; then
        skip "kill -9 everywhere" "this binary has no failpoints"
        exit 0
    fi
    for name in a b c; do head -c "${DISK_BYTES:-5000000}" /dev/urandom >"$WORK/$name.raw"; done
    make_template
}
