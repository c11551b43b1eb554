"""Backups of a virtual machine's disk: the first, one a day later, another machine's; restore, verification, and a run
again after a kill. Beside restic, borg and bare C."""
import functools
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

from measure import Failed, is_there, machine, median, note, PROJECT, table, timed, version, wait_until_quiet
from recording_machine import RecordingMachine

TITLE = "Backup of a virtual disk"
# In this order; the disk of each is at one path, as on a host.
STEPS = {"initial backup": "day1.raw", "second backup": "day2.raw", "restore": "day2.raw", "verify all data": None,
         "other machine": "other.raw"}
AIMS = {"initial backup": "≤ 0.5", "second backup": "≤ 0.4", "restore": "≤ 0.6 restic", "verify all data": "≤ 0.6 restic",
        "other machine": ""}
# What is stored does not depend on the moment: once is enough for the slow ones.
ONCE = {"other machine"}
BACKUPS = ("initial backup", "second backup", "other machine")


class Tool:
    """One program: commands of each step, made fresh in its own directory."""

    environment = {}
    directory = None
    newest = "day2.raw"

    def __init__(self, place, disk):
        self.place, self.disk, self.out = place, disk, place / "out"

    def quietly(self, *command):
        result = subprocess.run(command, env={**os.environ, **self.environment}, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if result.returncode:
            raise Failed(f"{' '.join(map(str, command))}: {result.stdout.strip()[-300:]}")

    def restored(self):
        return next(path for path in self.out.rglob("*") if path.is_file())


class Debvisor(Tool):
    name = "debvisor"

    def __init__(self, place, disk, program):
        super().__init__(place, disk)
        self.program, self.repository = program, place / "repository"
        self.environment = {"DEBVISOR_STATE_DIR": str(place / "state")}
        self.out.mkdir()
        self.quietly(program, "backup", "repository", "create", self.repository, "--key-file", place / "key", "--default")

    def command(self, step):
        create = [self.program, "backup", "create", "--file", self.disk, "--name"]
        return {"initial backup": [*create, "disk"], "second backup": [*create, "disk"],
                "other machine": [*create, "other"],
                "restore": [self.program, "backup", "restore", "disk", "--to", self.out],
                "verify all data": [self.program, "backup", "verify", "--read-data"]}[step]


class Restic(Tool):
    name = "restic"

    def __init__(self, place, disk):
        super().__init__(place, disk)
        self.repository = place / "repository"
        self.environment = {"RESTIC_PASSWORD": "bench", "RESTIC_REPOSITORY": str(self.repository),
                            "RESTIC_CACHE_DIR": str(place / "cache")}
        self.quietly("restic", "init")
        usage = subprocess.run(["restic", "restore", "--help"], capture_output=True, text=True).stdout
        self.sparse = ["--sparse"] if "--sparse" in usage else []

    def command(self, step):
        backup = ["restic", "backup", self.disk]
        return {"initial backup": backup, "second backup": backup, "other machine": backup,
                "restore": ["restic", "restore", "latest", "--target", self.out, *self.sparse],
                "verify all data": ["restic", "check", "--read-data"]}[step]


class Borg(Tool):
    name = "borg"

    def __init__(self, place, disk, program):
        super().__init__(place, disk)
        self.program = program
        self.repository = self.directory = place / "repository"
        self.environment = {"BORG_PASSPHRASE": "bench", "BORG_BASE_DIR": str(place / "base"),
                            "BORG_REPO": str(self.repository), "BORG_RELOCATED_REPO_ACCESS_IS_OK": "yes"}
        self.quietly(program, "init", "-e", "repokey")
        self.out.mkdir()
        self.directory = self.out  # borg extracts to where it stands

    def command(self, step):
        create = [self.program, "create", "-C", "zstd,1"]
        return {"initial backup": [*create, "::day1", self.disk], "second backup": [*create, "::day2", self.disk],
                "other machine": [*create, "::other", self.disk],
                "restore": [self.program, "extract", "--sparse", "::day2"],
                "verify all data": [self.program, "check", "--verify-data"]}[step]


class Roofline(Tool):
    """The same primitives and nothing else (Bench/roofline.c): what this machine allows."""

    name = "bare C"
    newest = "day1.raw"

    def __init__(self, place, disk):
        super().__init__(place, disk)
        self.repository, self.program = place / "store", place / "roofline"
        self.quietly("cc", "-O2", "-w", "-o", self.program, PROJECT / "Bench" / "roofline.c", "-lzstd", "-lcrypto", "-lpthread")
        self.out.mkdir()

    def command(self, step):
        verb, target = {"initial backup": ("backup", self.disk), "restore": ("restore", self.out / "disk.raw"),
                        "verify all data": ("verify", "-")}.get(step, (None, None))
        return verb and [self.program, verb, self.repository, target, "64", "1", str(os.cpu_count())]


def peers(bench):
    found = [lambda place, disk: Debvisor(place, disk, bench.debvisor)]
    found += [Restic] if is_there("restic") else []
    found += [lambda place, disk: Borg(place, disk, borg_program(bench))] if borg_program(bench) else []
    found += [Roofline] if is_there("cc") else []
    return found


@functools.cache
def borg_program(bench):
    """Version 1.4 from PyPI in a directory of its own; the distribution's where that cannot be had."""
    place = bench.directory / "borg"
    program = place / "bin" / "borg"
    if not program.exists():
        try:
            subprocess.run([sys.executable, "-m", "venv", place], check=True, capture_output=True)
            subprocess.run([place / "bin" / "pip", "install", "--quiet", "borgbackup==1.4.*"], check=True, capture_output=True,
                           timeout=600)
        except (OSError, subprocess.SubprocessError) as error:
            note(f"NOTE: borg 1.4 cannot be had from PyPI ({error}); the distribution's is used")
    return str(program) if program.exists() else is_there("borg")


def workload(bench):
    place = bench.directory / ("disk-1g" if bench.quick else "disk-4g")
    sizes = {"SIZE_MIB": "1024", "DATA_MIB": "600", "DATABASE_MIB": "64"} if bench.quick else {}
    subprocess.run([PROJECT / "Bench" / "make-workload", place, "day1", "day2", "other"], env={**os.environ, **sizes},
                   check=True)
    shutil.rmtree(place / "root", ignore_errors=True)
    return place


def warm(disk):
    with open(disk, "rb", buffering=0) as file:
        while file.read(1 << 22):
            pass
    os.sync()
    wait_until_quiet()


def put(image, disk):
    """The image under the path that is backed up, without a copy."""
    disk.unlink(missing_ok=True)
    os.link(image, disk)
    warm(disk)


def measure_tool(make, bench, images, results, first):
    place = bench.scratch("run")
    disk = place / "disk.raw"
    try:
        tool = make(place, disk)
        for step, image in STEPS.items():
            command = tool.command(step)
            if not command or step in ONCE and not first:
                continue
            if step != "restore" and image:
                put(images / image, disk)
            before = blocks_mib(tool.repository) if tool.repository.exists() else 0
            sample = timed(command, place / "log", tool.environment, tool.directory)
            note(f"{tool.name:9} {step:16} {sample.wall:6.2f} s wall {sample.cpu:6.2f} s CPU {sample.rss_mib:5.0f} MiB")
            if step in BACKUPS:
                sample.stored_mib = blocks_mib(tool.repository) - before
            if step == "restore":
                sample.allocated_mib = check_restored(tool, images / tool.newest)
            results.setdefault(tool.name, {}).setdefault(step, []).append(sample)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def check_restored(tool, image):
    restored = tool.restored()
    subprocess.run(["cmp", image, restored], check=True)
    allocated = restored.stat().st_blocks // 2048
    shutil.rmtree(tool.out)
    tool.directory = None
    return allocated


def measure_rerun(bench, images, clean_mib):
    """Killed when half of what it stores is stored, and run again. Gives the sample with the share that was reused."""
    place = bench.scratch("run")
    disk = place / "disk.raw"
    try:
        tool = Debvisor(place, disk, bench.debvisor)
        put(images / STEPS["initial backup"], disk)
        process = subprocess.Popen(tool.command("initial backup"), env={**os.environ, **tool.environment},
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while process.poll() is None and blocks_mib(tool.repository) < clean_mib / 2:
            time.sleep(0.01)
        process.kill()
        process.wait()
        stored = blocks_mib(tool.repository)
        warm(disk)
        sample = timed(tool.command("initial backup"), place / "log", tool.environment)
        sample.reused = 1 - max(0, blocks_mib(tool.repository) - clean_mib) / stored
        note(f"debvisor  run again        {sample.wall:6.2f} s wall, {stored} MiB stored before, {sample.reused:.1%} reused")
        return sample
    finally:
        shutil.rmtree(place, ignore_errors=True)


def measure_incremental(bench, images, size_gib):
    """The same day's change on a disk of this size, found by its bitmap."""
    machine_ = RecordingMachine(bench.scratch(f"machine-{size_gib}"), images / "day1.raw", size_gib, bench.debvisor)
    try:
        machine_.run(*machine_.command("backup", "repository", "create", machine_.place / "repository", "--key-file",
                                       machine_.place / "key", "--default"))
        machine_.back_up()
        machine_.change(images / "day1.raw", images / "day2.raw")
        wait_until_quiet()
        seconds, text = machine_.back_up()
        record = json.loads(text)[0]
        if record["mode"] != "incremental":
            raise Failed(f"the second backup was not incremental: {record['fallback_reason']}")
        note(f"debvisor  by bitmap, {size_gib:2} GiB {seconds:6.2f} s wall, {record['read_bytes'] >> 20} MiB read")
        return seconds
    finally:
        machine_.end()


def blocks_mib(path):
    def blocks(each):
        try:
            return each.lstat().st_blocks
        except FileNotFoundError:
            return 0  # renamed while we look
    return sum(map(blocks, pathlib.Path(path).rglob("*"))) // 2048


def ratio(results, step, name, field="wall"):
    theirs = results[name].get(step)
    mine = median(results["debvisor"][step], field)
    return f"{mine / median(theirs, field):.2f}" if theirs else ""


def report(bench, images, results, rerun, incremental):
    others = [name for name in results if name != "debvisor"]
    mine = results["debvisor"]
    ratios = [[step, *(ratio(results, step, name) for name in others), AIMS[step]] for step in STEPS]
    ratios += [[f"{what}, bytes added", *(ratio(results, what, name, "stored_mib") for name in others), aim]
               for what, aim in (("initial backup", "≤ 1.10 restic"), ("second backup", "≤ 0.83 restic"))]
    first = median(mine["initial backup"], "stored_mib")
    facts = [["another machine with the same files adds", f"{median(mine['other machine'], 'stored_mib') / first:.1%} of the first", "≤ 15 %"],
             ["run again after kill -9 when half was stored", f"{median(rerun, 'wall') / median(mine['initial backup'], 'wall'):.2f} of an initial backup", "≤ 0.65"],
             ["… of what had been stored is reused", f"{min(sample.reused for sample in rerun):.1%}", "≥ 95 %"],
             *incremental_facts(results, incremental),
             ["restored file, allocated", f"{median(mine['restore'], 'allocated_mib')} MiB of {data_mib(images)} MiB that are not zero", "within 1 %"],
             ["peak memory of any step", f"{max(s.rss_mib for step in mine.values() for s in step):.0f} MiB", "≤ 64 MiB"]]
    details = [[step, name, f"{median(runs, 'wall'):.2f}", f"{min(s.wall for s in runs):.2f}–{max(s.wall for s in runs):.2f}",
                f"{median(runs, 'cpu'):.2f}", f"{max(s.rss_mib for s in runs):.0f}",
                str(median(runs, "stored_mib")) if step in BACKUPS else "", f"{median(runs, 'other'):.2f}"]
               for step in STEPS for name, steps in results.items() for runs in [steps.get(step, [])] if runs]
    size = os.stat(images / "day1.raw").st_size >> 20
    versions = ", ".join([version([bench.debvisor, "--version"]), version(["restic", "version"]),
                          version([borg_program(bench) or "borg", "--version"])])
    return "\n\n".join([
        f"A raw image of {size} MiB with {data_mib(images)} MiB that are not zero, the same a day later, and another machine's with "
        f"the same files elsewhere (`Bench/make-workload`); all encrypted; borg with zstd,1. Median of {bench.repetitions}, the tools in turn; "
        "every restored image was compared. debvisor divided by the other:",
        table(["step", *(f"÷ {name}" for name in others), "aim"], ratios),
        table(["what", "measured", "aim"], facts),
        table(["step", "tool", "wall s", "range", "CPU s", "peak MiB", "stored MiB", "CPU of others s"], details),
        f"{versions}. {machine()}. Made by `{'BENCH_QUICK=1 ' if bench.quick else ''}make bench ONLY=backup`."])


def incremental_facts(results, incremental):
    if not incremental:
        return []
    seconds = {size: statistics.median(samples) for size, samples in incremental.items()}
    peer = min(median(steps["second backup"], "wall") for name, steps in results.items()
               if name != "debvisor" and "second backup" in steps)
    small, large = (seconds[size] for size in sorted(seconds))
    return [["second backup of a running machine by bitmap", f"{small:.2f} s = {small / peer:.2f} of the faster peer's second", "≤ 0.15"],
            ["… the same change on 16 GiB", f"{large:.2f} s = {large / small:.2f} of that on 4 GiB", "≤ 1.3"]]


@functools.cache
def data_mib(images):
    """4 KiB blocks of the restored day that are not zero."""
    zero, count = bytes(4096), 0
    with open(images / STEPS["restore"], "rb") as file:
        while data := file.read(1 << 22):
            if data.count(0) != len(data):
                count += sum(data[at:at + 4096] != zero for at in range(0, len(data), 4096))
    return count // 256


def run(bench):
    images = workload(bench)
    results, rerun, incremental = {}, [], {}
    makers = peers(bench)
    for number in range(bench.repetitions):
        for make in list(makers):
            try:
                measure_tool(make, bench, images, results, first=number == 0)
            except (Failed, subprocess.CalledProcessError, StopIteration) as error:
                if make is makers[0]:
                    raise
                note(f"NOTE: a peer IS LEFT OUT: {error}")
                makers.remove(make)
        initial = results["debvisor"]["initial backup"][-1]
        rerun.append(measure_rerun(bench, images, initial.stored_mib))
        for size in () if bench.quick else (4, 16):
            try:
                incremental.setdefault(size, []).append(measure_incremental(bench, images, size))
            except Failed as error:
                note(f"NOTE: BACKUPS BY BITMAP ARE LEFT OUT: {error}")
                incremental = {}
                break
    needed = [step for step in STEPS if step not in ONCE]
    complete = {name: steps for name, steps in results.items()
                if name == Roofline.name or all(step in steps for step in needed)}
    return TITLE, report(bench, images, complete, rerun, incremental)
