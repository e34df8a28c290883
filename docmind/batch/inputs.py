"""The files of a batch, and what they are called: each otherwise, in this run and across runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from docmind.disk import is_file
from docmind.export.batch_records import ManifestEntry
from docmind.export.plain import neutralized
from docmind.model import Kind


@dataclass(frozen=True, slots=True)
class Input:
    """A file, and the name that it goes by in results and in the manifest.

    `kind` is None where reading it will say why it cannot be read.
    """

    path: Path
    name: str
    kind: Kind | None = None


def named_apart(
    inputs: Iterable[Input], entries: Mapping[str, ManifestEntry], folder: Path
) -> list[Input]:
    """The inputs, each called as the manifest calls this very file, and none as another one there.

    Two folders may well have a "contract.pdf" each, and their results may go to the same place.
    """
    inputs = list(inputs)
    known = {each.source: path for path, each in reversed([*entries.items()]) if each.source}
    taken = {each.name for each in inputs}
    given: set[str] = set()
    apart: list[Input] = []
    for each in inputs:
        name = known.get(source_of(each.path, folder), each.name)
        if name in given or _is_another(each, entries.get(name), folder):
            name = _longer_name(each, {*taken, *given, *entries}, entries, folder)
        given.add(name)
        apart.append(each if name == each.name else replace(each, name=name))
    return apart


def _is_another(found: Input, entry: ManifestEntry | None, folder: Path) -> bool:
    """Whether the manifest's file of this name is another one than this."""
    if entry is None or not entry.source or entry.source == source_of(found.path, folder):
        return False
    other = folder / entry.source
    try:
        return is_file(other) and not other.samefile(found.path)
    except OSError:
        return False


def _longer_name(
    found: Input, taken: set[str], entries: Mapping[str, ManifestEntry], folder: Path
) -> str:
    given, absolute = str(found.path), str(found.path.absolute())
    if given == found.name:
        return absolute
    free = given not in taken or not _is_another(found, entries.get(given), folder)
    return given if free else absolute


def in_utf8(name: str) -> str:
    """The name as a record can have it: what is not UTF-8 in it is shown, and lost."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return neutralized(name)
    return name


def source_of(path: Path, folder: Path) -> str:
    """Where a file lies, as seen from a folder: what both can be moved together without."""
    target, start = path.absolute(), folder.absolute()
    parts, base = _resolved(target).parts, _resolved(start).parts
    common = 0
    for one, other in zip(parts, base, strict=False):
        if one != other:
            break
        common += 1
    return in_utf8("/".join([*[".."] * (len(base) - common), *parts[common:]]))


def _resolved(path: Path) -> Path:
    """The path with its folders' links followed; the last part may be a link of its own."""
    try:
        return path.parent.resolve() / path.name
    except (OSError, RuntimeError):
        return path
