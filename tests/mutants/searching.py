"""Looks for what a mutant breaks, by `charmsim fuzz`, and makes it small."""

import json
import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Found:
    """What a search came to."""
    property: str  # empty: nothing was broken
    what: str
    scenario: str
    seed: int | None  # none: it was the calm run
    runs: int
    cpu_s: float


@dataclass
class Small:
    property: str
    choices: int
    is_minimal: bool  # none of them can be left out
    story_steps: int
    cpu_s: float
    reproduce: str


def cpu_of(pid: int) -> float:
    """CPU seconds of a running process."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def run_fuzz(program: Path, root: Path, arguments: list[str], cpu_s: float) -> tuple[dict, float]:
    """Its answer, and what it has used. It is asked to end, and tells what it has, when the time is over."""
    with open(program.parent / "answer.json", "w+") as answer:
        child = subprocess.Popen([str(program), "fuzz", "--json", "--workers", "1", *arguments], cwd=root,
                                 stdout=answer, stderr=subprocess.DEVNULL)
        is_told = False
        while True:
            pid, status, usage = os.wait4(child.pid, os.WNOHANG)
            if pid:
                break
            if not is_told and cpu_of(child.pid) >= cpu_s:
                child.send_signal(signal.SIGTERM)
                is_told = True
            time.sleep(0.02)
        child.returncode = os.waitstatus_to_exitcode(status)
        answer.seek(0)
        text = answer.read()
    used = usage.ru_utime + usage.ru_stime
    if child.returncode < 0:  # the hook logic itself has brought it down: that is found, too
        return {"runs": 0, "found": [{"property": f"the program ended by signal {-child.returncode}", "what": "",
                                      "scenario": "", "seed": None}]}, used
    return json.loads(text), used


def to_found(answer: dict, runs: int, cpu_s: float) -> Found:
    found = answer["found"][0] if answer["found"] else None
    if found is None:
        return Found("", "", "", None, runs, cpu_s)
    return Found(found["property"], found["what"], found["scenario"], found["seed"], runs, cpu_s)


def search(program: Path, root: Path, calm: list[str], wilds: list[list[str]], seed: int, cpu_s: float) -> Found:
    """First the calm run of each scenario, then random runs: the time that is left is shared out evenly, and each share
    goes to another list of scenarios."""
    runs, used = 0, 0.0
    answer = {"found": []}
    if calm:
        answer, used = run_fuzz(program, root, ["--strategy", "odometer", "--deviations", "1", "--runs", "1",
                                                "--shrink-tries", "1", *calm], cpu_s)
        runs = answer["runs"]
    for number, wild in enumerate(wilds):
        if answer["found"] or used >= cpu_s:
            break
        share = (cpu_s - used) / (len(wilds) - number)
        answer, more = run_fuzz(program, root, ["--for", "1h", "--seed", str(seed), "--shrink-tries", "1", *wild], share)
        runs += answer["runs"]
        used += more
    return to_found(answer, runs, used)


def shrink(program: Path, root: Path, found: Found, cpu_s: float) -> Small | None:
    """The run that was found, made small. None: it was not broken again within that time."""
    if not found.scenario:
        return None
    if found.seed is None:
        how = ["--strategy", "odometer", "--deviations", "1"]
    else:
        how = ["--seed", str(found.seed)]
    answer, used = run_fuzz(program, root, [*how, "--runs", "1", found.scenario], cpu_s)
    if not answer["found"]:
        return None
    one = answer["found"][0]
    best = one.get("story") or one.get("shrunk")
    if best is None:
        return None
    scenario = (one.get("story") or {}).get("scenario") or json.loads((root / found.scenario).read_text())
    if isinstance(scenario, str):
        scenario = json.loads(scenario)
    return Small(one["property"], best["count"], best["minimal"], len(scenario.get("story", [])), used,
                 one["reproduce"])
