"""The anomaly detector as a command: CSV in, CSV with scores out."""
import csv
import subprocess

from measure import Failed


def command(bench):
    return [bench.debvisor, "detect", "score"]


def scores(words, rows):
    """The score of each row, a pair of texts."""
    text = "timestamp,value\n" + "".join(f"{time},{value}\n" for time, value in rows)
    done = subprocess.run(words, input=text, capture_output=True, text=True)
    lines = list(csv.reader(done.stdout.splitlines()))[1:]
    if done.returncode != 0 or len(lines) != len(rows):
        raise Failed(f"{' '.join(words)}: {len(lines)} of {len(rows)} rows: {done.stderr.strip()}")
    return [float(line[2]) for line in lines]
