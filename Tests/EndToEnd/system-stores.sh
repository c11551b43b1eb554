#!/usr/bin/env bash
# Stores as files: what there is in numbers, one and all of them out and back, on the same and on another host, in use,
# damaged, from the wrong file; and what debvisor notes of its own work on the way.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/lib.sh"

STATE=$DEBVISOR_STATE_DIR
OTHER=$WORK/other
system() { "$DEBVISOR" system "$@"; }
elsewhere() { "$DEBVISOR" --state-dir "$OTHER" "$@"; }
dump() { sqlite3 "$1" .dump; }
value() { debvisor metric expose | awk -v s="$1" 'index($0, s " ") == 1 { print $NF }'; }

worked() {
    make_disk "$WORK/a.raw" 64
    debvisor backup repository create "$WORK/repository" --key-file "$WORK/key" --default -q
    expect 0 "a backup" debvisor backup create --file "$WORK/a.raw" --name a -q
    expect 0 "a verification" debvisor backup verify -q
    debvisor schedule add good --cron @yearly -q -- true
    debvisor schedule add bad --cron @yearly -q -- false
    expect 0 "a job" debvisor schedule execute good --wait -q
    expect 1 "one that fails" debvisor schedule execute bad --wait -q
    local subject='file="a",repository="repository"'
    check "the backup is noted" test "$(value "debvisor_backup_runs_total{$subject,result=\"success\"}")" = 1
    check "… its bytes" test "$(value "debvisor_backup_read_bytes_total{$subject}")" -gt 10000000
    check "… its time" test $(($(date +%s) - $(value "debvisor_backup_last_success_timestamp_seconds{$subject}"))) -lt 60
    check "the verification is" test "$(value 'debvisor_verify_damaged_backups{repository="repository"}')" = 0
    check "the jobs are" test "$(value 'debvisor_job_last_run_failed{job="bad"}')$(value 'debvisor_job_last_run_failed{job="good"}')" = 10
    # A backup that is stopped by a signal is one too.
    truncate -s 8G "$WORK/large.raw"
    dd if=/dev/urandom of="$WORK/large.raw" bs=1M count=400 conv=notrunc status=none
    "$DEBVISOR" backup create --file "$WORK/large.raw" --name large --bandwidth 20MiB -q >/dev/null 2>"$ERR" &
    local backup=$!
    sleep 2
    kill -INT $backup
    wait $backup || true
    check "an interrupted one is noted" test "$(value 'debvisor_backup_runs_total{file="large",repository="repository",result="interrupted"}')" = 1
    check "… as failed" test "$(value 'debvisor_backup_last_run_failed{file="large",repository="repository"}')" = 1
    rm -f "$WORK/large.raw"
    printf 'own_metrics = off\n' >"$WORK/off.conf"
    expect 0 "without" env DEBVISOR_CONFIG="$WORK/off.conf" "$DEBVISOR" backup create --file "$WORK/a.raw" --name a -q
    check "nothing is noted" test "$(value "debvisor_backup_runs_total{$subject,result=\"success\"}")" = 1
}

counted() {
    expect 0 "statistics" system stats -o json
    json "of all stores" '.stores | map(.name) == ["backups","inventory","schedules","metrics","anomalies","alerts"]'
    json "sizes" '.size_bytes > 0 and (.stores[] | select(.name == "metrics") | .file_bytes > 0 and .rows > 0 and .last_at != null)'
    json "what is not there is unknown" '.stores[] | select(.name == "alerts") | .file_bytes == null and .rows == null'
    json "runs" '.runs == 2 and (.runs_by_status | map(.status) | sort == ["completed","failed"])'
    json "rows of tables" '.stores[] | select(.name == "schedules") | .tables | map(select(.name == "runs"))[0].rows == 2'
}

