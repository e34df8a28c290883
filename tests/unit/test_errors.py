"""The tree of errors that a reader sees is the one that the code has."""

from __future__ import annotations

import re
from collections.abc import Iterator

from docmind import errors
from docmind.errors import DocmindError

LINE = re.compile(r"(?P<indent>(?:│   |    )*)[├└]── (?P<name>\w+)\s+(?P<code>\d+)   \S")


def drawn() -> Iterator[tuple[int, str, int]]:
    """Depth, name and exit code of every line of the drawing."""
    for line in (errors.__doc__ or "").splitlines():
        if found := LINE.match(line[4:]):
            yield len(found["indent"]) // 4 + 1, found["name"], int(found["code"])


def written(kind: type[DocmindError], depth: int = 1) -> Iterator[tuple[int, str, int]]:
    """The same of the classes, in the order in which they stand."""
    for each in kind.__subclasses__():
        if each.__module__ == errors.__name__:
            yield depth, each.__name__, int(each.exit_code)
            yield from written(each, depth + 1)


def test_every_error_is_drawn_where_it_stands_with_its_exit_code() -> None:
    assert list(drawn()) == list(written(DocmindError))


def test_every_error_has_an_exit_code_that_is_promised() -> None:
    for _, name, code in written(DocmindError):
        assert code in (2, 3, 4, 5), name
