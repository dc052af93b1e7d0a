#!/usr/bin/env python3
"""Groups what is shipped for clang-tidy: most of its time is that of the headers, again for each source.

.ci/group_sources.py BUILD_FOLDER   of a build folder with CMAKE_UNITY_BUILD, which needs not be built:
                                    writes BUILD_FOLDER/groups, with a compile_commands.json

A group is what CMake compiles as one. Its file has another name here: of what another file includes, the analyser
follows paths only where that file's name begins with UnifiedSource.

Of all checks in .clang-tidy one looks at the main file alone, misc-unused-using-decls; what it would find in an
included one is looked for here, by words."""

import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = ("charm", "model", "sim")
# The same sources once more, with another width of worlds (model/width.h), for a benchmark alone.
AGAIN = "CHARMSIM_WORLD_UNITS"


def is_shipped(source: str) -> bool:
    path = Path(source)
    return path.is_relative_to(ROOT) and path.relative_to(ROOT).parts[0] in SHIPPED


def unused_usings(file: Path) -> list[str]:
    """`using x::Name;` where Name stands nowhere else in the file."""
    code = re.sub(r"//[^\n]*|/\*.*?\*/", "", file.read_text(), flags=re.DOTALL)
    return [f"{file.relative_to(ROOT)}: using declaration '{name}' is unused"
            for name in re.findall(r"^\s*using\s+(?:\w+::)+(\w+);", code, re.MULTILINE)
            if len(re.findall(rf"\b{name}\b", code)) < 2]


def main() -> int:
    build = Path(sys.argv[1]).resolve()
    groups = build / "groups"
    groups.mkdir(exist_ok=True)
    for old in groups.iterdir():
        old.unlink()
    commands = []
    seen = set()
    for entry in json.loads((build / "compile_commands.json").read_text()):
        source = Path(entry["file"])
        if AGAIN in entry["command"]:
            continue
        group = re.search(r"/CMakeFiles/(\w+)\.dir/Unity/unity_(\d+)_cxx\.cxx$", str(source))
        if not group:
            if is_shipped(str(source)):
                seen.add(str(source))
                commands.append(entry)
            continue
        # What CMake itself generates is not analysed.
        sources = [one for one in re.findall(r'^#include "(.*)"$', source.read_text(), re.M) if is_shipped(one)]
        if not sources:
            continue
        seen.update(sources)
        file = groups / f"UnifiedSource_{group[1]}_{group[2]}.cc"
        file.write_text("".join(f'#include "{one}"  // NOLINT(bugprone-suspicious-include)\n' for one in sources))
        commands.append(entry | {"file": str(file), "command": entry["command"].replace(str(source), str(file))})
    shipped = [file for part in SHIPPED for file in sorted((ROOT / part).rglob("*.cc"))]
    faults = [f"{file.relative_to(ROOT)}: in no target, and so not analysed"
              for file in shipped if str(file) not in seen]
    faults += [fault for file in shipped for fault in unused_usings(file)]
    if faults:
        print(*faults, sep="\n", file=sys.stderr)
        return 1
    (groups / "compile_commands.json").write_text(json.dumps(commands, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
