"""A .charm file as a charm container has it, and Juju's hook tools, as hook_tool gives them."""

import pathlib
import sys
import zipfile

TOOL = pathlib.Path(__file__).resolve().with_name("hook_tool")
NAMES = ("config-get", "goal-state", "is-leader", "juju-log", "relation-get", "relation-ids", "relation-list",
         "relation-set", "secret-get", "secret-info-get", "state-delete", "state-get", "state-set",
         "status-get", "status-set")


def unpack(file, folder):
    if not zipfile.is_zipfile(file):
        sys.exit(f"{file} is no .charm file: build the target charm_file (`./test live`)")
    with zipfile.ZipFile(file) as charm:
        for entry in charm.infolist():
            path = pathlib.Path(charm.extract(entry, folder))
            path.chmod(entry.external_attr >> 16 & 0o777)


def add_tools(folder, tool=TOOL):
    for name in NAMES:
        (folder / name).symlink_to(tool)
