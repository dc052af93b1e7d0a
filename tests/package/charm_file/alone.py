#!/usr/bin/env python3
"""The charm runs in a root that holds what is in its file, and a shell. alone.py FILE

Without Juju's hook tools it cannot do anything, and has to say so itself: neither the shell nor the
loader may be who fails. With tools (hook_tool) a pebble-ready is deferred, since there is no
container: to know that, the charm has loaded all its libraries. The shell is busybox, linked statically, so that no library of this machine
is there. Needs root, or a kernel that lets anybody make a user namespace.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True  # no file of its own among the sources
from unpacked import TOOL, add_tools, unpack  # noqa: E402

SHELL = pathlib.Path("/bin/busybox")
ENVIRONMENT = {
    "JUJU_UNIT_NAME": "postgresql-k8s/0",
    "JUJU_MODEL_NAME": "model",
    "JUJU_VERSION": "3.6.0",
    "JUJU_CHARM_DIR": "/charm",
    "JUJU_WORKLOAD_NAME": "postgresql",
    "PATH": "/bin",
    "SAID_TO": "/said",  # what juju-log is told
}


def dispatch(root, event):
    command = ["chroot", root, "/bin/sh", "-c", "cd /charm && exec ./dispatch"]
    if os.geteuid() != 0:
        command = ["unshare", "--map-root-user", *command]
    command[command.index("chroot")] = shutil.which("chroot", path="/usr/sbin:/usr/bin")
    environment = {**ENVIRONMENT, "JUJU_DISPATCH_PATH": f"hooks/{event}", "JUJU_HOOK_NAME": event}
    run = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    log = root / "said"
    said = run.stdout + run.stderr + (log.read_text() if log.exists() else "")
    log.unlink(missing_ok=True)
    print(f"{event}: exit code {run.returncode}\n{said}", end="")
    if run.returncode in (126, 127) or run.returncode < 0 or "loading shared libraries" in said:
        sys.exit("FAILED: the charm did not start")
    return run.returncode, said


def main(file):
    if not SHELL.exists():
        sys.exit("FAILED: busybox is missing: install the Debian package busybox-static")
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / "bin").mkdir()
        (root / "dev").mkdir()
        (root / "dev" / "null").touch()  # an empty file will do: tools read nothing from it
        shutil.copy(SHELL, root / "bin" / "sh")
        unpack(file, root / "charm")
        code, said = dispatch(root, "update-status")
        if code == 0 or not said:
            sys.exit("FAILED: the charm says nothing of the hook tools that it misses")
        shutil.copy(TOOL, root / "bin" / "hook_tool")
        add_tools(root / "bin", "hook_tool")
        code, said = dispatch(root, "postgresql-pebble-ready")
        if code != 0:
            sys.exit("FAILED: the charm cannot load what it needs to ask for a container")
        (root / "charm" / "lib" / "charm_connections.so").unlink()
        code, said = dispatch(root, "postgresql-pebble-ready")
        if code == 0 or "cannot load what connects the charm" not in said:
            sys.exit("FAILED: that was said without its library: who has been asked for a container?")


if __name__ == "__main__":
    main(sys.argv[1])
