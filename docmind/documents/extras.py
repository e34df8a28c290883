"""What a PDF says about itself beside its pages: title, outline, page labels.

Each is read in a forked process with a time limit: on real files these raise everything from
AssertionError up, and one of them hanging must not cost the document.
"""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import msgspec

from docmind.documents.outline import Bookmark

_PATIENCE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Extras:
    """Title, bookmarks and a label a page (empty where the PDF has no labels)."""

    title: str = ""
    bookmarks: tuple[Bookmark, ...] = ()
    labels: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()


def read_extras(document: Any) -> Extras:
    """The extras of an open PyMuPDF document; what cannot be had is named in `lacking`."""
    payload = within_seconds(_PATIENCE_SECONDS, lambda: msgspec.msgpack.encode(_gather(document)))
    if payload is None:
        return Extras(lacking=("title", "outline", "page labels"))
    return msgspec.msgpack.decode(payload, type=Extras)


def _gather(document: Any) -> Extras:
    values: dict[str, Any] = {}
    lacking: list[str] = []
    readers: tuple[tuple[str, str, Callable[[Any], Any]], ...] = (
        ("title", "title", _title),
        ("bookmarks", "outline", _bookmarks),
        ("labels", "page labels", _labels),
    )
    for field, name, reader in readers:
        try:
            values[field] = reader(document)
        except Exception:  # noqa: BLE001 an extra never costs the document
            lacking.append(name)
    return Extras(**values, lacking=tuple(lacking))


def _title(document: Any) -> str:
    return str((document.metadata or {}).get("title") or "")


def _bookmarks(document: Any) -> tuple[Bookmark, ...]:
    return tuple((level, title, page) for level, title, page in document.get_toc(simple=True))


def _labels(document: Any) -> tuple[str, ...]:
    if not document.get_page_labels():
        return ()
    return tuple(document[index].get_label() for index in range(len(document)))


def within_seconds(patience_seconds: float, work: Callable[[], bytes]) -> bytes | None:
    """What `work` returns in a forked process; None if it takes too long or dies."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        with suppress(BaseException):
            os.close(reading)
            with os.fdopen(writing, "wb") as pipe:
                pipe.write(work())
        os._exit(0)
    os.close(writing)
    try:
        return _read_all(reading, patience_seconds)
    finally:
        os.close(reading)
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _read_all(descriptor: int, patience_seconds: float) -> bytes | None:
    poller = select.poll()
    poller.register(descriptor, select.POLLIN)
    content = bytearray()
    while poller.poll(patience_seconds * 1000):
        chunk = os.read(descriptor, 1 << 20)
        if not chunk:
            return bytes(content) or None
        content += chunk
    return None
