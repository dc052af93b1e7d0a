"""How cost and memory of a run grow: with the number of units, with its length, with the workers."""

import json

import samples

UNITS = (1, 2, 3, 5, 7, 9, 12, 16)  # 16 are the most that a world has room for
MINUTES = (100, 300, 1000, 3000, 10000)
WORKERS = (1, 2, 4, 8)
DEPLOY = "scenarios/deploy-three-units.json"


def _point(tree, units, minutes, runs):
    used = tree.run([tree.program("bench/scale"), "--units", units, "--minutes", minutes, "--runs", runs])
    return json.loads(used.output)


def _law(points, name, x, y):
    """One line of a plot: its points, and the power that they follow: all of them, and the larger half,
    where what a run costs in any case does not count any more."""
    pairs = [(point[x], point[y]) for point in points]
    late = samples.exponent(pairs[len(pairs) // 2:] if len(pairs) > 3 else pairs)
    return {"name": name, "x": x, "y": y, "points": pairs, **samples.exponent(pairs),
            "late_exponent": late["exponent"], "late_plus_minus": late["plus_minus"]}


def _by_units(tree, quick):
    counts = UNITS[::2] if quick else UNITS
    deployments = []
    for units in counts:
        runs = 3 if quick else 41 if units <= 9 else 11
        point = _point(tree, units, 0, runs)
        longer = _point(tree, units, 60, runs)
        # What an hour takes beyond the deployment.
        point["hour_cpu_s"] = max(longer["cpu_s"] - point["cpu_s"], 1e-9)
        point["hour_events"] = longer["events"] - point["events"]
        deployments.append(point)
    return {"points": deployments,
            "laws": [_law(deployments, "a deployment, CPU time (s)", "units", "cpu_s"),
                     _law(deployments, "events of a deployment", "units", "events"),
                     _law(deployments, "an hour of a healthy cluster, CPU time (s)", "units", "hour_cpu_s"),
                     _law(deployments, "events of that hour", "units", "hour_events"),
                     _law(deployments, "a world (bytes)", "units", "world_bytes"),
                     _law(deployments, "the process at its peak (bytes)", "units", "peak_bytes")]}


def _by_length(tree, quick):
    points = [_point(tree, 3, minutes, 3 if quick else 11 if minutes <= 1000 else 3)
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
