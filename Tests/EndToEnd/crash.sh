#!/usr/bin/env bash
# `kill -9` at every place where a run writes, renames or removes something: what was reported done stays, what was not
# does not list, and the next run goes on without any unlock. Needs a debug build: a release has no such places.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/lib.sh"

REPOSITORY=$WORK/repository
KEY=$WORK/backup.key

# What `backup list` says, without the run under test.
listed() { debvisor backup list -o json | jq -c '[.[].backup_id]'; }

prepare() {
    rm -rf "$REPOSITORY" "$KEY" "$STATE" "$WORK/out"
    mkdir -p "$WORK/out"
    debvisor backup repository create "$REPOSITORY" --key-file "$KEY" --default -q
    debvisor backup create --file "$WORK/a.raw" --name a -q
    debvisor backup create --file "$WORK/b.raw" --name b -q
}
STATE=$DEBVISOR_STATE_DIR

# A label that was not reached proves nothing, so it fails.
killed_at() { # label, command...
    local label=$1
    shift
    expect 137 "killed at $label: $2 $3" env DEBVISOR_FAILPOINT="$label" "$DEBVISOR" "$@"
}

whole() { # title
    expect 0 "$1: every backup that lists is whole" debvisor backup verify --read-data
}

create_survives() { # label
    local before
    prepare
    before=$(listed)
    killed_at "$1" backup create --file "$WORK/c.raw" --name c
    # The record is the only commit: after its rename the backup exists, whether or not anybody was told.
    case $1 in
    record.dirsync | catalogue.commit | lease.end) check "$1: the finished backup lists" test "$(listed | jq length)" = 3 ;;
    *) check "$1: nothing new lists" test "$(listed)" = "$before" ;;
    esac
    whole "$1"
    expect 0 "$1: the next run needs no unlock" debvisor backup create --file "$WORK/c.raw" --name c -o json
    case $1 in
    pack.dirsync | index.sync | index.rename | record.* | catalogue.commit | lease.end)
        json "$1: and stores next to nothing again" '.[0].new_bytes < 1000000' ;;
    esac
    whole "$1, after the next run"
    expect 0 "$1: it restores" debvisor backup restore c --to "$WORK/out"
    check "$1: byte for byte" same "$WORK/c.raw" "$WORK/out/c.raw"
}

delete_survives() { # label
    prepare
    killed_at "$1" backup delete a --yes
    whole "$1"
    expect 0 "$1: the other backup restores" debvisor backup restore b --to "$WORK/out"
    check "$1: byte for byte" same "$WORK/b.raw" "$WORK/out/b.raw"
    expect 0 "$1: deleting again is fine" debvisor backup delete a --missing-ok --yes
    expect 0 "$1: what was freed is stored anew" debvisor backup create --file "$WORK/a.raw" --name a
    whole "$1, after the next run"
    expect 0 "$1: deleting everything" debvisor backup delete a b --yes
    check "$1: frees everything" test -z "$(find "$REPOSITORY/packs" "$REPOSITORY/index" "$REPOSITORY/condemned" -type f)"
}

rebuild_survives() { # label
    prepare
    killed_at "$1" backup repository rebuild-index
    whole "$1"
    expect 0 "$1: again" debvisor backup repository rebuild-index
    whole "$1, after the next run"
}

restore_survives() { # label
    prepare
    printf 'precious' >"$WORK/out/b.raw"
    killed_at "$1" backup restore b --to "$WORK/out" --yes
    check "$1: the old file is untouched or the new one whole" grep -qx -e precious -e "$(sha256sum <"$WORK/b.raw")" \
        <(head -c 8 "$WORK/out/b.raw"; echo; sha256sum <"$WORK/out/b.raw")
    expect 0 "$1: again" debvisor backup restore b --to "$WORK/out" --yes
    check "$1: byte for byte" same "$WORK/b.raw" "$WORK/out/b.raw"
}

# A run dies while it saves what an earlier one left.
salvage_survives() { # label
    prepare
    killed_at pack.sync backup create --file "$WORK/c.raw" --name c
    killed_at "$1" backup create --file "$WORK/c.raw" --name c
    check "$1: nothing new lists" test "$(listed | jq length)" = 2
    expect 0 "$1: the next run goes on" debvisor backup create --file "$WORK/c.raw" --name c -o json
    json "$1: with what the first had stored" '.[0].new_bytes < 1000000'
    whole "$1"
    check "$1: nothing is left unfinished" test -z "$(find "$REPOSITORY/tmp" -name '*.part')"
}

creation_survives() { # label
    rm -rf "$WORK/fresh"
    killed_at "$1" backup repository create "$WORK/fresh" --no-encryption
    expect 4 "$1: it is not there yet" debvisor backup list --repository "$WORK/fresh"
    expect 0 "$1: make it again" debvisor backup repository create "$WORK/fresh" --no-encryption
    expect 0 "$1: and use it" debvisor backup list --repository fresh
}

# A purge that was cut short is finished by the next one, and nobody takes the remains for a repository.
removal_survives() { # label
    prepare
    killed_at "$1" backup repository delete repository --purge --yes
    expect 0 "$1: again" debvisor backup repository delete repository --purge --yes
    check "$1: nothing is left" not test -e "$REPOSITORY"
}

verify_survives() { # label
    prepare
    killed_at "$1" backup verify --read-data
    whole "$1"
}

if ! grep -q DEBVISOR_FAILPOINT "$DEBVISOR"; then
    skip "kill -9 everywhere" "this binary has no failpoints"
    exit 0
fi
make_disk "$WORK/a.raw" 48
make_disk "$WORK/b.raw" 48
make_disk "$WORK/c.raw" 48
for label in lease.put backup.opened pack.sync pack.rename pack.dirsync index.sync index.rename record.write file.rename \
    record.dirsync catalogue.commit lease.end; do create_survives "$label"; done
for label in lease.put forget.unlink prune.condemn sweep.leases sweep.recheck sweep.unlink merge.unlink sweep.tombstone lease.end; do
    delete_survives "$label"
done
for label in rebuild.scan rebuild.write; do rebuild_survives "$label"; done
for label in salvage.trailer salvage.rename; do salvage_survives "$label"; done
restore_survives restore.rename
creation_survives repository.format
verify_survives verify.receipt
for label in removal.keys removal.format; do removal_survives "$label"; done
