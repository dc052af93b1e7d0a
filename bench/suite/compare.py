"""Two commits, measured in pairs: each is built in a worktree of its own below build/, and what one
does, the other does right after, the first of them in turn. So whatever else the machine has to do
meets both. Instructions are counted, and compared as they are."""

import statistics

import machine
import questions
import samples
from tree import Tree, Unavailable

TOO_MANY = 1.05  # times the instructions


def commit_named(root, name):
    commit = machine.git(root, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
    if not commit:
        raise Unavailable(f"there is no commit {name}")
    return commit


def checkout(root, commit, say):
    """Where this commit stands; it stays there, built, until somebody deletes build/commits."""
    folder = root / "build/commits" / commit[:12]
    if not (folder / "CMakeLists.txt").exists():
        say(f"checking out {commit[:12]}")
        machine.git(root, "worktree", "prune")
        if machine.git(root, "worktree", "add", "--detach", "--force", folder, commit) is None:
            raise Unavailable(f"git has made no worktree in {folder.relative_to(root)}")
    if machine.git(folder, "rev-parse", "HEAD") != commit:
        raise Unavailable(f"{folder.relative_to(root)} is not at {commit[:12]}: delete it")
    return Tree(folder)


# What can be compared as times: what is built, and one measurement of it, as numbers by name: the less,
# the better.
def _google(program):
    def once(tree, _quick):
        times, _ = questions.benchmark_times(tree, program, 1, 0.1)
        return {name: values[0] for name, values in times.items()}
    return {f"bench/{program}"}, once


def _process(command_of, target="charmsim"):
    def once(tree, quick):
        return {"cpu_s": tree.run(command_of(tree, quick)).cpu_s}
    return {target}, once


TIMES = {
    **{name: _google(f"bench_{name}") for name in ("dispatch", "deployment", "hour", "port_call", "world")},
    "random_runs": _process(lambda tree, quick: [tree.program("bench/random_runs"), questions.DEPLOY, "1",
                                                 200 if quick else 1000], "bench/random_runs"),
    "fuzz": _process(lambda tree, quick: [tree.program("charmsim"), "fuzz", questions.DEPLOY, "--runs",
                                          200 if quick else 1000, "--workers", "1", "--json"]),
    "failover": _process(lambda tree, quick: questions.failover_command(tree, "pod-gone", 200 if quick else 2000)),
    "explore": _process(lambda tree, quick: [tree.program("charmsim"), "explore", questions.DEPLOY, "--deviations",
                                             "0" if quick else "1", "--json"]),
}


def _counted(first, second, say):
    """Instructions of both, and how many times as many the second takes."""
    names = [name for name in questions.counted_names(first) if name in questions.counted_names(second)]
    told = {}
    for name in names:
        say(f"    {name}")
        a = first.counted(name)
        b = a if second.root == first.root else second.counted(name)
        told[name] = {"a": a, "b": b, "ratio": b / a}
    return told


def _in_pairs(once, trees, pairs, quick):
    """Ratios of the second to the first, pair by pair."""
    each = {}
    for number in range(pairs):
        order = (0, 1) if number % 2 == 0 else (1, 0)
        measured = {side: once(trees[side], quick) for side in order}
        for name in measured[0].keys() & measured[1].keys():
            each.setdefault(name, []).append((measured[0][name], measured[1][name]))
    told = {}
    for name, both in sorted(each.items()):
        ratio, low, high = samples.median_band([b / a for a, b in both])
        told[name] = {"a": statistics.median(a for a, _ in both), "b": statistics.median(b for _, b in both),
                      "ratio": ratio, "low": low, "high": high, "pairs": len(both)}
    return told


def run(root, names, wanted, quick, pairs, say):
    asked = [one.name for one in wanted if one.name in TIMES or one.name == "instructions"]
    if not asked:
        raise Unavailable("none of these can be compared: " + ", ".join(one.name for one in wanted))
    commits = [commit_named(root, name) for name in names]
    trees = [checkout(root, commit, say) for commit in commits]
    pairs = pairs or (6 if quick else 11)
    targets = {"bench/count_instructions"} if "instructions" in asked else set()
    for name in asked:
        targets |= TIMES[name][0] if name in TIMES else set()
    for tree in {tree.root: tree for tree in trees}.values():
        tree.build(targets, say)
    results = {"schema": "charmsim-bench-comparison/1", "quick": quick, "pairs": pairs, "machine": machine.told(),
               **machine.build_of(trees[0]), "a": commits[0], "b": commits[1],
               "load_before": machine.load(), "instructions": {}, "times": {}, "skipped": {}}
    for number, name in enumerate(asked, 1):
        say(f"[{number}/{len(asked)}] {name}")
        try:
            if name == "instructions":
                results["instructions"] = _counted(*trees, say)
            else:
                results["times"][name] = _in_pairs(TIMES[name][1], trees, pairs, quick)
        except Unavailable as why:
            results["skipped"][name] = str(why)
            say(f"    skipped: {why}")
    results["load_after"] = machine.load()
    results["regressed"] = [name for name, one in results["instructions"].items() if one["ratio"] >= TOO_MANY]
    return results


def text_of(results):
    """For whoever looks on."""
    lines = [f"B = {results['b'][:12]} against A = {results['a'][:12]}: times as much"]
    for name, one in results["instructions"].items():
        word = "  REGRESSED" if name in results["regressed"] else ""
        lines.append(f"  {name + ', instructions':48} {one['ratio']:.4f}{word}")
    for question, told in results["times"].items():
        for name, one in told.items():
            band = "" if one["low"] is None else f" [{one['low']:.3f} {one['high']:.3f}]"
            clear = one["low"] is not None and (one["low"] > 1 or one["high"] < 1)
            word = ("  slower" if one["low"] > 1 else "  faster") if clear else ""
            lines.append(f"  {question + ': ' + name:48} {one['ratio']:.3f}{band}{word}")
    return "\n".join(lines)
