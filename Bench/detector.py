"""The anomaly detector as a command: CSV in, CSV with scores out."""
import csv
import os
import pathlib
import subprocess

from measure import Failed, note


def command(bench):
    """`debvisor detect score`; as long as there is none, the driver beside the binary."""
    answer = subprocess.run([bench.debvisor, "detect", "score", "--help"], capture_output=True)
    if answer.returncode == 0:
        return [bench.debvisor, "detect", "score"]
    driver = pathlib.Path(bench.debvisor).parent / "DetectDriver"
    if os.access(driver, os.X_OK):
        return [str(driver), "score"]
    note(f"NOTE: there is no 'debvisor detect score', and {driver} IS NOT BUILT (make bench builds it)")
    return None


def scores(words, rows):
    """The score of each row, a pair of texts."""
    text = "timestamp,value\n" + "".join(f"{time},{value}\n" for time, value in rows)
    done = subprocess.run(words, input=text, capture_output=True, text=True)
    lines = list(csv.reader(done.stdout.splitlines()))[1:]
    if done.returncode != 0 or len(lines) != len(rows):
        raise Failed(f"{' '.join(words)}: {len(lines)} of {len(rows)} rows: {done.stderr.strip()}")
    return [float(line[2]) for line in lines]
