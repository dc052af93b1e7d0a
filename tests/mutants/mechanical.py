"""Mutants made from the hooks' sources by rule: one small change at one place each.

A mutant's name is FILE:LINE:OPERATOR, in the sources as they are, and with #N where a line has several. Changes are
to what a hook does or decides, never to what it says of its path: that would break the walk of the chart, and nothing
else.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

FOLDERS = ("charm/hooks", "charm/steps", "charm/actions")
FILES = ("charm/runtime/dispatch.cc",)
# Functions of values alone, which ask no port: tests/charm is for them.
LEFT_OUT = ("charm/steps/known_values.cc", "charm/steps/system_users.cc", "charm/steps/versions.cc")

PORTS = r"unit_?\.(?:juju|kubernetes|patroni|workload|postgresql)\."
WRITES = (r"(?:set|apply|label|push|write|update|restart|stop|start|delete|own|create|drop|restore|reload|signal|patch|"
          r"switch|take_over|request|alter|release)\w*\(")
# A whole statement that has an effect, on a line of its own.
STATEMENT = re.compile(r"^ +(?:\(void\))?(?:" + PORTS + r"|steps::)?(?!log\b)" + WRITES + r".*\);(?:  //.*)?$")
REFUSABLE = re.compile(r"!" + "(?:" + PORTS + r"|steps::)" + WRITES)
PLAIN_RETURN = re.compile(r"^ +if \((?!auto|const)(.*)\) (?:return|continue|break)\b.*;$")
# Behind such a guard the value is used, so nothing defined would come of it: `if (!found) return`.
BARE_FAILURE = re.compile(r"!\w+(?![\w.(:]|->)")
END_RETURN = re.compile(r"^( +if \(auto end = .*)\) return \*end;$")

OPERATORS = {
    "drop-defer": "a handler that would defer is done",
    "drop-return": "a guard without a box of its own lets everything pass",
    "drop-end": "a step that ends the handler does not end it",
    "negate": "a decision goes the other way, and says so in its path",
    "swap": "two steps change places",
    "ignore-leadership": "whoever asks whether it leads is told so",
    "forget-write": "a write is left out, and passes for done",
}


@dataclass
class Mutant:
    name: str
    path: str
    line: int  # from 1
    operator: str
    before: str
    after: str
    text: str  # of the whole file


def end_of_group(text: str, begin: int) -> int:
    """The place of the bracket that closes the one at `begin`, or -1."""
    depth = 0
    for at in range(begin, len(text)):
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        if depth == 0:
            return at
    return -1


def is_comment(line: str) -> bool:
    return line.lstrip().startswith("//")


def replaced_groups(line: str, opening: re.Pattern, make) -> list[str]:
    """The line with each group that follows `opening` (which ends with its bracket) made another."""
    results = []
    for match in opening.finditer(line):
        begin = match.end() - 1
        end = end_of_group(line, begin)
        if end > 0:
            results.append(make(line, match.start(), begin, end))
    return results


def negations(line: str) -> list[str]:
    def make(text, _start, begin, end):
        return f"{text[:begin]}(!({text[begin + 1:end]})){text[end + 1:]}"
    return replaced_groups(line, re.compile(r"(?<!path)\.yes\(|unit\.path\.yes\("), make)


def forgotten(line: str) -> list[str]:
    if STATEMENT.match(line):
        return [re.match(r" *", line)[0] + ";"]

    def make(text, start, _begin, end):
        return text[:start] + "false" + text[end + 1:]
    return replaced_groups(line, REFUSABLE, make)


def undeferred(line: str) -> list[str]:
    return [line.replace("path.deferred(", "path.done(")] if "path.deferred(" in line else []


def led(line: str) -> list[str]:
    parts = line.split("unit.juju.is_leader()")
    return ["unit.juju.is_leader()".join(parts[:at]) + "true" + "unit.juju.is_leader()".join(parts[at:])
            for at in range(1, len(parts))]


def unreturned(line: str) -> list[str]:
    match = PLAIN_RETURN.match(line)
    if not match or "path" in line or BARE_FAILURE.search(match[1]):
        return []
    if end_of_group(line, line.index("(")) != match.end(1):
        return []
    return [line.replace(f"({match[1]})", "(false)", 1)]


def unended(line: str) -> list[str]:
    match = END_RETURN.match(line)
    return [match[1] + "; false) return *end;"] if match else []


LINE_OPERATORS = (("drop-defer", undeferred), ("drop-return", unreturned), ("drop-end", unended),
                  ("negate", negations), ("ignore-leadership", led), ("forget-write", forgotten))


def swaps(lines: list[str]):
    """Pairs of lines that have effects, with nothing but path entries between them."""
    last = None
    for at, line in enumerate(lines):
        if STATEMENT.match(line):
            if last is not None and lines[last].strip() != line.strip() and indent(lines[last]) == indent(line):
                yield last, at
            last = at
        elif not re.match(r" +unit\.path\.\w+\(.*\);$", line) and not is_comment(line):
            last = None


def indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def of_file(root: Path, path: str) -> list[Mutant]:
    lines = (root / path).read_text().split("\n")
    mutants = []

    def add(operator: str, at: int, number: int, count: int, changed: list[str]):
        name = f"{path}:{at + 1}:{operator}" + (f"#{number}" if count > 1 else "")
        mutants.append(Mutant(name, path, at + 1, operator, lines[at].strip(), changed[at].strip(), "\n".join(changed)))

    for at, line in enumerate(lines):
        if is_comment(line):
            continue
        for operator, change in LINE_OPERATORS:
            others = change(line)
            for number, other in enumerate(others, 1):
                add(operator, at, number, len(others), lines[:at] + [other] + lines[at + 1:])
    for first, second in swaps(lines):
        changed = lines[:]
        changed[first], changed[second] = lines[second], lines[first]
        add("swap", first, 1, 1, changed)
    return mutants


def all_of(root: Path) -> list[Mutant]:
    """In the order of files and lines."""
    paths = [str(file.relative_to(root)) for folder in FOLDERS for file in (root / folder).glob("*.cc")]
    paths = sorted(set(paths + list(FILES)) - set(LEFT_OUT))
    mutants = [one for path in paths for one in of_file(root, path)]
    return sorted(mutants, key=lambda one: (one.path, one.line, one.name))


def sample_of(mutants: list[Mutant], size: int) -> list[Mutant]:
    """So many of them, from each operator in turn, by what their names hash to: the same ones each time, spread over
    all files. A larger sample begins with the smaller one."""
    def drawn(one: Mutant) -> bytes:
        return hashlib.sha256(one.name.encode()).digest()

    waiting = [sorted((one for one in mutants if one.operator == operator), key=drawn) for operator in OPERATORS]
    sample = []
    while any(waiting) and len(sample) < size:
        for queue in waiting:
            if queue and len(sample) < size:
                sample.append(queue.pop(0))
    return sample
