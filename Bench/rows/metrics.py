"""The metric store: import beside promtool, append beside sqlite3, bytes beside Prometheus' compacted blocks, memory."""
import csv
import glob
import itertools
import os
import pathlib
import random
import shutil
import subprocess
import time

from measure import Failed, is_there, machine, median, table, timed, version, wait_until_quiet
from startup import once

TITLE = "Metrics"
SERIES, SAMPLES, STEP = 100, 10_000, 60
START = 1_700_000_000 // 7200 * 7200
PORT = 19099


class Store:
    """What is measured: the binary, and for appends that no command makes a program on the same library."""

    def __init__(self, bench):
        self.debvisor = bench.debvisor
        self.driver = pathlib.Path(bench.debvisor).parent / "MetricsDriver"
        if not os.access(self.driver, os.X_OK):
            raise Failed(f"{self.driver} is not built (make bench builds it)")

    def metric(self, state, verb, *words):
        return [self.debvisor, "--state-dir", state, "metric", verb, *words]

    def load(self, state, form, path):
        return self.metric(state, "import", path, "--format", form)

    def bulk(self, state, path):
        return [self.driver, "append", state, path]

    def get(self, state, name, *tags):
        return self.metric(state, "get", name, *(word for tag in tags for word in ("--tag", tag)))

    def add(self, state, name):
        return self.metric(state, "add", name, "1")


def columns():
    """One list of values, as they are written, for each series: those of the Numenta Anomaly Benchmark if NAB_DATA names a
    directory that has its `data`, else invented ones."""
    place = os.environ.get("NAB_DATA")
    if not place:
        return [invented(number) for number in range(SERIES)], "invented values (NAB_DATA names no benchmark data)"
    files = sorted(glob.glob(f"{place}/data/*/*.csv"))
    if not files:
        raise Failed(f"no data/*/*.csv below NAB_DATA={place}")
    read = []
    for path in files:
        with open(path) as file:
            read.append([row[1] for row in itertools.islice(csv.reader(file), 1, None)])
    result = []
    for number in range(SERIES):
        # A later use of a file begins elsewhere in it.
        values, shift = read[number % len(read)], number // len(read) * 997
        result.append([values[(shift + n) % len(values)] for n in range(SAMPLES)])
    return result, f"values of {len(files)} files of the Numenta Anomaly Benchmark"


def invented(number):
    """What a hypervisor measures: percents, counters, bytes, latencies, states."""
    rng = random.Random(number)
    kind, level, result = number % 5, 50.0, []
    for _ in range(SAMPLES):
        level += rng.gauss(0, 1)
        if kind == 0:
            result.append(f"{min(100, max(0, 30 + level / 5 + rng.gauss(0, 3))):.3f}")
        elif kind == 1:
            result.append(f"{int(float(result[-1]) if result else 0) + int(abs(rng.gauss(4e6, 2e6))) // 512 * 512}")
        elif kind == 2:
            result.append(f"{int(4e9 + level * 1e7) // 4096 * 4096}")
        elif kind == 3:
            result.append(repr(abs(rng.lognormvariate(-5, 0.7))))
        else:
            result.append(str(rng.choices([1, 5, 3], [96, 3, 1])[0]))
    return result


def write_inputs(scratch):
    values, what = columns()
    openmetrics, rows, statements = scratch / "in.om", scratch / "in.csv", scratch / "in.sql"
    with open(openmetrics, "w") as om, open(rows, "w") as flat, open(statements, "w") as sql:
        om.write("# HELP bench values of a benchmark\n# TYPE bench gauge\n")
        sql.write("BEGIN;\n")
        for series in range(SERIES):
            for n, value in enumerate(values[series]):
                at = START + n * STEP
                om.write(f'bench{{host="h{series % 10}",series="{series}"}} {value} {at}\n')
                flat.write(f"{series},{at},{value}\n")
                sql.write(f"INSERT INTO m VALUES({series},{at},{value});\n")
        om.write("# EOF\n")
        sql.write("COMMIT;\n")
    return openmetrics, rows, statements, what


