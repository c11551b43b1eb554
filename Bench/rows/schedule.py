"""The scheduler: next times beside croniter and cronsim, and the ledger beside the same rows written by sqlite3."""
import os
import pathlib
import signal
import sqlite3
import subprocess
import sys
import time

from measure import Failed, is_there, machine, median, note, table, timed, version, wait_until_quiet
from startup import once

TITLE = "Scheduler"
EXPRESSIONS = ["*/5 * * * *", "0 3 * * *", "30 2 1,15 * *", "0 0 * * fri", "15 14 1 * *", "0 22 * * 1-5", "5 4 29 2 *",
               "0 9-17/2 * 3,9 mon"]
ZONES = ["UTC", "Europe/Berlin"]
FROM = "2026-01-01T00:00:00Z"
# A date that no calendar has, one in 28 years, and one that every clock of the zone leaves out but for some years.
HARD = ["0 0 30 2 *", "0 0 29 2 */7", "59 23 31 12 */7", "5 4 29 2 *"]
AIMS = {"croniter": 10, "cronsim": 5}

# Prints the seconds that `count` times after the first of January take, without starting Python.
PEER = """
import sys, time
from datetime import datetime, timezone
from zoneinfo import ZoneInfo
which, expression, zone, count = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
start = datetime(2026, 1, 1, tzinfo=timezone.utc).astimezone(ZoneInfo(zone))
began = time.perf_counter()
if which == "croniter":
    from croniter import croniter
    began = time.perf_counter()
    times = croniter(expression, start)
    for _ in range(count): times.get_next(datetime)
else:
    from cronsim import CronSim
    began = time.perf_counter()
    times = CronSim(expression, start)
    for _ in range(count): next(times)
print(time.perf_counter() - began)
"""


def peers(bench):
    """Python with croniter and cronsim from PyPI; None if they cannot be had."""
    place = bench.directory / "schedule-venv"
    python = place / "bin" / "python"
    if not python.exists():
        try:
            subprocess.run([sys.executable, "-m", "venv", place], check=True, capture_output=True)
            subprocess.run([place / "bin" / "pip", "install", "--quiet", "croniter", "cronsim", "tzdata"], check=True,
                           capture_output=True, timeout=600)
        except (OSError, subprocess.SubprocessError) as error:
            note(f"NOTE: croniter and cronsim cannot be had from PyPI ({error}); their columns are left out")
            return None
    return python


def driver(bench):
    """The scheduler as a program of its own, beside the binary."""
    place = pathlib.Path(bench.debvisor).parent / "ScheduleDriver"
    if not os.access(place, os.X_OK):
        raise Failed(f"{place} is not built; make bench builds it")
    return place


def next_times(bench, python):
    """Times a second: ours in-process by the driver beside the binary, the peers in Python; none counts its start."""
    count, rows = 1000, []
    for zone in ZONES:
        for expression in EXPRESSIONS:
            ours, theirs = [], {name: [] for name in AIMS}
            for _ in range(3):
                ours.append(float(subprocess.run([driver(bench), "next", expression, zone, FROM, str(count)], check=True,
                                                 capture_output=True, text=True).stdout))
                for name in theirs if python else []:
                    peer = subprocess.run([python, "-c", PEER, name, expression, zone, str(count)], capture_output=True,
                                          text=True)
                    if peer.returncode == 0:
                        theirs[name].append(float(peer.stdout))
            mine = sorted(ours)[1]
            cells = [f"`{expression}`", zone, f"{count / mine / 1000:.0f}k"]
            for name in AIMS:
                times = sorted(theirs[name])
                cells.append(f"{times[len(times) // 2] / mine:.0f}" if times else "–")
            rows.append(cells)
    return table(["expression", "zone", "times/s", "÷ croniter (aim ≥ 10)", "÷ cronsim (aim ≥ 5)"], rows)


def hard_queries(bench):
    """What one query takes in a process that has done nothing before."""
    rows = []
    for expression in HARD:
        runs = [float(subprocess.run([driver(bench), "query", expression, "Europe/Berlin", FROM], check=True,
                                     capture_output=True, text=True).stdout) for _ in range(21)]
        rows.append([f"`{expression}`", f"{sorted(runs)[10] * 1000:.2f}", f"{max(runs) * 1000:.2f}", "< 1"])
    return table(["query", "ms", "slowest of 21", "aim"], rows)


