#!/usr/bin/env python3
"""The charm runs in a root that holds what is in its file, and a shell. alone.py FILE

Without Juju's hook tools it cannot do anything, and has to say so itself: neither the shell nor the
loader may be who fails. The shell is busybox, linked statically, so that no library of this machine
is there. Needs root, or a kernel that lets anybody make a user namespace.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import zipfile

SHELL = pathlib.Path("/bin/busybox")
ENVIRONMENT = {
    "JUJU_DISPATCH_PATH": "hooks/update-status",
    "JUJU_HOOK_NAME": "update-status",
    "JUJU_UNIT_NAME": "postgresql-k8s/0",
    "JUJU_MODEL_NAME": "model",
    "JUJU_VERSION": "3.6.0",
    "JUJU_CHARM_DIR": "/charm",
    "PATH": "/bin",
}


def unpack(file, folder):
    with zipfile.ZipFile(file) as charm:
        for entry in charm.infolist():
            path = pathlib.Path(charm.extract(entry, folder))
            path.chmod(entry.external_attr >> 16 & 0o777)


def main(file):
    if not SHELL.exists():
        sys.exit("FAILED: busybox is missing: install the Debian package busybox-static")
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / "bin").mkdir()
        shutil.copy(SHELL, root / "bin" / "sh")
        unpack(file, root / "charm")
        command = ["chroot", root, "/bin/sh", "-c", "cd /charm && exec ./dispatch"]
        if os.geteuid() != 0:
            command = ["unshare", "--map-root-user", *command]
        command[command.index("chroot")] = shutil.which("chroot", path="/usr/sbin:/usr/bin")
        run = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, timeout=60,
                             check=False)
    print(f"exit code {run.returncode}\n{run.stdout}{run.stderr}", end="")
    said = run.stdout + run.stderr
    if run.returncode in (126, 127) or run.returncode < 0 or "loading shared libraries" in said:
        sys.exit("FAILED: the charm did not start")
    if run.returncode == 0 or not said:
        sys.exit("FAILED: the charm says nothing of the hook tools that it misses")


if __name__ == "__main__":
    main(sys.argv[1])