def fastest(scratch, command, repetitions, reset):
    """The median of some runs on one processor."""
    runs = []
    for _ in range(repetitions):
        shutil.rmtree(reset, ignore_errors=True)
        wait_until_quiet(5)
        runs.append(timed(["taskset", "-c", "0", *map(str, command)], scratch / "log", {"GOMAXPROCS": "1"}))
    return runs


def tree_bytes(path):
    return sum(each.stat().st_size for each in pathlib.Path(path).rglob("*") if each.is_file())


def imports(bench, store, scratch, openmetrics):
    count = SERIES * SAMPLES
    state = scratch / "state"
    ours = fastest(scratch, store.load(state, "openmetrics", openmetrics), bench.repetitions, state)
    rate = count / median(ours, "wall")
    rows = [["`metric import`, OpenMetrics", f"{rate / 1000:.0f} k samples/s", "", "",
             f"{max(each.rss_mib for each in ours):.0f} MiB"]]
    blocks = None
    if is_there("promtool"):
        peers = [("promtool, one long block", ["--max-block-duration=168h"], bench.repetitions, "≥ 0.65, towards 1"),
                 ("promtool, its own blocks of 2 h", [], 1, "≥ 10")]
        for name, options, repetitions, aim in peers:
            blocks = scratch / "blocks"
            runs = fastest(scratch, ["promtool", "tsdb", "create-blocks-from", "openmetrics", *options, openmetrics, blocks],
                           repetitions, blocks)
            theirs = count / median(runs, "wall")
            rows.append([name, f"{theirs / 1000:.0f} k samples/s", f"{rate / theirs:.1f}", aim,
                         f"{max(each.rss_mib for each in runs):.0f} MiB"])
    text = table(["one processor, durable", "median", "ours ÷ it", "aim", "peak memory"], rows)
    return text, tree_bytes(state) / count, blocks


def compacted(bench, scratch, blocks):
    """Bytes a sample after the server's own compaction: it looks for work once a minute, so this takes a while."""
    if blocks is None or not is_there("prometheus"):
        return None
    data, config = scratch / "compact", scratch / "prom.yml"
    shutil.rmtree(data, ignore_errors=True)
    shutil.copytree(blocks, data)
    config.write_text("global: {scrape_interval: 1h}\n")
    with open(scratch / "prometheus.log", "wb") as log:
        server = subprocess.Popen(
            ["prometheus", f"--config.file={config}", f"--storage.tsdb.path={data}", "--storage.tsdb.retention.time=100y",
             "--storage.tsdb.max-block-duration=31d", f"--web.listen-address=127.0.0.1:{PORT}", "--log.level=error"],
            stdout=log, stderr=log)
        try:
            last, same = None, 0
            for _ in range(600):
                time.sleep(1)
                now = sorted(path.name for path in data.glob("01*") if ".tmp" not in path.name)
                same, last = (same + 1, last) if now == last else (0, now)
                if same >= 90:
                    break
                if server.poll() is not None:
                    raise Failed("prometheus ended: " + (scratch / "prometheus.log").read_text()[-300:])
        finally:
            server.terminate()
            server.wait()
    found = [path for path in data.glob("01*") if ".tmp" not in path.name]
    return sum(tree_bytes(path) for path in found) / (SERIES * SAMPLES), len(found)