class Ledger:
    """A state directory whose jobs are written by SQL: adding ten thousand by commands would take minutes."""

    def __init__(self, bench, name):
        self.bench, self.state = bench, bench.scratch(f"schedule-{name}")
        self.environment = {**os.environ, "DEBVISOR_STATE_DIR": str(self.state)}
        self.run("schedule", "add", "job-0", "--cron", "0 3 1 1 *", "--timezone", "UTC", "--", "/bin/true")

    def run(self, *words):
        return subprocess.run([self.bench.debvisor, *words], env=self.environment, capture_output=True, text=True)

    def store(self):
        return sqlite3.connect(self.state / "schedules.db", timeout=60)

    def clone(self, count):
        with self.store() as store:
            columns = [row[1] for row in store.execute("PRAGMA table_info(jobs)") if row[1] not in ("id", "name")]
            store.execute(f"""
                WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count - 1})
                INSERT INTO jobs (name, {', '.join(columns)})
                SELECT 'job-' || n, {', '.join(columns)} FROM numbers, jobs WHERE jobs.name = 'job-0'""")

    def make_due(self):
        """Each job has one time that passed a minute ago."""
        with self.store() as store:
            store.execute("""UPDATE jobs SET cron_expression = '* * * * *',
                settled_until = (CAST(strftime('%s', 'now') AS INTEGER) / 60) * 60000 - 1,
                next_due = (CAST(strftime('%s', 'now') AS INTEGER) / 60) * 60000""")


def idle_look(bench):
    ledger = Ledger(bench, "idle")
    ledger.clone(10000)
    looks, idle = [], []
    for _ in range(61):
        idle.append(once([bench.debvisor, "--version"], ledger.environment))
        looks.append(once([bench.debvisor, "-q", "schedule", "run-due"], ledger.environment))
    look, nothing = median(looks, "wall") * 1000, median(idle, "wall") * 1000
    return ["`run-due`, nothing due among 10,000 jobs", f"{look:.1f} ms", f"{look / nothing:.2f} × `--version`", "≤ 2"], ledger


def statements():
    """What a look writes for ten thousand jobs that become due, for the shell of SQLite: one statement a row."""
    lines = ["PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; BEGIN IMMEDIATE;"]
    for n in range(1, 10001):
        at = 1_700_000_000_000 + n
        lines.append(f"INSERT INTO slots (id, job_id, scheduled_for) VALUES ({n}, {n}, {at});")
        lines.append("INSERT INTO runs (job_id, slot_id, attempt, status, rank, due_at, waits, created_at) "
                     f"VALUES ({n}, {n}, 1, 'pending', {at}, {at}, 1, {at});")
        lines.append(f"UPDATE jobs SET settled_until = {at}, next_due = {at + 60000} WHERE id = {n};")
    return "\n".join([*lines, "COMMIT;"])


def claims(bench):
    ours, shell = [], []
    for number in range(bench.repetitions):
        ledger = Ledger(bench, f"claims-{number}")
        ledger.clone(10000)
        ledger.make_due()
        copy = ledger.state / "copy.db"
        with ledger.store() as store, sqlite3.connect(copy) as target:
            store.backup(target)
        if is_there("sqlite3"):
            (ledger.state / "rows.sql").write_text(statements())
            shell.append(timed(["sqlite3", str(copy), f".read {ledger.state}/rows.sql"], ledger.state / "log").wall)
        # One is started; starting is what a command costs, not what the ledger does.
        began = time.monotonic()
        done = ledger.run("schedule", "run-due", "-q", "--max-running", "1")
        ours.append(time.monotonic() - began)
        with ledger.store() as store:
            slots = store.execute("SELECT count(*) FROM slots").fetchone()[0]
            # Else each run that ends would start the next.
            store.execute("UPDATE runs SET status = 'cancelled', ended_at = 1 WHERE status IN ('pending', 'blocked')")
            store.execute("UPDATE jobs SET enabled = 0, next_due = NULL")
        if slots < 10000:
            raise Failed(f"{slots} of 10,000 slots were recorded: {done.stderr.strip()}")
    mine = sorted(ours)[len(ours) // 2]
    ratio = f"{mine / sorted(shell)[len(shell) // 2]:.2f} × sqlite3" if shell else "–"
    return ["10,000 jobs due at once", f"{mine * 1000:.0f} ms", ratio, "≤ 3, < 5 s"]


def status_kib(pid, file, *keys):
    lines = pathlib.Path(f"/proc/{pid}/{file}").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.split(":")[0] in keys)


