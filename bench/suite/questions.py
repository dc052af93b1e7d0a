"""What the suite asks: each with a name, what is built for it, and how it is measured."""

import json
import pathlib
import tempfile

import samples
import scale
from tree import Unavailable

DEPLOY = "scenarios/deploy-three-units.json"
FAULTS = "scenarios/faults-while-deploying.json"


class Question:
    def __init__(self, name, what, targets, measure):
        self.name = name
        self.what = what
        self.targets = targets
        self.measure = measure  # of a tree; quick or not: a result's members


def benchmark_times(tree, program, repetitions, least_s, pattern="."):
    """CPU time of one iteration, by benchmark: all repetitions, in nanoseconds; and its counters."""
    used = tree.run([tree.program(f"bench/{program}"), "--benchmark_format=json", f"--benchmark_filter={pattern}",
                     f"--benchmark_repetitions={repetitions}", f"--benchmark_min_time={least_s}"])
    scales = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}
    ours = {"name", "run_name", "run_type", "family_index", "per_family_instance_index", "repetitions",
            "repetition_index", "threads", "iterations", "real_time", "cpu_time", "time_unit"}
    times = {}
    counters = {}
    for one in json.loads(used.output)["benchmarks"]:
        if one["run_type"] != "iteration":
            continue
        times.setdefault(one["run_name"], []).append(one["cpu_time"] * scales[one["time_unit"]])
        for name, value in one.items():
            if name not in ours:
                counters.setdefault(f"{one['run_name']}: {name}", []).append(value)
    return times, counters


def _google(program):
    def measure(tree, quick):
        times, counters = benchmark_times(tree, program, 3 if quick else 9, 0.1 if quick else 0.2)
        metrics = {name: samples.told(values, "ns") for name, values in times.items()}
        metrics.update({name: samples.told(values, "1") for name, values in counters.items()})
        return {"metrics": metrics}
    return measure


def _cpu_of(command_of, runs_of, good=(0,)):
    """CPU time of a whole process, over what it makes: microseconds a run."""
    def measure(tree, quick):
        runs = runs_of(quick)
        each = []
        peak = []
        for _ in range(3 if quick else 7):
            used = tree.run(command_of(tree, runs), good)
            each.append(used.cpu_s * 1e6 / runs)
            peak.append(used.peak_bytes)
        return {"runs": runs,
                "metrics": {"cpu_a_run": samples.told(each, "us"), "peak": samples.told(peak, "bytes")}}
    return measure


def failover_command(tree, kind, runs):
    return [tree.program("charmsim"), "failover", "--kind", kind, "--runs", runs, "--workers", "1", "--csv"]


def _failover(tree, quick):
    listed = tree.run([tree.program("charmsim"), "failover", "--kinds"]).output
    kinds = [line.split()[0] for line in listed.splitlines()]
    metrics = {}
    for kind in kinds:
        runs = 20 if quick else 200 if kind in ("refresh", "unit-removed") else 2000
        # What the deployment takes is in it, as it is of whoever measures.
        each = [tree.run(failover_command(tree, kind, runs)).cpu_s * 1e6 / runs for _ in range(3 if quick else 7)]
        metrics[kind] = samples.told(each, "us a failover")
    return {"metrics": metrics}


def _lease(tree, quick):
    budgets = ["2", "2", "2", "2"] if quick else ["3", "3", "3", "2"]
    used = tree.run([tree.program("bench/lease_model"), *budgets, "--runs", 3 if quick else 7, "--json"])
    told = json.loads(used.output)
    return {"budgets": " ".join(budgets), "states": told["unique"],
            "metrics": {"rate": samples.told([told["unique_per_cpu_second"]], "states a CPU second"),
                        "bytes": samples.told([told["bytes_per_state"]["all"]], "bytes a state")}}


def _explore(tree, quick):
    rates = []
    for _ in range(3 if quick else 5):
        used = tree.run([tree.program("charmsim"), "explore", DEPLOY, "--deviations", "0" if quick else "1",
                         "--json"])
        told = json.loads(used.output)
        rates.append(told["result"]["worlds"] / used.cpu_s)
    return {"worlds": told["result"]["worlds"], "metrics": {"rate": samples.told(rates, "worlds a CPU second")}}


def _replay(tree, quick):
    with tempfile.TemporaryDirectory() as folder:
        saved = pathlib.Path(folder) / "run.json"
        # A run with faults, whether it has broken something or not: it is played again all the same.
        tree.run([tree.program("charmsim"), "run", FAULTS, "--seed", "7", "--quiet", "--save", saved], (0, 1))
        uses = [tree.run([tree.program("charmsim"), "replay", saved, "--quiet"], (0, 1))
                for _ in range(5 if quick else 41)]
    return {"metrics": {"cpu": samples.told([used.cpu_s * 1e3 for used in uses], "ms"),
                        "peak": samples.told([used.peak_bytes for used in uses], "bytes")}}


def _start(tree, quick):
    files = sorted((tree.folder / "charm").glob("*.charm"))
    if not files:
        raise Unavailable("no charm file: cmake --build build/release --target charm_file")
    used = tree.run(["bench/start", files[0], 5 if quick else 60])
    return {"told": used.output.strip()}


def counted_names(tree):
    lines = (tree.root / "bench/instructions/counts.txt").read_text().splitlines()
    return [line.split()[0] for line in lines if not line.startswith("#")]


def _instructions(tree, _quick):
    return {"metrics": {name: {"count": tree.counted(name), "unit": "instructions"} for name in counted_names(tree)}}


ALL = [
    *(Question(name, what, {f"bench/bench_{name}"}, _google(f"bench_{name}")) for name, what in (
        ("dispatch", "uninterrupted dispatches of three hooks, by the mode in which a hook can be stopped"),
        ("deployment", "whole deployments, calm and random, of one, three and five units"),
        ("hour", "one simulated hour: of a healthy cluster, with its fingerprint or without, and with a failover in it"),
        ("port_call", "one port call through the gate"),
        ("world", "copies and fingerprints of a world"))),
    Question("random_runs", "random runs of a deployment, all properties on and charts walked", {"bench/random_runs"},
             _cpu_of(lambda tree, runs: [tree.program("bench/random_runs"), DEPLOY, "1", runs],
                     lambda quick: 200 if quick else 4000)),
    Question("fuzz", "the same as a campaign, by one worker", {"charmsim"},
             _cpu_of(lambda tree, runs: [tree.program("charmsim"), "fuzz", DEPLOY, "--runs", runs, "--workers", "1",
                                         "--json"], lambda quick: 200 if quick else 4000)),
    Question("failover", "simulated failovers of each kind, by one worker", {"charmsim"}, _failover),
    Question("lease_model", "all states of the lease model, by one worker", {"bench/lease_model"}, _lease),
    Question("explore", "all worlds of a deployment with one deviation", {"charmsim"}, _explore),
    Question("replay", "a saved run with faults, played again, with the program's start", {"charmsim"}, _replay),
    Question("start", "the charm itself, for an event that asks nobody", set(), _start),
    Question("instructions", "instructions of the hot paths, counted by callgrind", {"bench/count_instructions"},
             _instructions),
    Question("scale", "cost and memory of a run by units, by its length, by the number of workers",
             {scale.NARROW, scale.WIDE, "charmsim"}, scale.measure),
]
