#!/usr/bin/env python3
"""Scores streaming anomaly detectors by the rules of the Numenta Anomaly Benchmark (NAB 1.1).

  Bench/nab_score.py RESULTS --labels windows.json [--data DIR] [--threshold T] [--per-file] [--json]

RESULTS      directory of CSVs, one a data file, under the same relative path; columns timestamp,value,anomaly_score
             (score in 0..1)
--labels     json: {relative path: [[first, last], ...]} (NAB's combined_windows.json)
--data       compare every result's timestamps and number of rows with the data file
--threshold  one fixed threshold for all three profiles (a product's default)

An implementation of the published rules: the first min(floor(15 % of rows), 750) rows of a file are free. A window earns
its best row's sigmoid reward (first row of the window: 1), once; a window without a detection costs fnWeight; every
detection outside costs up to fpWeight, less just after a window. For each profile one threshold for all files, the one
that gives the highest total. 100 * (score - null) / (perfect - null), null is silence.
"""
import argparse
import csv
import json
import math
import os
import sys
from datetime import datetime

PROFILES = {  # name: (tpWeight, fpWeight, fnWeight)
    "standard": (1.0, 0.11, 1.0),
    "reward_low_FP_rate": (1.0, 0.22, 1.0),
    "reward_low_FN_rate": (1.0, 0.11, 2.0),
}
PROBATION_SHARE, PROBATION_ROWS = 0.15, 5000


class BadInput(Exception):
    pass


class Rows:
    """The rows of one file that count: their scores, what each is worth unweighted, the window it is in or None."""

    def __init__(self, file, scores, windows):
        """windows: pairs of row numbers, inclusive, in order."""
        worth, where = row_values(len(scores), windows)
        free = probation(len(scores))
        self.file, self.scores, self.worth, self.where = file, scores[free:], worth[free:], where[free:]
        self.labelled = len(windows)
        self.reachable = {window for window in self.where if window is not None}


def stamp(text):
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        raise BadInput(f"not a timestamp: {text!r}")


def columns(path, *names):
    with open(path, newline="") as handle:
        rows = csv.DictReader(handle)
        if not set(names) <= set(rows.fieldnames or ()):
            raise BadInput(f"{path}: needs columns {' and '.join(names)}")
        return list(zip(*[[row[name] for name in names] for row in rows])) or [() for _ in names]


def reward(x):
    """Scaled sigmoid: 1 .. 0 inside a window (x = -1 .. 0), 0 .. -1 after it; -1 beyond 3."""
    return -1.0 if x > 3.0 else 2.0 / (1.0 + math.exp(5.0 * x)) - 1.0


def row_values(count, windows):
    worth, where = [-1.0] * count, [None] * count
    top = reward(-1.0)
    for number, (first, last) in enumerate(windows):
        width = last - first + 1.0
        for row in range(first, last + 1):
            worth[row], where[row] = reward(-(last - row + 1) / width) / top, number
        end = windows[number + 1][0] if number + 1 < len(windows) else count
        for row in range(last + 1, end):
            worth[row] = reward((row - last) / (width - 1.0)) if width > 1 else -1.0
    return worth, where


def probation(count):
    return math.ceil(min(math.floor(PROBATION_SHARE * count), PROBATION_SHARE * PROBATION_ROWS))


def rows_of_windows(stamps, windows):
    """Pairs of timestamps as pairs of row numbers; of rows with one stamp the first."""
    first = {}
    for row, time in enumerate(stamps):
        first.setdefault(time, row)
    try:
        return [(first[stamp(a)], first[stamp(b)]) for a, b in windows]
    except KeyError as error:
        raise BadInput(f"a window begins or ends at {error}, a time that is not in the data")


def load(root, labels, data=None):
    loaded = []
    for file in sorted(labels):
        times, texts = columns(os.path.join(root, file), "timestamp", "anomaly_score")
        scores = [float(text) for text in texts]
        if not all(0.0 <= score <= 1.0 for score in scores):
            raise BadInput(f"{file}: an anomaly_score is outside 0..1")
        stamps = [stamp(text) for text in times]
        if data and [stamp(text) for text in columns(os.path.join(data, file), "timestamp")[0]] != stamps:
            raise BadInput(f"{file}: timestamps or number of rows differ from the data file")
        loaded.append(Rows(file, scores, rows_of_windows(stamps, labels[file])))
    return loaded


def curve(rows, profile):
    """Thresholds from above and the total at each, the first without any detection; the total of silence."""
    tp, fp, fn = PROFILES[profile]
    cells = sorted(((score, each.worth[n], None if each.where[n] is None else (each.file, each.where[n]))
                    for each in rows for n, score in enumerate(each.scores)), key=lambda cell: -cell[0])
    null = -fn * sum(len(each.reachable) for each in rows)
    points, total, best = [(1.1, null)], null, {}
    for n, (score, worth, window) in enumerate(cells):
        if window is None:
            total += worth * fp
        elif worth * tp > best.get(window, -fn):
            total += worth * tp - best.get(window, -fn)
            best[window] = worth * tp
        if n + 1 == len(cells) or cells[n + 1][0] != score:
            points.append((score, total))
    return points, null


def normal(total, rows, profile, null):
    perfect = sum(each.labelled for each in rows) * PROFILES[profile][0]
    return 100.0 * (total - null) / (perfect - null) if perfect != null else 0.0


def best(rows, profile):
    """Normalised score and threshold."""
    points, null = curve(rows, profile)
    threshold, total = max(points, key=lambda point: point[1])
    return normal(total, rows, profile, null), threshold


def at(rows, profile, threshold):
    points, null = curve(rows, profile)
    return normal([total for score, total in points if score >= threshold or score == 1.1][-1], rows, profile, null)


def counts(rows, threshold):
    """Windows hit, windows that could be hit, detections outside."""
    hit = sum(len({each.where[n] for n, score in enumerate(each.scores) if score >= threshold} - {None})
              for each in rows)
    outside = sum(1 for each in rows for n, score in enumerate(each.scores)
                  if score >= threshold and each.where[n] is None)
    return hit, sum(len(each.reachable) for each in rows), outside


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results")
    parser.add_argument("--labels", required=True)
    parser.add_argument("--data")
    parser.add_argument("--threshold", type=float)
    parser.add_argument("--per-file", action="store_true")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    try:
        rows = load(args.results, json.load(open(args.labels)), args.data)
        report = {}
        for profile in PROFILES:
            if args.threshold is None:
                score, threshold = best(rows, profile)
            else:
                threshold = args.threshold
                score = at(rows, profile, threshold)
            hit, windows, outside = counts(rows, threshold)
            entry = {"score": round(score, 4), "threshold": threshold, "windows_hit": hit,
                     "windows_missed": windows - hit, "rows_outside": outside}
            if args.per_file:
                entry["files"] = {each.file: dict(zip(("hit", "windows", "outside"), counts([each], threshold)))
                                  for each in rows}
            report[profile] = entry
    except (BadInput, OSError, ValueError, KeyError) as error:
        print(f"nab_score: {error}", file=sys.stderr)
        return 2
    if args.json:
        print(json.dumps({"files": len(rows), "profiles": report}, indent=1))
        return 0
    for profile, entry in report.items():
        print(f"{profile:20s} {entry['score']:7.2f}  threshold {entry['threshold']:.6g}  windows {entry['windows_hit']}/"
              f"{entry['windows_hit'] + entry['windows_missed']}  rows outside {entry['rows_outside']}")
        for file, found in entry.get("files", {}).items():
            print(f"    {file:60s} windows {found['hit']}/{found['windows']}  rows outside {found['outside']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
