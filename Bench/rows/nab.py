"""Quality of anomaly scores: the Numenta Anomaly Benchmark, and its files changed so that nothing can be tuned to them."""
import csv
import json
import os
import pathlib

import nab_score
from detector import command, scores
from measure import Failed, machine, note, table, version

TITLE = "Anomaly detection, quality"
HOW = """NAB_DATA is not set; anomaly scores are not judged. To get the data (MIT, 10 MB):
    git clone https://github.com/numenta/NAB && NAB_DATA=$PWD/NAB make bench ONLY=nab
or any directory with data/FOLDER/FILE.csv and labels.json: {"FOLDER/FILE.csv": [[first, last], ...]}"""

# The half of the benchmark that the detector was developed on, judged by the same scorer from the scores that NAB has in
# its repository; these see each file's least and largest value beforehand.
PEERS = [["ARTime (knows the file's range)", "75.5", "69.2", "80.8"], ["Numenta HTM (knows the file's range)", "72.3", "68.2",
         "75.9"], ["CAD OSE (knows the file's range)", "68.0", "65.4", "71.4"], ["KNN CAD", "61.7", "47.8", "68.4"],
         ["earthgecko Skyline", "56.5", "44.0", "62.5"], ["random cut forest", "56.5", "47.5", "63.0"],
         ["windowed Gaussian", "34.7", "10.7", "44.2"], ["an alarm every 600 rows", "27.7", "6.5", "36.0"]]
DEVELOPMENT_FILES = 29
# Series whose limits anybody knows: percent.
PERCENT = ("cpu_utilization", "occupancy")
LIMITS = ["--min", "0", "--max", "100"]
LEVELS = {"info": 3.0 / 6, "warning": 3.9 / 6, "critical": 4.6 / 6}


