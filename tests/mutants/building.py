"""Makes a charmsim with a mutant in it, beside the one that is there.

The changed sources are compiled by themselves and linked in front of the archive that has them, so nothing of the
tree or of the build folder is touched, and a mutant costs one compilation and one link.
"""

import fcntl
import json
import os
import shlex
import shutil
import subprocess
from pathlib import Path

# Nobody keeps these programs: they are compiled for the shortest wait. A mutant may leave something unused.
QUICK = ["-O0", "-g0", "-w"]


class BuildError(Exception):
    """The mutant does not compile; the text is the compiler's."""


class Builder:
    def __init__(self, root: Path, build: Path, as_built: bool):
        self.root = root
        self.build = build
        self.lock = root / "build" / "mutants" / "lock"
        self.work = root / "build" / "mutants" / str(os.getpid())  # several may run at a time
        self.work.mkdir(parents=True, exist_ok=True)
        if not as_built:
            self._build()
        entries = json.loads((build / "compile_commands.json").read_text())
        self.commands = {os.path.relpath(one["file"], root): one for one in entries}
        listed = subprocess.run(["ninja", "-C", str(build), "-t", "commands", "charmsim"], check=True,
                                capture_output=True, text=True).stdout
        self.link_command = self._kept(self._read_link(listed.strip().splitlines()[-1]))
        self.linker = ["-fuse-ld=gold"] if shutil.which("ld.gold") else []

    @staticmethod
    def _read_link(line: str) -> list[str]:
        words = [word for word in shlex.split(line) if word not in (":", "&&")]
        while words and words[0].endswith("ccache"):
            words.pop(0)
        return words

    def _build(self) -> None:
        with open(self.lock, "w") as lock:  # two ninjas would spoil each other's work
            fcntl.flock(lock, fcntl.LOCK_EX)
            built = subprocess.run(["ninja", "-C", str(self.build), "charmsim"], capture_output=True, text=True)
        if built.returncode != 0:
            raise BuildError(f"charmsim cannot be built in {self.build}:\n{built.stdout}{built.stderr}")

    def _kept(self, words: list[str]) -> list[str]:
        """The same, by what is linked now: whoever builds meanwhile changes nothing of it."""
        base = self.work / "base"
        kept = []
        for word in words:
            if word.endswith((".o", ".a")) and not os.path.isabs(word):
                (base / word).parent.mkdir(parents=True, exist_ok=True)
                self._keep(self.build / word, base / word)
                word = str(base / word)
            kept.append(word)
        return kept

    @staticmethod
    def _keep(file: Path, kept: Path) -> None:
        """An archive is large, and is made anew rather than changed: another name for it is enough."""
        if file.suffix == ".a":
            try:
                os.link(file, kept)
                return
            except OSError:  # no such file system
                pass
        shutil.copy(file, kept)

    def close(self) -> None:
        shutil.rmtree(self.work, ignore_errors=True)

    def patched(self, patch: Path) -> dict[str, str]:
        """The texts that the files of a patch have with it."""
        return patched(self.root, patch, self.work / "patched")

    def make(self, name: str, sources: dict[str, str]) -> Path:
        """A charmsim in which these files (paths from the root) have these texts."""
        folder = self.work / name.replace("/", "_").replace(":", "_")
        shutil.rmtree(folder, ignore_errors=True)
        objects = []
        for path, text in sources.items():
            if path not in self.commands:
                raise BuildError(f"{path}: is no source of charmsim (a header cannot be changed)")
            source = folder / path
            source.parent.mkdir(parents=True, exist_ok=True)
            source.write_text(text)
            objects.append(self._compile(path, source))
        program = folder / "charmsim"
        words = self.link_command[:]
        words[words.index("-o") + 1] = str(program)
        at = next(index for index, word in enumerate(words) if word.endswith(".o"))
        words[at:at] = objects
        self._run(words + self.linker + ["-s"])
        return program

    def _compile(self, path: str, source: Path) -> str:
        words = [word for word in shlex.split(self.commands[path]["command"])
                 if not word.endswith("ccache")]
        target = str(source) + ".o"
        words[words.index("-o") + 1] = target
        words[words.index("-c") + 1] = str(source)
        self._run(words + QUICK)
        return target

    def _run(self, words: list[str]) -> None:
        done = subprocess.run(words, cwd=self.build, capture_output=True, text=True)
        if done.returncode != 0:
            raise BuildError(done.stderr)

    def forget(self, program: Path) -> None:
        shutil.rmtree(program.parent, ignore_errors=True)


def patched(root: Path, patch: Path, scratch: Path) -> dict[str, str]:
    text = patch.read_text()
    files = [line[6:].strip() for line in text.splitlines() if line.startswith("+++ b/")]
    shutil.rmtree(scratch, ignore_errors=True)
    for file in files:
        (scratch / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / file, scratch / file)
    done = subprocess.run(["patch", "-p1", "-s", "-F0", "-d", str(scratch)], input=text, capture_output=True,
                          text=True)
    if done.returncode != 0:
        raise BuildError(f"{patch.name} does not apply: {done.stdout}{done.stderr}")
    return {file: (scratch / file).read_text() for file in files}
