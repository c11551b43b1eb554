"""How long a command that does nothing takes to start, beside virsh."""
import os
import subprocess
import time

from measure import Failed, is_there, machine, median, note, Sample, table, timed, version, wait_until_quiet

TITLE = "Start-up"
AIM = 0.5


def once(command, environment):
    start = time.monotonic()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Sample(time.monotonic() - start, usage.ru_utime + usage.ru_stime, 0, 0)


def run(bench):
    scratch = bench.scratch("startup")
    environment = {**os.environ, "DEBVISOR_STATE_DIR": str(scratch / "state"), "COMP_WORDBREAKS": " \t\n\"'><=;|&(:"}
    commands = {
        "`debvisor --version`": [bench.debvisor, "--version"],
        "`debvisor --help`": [bench.debvisor, "--help"],
        # What Completions/debvisor.bash runs at each TAB.
        "completion of `debvisor back`": [bench.debvisor, *os.environ.get("BENCH_COMPLETE", "__complete 1 back").split()],
    }
    if is_there("virsh"):
        commands["`virsh --version`"] = ["virsh", "--version"]
    timed([bench.debvisor, "--version"], scratch / "log")
    samples = {name: [] for name in commands}
    wait_until_quiet()
    for _ in range(60):
        for name, command in commands.items():
            samples[name].append(once(command, environment))
    virsh = samples.get("`virsh --version`")
    rows = []
    for name, runs in samples.items():
        milliseconds = sorted(each.wall * 1000 for each in runs)
        ratio = f"{median(runs, 'wall') / median(virsh, 'wall'):.2f}" if virsh else "–"
        rows.append([name, f"{median(runs, 'wall') * 1000:.1f}", f"{milliseconds[len(runs) // 20]:.1f}",
                     ratio, "" if "virsh" in name else f"≤ {AIM}"])
    libraries = subprocess.run(["ldd", bench.debvisor], capture_output=True, text=True).stdout
    for heavy in ("libvirt", "libnbd", "libcurl"):
        if heavy in libraries:
            note(f"WARNING: the binary is linked with {heavy}")
    return TITLE, "\n\n".join([
        "60 runs each, one after the other in turn.",
        table(["command", "median ms", "fastest 5 % ms", "÷ virsh", "aim"], rows),
        f"{version([bench.debvisor, '--version'])}; virsh {version(['virsh', '--version'])}. {machine()}. "
        "Made by `make bench ONLY=startup`."])
