"""What every row of the benchmarks uses: timed runs, medians, tables, the report."""
import os
import pathlib
import platform
import re
import shutil
import statistics
import subprocess
import sys
import time

PROJECT = pathlib.Path(__file__).resolve().parent.parent
REPORT = PROJECT / "docs" / "benchmarks.md"


class Sample:
    """One run: wall and CPU seconds, peak memory of its largest process, and CPU that others used meanwhile."""

    def __init__(self, wall, cpu, rss_mib, other):
        self.wall, self.cpu, self.rss_mib, self.other = wall, cpu, rss_mib, other


class Failed(Exception):
    pass


def note(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def busy_seconds():
    """CPU seconds of the whole machine since it started, without idle and waiting."""
    fields = open("/proc/stat").readline().split()[1:]
    ticks = [int(fields[n]) for n in (0, 1, 2, 5, 6, 7)]
    return sum(ticks) / os.sysconf("SC_CLK_TCK")


def wait_until_quiet(seconds=20):
    """Others on the machine spoil a measurement; gives them a moment to finish."""
    for _ in range(seconds):
        before = busy_seconds()
        time.sleep(0.5)
        if busy_seconds() - before < 0.15:
            return


def timed(command, log, environment=None, directory=None):
    """Runs to its end with its output in `log`."""
    # The kernel counts the memory of the process that forks as the child's, and Python is larger than what it starts.
    peak = str(log) + ".peak"
    command = ["/usr/bin/time", "-q", "-f", "%M", "-o", peak, *command]
    before = busy_seconds()
    with open(log, "wb") as output:
        start = time.monotonic()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                                   env={**os.environ, **(environment or {})}, cwd=directory)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        tail = pathlib.Path(log).read_text(errors="replace").splitlines()[-4:]
        raise Failed(f"{' '.join(map(str, command[6:]))}: status {process.returncode}: {' / '.join(tail)}")
    cpu = usage.ru_utime + usage.ru_stime
    rss_mib = int(pathlib.Path(peak).read_text().split()[-1]) / 1024
    return Sample(wall, cpu, rss_mib, max(0.0, busy_seconds() - before - cpu))


def median(samples, field):
    return statistics.median(getattr(each, field) for each in samples)


def table(header, rows):
    lines = ["| " + " | ".join(header) + " |", "|" + " --- |" * len(header)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def version(command):
    try:
        text = subprocess.run(command, capture_output=True, text=True, timeout=30).stdout
        return text.strip().splitlines()[0] if text.strip() else "?"
    except (OSError, subprocess.SubprocessError):
        return "?"


def machine():
    cpu = re.search(r"model name\s*: (.*)", open("/proc/cpuinfo").read())
    memory = int(re.search(r"MemTotal:\s*(\d+)", open("/proc/meminfo").read()).group(1)) >> 20
    system = version(["sh", "-c", ". /etc/os-release; echo $PRETTY_NAME"])
    return (f"{os.cpu_count()} cores {cpu.group(1) if cpu else platform.machine()}, {memory + 1} GiB, "
            f"{system}, Linux {platform.release()}")


def is_there(program):
    found = shutil.which(program)
    if not found:
        note(f"NOTE: {program} IS NOT INSTALLED; its column is left out (scripts/install-dependencies bench)")
    return found


class Bench:
    """What a row is given: the binary, a directory of its own, whether to be quick."""

    def __init__(self, debvisor, directory, quick):
        self.debvisor, self.directory, self.quick = debvisor, directory, quick
        self.repetitions = int(os.environ.get("BENCH_REPETITIONS", "3"))

    def scratch(self, name):
        path = self.directory / name
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(parents=True)
        return path


def write_section(name, title, body):
    """Replaces one row's section of the report and leaves the others."""
    begin, end = f"<!-- {name}: made by `make bench` -->", f"<!-- end of {name} -->"
    section = f"{begin}\n## {title}\n\n{body.strip()}\n\n{end}"
    text = REPORT.read_text() if REPORT.exists() else (
        "# Benchmarks\n\nRatios count, not seconds: everything in a table was measured in one run, in turn, on one machine,\n"
        "with the page cache warm. `make bench` makes this file; `make bench ONLY=startup` one section of it.\n")
    if begin in text:
        text = re.sub(re.escape(begin) + ".*?" + re.escape(end), lambda _: section, text, flags=re.S)
    else:
        text = text.rstrip() + "\n\n" + section + "\n"
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(text)
