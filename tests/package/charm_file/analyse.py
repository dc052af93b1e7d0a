"""What charmcraft says of the .charm file: nothing that is an error. analyse.py FILE"""

import json
import pathlib
import subprocess
import sys
import tempfile
import zipfile

# Of native code it knows neither; Juju's options have underscores here because upstream's have.
EXPECTED = {"language": "unknown", "framework": "unknown", "naming-conventions": "warning"}
GOOD = ("ok", "nonapplicable")


def main(file):
    charmcraft = pathlib.Path(sys.executable).parent / "charmcraft"
    with tempfile.TemporaryDirectory() as home:
        told = subprocess.run([charmcraft, "analyse", "--format=json", file], text=True, check=False,
                              env={"HOME": home, "PATH": "/usr/bin:/bin"}, capture_output=True)
    try:
        results = json.loads(told.stdout)
    except ValueError:
        sys.exit(f"charmcraft analyse ended with {told.returncode}:\n{told.stdout}\n{told.stderr}")
    wrong = [one for one in results if one["result"] not in (*GOOD, EXPECTED.get(one["name"]))]
    for one in wrong:
        print(one)
    missing = {"metadata", "juju-config", "juju-actions", "entrypoint"} - {r["name"] for r in results}
    if missing:
        print("not looked at:", *sorted(missing))
    with zipfile.ZipFile(file) as charm:
        modes = {entry.filename: entry.external_attr >> 16 & 0o777 for entry in charm.infolist()}
    for name in ("dispatch", "bin/charm", "lib/ld-linux-x86-64.so.2"):
        if modes.get(name) != 0o755:
            wrong.append(name)
            print(name, "cannot be run")
    if wrong or missing:
        sys.exit(f"charmcraft analyse ended with {told.returncode}")
    print(*(f"{one['name']}: {one['result']}" for one in results), sep="\n")


if __name__ == "__main__":
    main(sys.argv[1])