def appends(bench, store, scratch, rows, statements):
    count, state = SERIES * SAMPLES, scratch / "append"
    ours = []
    for _ in range(bench.repetitions):
        shutil.rmtree(state, ignore_errors=True)
        wait_until_quiet(5)
        command = ["taskset", "-c", "0", *store.bulk(state, rows)]
        ours.append(float(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
    rate = count / sorted(ours)[len(ours) // 2]
    result = [["append of samples in memory, through the library", f"{rate / 1000:.0f} k samples/s", "", ""]]
    if not is_there("sqlite3"):
        return result
    schema = ("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE m(series INTEGER, ts INTEGER, value REAL, "
              "PRIMARY KEY(series, ts)) WITHOUT ROWID;")
    for name, lines in [("sqlite3, `INSERT` a row, one transaction", [f".read {statements}"]),
                        ("sqlite3, `.import` of CSV, one transaction", [".mode csv", f".import {rows} m"])]:
        runs = []
        for _ in range(bench.repetitions):
            place = scratch / "sqlite"
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir()
            script = place / "script"
            script.write_text("\n".join([schema, *lines]) + "\n")
            wait_until_quiet(5)
            runs.append(timed(["taskset", "-c", "0", "sqlite3", str(place / "m.db"), f".read {script}"], scratch / "log"))
        theirs = count / median(runs, "wall")
        result.append([name, f"{theirs / 1000:.0f} k samples/s", f"{rate / theirs:.1f}", "≥ 1, towards 2"])
    return result


def small(bench, store, scratch):
    """What one command costs beside one that does nothing."""
    state, path = scratch / "thousand", scratch / "thousand.om"
    shutil.rmtree(state, ignore_errors=True)
    with open(path, "w") as om:
        om.write("# TYPE bench gauge\n")
        for series in range(1000):
            for n in range(SAMPLES if series == 500 else 100):
                om.write(f'bench{{series="{series}"}} {(n * 7919 + series) % 1000 / 10} {START + n * STEP}\n')
        om.write("# EOF\n")
    timed(store.load(state, "openmetrics", path), scratch / "log")
    samples = {name: [] for name in ("idle", "get", "add")}
    wait_until_quiet()
    for _ in range(41):
        samples["idle"].append(once([bench.debvisor, "--version"], os.environ))
        samples["get"].append(once(store.get(state, "bench", "series=500"), os.environ))
        samples["add"].append(once(store.add(state, "single"), os.environ))
    idle = median(samples["idle"], "wall") * 1000
    rows = []
    for name, what, aim in [("get", "one series of 10,000 samples out of 1,000 series", "≤ 2"),
                            ("add", "one sample, durable", "≤ 3")]:
        mine = median(samples[name], "wall") * 1000
        rows.append([what, f"{mine:.1f} ms", f"{mine / idle:.2f} × `--version`", aim])
    return rows


def memory(bench, store, scratch, openmetrics):
    """The same lines again and again, later each time: the peak does not grow with the input."""
    times = 2 if bench.quick else 10
    path, state = scratch / "long.om", scratch / "long"
    shutil.rmtree(state, ignore_errors=True)
    lines = openmetrics.read_text().splitlines()
    with open(path, "w") as om:
        om.write("\n".join(lines[:2]) + "\n")
        for again in range(times):
            for line in lines[2:-1]:
                series, value, at = line.rsplit(" ", 2)
                om.write(f"{series} {value} {int(at) + again * SAMPLES * STEP}\n")
        om.write("# EOF\n")
    run = timed(store.load(state, "openmetrics", path), scratch / "log")
    path.unlink()
    return [f"peak memory of importing {times * SERIES * SAMPLES:,} samples", f"{run.rss_mib:.0f} MiB", "", "≤ 100 MiB"]


def run(bench):
    store, scratch = Store(bench), bench.scratch("metrics")
    openmetrics, rows, statements, what = write_inputs(scratch)
    text, size, blocks = imports(bench, store, scratch, openmetrics)
    sizes = [["our file", f"{size:.2f}", "", ""]]
    if blocks is not None:
        theirs = compacted(bench, scratch, blocks)
        if theirs:
            sizes.append([f"Prometheus after its own compaction, {theirs[1]} blocks", f"{theirs[0]:.2f}",
                          f"{size / theirs[0]:.2f}", "≤ 0.75"])
    others = [*appends(bench, store, scratch, rows, statements), *small(bench, store, scratch),
              memory(bench, store, scratch, openmetrics)]
    promtool = version(["sh", "-c", "promtool --version 2>&1 | head -1"])
    return TITLE, "\n\n".join([
        f"{SERIES} series of {SAMPLES:,} samples, one a minute: {what}; {openmetrics.stat().st_size / SERIES / SAMPLES:.0f} "
        "bytes a sample as OpenMetrics text.",
        text, table(["bytes a sample on disk", "", "ours ÷ it", "aim"], sizes),
        table(["what", "median", "ours ÷ it", "aim"], others),
        f"{version([bench.debvisor, '--version'])}; {promtool}; sqlite3 {version(['sqlite3', '--version'])[:6]}. {machine()}. "
        "Made by `make bench ONLY=metrics`."])