one_store() {
    local name
    for name in backups schedules metrics; do
        # The log goes into the file when the last one closes it.
        dump "$STATE/$name.db" >"$WORK/$name.before"
        expect 0 "$name: export" system export --store "$name" "$WORK/$name.db" -o json
        json "says what it wrote" ".[0].name == \"$name\" and .[0].size_bytes > 0"
        dump "$WORK/$name.db" >"$WORK/$name.out"
        check "sqlite3 reads the same" same "$WORK/$name.before" "$WORK/$name.out"
        check "it is private" test "$(stat -c %a "$WORK/$name.db")" = 600
        check "nothing lies beside it" test -z "$(find "$WORK" -maxdepth 1 -name "$name.db?*")"
        expect 0 "$name: import elsewhere" elsewhere system import --store "$name" "$WORK/$name.db" --yes
        dump "$OTHER/$name.db" >"$WORK/$name.back"
        check "nothing is lost" same "$WORK/$name.before" "$WORK/$name.back"
    done
    expect 0 "what is there can be used" elsewhere schedule history -o json
    json "runs" 'length == 2'
    expect 0 "and goes on" elsewhere schedule execute good --wait -q
    expect 0 "the check" elsewhere system check -q
    check "counts go on" test "$(elsewhere metric expose | awk '/^debvisor_job_runs_total.*job="good"/ { print $NF }')" = 2
    "$DEBVISOR" system export --store metrics - >"$WORK/stdout.db"
    dump "$WORK/stdout.db" >"$WORK/metrics.stdout"
    check "stdout has the same" same "$WORK/metrics.before" "$WORK/metrics.stdout"
    # shellcheck disable=SC2016  # for the inner shell
    expect 0 "stdin too" bash -c '"$0" --state-dir "$1" system import --store metrics - --yes <"$2"' "$DEBVISOR" "$OTHER" "$WORK/stdout.db"
    check "the spool is gone" test -z "$(find "$STATE" "$OTHER" -name '*.tmp' -o -name '*.unfinished')"
}

all_stores() {
    expect 0 "all" system export "$WORK/all.tar" -o json
    json "those that there are" 'map(.name) == ["backups","schedules","metrics"]'
    check "tar reads it" test "$(tar -tf "$WORK/all.tar" | tr '\n' ' ')" = "backups.db schedules.db metrics.db "
    mkdir -p "$WORK/untarred"
    tar -xf "$WORK/all.tar" -C "$WORK/untarred"
    check "with whole files" test "$(sqlite3 "$WORK/untarred/metrics.db" 'PRAGMA integrity_check')" = ok
    debvisor metric add late 1 -q
    fails 2 "without a terminal it wants to be told" "asks before" system import "$WORK/all.tar"
    expect 0 "a dry run" system import "$WORK/all.tar" --dry-run -o json
    json "says what goes" 'map(.object) == ["store backups","store schedules","store metrics"]'
    expect 0 "and back" system import "$WORK/all.tar" --yes -o json
    json "the old ones are kept" 'all(.kept_path | test("/(backups|schedules|metrics).db.before-"))'
    local kept
    kept=$(jq -r '.[2].kept_path' "$OUT")
    fails 4 "what came later is gone" "no metric" debvisor metric get late
    expect 0 "… and in what was kept" system import --store metrics "$kept" --yes
    expect 0 "… it is there" debvisor metric get late
    expect 0 "the archive of all has each one" system import --store schedules "$WORK/all.tar" --yes
}

in_use() {
    debvisor schedule add long --cron @yearly -q -- sleep 600
    debvisor schedule execute long -q
    fails 6 "not while a job runs" "is going on" system import "$WORK/all.tar" --yes
    debvisor schedule cancel long --wait -q >/dev/null 2>&1 || true
    # Its end is taken in first.
    debvisor schedule run-due -q >/dev/null 2>&1 || true
    "$DEBVISOR" schedule daemon -q >/dev/null 2>&1 &
    local daemon=$!
    sleep 1
    fails 6 "not while the daemon runs" "is in use" system import --store schedules "$WORK/all.tar" --yes
    expect 0 "which goes on" debvisor schedule list -o json
    json "with its jobs" 'map(.name) | index("long") != null'
    kill $daemon
    wait $daemon || true
    expect 0 "then it can be" system import --store schedules "$WORK/all.tar" --yes
    expect 0 "the jobs are those of the export" debvisor schedule list -o json
    json "as they were" 'map(.name) | index("long") == null'
}

