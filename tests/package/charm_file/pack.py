"""charmcraft packs the same charm. pack.py FOLDER: what the target charm_file has made.

In a mount namespace of its own, where the system calls itself Ubuntu 22.04, and with Debian's
python3-apt, which the package index does not have (live-rig.md, section 8).
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import zipfile

import yaml

NAME = "postgresql-k8s_ubuntu-22.04-amd64.charm"
DEBIAN = pathlib.Path("/usr/lib/python3/dist-packages")
UBUNTU = """NAME="Ubuntu"
ID=ubuntu
ID_LIKE=debian
VERSION_ID="22.04"
VERSION_CODENAME=jammy
PRETTY_NAME="Ubuntu 22.04"
"""


def pack(project, aside):
    modules = aside / "modules"
    modules.mkdir()
    found = [path for part in ("apt", "aptsources", "apt_pkg*.so", "apt_inst*.so")
             for path in DEBIAN.glob(part)]
    if not found:
        sys.exit("FAILED: the module apt is missing: install the Debian package python3-apt")
    for path in found:
        (modules / path.name).symlink_to(path)
    (aside / "os-release").write_text(UBUNTU)
    (aside / "run").mkdir(mode=0o700)
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(aside), "LC_ALL": "C.UTF-8",
                   "PYTHONPATH": str(modules), "XDG_RUNTIME_DIR": str(aside / "run")}
    charmcraft = pathlib.Path(sys.executable).parent / "charmcraft"
    script = 'mount --bind "$1" "$(readlink -f /etc/os-release)" && exec "$2" pack --destructive-mode'
    own = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--mount", "--map-root-user"]
    run = subprocess.run([*own, "sh", "-c", script, "sh", aside / "os-release", charmcraft],
                         cwd=project, env=environment, check=False, capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(f"FAILED: charmcraft pack ended with {run.returncode}:\n{run.stdout}{run.stderr}")


def contents(charm):
    """By name: the mode and the bytes; of YAML what it says, but for who made it, and when."""
    files = {}
    with zipfile.ZipFile(charm) as packed:
        for entry in packed.infolist():
            if entry.is_dir():
                continue
            data = packed.read(entry)
            if entry.filename.endswith(".yaml"):
                data = yaml.safe_load(data)
            if entry.filename == "manifest.yaml":
                data.pop("charmcraft-version", None)
                data.pop("charmcraft-started-at")
            files[entry.filename] = (entry.external_attr >> 16 & 0o777, data)
    return files


def main(folder):
    with tempfile.TemporaryDirectory() as temporary:
        aside = pathlib.Path(temporary)
        project = aside / "project"
        project.mkdir()
        for name in ("charmcraft.yaml", "config.yaml"):
            shutil.copy(pathlib.Path(folder, name), project)
        shutil.copytree(pathlib.Path(folder, "prime"), project / "prime")
        pack(project, aside)
        theirs = contents(project / NAME)
    ours = contents(pathlib.Path(folder, NAME))
    wrong = [name for name in sorted(ours.keys() | theirs.keys()) if ours.get(name) != theirs.get(name)]
    if wrong:
        sys.exit("FAILED: charmcraft packs otherwise: " + ", ".join(wrong))
    print(len(ours), "files are the same")


if __name__ == "__main__":
    main(sys.argv[1])
