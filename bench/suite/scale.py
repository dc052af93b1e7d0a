"""How cost and memory of a run grow: with the number of units, with its length, with the workers."""

import json
import sys

import samples

NARROW = "bench/scale"  # worlds with room for 16 units, as everywhere else
WIDE = "bench/scale_wide"  # and for 128: model/width.h says why there are two
UNITS = (1, 3, 5, 9, 16, 25, 100)
ROOM = 16  # of a narrow world
# Where both have room they have to do the same, in a calm run and in random ones.
STORIES = ("scenarios/deploy-three-units.json", "scenarios/scale-three-to-five-to-two.json",
           "scenarios/faults-while-running.json", "scenarios/refresh-three-units.json")
MINUTES = (100, 300, 1000, 3000, 10000)
WORKERS = (1, 2, 4, 8)
DEPLOY = "scenarios/deploy-three-units.json"


def check_widths(tree, quick):
    for story in STORIES:
        told = [json.loads(tree.run([tree.program(program), "--story", story, "--runs", 20 if quick else 200]).output)
                for program in (NARROW, WIDE)]
        if told[0]["room"] == told[1]["room"] or told[0]["traces"] != told[1]["traces"]:
            sys.exit(f"./run bench: {story} has other traces in a wide world than in a narrow one")


def _point(tree, program, units, minutes, runs):
    used = tree.run([tree.program(program), "--units", units, "--minutes", minutes, "--runs", runs])
    return json.loads(used.output)


def _law(points, name, x, y):
    """One line of a plot: its points, and the power that they follow: all of them, and the larger half,
    where what a run costs in any case does not count any more."""
    pairs = [(point[x], point[y]) for point in points]
    late = samples.exponent(pairs[len(pairs) // 2:] if len(pairs) > 3 else pairs)
    return {"name": name, "x": x, "y": y, "points": pairs, **samples.exponent(pairs),
            "late_exponent": late["exponent"], "late_plus_minus": late["plus_minus"]}


def _deployments(tree, program, counts, quick):
    points = []
    for units in counts:
        runs = 3 if quick or units > 25 else 41 if units <= 9 else 11
        point = _point(tree, program, units, 0, runs)
        longer = _point(tree, program, units, 60, runs)
        # What an hour takes beyond the deployment.
        point["hour_cpu_s"] = max(longer["cpu_s"] - point["cpu_s"], 1e-9)
        point["hour_events"] = longer["events"] - point["events"]
        point["hour_event_s"] = point["hour_cpu_s"] / point["hour_events"]
        points.append(point)
    return points


def _by_units(tree, quick):
    check_widths(tree, quick)
    counts = UNITS[1:-1:2] if quick else UNITS
    wide = _deployments(tree, WIDE, counts, quick)
    narrow = _deployments(tree, NARROW, [units for units in counts if units <= ROOM], quick)
    few = f" with room for {ROOM} units"
    return {"points": wide, "narrow_points": narrow,
            "laws": [_law(wide, "a deployment, CPU time (s)", "units", "cpu_s"),
                     _law(wide, "events of a deployment", "units", "events"),
                     _law(wide, "an hour of a healthy cluster, CPU time (s)", "units", "hour_cpu_s"),
                     _law(wide, "events of that hour", "units", "hour_events"),
                     _law(wide, "one of these events, CPU time (s)", "units", "hour_event_s"),
                     _law(wide, "a world (bytes)", "units", "world_bytes"),
                     _law(wide, "the process at its peak (bytes)", "units", "peak_bytes"),
                     _law(narrow, "a deployment in a world" + few + ", CPU time (s)", "units", "cpu_s"),
                     _law(narrow, "an hour in a world" + few + ", CPU time (s)", "units", "hour_cpu_s"),
                     _law(narrow, "a world" + few + " (bytes)", "units", "world_bytes")]}


def _by_length(tree, quick):
    points = [_point(tree, NARROW, 3, minutes, 3 if quick else 11 if minutes <= 1000 else 3)
              for minutes in (MINUTES[:3] if quick else MINUTES)]
    return {"points": points,
            "laws": [_law(points, "a run, CPU time (s)", "minutes", "cpu_s"),
                     _law(points, "events of a run", "minutes", "events"),
                     _law(points, "the process at its peak (bytes)", "minutes", "peak_bytes")]}


def _by_workers(tree, quick):
    runs = 200 if quick else 4000
    points = []
    for workers in WORKERS[:2] if quick else WORKERS:
        used = [tree.run([tree.program("charmsim"), "fuzz", DEPLOY, "--runs", runs, "--workers", workers, "--json"])
                for _ in range(3 if quick else 5)]
        cpu, low, high = samples.median_band([one.cpu_s / runs for one in used])
        wall = [json.loads(one.output)["speed"]["real_us"] / 1e6 / runs for one in used]
        points.append({"workers": workers, "cpu_s": cpu, "cpu_s_low": low, "cpu_s_high": high,
                       "wall_s": samples.median_band(wall)[0],
                       "peak_bytes": samples.median_band([one.peak_bytes for one in used])[0]})
    return {"points": points,
            "laws": [_law(points, "a run, CPU time (s)", "workers", "cpu_s"),
                     _law(points, "a run, real time (s)", "workers", "wall_s"),
                     _law(points, "the process at its peak (bytes)", "workers", "peak_bytes")]}


def measure(tree, quick):
    return {"units": _by_units(tree, quick), "length": _by_length(tree, quick), "workers": _by_workers(tree, quick)}
