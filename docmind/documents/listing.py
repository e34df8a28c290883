"""What lies in a folder: in a repository what git knows of, outside all that is not ignored.

git itself is asked, because only it knows which files are tracked although a pattern ignores them.
It is asked without the hooks and helpers that a repository's own configuration may name: to look
into a folder must not run a program from it. Where git cannot answer, the folder is walked.

Nor is a link followed out of the folder, or the repository that it is in: the folder may be a
stranger's, and what lies outside is not for those who read about it.
"""

from __future__ import annotations

import os
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pathspec import GitIgnoreSpec

from docmind.disk import is_file

_GIT = (
    "git",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "core.untrackedCache=false",
)
_FILES = ("ls-files", "-z", "-t", "--cached", "--others", "--exclude-standard")
_OTHER = b"?"
"""The letter before a name that git does not track, but does not ignore either."""

_GIT_SECONDS = 60
_MOST_RULES_BYTES = 1 << 20


class Listed(NamedTuple):
    """Something in a folder; `reason` says why it is not to be looked at, empty where it is.

    `path` can be opened, `name` is its path below the folder: both are strings, because a Path
    costs more than asking the disk. A folder that cannot be listed is listed itself, with `error`.
    """

    path: str
    name: str
    status: os.stat_result | None = None
    """Of what the path leads to; None where that cannot be said, or was not asked."""

    reason: str = ""
    error: OSError | None = None
    tracked: bool = False
    """Whether it comes from git, which keeps what was deleted, and knows what is ignored."""

    kept: bool = False
    """Whether git tracks it: somebody has said that it belongs to the repository."""


def listing(folder: Path, above: str = "") -> Iterator[Listed]:
    """Everything below a folder in a stable order: git's word for it, or that of a walk.

    `above` is what the names begin with.
    """
    entries = _git_files(folder)
    if not entries:  # no repository, or a folder that its repository ignores
        bounds = _Bounds(folder.resolve(), "the folder")
        yield from _walk(_Folder(str(folder), above), bounds)
        return
    bounds = _Bounds(_root(folder.resolve()), "the repository")
    before = _with_slash(str(folder))
    for entry in sorted(entries):
        name = os.fsdecode(entry)
        listed = _tracked(before + name, above + name, bounds, kept=entries[entry])
        if listed.status is not None and stat.S_ISDIR(listed.status.st_mode):
            yield from _within(folder, Path(listed.path), listed.name)
        else:
            yield listed


def _tracked(path: str, name: str, bounds: _Bounds, *, kept: bool) -> Listed:
    """What git names: a file, a link, what is deleted, or another repository in this one."""
    reason = bounds.why_not_below(path)
    if reason:
        return Listed(path, name, None, reason, tracked=True, kept=kept)
    try:
        status = os.lstat(path)
    except (OSError, ValueError):
        return Listed(path, name, tracked=True, kept=kept)
    if stat.S_ISLNK(status.st_mode):
        return _linked(path, name, bounds)._replace(kept=kept)
    return Listed(path, name, status, tracked=True, kept=kept)


def _linked(path: str, name: str, bounds: _Bounds) -> Listed:
    """A link that git names, with the status of what it leads to."""
    target = _status(path)
    reason = bounds.why_not(path) if target else ""
    if target is None or reason:
        return Listed(path, name, None, reason, tracked=True)
    if stat.S_ISDIR(target.st_mode):
        return Listed(path, name, None, "a link to a folder", tracked=True)
    return Listed(path, name, target, tracked=True)


def _within(folder: Path, path: Path, name: str) -> Iterator[Listed]:
    """A submodule, or another repository that lies in this one."""
    if path.resolve() != folder.resolve() and (path / ".git").exists():
        yield from listing(path, _with_slash(name))


def _status(path: str) -> os.stat_result | None:
    """Of what a path leads to; None where it leads nowhere."""
    try:
        return os.stat(path)  # noqa: PTH116 - a Path costs more than the question
    except (OSError, ValueError):
        return None


def _with_slash(folder: str) -> str:
    """What the paths of a folder's files begin with."""
    return "" if folder == "." else folder.rstrip("/") + "/"


def _git_files(folder: Path) -> dict[bytes, bool]:
    """Names below the folder that git does not ignore, and whether it tracks them.

    Empty where it cannot say.
    """
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
        return {}
    lines = answer.stdout.split(b"\0")[:-1]
    return {line[2:]: not line.startswith(_OTHER) for line in lines}


