"""The files of a repository as a tree, which stands above them where a model reads them all.

It is made of names alone, in the order of the names: the same for every question, whatever is
retrieved. Two source files are a repository; a folder of contracts needs no tree.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from docmind.context.neutral import MARK, on_one_line
from docmind.model import Document, Kind

_LEAST_SOURCES = 2
_TITLE = f"{MARK}map: the files below, as a tree; cite passages, never this\n"


def is_repository(documents: Sequence[Document]) -> bool:
    """Whether most documents are source files, and more than one."""
    sources = sum(document.kind is Kind.CODE for document in documents)
    return sources >= _LEAST_SOURCES and 2 * sources >= len(documents)


def tree_of(documents: Sequence[Document]) -> str:
    """The tree of a repository's files; empty where these documents are none."""
    if not is_repository(documents):
        return ""
    return _TITLE + "".join(
        f"{line}\n" for line in _lines(document.name for document in documents)
    )


def _lines(names: Iterable[str]) -> Iterable[str]:
    """A line for each folder and file, with a blank for each folder that it is in."""
    inside: list[str] = []
    for name in sorted(names, key=lambda each: each.split("/")):
        *folders, file = name.split("/")
        same = 0
        while same < min(len(inside), len(folders)) and inside[same] == folders[same]:
            same += 1
        for depth in range(same, len(folders)):
            yield f"{' ' * depth}{on_one_line(folders[depth])}/"
        yield f"{' ' * len(folders)}{on_one_line(file)}"
        inside = folders
