"""Alerts: how long a listing takes when very much is wrong, beside a start that does nothing."""
import os
import pathlib
import subprocess

from measure import Failed, machine, median, table, timed, version, wait_until_quiet
from startup import once

TITLE = "Alerts"
ALERTS = 10_000
AIM = 3


def fill(driver, state, log):
    """Ten thousand alerts that fire, of three severities, on a hundred hosts."""
    lines = []
    for number in range(ALERTS):
        severity = ("critical", "warning", "info")[0 if number % 100 == 0 else 1 if number % 3 else 2]
        lines.append(f"disk-full\tdisk_used_percent\t{severity}\t97\th{number % 100}\tvm=vm{number}\tvda of vm{number} is 97 % full\n")
    with open(log, "wb") as output:
        ended = subprocess.run([driver, state, "see"], input="".join(lines).encode(), stdout=output, stderr=output, check=False)
    if ended.returncode != 0:
        raise Failed(f"{driver}: status {ended.returncode}")


def run(bench):
    driver = pathlib.Path(bench.debvisor).parent / "AlertsDriver"
    if not os.access(driver, os.X_OK):
        raise Failed(f"{driver} is not built (make bench builds it)")
    scratch = bench.scratch("alerts")
    state = scratch / "state"
    fill(driver, state, scratch / "log")
    environment = {**os.environ, "DEBVISOR_STATE_DIR": str(state)}
    words = {
        "`alert list`": ["list"], "`alert list --fail-on critical`": ["list", "--fail-on", "critical"],
        "`alert list --severity warning -o json`": ["list", "--severity", "warning", "-o", "json"],
        "`alert list host=h7`": ["list", "host=h7"], "`alert list vm=~vm12.*`": ["list", "vm=~vm12.*"],
        "`alert history`": ["history"],
        "`alert list --limit 100000`": ["list", "--limit", "100000"],
    }
    commands = {"`debvisor --version`": [bench.debvisor, "--version"]}
    commands |= {name: [bench.debvisor, "alert", *rest] for name, rest in words.items()}
    identity = subprocess.run(
        [bench.debvisor, "alert", "list", "--limit", "1", "--fields", "id", "-o", "tsv", "--no-header"],
        capture_output=True, text=True, env=environment, check=True).stdout.strip()
    commands["`alert show ID`"] = [bench.debvisor, "alert", "show", identity]
    timed(commands["`alert list`"], scratch / "log", environment)
    samples = {name: [] for name in commands}
    wait_until_quiet()
    for _ in range(20 if bench.quick else 60):
        for name, command in commands.items():
            samples[name].append(once(command, environment))
    base = median(samples["`debvisor --version`"], "wall")
    rows = []
    for name, runs in samples.items():
        milliseconds = sorted(each.wall * 1000 for each in runs)
        wall = median(runs, "wall")
        rows.append([name, f"{wall * 1000:.1f}", f"{milliseconds[len(runs) // 20]:.1f}", f"{wall / base:.2f}",
                     f"≤ {AIM}" if name in ("`alert list`", "`alert list --fail-on critical`") else ""])
    return TITLE, "\n\n".join([
        f"{ALERTS:,} alerts that fire, {len(samples['`alert list`'])} runs each, one after the other in turn. A listing shows 100 "
        "unless more are asked for, and says how many more there are.",
        table(["command", "median ms", "fastest 5 % ms", "÷ `--version`", "aim"], rows),
        f"{version([bench.debvisor, '--version'])}. {machine()}. Made by `make bench ONLY=alerts`."])
