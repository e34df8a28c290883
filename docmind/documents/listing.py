"""What lies in a folder: in a repository what git knows of, outside all that is not ignored.

git itself is asked, because only it knows which files are tracked although a pattern ignores them.
It is asked without the hooks and helpers that a repository's own configuration may name: to look
into a folder must not run a program from it. Where git cannot answer, the folder is walked.
"""

from __future__ import annotations

import os
import stat
import subprocess
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from docmind.disk import is_file
from docmind.documents.bounds import Bounds, repository_of

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

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
_OTHER = "?"
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


class Tracked(NamedTuple):
    """Files of one folder that git names, not looked at: most are opened next, which tells all.

    `path` and `name` are what theirs begin with; `members` has the rest of their names, each with
    whether git tracks it.
    """

    path: str
    name: str
    members: list[tuple[str, bool]]
    repository: _Repository

    def look(self, last: str, *, kept: bool) -> Iterator[Listed | Tracked]:
        """What one of them is; or what is in it, where it is another repository."""
        return self.repository.look(self.path + last, self.name + last, kept=kept)


def listing(folder: Path, above: str = "") -> Iterator[Listed | Tracked]:
    """Everything below a folder in a stable order: git's word for it, or that of a walk.

    `above` is what the names begin with.
    """
    entries = _git_files(folder)
    if not entries:  # no repository, or a folder that its repository ignores
        bounds = Bounds(folder.resolve(), "the folder")
        yield from _walk(_Folder(str(folder), above), bounds)
        return
    repository = _Repository(folder)
    before = _with_slash(str(folder))
    for below, run in groupby(sorted(entries), _folder_of):
        members = [(name[len(below) :], entries[name]) for name in run]
        reason = repository.bounds.why_not_below(before + below)
        if not reason:
            yield Tracked(before + below, above + below, members, repository)
        for last, kept in members if reason else ():
            path, name = before + below + last, above + below + last
            yield Listed(path, name, None, reason, tracked=True, kept=kept)


def _folder_of(name: str) -> str:
    """The folder in a name, with its slash."""
    return name[: name.rfind("/", 0, -1) + 1]


class _Repository:
    """A folder of which git knows the files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.bounds = Bounds(repository_of(folder.resolve()), "the repository")

    def look(self, path: str, name: str, *, kept: bool) -> Iterator[Listed | Tracked]:
        """A file, a link, what is deleted; or what is in another repository in this one."""
        try:
            status = os.lstat(path)
        except (OSError, ValueError):
            yield Listed(path, name, tracked=True, kept=kept)
            return
        if stat.S_ISLNK(status.st_mode):
            yield _linked(path, name, self.bounds)._replace(kept=kept)
        elif stat.S_ISDIR(status.st_mode):
            yield from _within(self._folder, Path(path), name)
        else:
            yield Listed(path, name, status, tracked=True, kept=kept)


def _linked(path: str, name: str, bounds: Bounds) -> Listed:
    """A link that git names, with the status of what it leads to."""
    target = _status(path)
    reason = bounds.why_not(path) if target else ""
    if target is None or reason:
        return Listed(path, name, None, reason, tracked=True)
    if stat.S_ISDIR(target.st_mode):
        return Listed(path, name, None, "a link to a folder", tracked=True)
    return Listed(path, name, target, tracked=True)


def _within(folder: Path, path: Path, name: str) -> Iterator[Listed | Tracked]:
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


def _git_files(folder: Path) -> dict[str, bool]:
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
    lines = os.fsdecode(answer.stdout).split("\0")[:-1]
    return {line[2:]: not line.startswith(_OTHER) for line in lines}


Rules = tuple[tuple[str, "GitIgnoreSpec"], ...]
"""The .gitignore files from the outermost folder to the one at hand, by the names of folders."""


class _Folder(NamedTuple):
    """A folder that is still to be listed: its path, its name with a slash, what is ignored."""

    path: str
    name: str
    rules: Rules = ()


def _walk(root: _Folder, bounds: Bounds) -> Iterator[Listed]:
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


def _members(here: _Folder, bounds: Bounds) -> list[Listed | _Folder]:
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
        # Imported here because a terminal is painted after its files were found, most often
        # without a rule.
        from pathspec import GitIgnoreSpec

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
