#!/usr/bin/env bash
# The scheduler with real processes: many at once on one state, kills, commands that will not end, output without bound,
# the daemon. Times that pass are made by moving the store's clock back, not by waiting.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/lib.sh"

STORE=$DEBVISOR_STATE_DIR/schedules.db
schedule() { debvisor schedule "$@"; }
# SQL on the store; prints the rows.
sql() {
    python3 - "$STORE" "$1" <<'PY'
import sqlite3, sys
with sqlite3.connect(sys.argv[1], timeout=30) as store:
    for row in store.execute(sys.argv[2]):
        print(*row, sep="\t")
PY
}
# Lets some minutes pass for every job.
let_pass() {
    sql "UPDATE jobs SET settled_until = settled_until - $1 * 60000, next_due = next_due - $1 * 60000,
        created_at = created_at - $1 * 60000 WHERE next_due IS NOT NULL"
}
# Processes that a run left: everything with its id in the environment, but for this script's own.
members() {
    grep -lzx "DEBVISOR_RUN_ID=$1" /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3 || true
}
alive() { [ -n "$(members "$1")" ]; }
# Until a command succeeds, for some seconds.
within() {
    local seconds=$1 end
    end=$((SECONDS + $1))
    shift
    until "$@"; do
        [ "$SECONDS" -le "$end" ] || { echo "not within $seconds s: $*"; return 1; }
        sleep 0.1
    done
}
run_of() { schedule history "$1" --limit 1 -o tsv --no-header --fields execution_id; }
status_of() { schedule history "$1" --limit 1 -o tsv --no-header --fields status; }
is() { [ "$(status_of "$1")" = "$2" ]; }
quiet_store() { [ "$(sql "SELECT count(*) FROM runs WHERE ended_at IS NULL")" = 0 ]; }
supervisor_by_name() { # the process that was started with the hidden word and whose child carries the id
    local member parent
    for member in $(members "$1"); do
        parent=$(awk '/^PPid:/ { print $2 }' "/proc/$member/status" 2>/dev/null) || continue
        if tr '\0' ' ' <"/proc/$parent/cmdline" 2>/dev/null | grep -q __supervise; then echo "$parent"; return; fi
    done
}

statuses() {
    schedule add good --cron @daily --shell 'echo out; echo err >&2' -q
    schedule add bad --cron @daily --shell 'exit 7' -q
    schedule add slow --cron @daily --timeout 1s --shell 'exec sleep 60' -q
    schedule add long --cron @daily --shell 'exec sleep 60' -q
    schedule add beside --cron @daily --conflicts long -q -- /bin/true
    expect 0 "execute --wait: completed" debvisor schedule execute good --wait -o json
    json "with its output" '.status == "completed" and .output == "out\n" and .error_output == "err\n" and .exit_code == 0'
    fails 1 "execute --wait: failed" "status 7" debvisor schedule execute bad --wait
    fails 8 "execute --wait: took too long" "too long" debvisor schedule execute slow --wait
    expect 0 "execute: started" debvisor schedule execute long -o json
    json "and runs" '.status == "running"'
    fails 6 "execute: overlapping" skipped debvisor schedule execute long --wait
    fails 6 "execute --wait: blocked" "is blocked" debvisor schedule execute beside --wait
    fails 8 "wait: not over in time" "is not over" debvisor schedule wait long --timeout 1s
    expect 0 "cancel" debvisor schedule cancel long --wait -o json
    json "ended by TERM" 'length == 1 and .[0].status == "cancelled" and .[0].escalation == ["TERM"]'
    fails 1 "wait: cancelled" cancelled debvisor schedule wait long
    fails 4 "an unknown job" "did you mean 'good'" debvisor schedule execute goood
    expect 3 "run-due tells of what went wrong" debvisor -q schedule run-due
    said "by name" "bad: run"
    expect 0 "once" debvisor -q schedule run-due
    check "and is silent then" not test -s "$ERR" -o -s "$OUT"
    for job in good bad slow long beside; do schedule delete $job --yes -q; done
}

