#!/usr/bin/env bash
# `kill -9` before and after every change that a run makes to the disk: what was reported done stays, what was not does
# not list, and the next run goes on without any unlock. Needs a debug build: a release has no such places.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/lib.sh"

REPOSITORY=$WORK/repository
KEY=$WORK/backup.key
STATE=$DEBVISOR_STATE_DIR
REACHED=$WORK/reached

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

# A label that was not reached proves nothing, so it fails. Whether a pack needs a new folder is chance: once more then.
killed_at() { # label, command...
    local label=$1
    shift
    dies_at "$label" "$@"
    case $STATUS$label in 0*.mkdir.*) $PREPARE && dies_at "$label" "$@" ;; esac
    check "$SCENARIO, killed at $label" test "$STATUS" = 137
}
dies_at() { # label, command...; leaves $STATUS
    local label=$1
    shift
    STATUS=0
    (DEBVISOR_FAILPOINT=$label "$DEBVISOR" "$@" >/dev/null 2>&1 </dev/null; exit) 2>/dev/null || STATUS=$?
}

# Runs a command once to see what it does to the disk, then once for each place, to be killed there.
walk() { # scenario, how to prepare, how to look afterwards, command...
    local prepare=$2 look=$3 step side
    SCENARIO=$1 PREPARE=$2
    shift 3
    $prepare
    rm -f "$WORK/steps"
    DEBVISOR_STEPS=$WORK/steps "$DEBVISOR" "$@" >/dev/null 2>&1 </dev/null || true
    sort -u "$WORK/steps" >"$WORK/list"
    check "$SCENARIO: changes the disk in $(wc -l <"$WORK/list") ways" test -s "$WORK/list"
    cat "$WORK/list" >>"$REACHED"
    while read -r step; do
        for side in before after; do
            $prepare
            killed_at "$step.$side" "$@"
            $look "$step.$side"
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
    prepare
    dies_at pack.sync backup create --file "$WORK/c.raw" --name c
    touch -d '2 hours ago' "$REPOSITORY/tmp/unfinished.new"
}

first_time() { prepare && rm -rf "$STATE"; }
creation() {
    local use=(debvisor backup list --repository "$WORK/fresh" --key-file "$WORK/fresh.key")
    "${use[@]}" >/dev/null 2>&1 || expect 0 "… make it again" debvisor backup repository create "$WORK/fresh" --key-file "$WORK/fresh.key"
    expect 0 "… and use it" "${use[@]}"
    expect 0 "… and back up into it" debvisor backup create --file "$WORK/a.raw" --name a --repository "$WORK/fresh" --key-file "$WORK/fresh.key"
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

# Every purpose that the sources name is walked.
all_purposes() {
    local wanted=$WORK/wanted
    grep -rhE '(write|synchronize[A-Za-z]*|rename|link|remove[A-Za-z]*|create|put|publishPack|truncate|commit)\(' \
        "$PROJECT"/Sources/Backups "$PROJECT"/Sources/Storage "$PROJECT"/Sources/QEMUImages/Raw |
        grep -oE '(, |purpose: |[^t]\()"[a-z][a-z-]*"\)' | grep -oE '[a-z][a-z-]*"' | tr -d '"' | sort -u >"$wanted"
    cut -d. -f1 "$REACHED" | sort -u >"$WORK/walked"
    check "every purpose in the sources is walked: $(comm -23 "$wanted" "$WORK/walked" | tr '\n' ' ')" \
        test -z "$(comm -23 "$wanted" "$WORK/walked")"
    check "… and there are many" test "$(wc -l <"$wanted")" -gt 20
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

if ! grep -q DEBVISOR_FAILPOINT "$DEBVISOR"; then
    skip "kill -9 everywhere" "this binary has no failpoints"
    exit 0
fi
for name in a b c; do head -c 5000000 /dev/urandom >"$WORK/$name.raw"; done
make_template
walk "create" prepare create backup create --file "$WORK/c.raw" --name c
walk "delete" prepare delete backup delete a --yes
walk "rebuild the index" prepare rebuild backup repository rebuild-index
walk "restore" over_a_file restore backup restore b --to "$WORK/out" --yes
walk "salvage" after_a_death create backup create --file "$WORK/c.raw" --name c
walk "tidy" after_a_merge tidy backup create --file "$WORK/c.raw" --name c
walk "verify" damaged verify backup verify --read-data
walk "make a repository" first_time creation backup repository create "$WORK/fresh" --key-file "$WORK/fresh.key"
walk "purge a repository" prepare removal backup repository delete repository --purge --yes
for label in sweep.leases sweep.recheck; do
    SCENARIO=delete
    prepare
    killed_at "$label" backup delete a --yes
    delete
done
killed_at_half
all_purposes
