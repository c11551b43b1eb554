# shellcheck shell=bash
# `kill -9` before and after every change that the scheduler makes to the disk: of the command, and of the supervisors that
# it starts, which inherit the place where to die. Afterwards the next looks, without it, must bring everything in order.
# For crash.sh, after crash.lib.sh.

STORE=$DEBVISOR_STATE_DIR/schedules.db
sql() {
    python3 - "$STORE" "$1" <<'PY'
import sqlite3, sys
with sqlite3.connect(sys.argv[1], timeout=30) as store:
    for row in store.execute(sys.argv[2]):
        print(*row, sep="\t")
PY
}
# Processes of runs of this state: whoever is a supervisor, or carries the id of a run of this ledger.
run_processes() {
    local ledger
    ledger=$(sql "SELECT value FROM settings WHERE name = 'ledger'")
    grep -lzE "^DEBVISOR_RUN_ID=$ledger-" /proc/[0-9]*/environ 2>/dev/null || true
    grep -lz "^__supervise" /proc/[0-9]*/cmdline 2>/dev/null | while read -r file; do
        if grep -qz "^DEBVISOR_STATE_DIR=$DEBVISOR_STATE_DIR" "${file%cmdline}environ" 2>/dev/null; then echo "$file"; fi
    done
}
# Waits until no process of a run is left.
runs_end() {
    for _ in $(seq 100); do
        [ -n "$(run_processes)" ] || return 0
        sleep 0.1
    done
    run_processes
    return 1
}
# Looks until nothing is open. What waits to be tried again is due at once.
settle() {
    for _ in $(seq 50); do
        sql "UPDATE runs SET due_at = created_at WHERE ended_at IS NULL AND status = 'pending'"
        debvisor -q schedule run-due >/dev/null 2>&1 || true
        runs_end || true
        [ "$(sql "SELECT count(*) FROM runs WHERE ended_at IS NULL")" != 0 ] || return 0
    done
    sql "SELECT id, job_id, status, reason FROM runs WHERE ended_at IS NULL"
    return 1
}

# Three jobs, each with one time that has passed: one that is never run twice, one that is never run less than once, one
# that fails and is tried again; and one that ran, whose failure nobody has heard of.
schedule_template() {
    local count
    rm -rf "$STATE"
    add_due most --promise at-most-once --shell "echo most >>'$WORK/ran'"
    add_due least --promise at-least-once --shell "echo least >>'$WORK/ran'"
    add_due tries --retries 1 --retry-delay 0s --shell "echo tries >>'$WORK/ran'; echo error >&2; exit 1"
    debvisor schedule add old --cron @yearly -q --shell 'echo out; exit 1'
    for count in 1 2 3; do debvisor schedule execute old --wait -q >/dev/null 2>&1 || true; done
    check "three runs failed" test "$(sql "SELECT count(*) FROM runs WHERE status = 'failed'")" = $count
    sql "UPDATE jobs SET settled_until = 1767225599999, next_due = 1767225600000 WHERE name != 'old'"
    runs_end
    rm -rf "$WORK/schedule-template"
    cp -a "$STATE" "$WORK/schedule-template"
}
add_due() { debvisor schedule add "$1" --cron '0 0 1 1 *' --timezone UTC -q "${@:2}"; }
prepare_schedule() {
    rm -rf "$STATE" "$WORK/ran"
    cp -a "$WORK/schedule-template" "$STATE"
}
# What nobody has heard of yet stays.
with_told_runs() {
    prepare_schedule
    sql "UPDATE runs SET untold = NULL"
}
with_a_long_run() {
    prepare_schedule
    debvisor schedule add long --cron @yearly -q --shell 'exec sleep 600'
    debvisor schedule execute long -q
}

in_order() { # label
    check "… the next looks bring it in order" settle
    check "… no process is left" runs_end
    check "… each time is on record once" test "$(sql "SELECT count(*), count(DISTINCT job_id) FROM slots")" = $'3\t3'
    check "… at most once" test "$(grep -c most "$WORK/ran" 2>/dev/null)" -le 1
    check "… at least once" grep -q least "$WORK/ran"
    # Where nobody can tell that the command never ran, the run is lost, and what is lost is not tried again.
    [ "$1" = run.gate.before ] || check "… tried again" grep -q tries "$WORK/ran"
    check "… no trace of what is over" test -z "$(find "$STATE/schedule-runs" -name 'result*' -o -name '*.pipe')"
}
job_is_whole() {
    expect 0 "… the next one goes on" debvisor schedule add new --cron @daily -q -- true
    check "… the job is there once" test "$(debvisor schedule list -o json | jq '[.[] | select(.name == "new")] | length')" = 1
}
cancelled() {
    debvisor schedule cancel long --wait --timeout 30s >/dev/null 2>&1 || true
    check "… it is over" test "$(sql "SELECT count(*) FROM runs JOIN jobs ON jobs.id = job_id WHERE name = 'long' AND ended_at IS NULL")" = 0
    check "… with all of its processes" runs_end
}
retained() {
    expect 0 "… again" debvisor schedule retention set --runs 1 --now
    check "… one is left" test "$(sql "SELECT count(*) FROM runs")" = 1
    check "… with its output, and no other" test "$(find "$STATE/schedule-runs" -name stdout | wc -l)" = 1
}

# Three runs that ended and that nobody has counted yet.
with_endings() {
    prepare_schedule
    rm -f "$STATE"/metrics.db*
    debvisor schedule disable most least tries -q >/dev/null 2>&1 || true
    sql "INSERT INTO endings (job, status, started_at, ended_at) VALUES ('a', 'completed', 1000, 2000), ('a', 'failed', 3000, 4000), ('b', 'completed', 5000, 6000)"
}
counted_once() {
    debvisor -q schedule run-due >/dev/null 2>&1 || true
    debvisor -q schedule run-due >/dev/null 2>&1 || true
    check "… each run counts once" test "$(debvisor metric list debvisor_job_runs_total -o json | jq '[.[] | select(.tags.job | IN("a", "b")) | .value] | sort == [1, 1, 1]')" = true
    check "… nothing is left to count" test "$(sql "SELECT count(*) FROM endings")" = 0
    runs_end || true
}

every_schedule_walk() {
    local label
    await_runs() { runs_end || true; }
    schedule_template
    # Whether one of the runs that it starts has ended when it counts is chance; counting has a walk of its own.
    printf 'own_metrics = off\n' >"$WORK/uncounted.conf"
    export DEBVISOR_CONFIG=$WORK/uncounted.conf
    EXCEPT='^run-endings'
    walk_store "run-due" prepare_schedule in_order /dev/null schedule run-due
    unset DEBVISOR_CONFIG
    EXCEPT='^$'
    walk_store "run-due, to count" with_endings counted_once /dev/null schedule run-due
    walk_store "schedule add" prepare_schedule job_is_whole /dev/null schedule add new --cron @daily -- true
    walk_store "schedule cancel" with_a_long_run cancelled /dev/null schedule cancel long --wait --timeout 20s
    walk_store "schedule retention set" with_told_runs retained /dev/null schedule retention set --runs 1 --now
    for label in run.launch.before run.launch.after run.identity.before run.gate.before run.gate.after; do
        prepare_schedule
        (env "DEBVISOR_FAILPOINT=$label" "$DEBVISOR" schedule run-due >/dev/null 2>&1 </dev/null; exit) 2>/dev/null || true
        report 0 "run-due, killed at $label"
        in_order "$label"
    done
}