# What a run sees, and nothing of ours.
environment() {
    printf 'COLOUR="dark blue"\n# a comment\n' >"$WORK/env"
    SECRET=1 debvisor schedule add seen --cron @daily --env-file "$WORK/env" --workdir /usr -q --shell 'pwd; env | sort'
    SECRET=1 expect 0 "a run" env SECRET=1 "$DEBVISOR" schedule execute seen --wait -o json
    cp "$OUT" "$WORK/run.json"
    jq -r .output "$WORK/run.json" >"$OUT"
    for line in /usr PATH= HOME= DEBVISOR_JOB=seen DEBVISOR_ATTEMPT=1 DEBVISOR_SCHEDULED_FOR= 'COLOUR=dark blue'; do
        printed "sees $line" "$line"
    done
    check "its own id" grep -qx "DEBVISOR_RUN_ID=$(jq -r .execution_id "$WORK/run.json")" "$OUT"
    check "nothing of ours" not grep -q SECRET "$OUT"
    schedule delete seen --yes -q
}

# Fifty jobs, three times each, eight processes at once, again and again: each time once.
every_slot_once() {
    local n pids
    for n in $(seq 50); do
        # shellcheck disable=SC2016  # the run's shell expands it
        schedule add "many$n" --cron '* * * * *' --misfire all --overlap queue -q \
            --shell 'echo "$DEBVISOR_JOB $DEBVISOR_SCHEDULED_FOR" >>'"$WORK/ran"
    done
    let_pass 3
    for _ in $(seq 4); do
        pids=()
        for n in $(seq 8); do
            "$DEBVISOR" -q schedule run-due --max-running 20 >"$WORK/due.$n" 2>&1 &
            pids+=($!)
        done
        for n in "${pids[@]}"; do wait "$n" || report 1 "run-due at the same time: status $?"; done
    done
    check "all end" within 60 quiet_store
    sort "$WORK/ran" | uniq -d >"$WORK/twice"
    check "no slot ran twice" not test -s "$WORK/twice"
    check "every slot ran ($(wc -l <"$WORK/ran"))" test "$(wc -l <"$WORK/ran")" -ge 150
    check "as many as the ledger says" test "$(wc -l <"$WORK/ran")" = "$(sql "SELECT count(*) FROM runs JOIN slots ON slots.id = slot_id WHERE status = 'completed'")"
    schedule delete $(seq -f 'many%g' 50) --yes -q
}

# Grandchildren that ignore TERM, forked twice, in sessions of their own, which fork on while they are being killed.
fork_bomb() {
    local run
    cat >"$WORK/bomb" <<-'EOF'
	#!/usr/bin/python3
	import os, signal, sys, time
	signal.signal(signal.SIGTERM, signal.SIG_IGN)
	def child(depth):
	    if os.fork() == 0:
	        os.setsid()
	        if os.fork() == 0:
	            if depth > 0:
	                for _ in range(3): child(depth - 1)
	            end = time.time() + 600
	            while time.time() < end:
	                time.sleep(0.2)
	                if depth == 0 and os.fork() == 0: os._exit(0)
	                try:
	                    while os.waitpid(-1, os.WNOHANG)[0]: pass
	                except ChildProcessError: pass
	        os._exit(0)
	    os.wait()
	for _ in range(3): child(2)
	print("forked", flush=True)
	time.sleep(600)
	EOF
    chmod +x "$WORK/bomb"
    schedule add bomb --cron @daily --timeout 2s -q -- "$WORK/bomb"
    schedule execute bomb -q
    run=$(run_of bomb)
    check "the bomb forks" within 5 test_members "$run" 30
    fails 8 "it is ended" "too long" debvisor schedule wait bomb --timeout 60s
    expect 0 "history" debvisor schedule history bomb -o json
    json "by TERM, then KILL" '.[0].status == "timeout" and .[0].escalation == ["TERM", "KILL"]'
    debvisor -q schedule run-due >/dev/null 2>&1 || true
    check "none of its processes survives" not alive "$run"
    schedule delete bomb --yes -q
}
test_members() { [ "$(members "$1" | wc -l)" -ge "$2" ]; }

