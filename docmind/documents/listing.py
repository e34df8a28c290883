"""What lies in a folder: in a repository what git knows of, outside all that is not ignored.

git itself is asked, because only it knows which files are tracked although a pattern ignores them.
It is asked without the hooks and helpers that a repository's own configuration may name: to look
into a folder must not run a program from it. Where git cannot answer, the folder is walked.

Nor is a link followed out of the folder, or the repository that it is in: the folder may be a
stranger's, and what lies outside is not for those who read about it.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pathspec import GitIgnoreSpec

from docmind.disk import exists, is_file, is_folder

_GIT = (
    "git",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "core.untrackedCache=false",
)
_FILES = ("ls-files", "-z", "--cached", "--others", "--exclude-standard")
_GIT_SECONDS = 60
_MOST_RULES_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Listed:
    """Something in a folder; `reason` says why it is not to be looked at, empty where it is.

    A folder that cannot be listed is listed itself, with the `error`.
    """

    path: Path
    reason: str = ""
    error: OSError | None = None
    tracked: bool = False
    """Whether it comes from git, which keeps what was deleted, and knows what is ignored."""


def listing(folder: Path) -> Iterator[Listed]:
    """Everything below a folder in a stable order: git's word for it, or that of a walk."""
    entries = _git_files(folder)
    if not entries:  # no repository, or a folder that its repository ignores
        yield from _walk(folder, (), _Bounds(folder.resolve(), "the folder"), set())
        return
    bounds = _Bounds(_root(folder.resolve()), "the repository")
    for name in sorted(entries):
        path = folder / os.fsdecode(name)
        reason = bounds.why_not(path)
        if reason:
            yield Listed(path, reason, tracked=True)
        elif not is_folder(path):
            yield Listed(path, tracked=True)
        elif path.is_symlink():
            yield Listed(path, "a link to a folder", tracked=True)
        else:
            yield from _within(folder, path)


def _within(folder: Path, path: Path) -> Iterator[Listed]:
    """A submodule, or another repository that lies in this one."""
    if path.resolve() != folder.resolve() and (path / ".git").exists():
        yield from listing(path)


def _git_files(folder: Path) -> set[bytes]:
    """Names below the folder that git tracks or does not ignore; empty where it cannot say."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    environment |= {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
    try:
        answer = subprocess.run(
            [*_GIT, "-C", str(folder), *_FILES],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            timeout=_GIT_SECONDS,
            check=True,
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return set()
    return set(answer.stdout.split(b"\0")) - {b""}


class _Bounds:
    """The folder that no link may lead out of."""

    def __init__(self, root: Path, name: str) -> None:
        self._root = root
        self._reason = f"a link that leads out of {name}"
        self._holds: dict[Path, bool] = {}

    def why_not(self, path: Path) -> str:
        """Why something is not followed; empty where it, and the folder it is in, lie inside.

        A link that leads nowhere is inside: it costs nothing, and is named where it is opened.
        """
        if path.parent not in self._holds:
            self._holds[path.parent] = self._has(path.parent)
        if not self._holds[path.parent]:
            return self._reason
        leads_out = exists(path) and path.is_symlink() and not self._has(path)
        return self._reason if leads_out else ""

    def _has(self, path: Path) -> bool:
        try:
            return path.resolve().is_relative_to(self._root)
        except (OSError, RuntimeError, ValueError):  # it goes round in a circle
            return False


def _root(folder: Path) -> Path:
    """The folder of the repository that a folder is in."""
    return next((each for each in (folder, *folder.parents) if (each / ".git").exists()), folder)


Rules = tuple[tuple[Path, GitIgnoreSpec], ...]
"""The .gitignore files from the outermost folder to the one at hand."""


def _walk(
    here: Path, rules: Rules, bounds: _Bounds, visited: set[tuple[int, int]]
) -> Iterator[Listed]:
    """Everything below a folder; each folder is visited once, whatever links lead to it."""
    try:
        status = here.stat()
        with os.scandir(here) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except OSError as exc:
        yield Listed(here, error=exc)
        return
    if (status.st_dev, status.st_ino) in visited:
        return
    visited.add((status.st_dev, status.st_ino))
    rules = (*rules, *_rules_in(here))
    for entry in found:
        path = here / entry.name
        folder = _leads_to_folder(entry)
        if reason := _why_ignored(path, rules, is_dir=folder) or bounds.why_not(path):
            yield Listed(path, reason)
        elif folder:
            yield from _walk(path, rules, bounds, visited)
        else:
            yield Listed(path)


def _rules_in(folder: Path) -> Rules:
    """The rules of the folder's own .gitignore, if it has one."""
    path = folder / ".gitignore"
    try:
        if not is_file(path) or path.stat().st_size > _MOST_RULES_BYTES:
            return ()
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        return ((folder, GitIgnoreSpec.from_lines(lines)),)
    except (OSError, ValueError):
        return ()


def _why_ignored(path: Path, rules: Rules, *, is_dir: bool) -> str:
    """Whether it is hidden, or ignored by the innermost rule that says anything about it."""
    if path.name.startswith("."):
        return "hidden"
    for folder, spec in reversed(rules):
        name = path.relative_to(folder).as_posix() + "/" * is_dir
        ignored = spec.check_file(name).include
        if ignored is not None:
            return "ignored by .gitignore" if ignored else ""
    return ""


def _leads_to_folder(entry: os.DirEntry[str]) -> bool:
    """Known from the listing alone, so that it holds of a folder that may not be entered too."""
    try:
        return entry.is_dir()
    except OSError:  # a link that leads nowhere, or round in a circle
        return False