wrong_files() {
    dd if="$WORK/metrics.db" of="$WORK/cut.db" bs=4096 count=3 status=none
    sqlite3 "$WORK/foreign.db" 'PRAGMA application_id = 7; CREATE TABLE t (x)'
    cp "$WORK/metrics.db" "$WORK/newer.db"
    sqlite3 "$WORK/newer.db" "INSERT INTO schema_migrations SELECT max(position) + 1, 'of-tomorrow' FROM schema_migrations"
    head -c 20000 "$WORK/all.tar" >"$WORK/cut.tar"
    head -c 9000 /dev/urandom >"$WORK/noise"
    fails 9 "one that was cut off" "damaged" system import --store metrics "$WORK/cut.db" --yes
    fails 2 "of another program" "no export" system import --store metrics "$WORK/foreign.db" --yes
    fails 6 "of a newer debvisor" "newer debvisor" system import --store metrics "$WORK/newer.db" --yes
    fails 6 "of another store" "is not the store" system import --store schedules "$WORK/metrics.db" --yes
    fails 9 "an archive that was cut off" "cut off" system import "$WORK/cut.tar" --yes
    fails 2 "noise" "no export" system import "$WORK/noise" --yes
    fails 2 "nobody says which" "single store" system import "$WORK/metrics.db" --yes
    fails 4 "none" "No such file" system import "$WORK/nothing" --yes
    fails 4 "a store that is not there" "not there yet" system export --store alerts "$WORK/x"
    tar -cf "$WORK/foreign.tar" -C "$WORK" noise
    ln -sf /etc/passwd "$WORK/alerts.db"
    tar -cf "$WORK/link.tar" -C "$WORK" alerts.db
    fails 2 "an archive of something else" "no store" system import "$WORK/foreign.tar" --yes
    fails 2 "a link in an archive" "alerts.db" system import "$WORK/link.tar" --yes
    fails 2 "a directory" "no export" system import "$WORK" --yes
    # shellcheck disable=SC2016  # for the inner shell
    fails 9 "stdin that ends too early" "'-' was cut off" bash -c '"$0" system import - --yes <"$1"' "$DEBVISOR" "$WORK/cut.tar"
    tar --format=pax -cf "$WORK/packed.tar" -C "$WORK" untarred
    expect 0 "stores that somebody packed anew" system import "$WORK/packed.tar" --dry-run
    check "nothing was touched" debvisor system check -q
    check "nothing is left" test -z "$(find "$STATE" -name '*.new*')"
    # A store that is damaged is what an import is for.
    dd if=/dev/urandom of="$STATE/metrics.db" bs=4096 count=2 conv=notrunc status=none
    expect 9 "a damaged store" debvisor system check -q
    expect 3 "statistics of the others" system stats -o json
    json "are known" '.stores | map(select(.rows != null).name) | index("schedules") != null and index("metrics") == null'
    said "… and which is damaged" "metrics"
    expect 0 "is replaced" system import --store metrics "$WORK/metrics.db" --yes
    expect 0 "and good again" debvisor system check -q
}

wrong_targets() {
    mkfifo "$WORK/fifo"
    ln -sf "$WORK/linked" "$WORK/link.db"
    fails 2 "to a directory" "no plain file" system export "$WORK"
    fails 2 "to a pipe" "no plain file" system export "$WORK/fifo"
    check "which stays one" test -p "$WORK/fifo"
    fails 2 "to a link to nothing" "no plain file" system export --store metrics "$WORK/link.db"
    fails 4 "to nowhere" "No such file" system export "$WORK/nowhere/all.tar"
    fails 2 "over the store itself" "itself" system export --store metrics "$STATE/metrics.db"
    fails 2 "over its log" "itself" system export "$STATE/schedules.db-wal" --dry-run
    echo old >"$WORK/linked"
    expect 0 "where a link leads" system export --store metrics "$WORK/link.db"
    check "which stays one" test -L "$WORK/link.db"
    check "the store is there" test "$(sqlite3 "$WORK/linked" 'PRAGMA integrity_check')" = ok
}

# Several at once to the same file: it is whole at each moment, and all of them are done.
exports_at_once() {
    local number pids=() bad=0
    for number in 1 2 3 4 5 6; do
        system export "$WORK/shared.tar" -q >/dev/null 2>>"$WORK/shared.errors" &
        pids+=($!)
    done
    for number in "${pids[@]}"; do wait "$number" || bad=$((bad + 1)); done
    check "six exports at once" test "$bad" = 0
    check "… say nothing" test ! -s "$WORK/shared.errors"
    expect 0 "… and leave one that is whole" system import "$WORK/shared.tar" --dry-run
    check "… and nothing else" test -z "$(find "$WORK" -maxdepth 1 -name 'shared.tar?*')"
}

worked
counted
wrong_targets
one_store
all_stores
exports_at_once
in_use
wrong_files
