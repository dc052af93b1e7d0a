"""./run bench: the whole suite of benchmarks in one command, and comparisons of two commits.

Each number says what it was measured with; README.md, beside this folder, says what it means.
"""

import argparse
import fnmatch
import json
import os
import pathlib
import sys
import time

sys.dont_write_bytecode = True  # no files of its own among the sources

import compare  # noqa: E402
import machine  # noqa: E402
import page  # noqa: E402
import questions  # noqa: E402
from tree import Tree, Unavailable  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCHEMA = "charmsim-bench/1"
BAD_INPUT = 2
REGRESSED = 1
INTERRUPTED = 130


def say(text):
    print(text, file=sys.stderr, flush=True)


def arguments():
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__.split("\n")[0])
    parser.add_argument("--list", action="store_true", help="list the benchmarks, and do nothing else")
    parser.add_argument("--only", metavar="PATTERN",
                        help="only those of this name: a shell's pattern, or a part of the name;"
                        " several with commas")
    parser.add_argument("--quick", action="store_true", help="fewer repetitions: to see that all of it runs")
    parser.add_argument("--out", metavar="FILE", help="write the results to this file, as JSON (without: print them)")
    parser.add_argument("--html", metavar="FILE", help="write them to this file, too, as a page that stands alone")
    parser.add_argument("--from", dest="kept", metavar="FILE", help="measure nothing: take the results of this file")
    parser.add_argument("--compare", nargs=2, metavar=("COMMIT_A", "COMMIT_B"),
                        help="measure two commits in pairs: instructions exactly, times as ratios with their"
                        " 95 %% interval; ends with 1 if B takes 5 %% more instructions, or more")
    parser.add_argument("--pairs", type=int, metavar="NUMBER", help="with --compare: so many pairs (11; quick: 6)")
    options = parser.parse_args()
    if options.kept and (options.compare or options.only):
        parser.error("--from measures nothing: it goes with --out and --html")
    if options.pairs is not None and not options.compare:
        parser.error("--pairs is for --compare")
    if options.pairs is not None and not 1 <= options.pairs <= 1000:
        parser.error("--pairs must be 1 to 1000")
    if options.compare and options.html:
        parser.error("--html is for a suite, not for --compare")
    return options


def chosen(pattern):
    """The questions whose names fit; none is an error of whoever asks."""
    if not pattern:
        return questions.ALL
    parts = [part for part in pattern.split(",") if part]
    found = [one for one in questions.ALL
             if any(fnmatch.fnmatchcase(one.name, part) or part in one.name for part in parts)]
    if not found:
        say(f"./run bench: no benchmark is called {pattern}; --list names them")
        sys.exit(BAD_INPUT)
    return found


def write(path, text):
    """Whole, or not at all."""
    beside = pathlib.Path(f"{path}.unfinished")
    try:
        beside.write_text(text, encoding="utf-8")
        os.replace(beside, path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        say(f"{path}: cannot be written: {error.strerror}")
        sys.exit(BAD_INPUT)


def measure(options):
    tree = Tree(ROOT)
    wanted = chosen(options.only)
    tree.build({target for one in wanted for target in one.targets}, say)
    results = {"schema": SCHEMA, "quick": options.quick, "machine": machine.told(),
               **machine.build_of(tree), **machine.commit_of(tree),
               "load_before": machine.load(), "results": []}
    for number, one in enumerate(wanted, 1):
        begin = time.monotonic()
        say(f"[{number}/{len(wanted)}] {one.name}")
        told = {"name": one.name, "what": one.what}
        try:
            told.update(one.measure(tree, options.quick))
        except Unavailable as why:
            told["skipped"] = str(why)
            say(f"    skipped: {why}")
        told["took_s"] = round(time.monotonic() - begin, 1)
        results["results"].append(told)
    results["load_after"] = machine.load()
    return results


def kept(path):
    try:
        results = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        say(f"{path}: {error}")
        sys.exit(BAD_INPUT)
    if not isinstance(results, dict) or results.get("schema") != SCHEMA:
        say(f"{path}: is no result of ./run bench ({SCHEMA})")
        sys.exit(BAD_INPUT)
    return results


def page_of(results, kept_in):
    if not kept_in:
        return page.of(results)
    try:
        return page.of(results)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        say(f"{kept_in}: is no result as ./run bench writes it")
        sys.exit(BAD_INPUT)


def main():
    options = arguments()
    if options.list:
        width = max(len(one.name) for one in questions.ALL)
        for one in questions.ALL:
            print(f"{one.name:{width}}  {one.what}")
        return 0
    if options.compare:
        results = compare.run(ROOT, options.compare, chosen(options.only), options.quick, options.pairs, say)
        print(compare.text_of(results), file=sys.stderr)
    elif options.kept:
        results = kept(options.kept)
    else:
        results = measure(options)
    text = json.dumps(results, indent=1) + "\n"
    shown = page_of(results, options.kept) if options.html else None
    if options.out:
        write(options.out, text)
    elif not options.html:
        print(text, end="")
    if options.html:
        write(options.html, shown)
    return REGRESSED if results.get("regressed") else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Unavailable as why:
        say(f"./run bench: {why}")
        sys.exit(BAD_INPUT)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
