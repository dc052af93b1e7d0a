#!/usr/bin/env python3
"""Runs the tests of a build folder, many in a process: under sanitizers most of a small test is its process's start.

.ci/test_in_batches.py BUILD_FOLDER [CTEST ARGUMENTS...]   which tests: ctest -N with these arguments

As many processes at a time as there are processors. Tests that are no GoogleTest's have each its own process. Of a
batch that fails its whole output is shown. Exit code: 0 all passed, 1 some did not, or there were none."""

import json
import os
import subprocess
import sys
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

BATCH = 32
FILTER = "--gtest_filter="


def tests(build: Path, arguments: list[str]) -> list[dict]:
    listed = subprocess.run(["ctest", "--test-dir", build, "--show-only=json-v1", *arguments], check=True,
                            stdout=subprocess.PIPE).stdout
    return json.loads(listed)["tests"]


def value_of(test: dict, name: str, otherwise):
    return next((one["value"] for one in test["properties"] if one["name"] == name), otherwise)


def batches(listed: list[dict]) -> list[list[dict]]:
    """Each with one program, directory and environment. What is no GoogleTest's comes first: it takes longest."""
    alone, together = [], defaultdict(list)
    for test in listed:
        program, *rest = test["command"]
        if not any(one.startswith(FILTER) for one in rest):
            alone.append([test])
            continue
        key = program, value_of(test, "WORKING_DIRECTORY", "."), tuple(value_of(test, "ENVIRONMENT", []))
        together[key].append(test)
    return alone + [group[at:at + BATCH] for group in together.values() for at in range(0, len(group), BATCH)]


def run(batch: list[dict]) -> tuple[bool, str]:
    first = batch[0]
    command = list(first["command"])
    if len(batch) > 1:
        names = ":".join(one[len(FILTER):] for test in batch for one in test["command"] if one.startswith(FILTER))
        command = [FILTER + names if one.startswith(FILTER) else one for one in command]
    environment = dict(os.environ, **dict(one.split("=", 1) for one in value_of(first, "ENVIRONMENT", [])))
    timeout = max(value_of(test, "TIMEOUT", 1500) for test in batch)
    try:
        ended = subprocess.run(command, cwd=value_of(first, "WORKING_DIRECTORY", None), env=environment,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=timeout)
    except subprocess.TimeoutExpired as late:
        return False, (late.stdout or b"").decode(errors="replace") + f"\nnot ended after {timeout} s\n"
    return ended.returncode == 0, ended.stdout.decode(errors="replace") + f"\nexit code {ended.returncode}\n"


def main() -> int:
    if len(sys.argv) < 2 or sys.argv[1] in ("-h", "--help"):
        print(__doc__)
        return 0 if len(sys.argv) > 1 else 2
    listed = tests(Path(sys.argv[1]), sys.argv[2:])
    failed = 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        running = {pool.submit(run, batch): batch for batch in batches(listed)}
        for one in as_completed(running):
            passed, output = one.result()
            if not passed:
                failed += 1
                print(f"--- failed: {running[one][0]['name']}, and what ran with it\n{output}", flush=True)
    print(f"{len(listed)} tests in {len(running)} processes, {failed} of which failed")
    return 1 if failed or not listed else 0


if __name__ == "__main__":
    sys.exit(main())
