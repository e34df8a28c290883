"""The inputs of a batch: what is found below the paths, as far as the patterns let it in."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from docmind.batch.inputs import Input
from docmind.cli.batch_run import Inputs
from docmind.disk import expanded
from docmind.errors import MissingInput
from docmind.workspace import Workspace, kind_of


def find_inputs(
    workspace: Workspace,
    paths: Sequence[Path],
    out: Path | None,
    include: Sequence[str],
    exclude: Sequence[str],
) -> Inputs:
    """The files of a batch. What lies in the folder of results is no input, but a result.

    Raises MissingInput where there are none.
    """
    found, failed, passed_over = workspace.discover([expanded(path) for path in paths])
    results = out.resolve() if out is not None else None
    inputs = [
        Input(each.path, each.name, kind_of(each.path))
        for each in found
        if _is_wanted(each.name, include, exclude) and not _is_below(each.path, results)
    ]
    unreadable = [each for each in failed if _is_wanted(each.name, include, exclude)]
    if not inputs and not unreadable:
        raise MissingInput(
            f"No file matches, of {len(found) + len(failed):,}.",
            "See --include and --exclude; docmind show --files lists what can be read.",
        )
    return Inputs(tuple(inputs), tuple(unreadable), passed_over)


def _is_wanted(name: str, include: Sequence[str], exclude: Sequence[str]) -> bool:
    if include and not any(_matches(name, pattern) for pattern in include):
        return False
    return not any(_matches(name, pattern) for pattern in exclude)


def _matches(name: str, pattern: str) -> bool:
    """Whether a pattern is of this file's name, of its path, or of a folder that it lies in."""
    path = PurePosixPath(name)
    if fnmatchcase(path.name, pattern) or fnmatchcase(name, pattern):
        return True
    folders = [str(parent) for parent in path.parents][:-1]
    bare = pattern.rstrip("/")
    return any(fnmatchcase(each, bare) or fnmatchcase(Path(each).name, bare) for each in folders)


def _is_below(path: Path, folder: Path | None) -> bool:
    if folder is None:
        return False
    try:
        return path.resolve().is_relative_to(folder)
    except (OSError, RuntimeError):
        return False
