"""A backup of 1 GiB into a repository that holds ten million chunks, beside one into an empty repository."""
import os
import shutil
import subprocess
import sys

from backup import Debvisor, put, workload
from measure import Failed, machine, median, note, PROJECT, table, timed, version

TITLE = "Ten million chunks"
CHUNKS = 10_000_000
# Segments of one size merge once there are eight: with seven a look-up asks the most.
SEGMENTS = 7
SOURCE_MIB = 1024
STEPS = ("create", "create again")


def index_key(repository, key_file):
    """Repository id and index key in hex, as the reader of the tests finds them."""
    sys.path.append(str(PROJECT / "Tests" / "RepositoryReader"))
    import read_repository
    secret = bytes.fromhex(key_file.read_text().split()[1])
    opened = read_repository.Repository(repository, ("file", secret))
    return opened.id.hex(), opened.key["index_key"].hex()


def generator(bench):
    program = bench.directory / "fill-index"
    subprocess.run(["cc", "-O2", "-w", "-o", program, PROJECT / "Bench" / "fill-index.c", "-lcrypto"], check=True)
    return program


def source(bench):
    """The dense beginning of the disk that the other rows back up."""
    image = workload(bench) / "day1.raw"
    piece = bench.directory / "scale.raw"
    subprocess.run(["dd", f"if={image}", f"of={piece}", "bs=1M", f"count={SOURCE_MIB}", "status=none"], check=True)
    return piece


def measure_into(chunks, bench, image, fill, results):
    place = bench.scratch("scale")
    try:
        disk = place / "disk.raw"
        tool = Debvisor(place, disk, bench.debvisor)
        if chunks:
            names = index_key(tool.repository, place / "key")
            subprocess.run([fill, tool.repository, *names, str(chunks), str(SEGMENTS)], check=True)
        put(image, disk)
        for step, command in zip(STEPS, ("initial backup", "second backup")):
            sample = timed(tool.command(command), place / "log", tool.environment)
            note(f"{chunks:>10} chunks  {step:13} {sample.wall:6.2f} s wall {sample.cpu:6.2f} s CPU {sample.rss_mib:5.0f} MiB")
            results.setdefault((step, chunks), []).append(sample)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def run(bench):
    if not shutil.which("cc"):
        raise Failed("the generator needs a C compiler")
    image, fill, results = source(bench), generator(bench), {}
    for _ in range(bench.repetitions):
        for chunks in (0, CHUNKS):
            measure_into(chunks, bench, image, fill, results)
    os.unlink(image)
    rows = [[step, f"{chunks:,}", f"{median(runs, 'wall'):.2f}", f"{min(s.wall for s in runs):.2f}–{max(s.wall for s in runs):.2f}",
             f"{median(runs, 'cpu'):.2f}", f"{max(s.rss_mib for s in runs):.0f}"] for (step, chunks), runs in sorted(results.items())]
    facts = [[f"{step}, ten million ÷ empty", f"{median(results[step, CHUNKS], 'wall') / median(results[step, 0], 'wall'):.2f}", aim]
             for step, aim in zip(STEPS, ("≤ 1.5", ""))]
    facts.append(["peak memory", f"{max(s.rss_mib for step in STEPS for s in results[step, CHUNKS]):.0f} MiB", "≤ 128 MiB"])
    return TITLE, "\n\n".join([
        f"A raw image of {SOURCE_MIB} MiB into an empty repository and into one with {CHUNKS:,} made-up chunks in {SEGMENTS} segments "
        f"(`Bench/fill-index.c`); encrypted, page cache warm, median of {bench.repetitions}.",
        table(["what", "measured", "aim"], facts),
        table(["step", "chunks before", "wall s", "range", "CPU s", "peak MiB"], rows),
        f"{version([bench.debvisor, '--version'])}. {machine()}. Made by `make bench ONLY=scale`."])
