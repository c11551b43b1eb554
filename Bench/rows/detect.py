"""Anomaly scores: how fast a stream is scored, and how often noise raises a false alarm."""
import math
import os
import pathlib
import random
import sys
from datetime import datetime, timedelta

from detector import command, scores
from measure import machine, median, table, timed, version, wait_until_quiet

TITLE = "Anomaly detection, speed and false alarms"
WARNING = 3.9 / 6
START = datetime(2026, 1, 1)

# What a script does that only wants the numbers of the same file.
READER = """
import csv, sys
from datetime import datetime
with open(sys.argv[1], newline="") as handle:
    rows = csv.reader(handle)
    next(rows)
    total = sum(float(value) + datetime.fromisoformat(time).second for time, value in rows)
"""


def white(generator, _):
    return 50 + 5 * generator.gauss(0, 1)


def exponential(generator, _):
    return generator.expovariate(1)


class Autoregressive:
    def __init__(self):
        self.level = 0.0

    def __call__(self, generator, _):
        self.level = 0.9 * self.level + generator.gauss(0, 1)
        return 20 + self.level


def daily(generator, row):
    return 50 + 20 * math.sin(2 * math.pi * row / 1440) + 2 * generator.gauss(0, 1)


NOISES = [("white", lambda: white), ("exponential", lambda: exponential), ("AR(0.9)", Autoregressive),
          ("daily sine", lambda: daily)]


def written(path, count):
    """A load of a machine: a daily course and correlated noise, one row a minute, as Python prints numbers."""
    generator, noise, time = random.Random(7), Autoregressive(), START
    with open(path, "w") as file:
        file.write("timestamp,value\n")
        for row in range(count):
            value = 30 + 20 * math.sin(2 * math.pi * row / 1440) + noise(generator, row)
            file.write(f"{time + timedelta(minutes=row)},{value!r}\n")


def speed(bench, words):
    count = 100_000 if bench.quick else 1_000_000
    scratch = bench.scratch("detect")
    series = scratch / "series.csv"
    written(series, count)
    # The shell gives it its standard input; the scores go to a log, as into a file.
    ours = ["sh", "-c", 'exec "$@" < "$0"', str(series), *words]
    commands = {"detect score": ours, "wc -l": ["wc", "-l", str(series)],
                "Python's csv, float and fromisoformat": [sys.executable, "-c", READER, str(series)]}
    runs = {name: [] for name in commands}
    wait_until_quiet()
    for _ in range(bench.repetitions):
        for name, each in commands.items():
            runs[name].append(timed(each, scratch / "log"))
    mine = median(runs["detect score"], "wall")
    rows = []
    for name, samples in runs.items():
        wall = median(samples, "wall")
        rows.append([name, f"{wall:.2f}", f"{count / wall / 1000:,.0f}k", f"{mine / wall:.1f}",
                     f"{median(samples, 'rss_mib'):.0f}"])
    rows[0][3] = f"must ≤ {5 * count / 1e6:g} s, aim {2 * count / 1e6:g} s"
    return count, pathlib.Path(series).stat().st_size, rows


def false_alarms(words, seeds, weeks):
    rows = []
    for name, make in NOISES:
        alarms = 0
        for seed in range(seeds):
            generator, noise = random.Random(seed), make()
            series = [(60 * row, noise(generator, row)) for row in range(weeks * 7 * 1440)]
            alarms += sum(1 for score in scores(words, series) if score >= WARNING)
        rows.append([name, f"{alarms / seeds / weeks:.2f}"])
    return rows


def run(bench):
    words = command(bench)
    count, size, rows = speed(bench, words)
    seeds = int(os.environ.get("BENCH_SEEDS", "10" if bench.quick else "100"))
    return TITLE, "\n\n".join([
        f"{count:,} rows of one series, {size >> 20} MiB of CSV, one core, from a file into a file.",
        table(["what", "s", "rows/s", "detect score takes × as long", "MiB"], rows),
        f"False alarms at level warning a series and week, one row a minute, {seeds} series of two weeks each "
        "(must ≤ 1, aim ≤ 0.3).",
        table(["noise", "a week"], false_alarms(words, seeds, 2)),
        f"{version([bench.debvisor, '--version'])}. {machine()}. Made by `make bench ONLY=detect`."])