# A supervisor is killed: what runs is taken over and ended at its limit, and nobody says how it ended.
dead_supervisors() {
    local run
    schedule add orphan --cron @daily --timeout 4s -q --shell 'trap "" TERM; setsid sleep 600 & sleep 600'
    schedule execute orphan -q
    run=$(run_of orphan)
    check "it has a supervisor" within 5 has_supervisor "$run"
    kill -9 "$(supervisor_by_name "$run")"
    expect 0 "the next look" debvisor -q schedule run-due
    check "takes it over" is orphan running
    debvisor schedule wait orphan --timeout 60s >"$OUT" 2>"$ERR" || true
    check "its limit still holds: $(status_of orphan)" test "$(status_of orphan)" != running
    check "no process survives" not alive "$run"

    schedule add gone --cron @daily -q --shell 'sleep 600'
    schedule execute gone -q
    run=$(run_of gone)
    check "it has a supervisor" within 5 has_supervisor "$run"
    kill -9 "$(supervisor_by_name "$run")"
    members "$run" | xargs -r kill -9
    fails 1 "wait: lost" "was lost" debvisor schedule wait gone --timeout 20s
    check "… for good" is gone lost
    check "no process survives" not alive "$run"
    expect 3 "run-due tells of it" debvisor -q schedule run-due
    schedule delete orphan gone --yes -q
}
has_supervisor() { [ -n "$(supervisor_by_name "$1")" ]; }

# Ten MiB: the beginning and the end are kept, what is between is counted.
output() {
    schedule add loud --cron @daily -q --shell 'echo first; head -c 10485760 /dev/zero | tr "\0" x; echo; echo last'
    expect 0 "a loud run" debvisor schedule execute loud --wait -o json
    json "counts every byte" '.output_bytes == 10485772 and .dropped_bytes == .output_bytes - 262144'
    expect 0 "log" debvisor schedule log loud
    check "begins with the first line" test "$(head -n 1 "$OUT")" = first
    check "ends with the last" test "$(tail -n 1 "$OUT")" = last
    printed "says what is missing" 'bytes dropped'
    check "is no larger than 256 KiB and a line" test "$(stat -c %s "$OUT")" -lt 262300
    check "nor is the file" test "$(du -sk "$DEBVISOR_STATE_DIR/schedule-runs" | cut -f1)" -lt 2000

    # shellcheck disable=SC2016  # the run's shell expands it
    schedule add talk --cron @daily -q --shell 'for n in 1 2 3; do echo $n; sleep 0.4; done; echo end >&2'
    schedule execute talk -q
    expect 0 "log --follow" debvisor schedule log talk --follow
    check "has all of it" test "$(tr '\n' ' ' <"$OUT")" = '1 2 3 '
    expect 0 "log --stderr" debvisor schedule log talk --stderr
    printed "has the other stream" end
    schedule delete loud talk --yes -q
}

