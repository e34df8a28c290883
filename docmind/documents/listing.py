"""What lies in a folder: in a repository what git knows of, outside all that is not ignored.

git itself is asked, because only it knows which files are tracked although a pattern ignores them.
It is asked without the hooks and helpers that a repository's own configuration may name: to look
into a folder must not run a program from it. Where git cannot answer, the folder is walked.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pathspec import GitIgnoreSpec

from docmind.disk import is_file, is_folder

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
        yield from _walk(folder, (), set())
        return
    for name in sorted(entries):
        path = folder / os.fsdecode(name)
        if name.endswith(b"/") or (is_folder(path) and not path.is_symlink()):
            yield from _within(folder, path)
        else:
            yield Listed(path, _why_not_linked(folder, path), tracked=True)


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


def _why_not_linked(folder: Path, path: Path) -> str:
    """Why a link is not followed: it may lead anywhere, and a repository is not one's own."""
    if not path.is_symlink():
        return ""
    if is_folder(path):
        return "a link to a folder"
    if is_file(path) and not path.resolve().is_relative_to(_root(folder.resolve())):
        return "a link that leads out of the repository"
    return ""


def _root(folder: Path) -> Path:
    """The folder of the repository that a folder is in."""
    return next((each for each in (folder, *folder.parents) if (each / ".git").exists()), folder)


Rules = tuple[tuple[Path, GitIgnoreSpec], ...]
"""The .gitignore files from the outermost folder to the one at hand."""


def _walk(here: Path, rules: Rules, visited: set[tuple[int, int]]) -> Iterator[Listed]:
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
        if reason := _why_ignored(path, rules, is_dir=folder):
            yield Listed(path, reason)
        elif folder:
            yield from _walk(path, rules, visited)
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
