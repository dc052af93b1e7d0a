"""A checkout that is built and measured: this one, or that of another commit."""

import os
import pathlib
import re
import subprocess
import tempfile
import time


class Unavailable(Exception):
    """What is asked for is not there: a tool, a target, a commit."""


class Used:
    """What a process took: seconds on a CPU, and the most bytes that it was seen to have. Of the latter
    its usage would tell no less than what this program has: a new process begins in its memory."""

    def __init__(self, output, usage, peak_bytes):
        self.output = output
        self.cpu_s = usage.ru_utime + usage.ru_stime
        self.peak_bytes = peak_bytes


LOOK_EVERY_S = 0.005


def peak_until_end(pid):
    """Looks again and again until the process has ended: the kernel forgets it then."""
    peak = 0
    while os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        try:
            found = re.search(r"^VmHWM:\s+(\d+) kB", pathlib.Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
        except OSError:
            found = None
        peak = max(peak, int(found[1]) * 1024 if found else 0)
        time.sleep(LOOK_EVERY_S)
    return peak


class Tree:
    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.folder = self.root / "build/release"

    def build(self, targets, say):
        """The release preset, as ./run does it. A target that this commit does not have is left out."""
        if not (self.folder / "build.ninja").exists():
            say(f"configuring {self.root.name}")
            self._shell("cmake --preset release")
        there = targets & self.targets()
        if not there:
            return
        say(f"building {', '.join(sorted(there))}")
        # Not from another git's environment, and with the processors that the caller allows.
        self._shell(f"source .ci/build.sh && build_preset release {' '.join(sorted(there))}")

    def targets(self):
        text = subprocess.run(["ninja", "-C", self.folder, "-t", "targets", "all"], text=True, check=True,
                              capture_output=True).stdout
        return {line.split(":")[0] for line in text.splitlines()}

    def _shell(self, command):
        done = subprocess.run(["bash", "-c", command], cwd=self.root, text=True, capture_output=True)
        if done.returncode != 0:
            raise Unavailable(f"{self.root.name} cannot be built:\n{(done.stdout + done.stderr)[-4000:]}")

    def program(self, name):
        path = self.folder / name
        if not path.exists():
            raise Unavailable(f"this commit has no {name}")
        return path

    def run(self, command, good=(0,)):
        """A program of this checkout to its end, in its root: what it printed, and what it took."""
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            process = subprocess.Popen([str(word) for word in command], cwd=self.root, stdout=out, stderr=err)
            peak = peak_until_end(process.pid)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            err.seek(0)
            if process.returncode not in good:
                tail = err.read().decode(errors="replace")[-500:]
                raise Unavailable(f"{pathlib.Path(command[0]).name} ended with {process.returncode}: {tail}")
            return Used(out.read().decode(), usage, peak)

    def counted(self, name):
        """Instructions inside what count.cc names, by callgrind."""
        program = self.program("bench/count_instructions")
        with tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder) / "callgrind"
            try:
                self.run(["valgrind", "--tool=callgrind", "--toggle-collect=*counted_*",
                          f"--callgrind-out-file={out}", program, name])
            except FileNotFoundError:
                raise Unavailable("valgrind is not installed") from None
            found = re.search(r"^(?:summary|totals): (\d+)", out.read_text(), re.MULTILINE)
        if not found:
            raise Unavailable("callgrind has told no sum")
        return int(found[1])
