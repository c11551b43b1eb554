"""First backup, restore and verification of a virtual machine's disk, beside restic, borg and bare C."""
import os
import pathlib
import shutil
import subprocess

from measure import Failed, is_there, machine, median, note, PROJECT, table, timed, version, wait_until_quiet

TITLE = "Backup of a virtual disk"
STEPS = ("initial backup", "restore", "verify all data")
AIMS = {step: "≤ 1.0" for step in STEPS}


class Tool:
    """One program: commands of each step, made fresh in its own directory."""

    environment = {}
    directory = None

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
        return {"initial backup": [self.program, "backup", "create", "--file", self.disk, "--name", "disk"],
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
        return {"initial backup": ["restic", "backup", self.disk],
                "restore": ["restic", "restore", "latest", "--target", self.out, *self.sparse],
                "verify all data": ["restic", "check", "--read-data"]}[step]


class Borg(Tool):
    name = "borg"

    def __init__(self, place, disk):
        super().__init__(place, disk)
        self.repository = self.directory = place / "repository"
        self.environment = {"BORG_PASSPHRASE": "bench", "BORG_BASE_DIR": str(place / "base"),
                            "BORG_REPO": str(self.repository), "BORG_RELOCATED_REPO_ACCESS_IS_OK": "yes"}
        self.quietly("borg", "init", "-e", "repokey")
        self.out.mkdir()
        self.directory = self.out  # borg extracts to where it stands

    def command(self, step):
        return {"initial backup": ["borg", "create", "-C", "zstd,3", "::disk", self.disk],
                "restore": ["borg", "extract", "--sparse", "::disk"],
                "verify all data": ["borg", "check", "--verify-data"]}[step]


class Roofline(Tool):
    """The same primitives and nothing else (Bench/roofline.c): what this machine allows."""

    name = "bare C"

    def __init__(self, place, disk):
        super().__init__(place, disk)
        self.repository, self.program = place / "store", place / "roofline"
        self.quietly("cc", "-O2", "-w", "-o", self.program, PROJECT / "Bench" / "roofline.c", "-lzstd", "-lcrypto", "-lpthread")
        self.out.mkdir()

    def command(self, step):
        verb, target = {"initial backup": ("backup", self.disk), "restore": ("restore", self.out / "disk.raw"),
                        "verify all data": ("verify", "-")}[step]
        return [self.program, verb, self.repository, target, "64", "1", str(os.cpu_count())]


def peers(bench):
    found = [lambda place, disk: Debvisor(place, disk, bench.debvisor)]
    found += [Restic] if is_there("restic") else []
    found += [Borg] if is_there("borg") else []
    found += [Roofline] if is_there("cc") else []
    return found


def workload(bench):
    place = bench.directory / ("disk-1g" if bench.quick else "disk-4g")
    sizes = {"SIZE_MIB": "1024", "DATA_MIB": "600", "DATABASE_MIB": "64"} if bench.quick else {}
    subprocess.run([PROJECT / "Bench" / "make-workload", place], env={**os.environ, **sizes}, check=True)
    shutil.rmtree(place / "root", ignore_errors=True)
    return place / "day1.raw"


def warm(disk):
    with open(disk, "rb", buffering=0) as file:
        while file.read(1 << 22):
            pass
    os.sync()
    wait_until_quiet()


def measure_tool(make, bench, disk, results, sizes):
    place = bench.scratch("run")
    try:
        tool = make(place, disk)
        for step in STEPS:
            warm(disk)
            sample = timed(tool.command(step), place / "log", tool.environment, tool.directory)
            note(f"{tool.name:9} {step:16} {sample.wall:6.2f} s wall {sample.cpu:6.2f} s CPU {sample.rss_mib:5.0f} MiB")
            results.setdefault(tool.name, {}).setdefault(step, []).append(sample)
            if step == "initial backup":
                sizes[tool.name] = blocks_mib(tool.repository)
            if step == "restore":
                subprocess.run(["cmp", disk, tool.restored()], check=True)
                shutil.rmtree(tool.out)
                tool.directory = None
    finally:
        shutil.rmtree(place, ignore_errors=True)


def blocks_mib(path):
    return sum(each.lstat().st_blocks for each in pathlib.Path(path).rglob("*")) // 2048


def report(bench, disk, results, sizes):
    others = [name for name in results if name != "debvisor"]
    mine = results["debvisor"]
    ratios, details = [], []
    for step in STEPS:
        ratios.append([step, *(f"{median(mine[step], 'wall') / median(results[name][step], 'wall'):.2f}" for name in others),
                       AIMS[step] + " restic"])
        for name, steps in results.items():
            runs = steps[step]
            details.append([step, name, f"{median(runs, 'wall'):.2f}",
                            f"{min(s.wall for s in runs):.2f}–{max(s.wall for s in runs):.2f}",
                            f"{median(runs, 'cpu'):.2f}", f"{max(s.rss_mib for s in runs):.0f}",
                            str(sizes[name]) if step == STEPS[0] else "", f"{median(runs, 'other'):.2f}"])
    stat = os.stat(disk)
    versions = ", ".join([version([bench.debvisor, "--version"]), version(["restic", "version"]), version(["borg", "--version"])])
    return "\n\n".join([
        f"A raw image of {stat.st_size >> 20} MiB, {stat.st_blocks // 2048} MiB of it data (`Bench/make-workload`); all encrypted. "
        f"Median of {bench.repetitions}, the tools in turn; every restored image was compared. debvisor's time divided by the other's:",
        table(["step", *(f"÷ {name}" for name in others), "aim"], ratios),
        table(["step", "tool", "wall s", "range", "CPU s", "peak MiB", "stored MiB", "CPU of others s"], details),
        f"{versions}. {machine()}. Made by `{'BENCH_QUICK=1 ' if bench.quick else ''}make bench ONLY=backup`."])


def run(bench):
    disk = workload(bench)
    results, sizes = {}, {}
    makers = peers(bench)
    for _ in range(bench.repetitions):
        for make in list(makers):
            try:
                measure_tool(make, bench, disk, results, sizes)
            except (Failed, subprocess.CalledProcessError, StopIteration) as error:
                if make is makers[0]:
                    raise
                note(f"NOTE: a peer IS LEFT OUT: {error}")
                makers.remove(make)
    complete = {name: steps for name, steps in results.items() if all(step in steps for step in STEPS)}
    return TITLE, report(bench, disk, complete, sizes)
