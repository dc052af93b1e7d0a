"""Makes the charm: a folder of what is in it, and the .charm file. Run by the CMake target charm_file.

pack.py FOLDER VERSION PROGRAM LIBRARY WRITER STRIP

FOLDER gets charmcraft.yaml and config.yaml, prime/ with what charmcraft would pack, and the .charm,
a zip of prime/ and of what WRITER (charm_files) writes. PROGRAM is the charm, as it was linked, and
LIBRARY what it loads when it needs it. The same inputs and the same SOURCE_DATE_EPOCH give the same file.
"""

import datetime
import os
import pathlib
import re
import shutil
import subprocess
import sys
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
LOADER = "ld-linux-x86-64.so.2"
NAME = "postgresql-k8s_ubuntu-22.04-amd64.charm"


def libraries(program):
    """What the loader loads for it, and the loader."""
    listing = subprocess.run(["ldd", program], check=True, capture_output=True, text=True).stdout
    missing = re.findall(r"(\S+) => not found", listing)
    if missing:
        sys.exit(f"cannot pack {program}: {', '.join(missing)} not found")
    found = [pathlib.Path(path) for path in re.findall(r"(/\S+) \(0x", listing)]
    if not any(path.name == LOADER for path in found):
        sys.exit(f"cannot pack {program}: it is not loaded by {LOADER}")
    return sorted(found)


def licences(paths):
    """The copyright file of each Debian package that a library is of; none on other systems."""
    if shutil.which("dpkg-query") is None:
        return {}
    texts = {}
    for path in paths:
        for candidate in (path, path.resolve(), pathlib.Path("/usr", *path.resolve().parts[1:])):
            owner = subprocess.run(["dpkg-query", "--search", candidate],
                                   capture_output=True, text=True, check=False).stdout
            if owner:
                package = owner.split(":")[0]
                texts[package] = pathlib.Path("/usr/share/doc", package, "copyright")
                break
        else:
            sys.exit(f"cannot pack {path}: of no package, so nobody knows its licence")
    return texts


def prime(folder, version, program, library, strip):
    shutil.rmtree(folder, ignore_errors=True)
    for part in ("bin", "lib", "licenses"):
        (folder / part).mkdir(parents=True)
    shutil.copyfile(HERE / "dispatch", folder / "dispatch")
    shutil.copyfile(HERE / "icon.svg", folder / "icon.svg")
    shutil.copyfile(ROOT / "LICENSE", folder / "LICENSE")
    (folder / "version").write_text(version + "\n")
    subprocess.run([strip, "-o", folder / "bin" / "charm", program], check=True)
    subprocess.run([strip, "-o", folder / "lib" / library.name, library], check=True)
    loaded = sorted({*libraries(program), *libraries(library)})
    for path in loaded:
        shutil.copyfile(path, folder / "lib" / path.name)
    for package, text in licences(loaded).items():
        shutil.copyfile(text, folder / "licenses" / package)
    for path in folder.rglob("*"):
        runs = path.is_dir() or path.name in ("dispatch", LOADER) or path.parent.name == "bin"
        path.chmod(0o755 if runs else 0o644)


def pack(charm, folders, moment):
    """A zip with modes, in the order of the names, as if all of it had been written at that moment."""
    files = {}
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file():
                files[path.relative_to(folder).as_posix()] = path
    with zipfile.ZipFile(charm, "w", zipfile.ZIP_DEFLATED) as out:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, moment.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o100000 | files[name].stat().st_mode & 0o777) << 16
            out.writestr(entry, files[name].read_bytes())


def main(folder, version, program, library, writer, strip):
    folder = pathlib.Path(folder)
    since = os.environ.get("SOURCE_DATE_EPOCH")
    moment = datetime.datetime.now(datetime.timezone.utc)
    if since is not None:
        moment = datetime.datetime.fromtimestamp(int(since), datetime.timezone.utc)
    prime(folder / "prime", version, program, pathlib.Path(library), strip)
    written = folder / "written"
    shutil.rmtree(written, ignore_errors=True)
    written.mkdir()
    shutil.copyfile(HERE / "charmcraft.yaml", folder / "charmcraft.yaml")
    subprocess.run([writer, written, folder / "charmcraft.yaml", moment.strftime("%Y-%m-%dT%H:%M:%SZ")],
                   check=True)
    for path in written.iterdir():
        path.chmod(0o644)
    shutil.copyfile(written / "config.yaml", folder / "config.yaml")
    pack(folder / NAME, (folder / "prime", written), moment)
    print(folder / NAME)


if __name__ == "__main__":
    if len(sys.argv) != 7:
        sys.exit(__doc__)
    main(*sys.argv[1:])