class Series:
    """Rows as they are written, and windows as pairs of row numbers."""

    def __init__(self, file, times, values, windows):
        self.file, self.times, self.values, self.windows = file, times, values, windows

    def cut(self, share):
        start = int(len(self.times) * share)
        return Series(self.file, self.times[start:], self.values[start:],
                      [(max(a - start, 0), b - start) for a, b in self.windows if b >= start])

    def every_second(self, phase):
        rows = range(phase, len(self.times), 2)
        windows = [(max((a - phase + 1) // 2, 0), min((b - phase) // 2, len(rows) - 1)) for a, b in self.windows]
        return Series(self.file, [self.times[n] for n in rows], [self.values[n] for n in rows],
                      [(a, b) for a, b in windows if b >= a])

    def means(self, count):
        groups = len(self.times) // count
        values = [repr(sum(map(float, self.values[n * count:(n + 1) * count])) / count) for n in range(groups)]
        return Series(self.file, [self.times[n * count] for n in range(groups)], values,
                      [(min(a // count, groups - 1), min(b // count, groups - 1)) for a, b in self.windows])

    def swapped(self):
        """The second half's values first; times stay. A window over the middle becomes two."""
        rows = len(self.times)
        half = rows // 2
        windows = []
        for a, b in self.windows:
            if a < half <= b:
                windows += [(0, b - half), (a + rows - half, rows - 1)]
            else:
                windows.append((a - half, b - half) if a >= half else (a + rows - half, b + rows - half))
        return Series(self.file, self.times, self.values[half:] + self.values[:half], sorted(windows))

    def judged(self, words):
        """What changes move into the rows that are free could not be found: such windows do not count."""
        free = nab_score.probation(len(self.times))
        return nab_score.Rows(self.file, scores(words, list(zip(self.times, self.values))),
                              [(a, b) for a, b in self.windows if b >= free])


CHANGES = [("first 15 % cut off", lambda series: series.cut(0.15), "≥ 74"),
           ("every second row", lambda series: series.every_second(0), "≥ 66"),
           ("every second row, the others", lambda series: series.every_second(1), "≥ 66"),
           ("means of 3 rows", lambda series: series.means(3), "≥ 68"),
           ("halves swapped", Series.swapped, "≥ 61")]


def corpus(place):
    """All labelled series below a directory; NAB's own checkout has its labels elsewhere."""
    root = pathlib.Path(place)
    labels = next((file for file in (root / "labels.json", root / "labels/combined_windows.json") if file.exists()), None)
    if labels is None:
        raise Failed(f"{root} has no labels.json\n{HOW}")
    found = []
    for file, windows in sorted(json.loads(labels.read_text()).items()):
        with open(root / "data" / file, newline="") as handle:
            rows = list(csv.reader(handle))[1:]
        times = [row[0] for row in rows]
        found.append(Series(file, times, [row[1] for row in rows],
                            nab_score.rows_of_windows([nab_score.stamp(time) for time in times], windows)))
    return found


def profile_scores(rows):
    return [nab_score.best(rows, profile)[0] for profile in nab_score.PROFILES]


def limited(words, series):
    """What known limits are worth to the series that have them, on all sets, as one mean a profile."""
    percent = [each for each in series if any(word in each.file for word in PERCENT)]
    sets = [percent, *([change(each) for each in percent] for _, change, _ in CHANGES)]
    rows = []
    for name, more in [("not told", []), ("told: 0 to 100", LIMITS)]:
        judged = [[each.judged([*words, *more]) for each in one] for one in sets]
        found = [profile_scores(one) for one in judged]
        hits = [nab_score.counts(one, LEVELS["warning"]) for one in judged]
        rows.append([name, *(f"{sum(score[n] for score in found) / len(sets):.1f}" for n in range(3)),
                     f"{sum(hit for hit, _, _ in hits)} of {sum(windows for _, windows, _ in hits)}",
                     f"{sum(outside for _, _, outside in hits)}"])
    return len(percent), rows


def run(bench):
    if "NAB_DATA" not in os.environ:
        note(HOW)
        return None
    words = command(bench)
    series = corpus(os.environ["NAB_DATA"])
    plain = [each.judged(words) for each in series]
    isDevelopment = len(series) == DEVELOPMENT_FILES
    ours = [f"{score:.1f}" for score in profile_scores(plain)]
    detectors = [["**debvisor** (looks at nothing but the rows before)", *ours]]
    if isDevelopment:
        detectors += [["must", "≥ 75.5", "≥ 69", "≥ 81"], *PEERS]
    changed = [["none", *ours, "≥ 75.5"]]
    for name, change, aim in CHANGES:
        judged = [change(each).judged(words) for each in series]
        changed.append([name, *(f"{score:.1f}" for score in profile_scores(judged)), aim])
    levels = []
    for level, threshold in LEVELS.items():
        hit, windows, outside = nab_score.counts(plain, threshold)
        levels.append([level, f"{threshold:.3f}", f"{hit} of {windows}", f"{outside}"])
    count, limits = limited(words, series)
    rows = sum(len(each.times) for each in series)
    return TITLE, "\n\n".join([
        f"Numenta Anomaly Benchmark 1.1, {len(series)} files, {rows:,} rows; one threshold for all files, default settings. "
        "100 is perfect, 0 is silence.",
        table(["detector", "standard", "low FP", "low FN"], detectors),
        "The same files changed. A detector that was tuned to files loses on these.",
        table(["change", "standard", "low FP", "low FN", "aim" if isDevelopment else "aim (development half)"], changed),
        "At the fixed levels, which are set by false alarms on noise:",
        table(["level", "score", "windows found", "rows outside"], levels),
        f"Known limits, on the {count} series of percent: means over the files as they are and all changes, thresholds of "
        "their own, and what the level warning finds.",
        table(["limits", "standard", "low FP", "low FN", "windows found", "rows outside"], limits),
        f"{version([bench.debvisor, '--version'])}. {machine()}. Made by `make bench ONLY=nab`."])