def memory(bench, ledger):
    ledger.run("schedule", "add", "sleeper", "--cron", "@yearly", "--", "/bin/sleep", "20")
    ledger.run("schedule", "execute", "sleeper")
    time.sleep(0.5)
    supervisor = None
    for place in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            words = (place / "cmdline").read_bytes().split(b"\0")
            variables = (place / "environ").read_bytes()
        except OSError:
            continue
        if b"__supervise" in words and str(ledger.state).encode() in variables:
            supervisor = int(place.name)
    if supervisor is None:
        raise Failed("no supervisor was found")
    # Its clean pages are the program's, which all supervisors share.
    private = status_kib(supervisor, "smaps_rollup", "Private_Dirty") / 1024
    ledger.run("schedule", "cancel", "sleeper", "--wait")
    daemon = subprocess.Popen([bench.debvisor, "schedule", "daemon"], env=ledger.environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(2)
    resident = status_kib(daemon.pid, "status", "VmRSS") / 1024

    def switches():
        return sum(status_switches(task) for task in pathlib.Path(f"/proc/{daemon.pid}/task").iterdir())

    before = switches()
    time.sleep(5)
    woken = switches() - before
    daemon.send_signal(signal.SIGTERM)
    daemon.wait()
    return [["memory of its own of a supervisor", f"{private:.1f} MiB", "", "≤ 3 MiB"],
            ["resident memory of the daemon, 10,000 jobs", f"{resident:.1f} MiB", "", "≤ 20 MiB"],
            ["its wake-ups in 5 s without a deadline", f"{woken}", "", "0"]]


def status_switches(task):
    return sum(int(line.split()[1]) for line in (task / "status").read_text().splitlines() if line.startswith("voluntary_ctxt"))


def history(bench):
    ledger = Ledger(bench, "history")
    ledger.clone(100)
    count = 100_000 if bench.quick else 1_000_000
    with ledger.store() as store:
        store.executescript(f"""
            WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count - 1})
            INSERT INTO slots (job_id, scheduled_for) SELECT 1 + n % 100, 1700000000000 + n * 60000 FROM numbers;
            INSERT INTO runs (job_id, slot_id, attempt, status, rank, due_at, waits, created_at, started_at, ended_at, exit_code)
            SELECT job_id, id, 1, CASE WHEN id % 1000 = 0 THEN 'failed' ELSE 'completed' END, scheduled_for, scheduled_for, 1,
                scheduled_for, scheduled_for, scheduled_for + 5000, 0 FROM slots;
            """)
    rows = []
    for words in [[], ["job-7"], ["--status", "failed"], ["job-9", "--status", "failed", "--since", "2023-12-01"]]:
        runs = [once([bench.debvisor, "schedule", "history", *words, "-o", "json"], ledger.environment) for _ in range(21)]
        rows.append([f"`history {' '.join(words)}` over {count:,} runs", f"{median(runs, 'wall') * 1000:.1f} ms", "", "< 50 ms"])
    return rows


def run(bench):
    scratch = bench.scratch("schedule")
    timed([bench.debvisor, "--version"], scratch / "log")
    python = peers(bench)
    wait_until_quiet()
    rates = next_times(bench, python)
    hard = hard_queries(bench)
    look, ledger = idle_look(bench)
    rows = [look, claims(bench), *memory(bench, ledger), *history(bench)]
    versions = version([python, "-c", "import importlib.metadata as m; print(', '.join(f'{n} {m.version(n)}' for n in "
                                      "('croniter', 'cronsim')))"]) if python else "no peers"
    return TITLE, "\n\n".join([
        "Times a second while iterating, in one process each, its start not counted.",
        rates, hard, table(["what", "median", "ratio", "aim"], rows),
        f"{version([bench.debvisor, '--version'])}; {versions}; sqlite3 {version(['sqlite3', '--version'])[:6]}. {machine()}. "
        "Made by `make bench ONLY=schedule`."])