# A run fills the disk that its state is on: its supervisor stays until somebody makes room, and then says how it ended.
full_disk() {
    local place=$WORK/small run
    mkdir "$place"
    mount -t tmpfs -o size=3m small "$place" || { skip "a full disk" "no tmpfs can be mounted"; return; }
    at_exit "umount -l $place"
    small() { DEBVISOR_STATE_DIR=$place/state "$DEBVISOR" "$@"; }
    # A supervisor that drops output meanwhile, or a store that is closed, gives room back: it is taken first.
    finds_no_room() {
        local status=0
        cat /dev/zero >>"$place/fill" 2>/dev/null
        small "$@" >"$OUT" 2>"$ERR" || status=$?
        [ $status -eq 1 ] && is_error "no space left"
    }
    small schedule add filler --cron @daily -q --shell \
        "until [ -e $WORK/go ]; do sleep 0.1; done; cat /dev/zero >$place/fill 2>/dev/null; seq 1 100000; echo end >&2; echo >$WORK/done; exit 7"
    small schedule execute filler -q
    run=$(small schedule history filler -o tsv --no-header --fields execution_id)
    touch "$WORK/go"
    check "the command ends on the full disk" within 20 test -e "$WORK/done"
    check "… and all of its processes" within 20 not alive "$run"
    check "no room is left" test "$(df --output=avail "$place" | tail -n 1)" -lt 100
    check "a look says what is wrong" within 20 finds_no_room -q schedule run-due
    check "so does an addition" within 20 finds_no_room schedule add other --cron @daily -q -- true
    rm "$place/fill"
    fails 1 "with room again its end is told" "failed with status 7" small schedule wait filler --timeout 60s
    expect 0 "history" small schedule history filler -o json
    json "as it was, not as lost" '.[0].status == "failed" and .[0].exit_code == 7 and .[0].error_bytes == 4'
    json "each byte is counted" '.[0].output_bytes == 588895 and .[0].dropped_bytes > 0 and .[0].dropped_bytes <= .[0].output_bytes + 4'
    expect 0 "the store is whole" small system check
    small schedule update filler --shell 'echo well' -q
    expect 0 "the next run is as any other" small schedule execute filler --wait -o json
    json "with its output" '.output == "well\n" and .dropped_bytes == 0'
    expect 3 "run-due tells of the first" small -q schedule run-due
    check "nothing but output is left" test -z "$(ls "$place/state/schedule-runs/active")"
}