class _Bounds:
    """The folder that no link may lead out of."""

    def __init__(self, root: Path, name: str) -> None:
        self._root = root
        self._reason = f"a link that leads out of {name}"
        self._holds: dict[str, bool] = {}

    def why_not(self, link: str) -> str:
        """Why a link that leads somewhere is not followed; empty where it leads inside."""
        return "" if self._has(link) else self._reason

    def why_not_below(self, path: str) -> str:
        """Why nothing in the folder of this path is read; empty where that lies inside."""
        folder = path.rpartition("/")[0]
        holds = self._holds.get(folder)
        if holds is None:
            holds = self._holds[folder] = self._holds_folder(folder)
        return "" if holds else self._reason

    def _holds_folder(self, folder: str) -> bool:
        """Known of a folder that is no link from the one above it, for a tenth of the time."""
        if self._holds.get(folder.rpartition("/")[0]) and not _is_link(folder):
            return True
        return self._has(folder or ".")

    def _has(self, path: str) -> bool:
        try:
            return Path(path).resolve().is_relative_to(self._root)
        except (OSError, RuntimeError, ValueError):  # it goes round in a circle
            return False


def _is_link(path: str) -> bool:
    """Also where that cannot be said, so that it is looked at closely."""
    try:
        return stat.S_ISLNK(os.lstat(path).st_mode)
    except (OSError, ValueError):
        return True


def _root(folder: Path) -> Path:
    """The folder of the repository that a folder is in."""
    return next((each for each in (folder, *folder.parents) if (each / ".git").exists()), folder)


Rules = tuple[tuple[str, GitIgnoreSpec], ...]
"""The .gitignore files from the outermost folder to the one at hand, by the names of folders."""


class _Folder(NamedTuple):
    """A folder that is still to be listed: its path, its name with a slash, what is ignored."""

    path: str
    name: str
    rules: Rules = ()


def _walk(root: _Folder, bounds: _Bounds) -> Iterator[Listed]:
    """Everything below a folder; each folder is visited once, whatever links lead to it.

    Without recursion: folders can be nested deeper than Python's calls.
    """
    visited: set[tuple[int, int]] = set()
    pending: list[Listed | _Folder] = [root]
    while pending:
        each = pending.pop()
        if isinstance(each, Listed):
            yield each
            continue
        try:
            status = os.stat(each.path)  # noqa: PTH116 - as in _status
            if (status.st_dev, status.st_ino) not in visited:
                visited.add((status.st_dev, status.st_ino))
                pending += reversed(_members(each, bounds))
        except OSError as exc:
            yield Listed(each.path, each.name.rstrip("/"), error=exc)


def _members(here: _Folder, bounds: _Bounds) -> list[Listed | _Folder]:
    """What a folder has, in order. Raises OSError where it cannot be listed."""
    with os.scandir(here.path) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    rules = (*here.rules, *_rules_in(here))
    before = _with_slash(here.path)
    members: list[Listed | _Folder] = []
    for entry in found:
        path, name = before + entry.name, here.name + entry.name
        folder = _leads_to_folder(entry)
        reason = _why_ignored(name, rules, is_dir=folder)
        target = None if reason else _target(entry)
        if target and entry.is_symlink():
            reason = bounds.why_not(path)
        if reason:
            members.append(Listed(path, name, None, reason))
        elif folder:
            members.append(_Folder(path, name + "/", rules))
        else:
            members.append(Listed(path, name, target))
    return members


def _target(entry: os.DirEntry[str]) -> os.stat_result | None:
    """The status of what an entry leads to; None where it leads nowhere."""
    try:
        return entry.stat()
    except (OSError, ValueError):
        return None


def _rules_in(folder: _Folder) -> Rules:
    """The rules of the folder's own .gitignore, if it has one."""
    path = Path(folder.path, ".gitignore")
    try:
        if not is_file(path) or path.stat().st_size > _MOST_RULES_BYTES:
            return ()
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        return ((folder.name, GitIgnoreSpec.from_lines(lines)),)
    except (OSError, ValueError):
        return ()


def _why_ignored(name: str, rules: Rules, *, is_dir: bool) -> str:
    """Whether it is hidden, or ignored by the innermost rule that says anything about it."""
    if name.startswith(".", name.rfind("/") + 1):
        return "hidden"
    for folder, spec in reversed(rules):
        ignored = spec.check_file(name[len(folder) :] + "/" * is_dir).include
        if ignored is not None:
            return "ignored by .gitignore" if ignored else ""
    return ""


def _leads_to_folder(entry: os.DirEntry[str]) -> bool:
    """Known from the listing alone, so that it holds of a folder that may not be entered too."""
    try:
        return entry.is_dir()
    except OSError:  # a link that leads nowhere, or round in a circle
        return False
