"""What was measured with: the machine, how busy it was, the compiler, the commit."""

import os
import pathlib
import platform
import subprocess


def _field(file, name):
    try:
        for line in pathlib.Path(file).read_text().splitlines():
            key, _, value = line.partition(":")
            if key.strip() == name:
                return value.strip()
    except OSError:
        pass
    return None


def load():
    """Of the last minute, five, fifteen: how many processes wanted a processor."""
    return [round(number, 2) for number in os.getloadavg()]


def told():
    memory = _field("/proc/meminfo", "MemTotal")
    return {"cpu": _field("/proc/cpuinfo", "model name") or platform.machine(),
            "cores": os.cpu_count(),
            "usable_cores": len(os.sched_getaffinity(0)),
            "memory_bytes": int(memory.split()[0]) * 1024 if memory else None,
            "system": f"{platform.system()} {platform.release()}"}


def build_of(tree):
    """From what CMake has settled on."""
    cache = {}
    for line in (tree.folder / "CMakeCache.txt").read_text().splitlines():
        name, _, value = line.partition("=")
        cache[name.partition(":")[0]] = value
    kind = cache.get("CMAKE_BUILD_TYPE", "")
    flags = f"{cache.get('CMAKE_CXX_FLAGS', '')} {cache.get(f'CMAKE_CXX_FLAGS_{kind.upper()}', '')}"
    compiler = cache.get("CMAKE_CXX_COMPILER", "c++")
    version = subprocess.run([compiler, "--version"], text=True, capture_output=True).stdout
    return {"compiler": version.splitlines()[0] if version else compiler, "flags": flags.strip(), "build_type": kind}


def git(root, *words):
    """Its answer; nothing: it has refused, or there is none."""
    done = subprocess.run(["git", "-C", root, *words], text=True, capture_output=True)
    return done.stdout.strip() if done.returncode == 0 else None


def commit_of(tree):
    """None where there is no repository."""
    commit = git(tree.root, "rev-parse", "HEAD")
    changes = git(tree.root, "status", "--porcelain")
    return {"commit": commit, "dirty": None if changes is None else changes != ""}