wake_ups() { awk '/^voluntary_ctxt/ { sum += $2 } END { print sum }' /proc/"$1"/task/*/status; }
sleeps() { # process
    local before
    for _ in $(seq 10); do
        before=$(wake_ups "$1")
        sleep 2
        [ "$(wake_ups "$1")" != "$before" ] || return 0
    done
    return 1
}
# Starts what becomes due by itself, hears of changes at once, and leaves what runs when it ends.
daemon() {
    local pid run
    # The program, not the function: the signal is for it.
    "$DEBVISOR" schedule daemon -v >"$WORK/daemon.out" 2>"$WORK/daemon" </dev/null &
    pid=$!
    at_exit "kill -9 $pid 2>/dev/null"
    sleep 0.5
    schedule add fresh --cron '* * * * *' -q --shell 'sleep 3'
    let_pass 2
    check "the daemon hears of what another process changes" within 5 grep -q "started run" "$WORK/daemon"
    run=$(run_of fresh)
    schedule update fresh --cron @yearly -q
    check "its run ends" within 20 not alive "$run"
    check "nothing wakes it while nothing is due" sleeps $pid
    schedule execute fresh -q
    run=$(run_of fresh)
    kill -TERM $pid
    local status=0
    wait $pid || status=$?
    check "TERM ends it" test "$status" = 143
    check "a run goes on" alive "$run"
    expect 0 "and completes" debvisor schedule wait "$run" --timeout 20s
    check "no daemon is left" not kill -0 $pid
    schedule delete fresh --yes -q
}

# The package has the units with the program, where it is, and systemd finds nothing odd in them.
package() {
    local root=$WORK/root place=/usr/lib/systemd/system unit package
    mkdir -p "$WORK/build/release"
    ln -s "$DEBVISOR" "$WORK/build/release/debvisor"
    expect 0 "a Debian package is made" env BUILD="$WORK/build" COMPRESSION=none "$PROJECT/scripts/make-deb" "$WORK"
    package=$(cat "$OUT")
    rm -r "$WORK/build"
    check "named after version and architecture" test "${package##*/}" = "debvisor_$(debvisor --version | cut -d' ' -f2)_$(dpkg --print-architecture).deb"
    check "it needs what the program is linked against" grep -q 'libsqlite3-0 (>= 3.40)' <(dpkg-deb -f "$package" Depends)
    check "all of it belongs to root" test -z "$(dpkg-deb -c "$package" | awk '$2 != "root/root"')"
    for unit in postinst prerm postrm; do check "$unit is a script" sh -n <(dpkg-deb --ctrl-tarfile "$package" | tar -xO "./$unit"); done
    dpkg-deb -x "$package" "$root"
    rm "$package"
    check "the program runs from it" test "$("$root/usr/bin/debvisor" --version)" = "$(debvisor --version)"
    check "with its manual" test -s "$root/usr/share/man/man1/debvisor-schedule.1.gz"
    check "and completion" test -s "$root/usr/share/bash-completion/completions/debvisor"
    for unit in debvisor-run-due.service debvisor-schedule.service debvisor-schedule.timer; do
        check "installs $unit" test -s "$root$place/$unit"
    done
    check "they start what was installed" test "$(grep -h ^ExecStart= "$root$place"/*.service | cut -d' ' -f1 | sort -u)" = ExecStart=/usr/bin/debvisor
    check "each minute of UTC" grep -qx 'OnCalendar=\*-\*-\* \*:\*:00 UTC' "$root$place/debvisor-schedule.timer"
    check "… to the second" grep -qx AccuracySec=1s "$root$place/debvisor-schedule.timer"
    if ! command -v systemd-analyze >/dev/null; then skip "systemd's look at the units" "systemd is not installed"; return; fi
    mkdir "$WORK/units"
    for unit in "$root$place"/debvisor-*; do sed "s|/usr/bin/debvisor|$root&|" "$unit" >"$WORK/units/${unit##*/}"; done
    expect 0 "systemd takes the units" systemd-analyze verify --man=no "$WORK"/units/*
    check "and says nothing" not test -s "$ERR" -o -s "$OUT"
    rm -r "$root"
}

crontabs() {
    printf 'CRON_TZ=Europe/Berlin\nMAILTO=root\n0 3 * * * root echo one\n5 3 * * * root cat%%two%%three\n0 3 31 2 * root echo never\n' >"$WORK/crontab"
    expect 3 "import" debvisor schedule import --crontab "$WORK/crontab" --system -o json
    json "the lines that can be jobs" 'length == 2 and all(.[]; .timezone == "Europe/Berlin" and .user == "root")'
    said "names the line that cannot" "line 5"
    expect 3 "again" debvisor schedule import --crontab "$WORK/crontab" --system -q
    check "changes nothing" test "$(schedule list -o json | jq length)" = 2
    expect 0 "a job with input" debvisor schedule execute crontab-4 --wait -o json
    json "reads it" '.output == "two\nthree\n"'
    expect 0 "export" debvisor schedule export --system crontab-3
    printed "a line for cron" "0 3 * * * root echo one"
    expect 9 "lint" debvisor schedule lint --crontab "$WORK/crontab" --system
    said "names what never fires" "line 5: day of month: never fires"
    schedule delete crontab-3 crontab-4 --yes -q
}

statuses
environment
every_slot_once
fork_bomb
dead_supervisors
output
package
daemon
if [ "$(id -u)" = 0 ]; then
    full_disk
    crontabs
else
    skip "a full disk" "only root may mount a small one"
    skip crontabs "only root may import jobs of root"
fi
check "the store is sound" debvisor system check
check "nothing is left running" test -z "$(pgrep -f "__supervise" | while read -r p; do grep -qzx "DEBVISOR_STATE_DIR=$DEBVISOR_STATE_DIR" "/proc/$p/environ" 2>/dev/null && echo "$p"; done)"
