"""Reads files through a worker process that is killed when it hangs, crashes or is not wanted.

The parser never runs in this process, and PyMuPDF is never imported here: it holds the interpreter
while it works, and real files make it hang.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Generator, Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path

from docmind.disk import expanded
from docmind.documents.cache import DocumentCache, Draft
from docmind.documents.discovery import Found
from docmind.documents.frames import (
    Further,
    Request,
    Tag,
    unpack_document,
    unpack_error,
    unpack_pages,
    unpack_tokens,
)
from docmind.documents.judging import Seen
from docmind.documents.kinds import kind_of
from docmind.documents.ocr_plan import plan_ocr
from docmind.documents.page_tasks import PageTask
from docmind.documents.process import Workers
from docmind.errors import (
    ConfigError,
    HomeError,
    InputError,
    MissingInput,
    ParserBug,
)
from docmind.model import Document, Kind
from docmind.ports import DocumentRead, ReadEvent, TokensCounted
from docmind.settings import ReadingSettings

_AHEAD_FILES = 200
_HASH_DIGITS = 64


class IsolatedReader:
    """Files in, Documents out; implements `ports.Reader`."""

    def __init__(
        self, settings: ReadingSettings, cache: DocumentCache, workers: Workers | None = None
    ) -> None:
        """With `workers`, one that has read a file well is kept for the next one."""
        self._settings = settings
        self._cache = cache
        self._reuses = workers is not None
        self._workers = workers or Workers()

    def read(
        self, path: Path, name: str, ahead: Collection[Found] = (), seen: Seen | None = None
    ) -> Generator[ReadEvent, None, None]:
        """Read a file, from the cache if it was read before; see `ports.Reader.read`.

        The worker of a source file parses some of those `ahead` into the cache too, because to
        start a process for each takes longer than all the rest. `seen` tells what the file held
        when it was found.
        """
        kind = kind_of(path)
        request = Request(
            path=str(path.absolute()),
            name=name,
            sha256=_sha256(path, seen),
            kind=kind,
            ocr=plan_ocr(self._settings, kind),
            memory_mib=self._settings.memory_mib,
            password=self._password() if kind is Kind.PDF else "",
        )
        cached = self._cache.get(request.sha256, _variant(request))
        if cached is not None:
            document, tokens = cached
            yield DocumentRead(_called(document, name))
            yield TokensCounted(tokens)
        elif kind is Kind.CODE and ahead:
            further = tuple(self._further(request, ahead))
            yield from self._parse(replace(request, further=further))
        else:
            yield from self._parse(request)

    def make(self, path: Path, name: str, task: PageTask) -> bytes:
        """A copy or a picture of a PDF's pages. Raises InputError."""
        request = Request(
            path=str(path.absolute()),
            name=name,
            sha256="",
            kind=Kind.PDF,
            ocr=plan_ocr(self._settings, Kind.TEXT),
            memory_mib=self._settings.memory_mib,
            password=self._password(),
            task=task,
        )
        made = b""
        with closing(self._frames(request)) as frames:
            for _, payload in frames:
                made = payload
        return made

    def _frames(self, request: Request) -> Generator[tuple[Tag, bytes], None, None]:
        """What a worker sends of a file; raises what it failed with, once it is done with it."""
        failure: InputError | None = None
        with self._workers.worker(keep=self._reuses) as worker:
            for tag, payload in worker.frames(request, self._settings.timeout_seconds):
                if tag is Tag.FAILURE:
                    failure = unpack_error(payload)
                elif tag is Tag.BUG:
                    failure = _bug(request.name, payload.decode())
                else:
                    yield tag, payload
        if failure is not None:
            raise failure

    def _further(self, request: Request, ahead: Collection[Found]) -> Iterator[Further]:
        """Those of the first of these files that are in the cache not yet."""
        for found in islice(ahead, _AHEAD_FILES):
            with suppress(InputError):
                sha256 = _sha256(found.path, found.seen)
                own = replace(request, sha256=sha256)
                if not self._cache.has(sha256, _variant(own)):
                    yield Further(str(found.path.absolute()), found.name, sha256)

    def _parse(self, request: Request) -> Iterator[ReadEvent]:
        with ExitStack() as stack:
            frames = stack.enter_context(closing(self._frames(request)))
            draft: Draft | None = None
            for tag, payload in frames:
                if tag is Tag.PAGES:
                    yield unpack_pages(payload)
                elif tag is Tag.TOKENS:
                    event = unpack_tokens(payload)
                    self._commit(draft, event.tokens)
                    yield event
                    self._keep_ahead(frames, request)
                else:
                    document = _called(unpack_document(payload), request.name)
                    if tag is Tag.DOCUMENT:
                        draft, document = self._keep(stack, request, document, payload)
                    yield DocumentRead(document)

    def _commit(self, draft: Draft | None, tokens: int) -> None:
        """Put what was kept in its place."""
        if draft is not None:
            with suppress(HomeError):  # the text, which is much more, was written
                draft.commit(tokens)

    def _keep_ahead(self, frames: Iterator[tuple[Tag, bytes]], request: Request) -> None:
        """Write to the cache what the worker has parsed of the further files, as far as it got."""
        content = b""
        with suppress(InputError, HomeError):
            for tag, payload in frames:
                if tag is Tag.AHEAD:
                    content = payload
                elif tag is Tag.TOKENS and content:
                    own = replace(request, sha256=content[:_HASH_DIGITS].decode())
                    with self._cache.draft(own.sha256, _variant(own)) as draft:
                        draft.write(content[_HASH_DIGITS:])
                        draft.commit(unpack_tokens(payload).tokens)

    def _keep(
        self, stack: ExitStack, request: Request, document: Document, payload: bytes
    ) -> tuple[Draft | None, Document]:
        """Write the document to the cache; where that fails, the document says so."""
        try:
            draft = stack.enter_context(self._cache.draft(request.sha256, _variant(request)))
            draft.write(payload)
        except HomeError as error:
            warning = f"This document will be read anew each time. {error} {error.hint}"
            return None, replace(document, warnings=(*document.warnings, warning))
        return draft, document

    def _password(self) -> str:
        """The first line of the password file; empty if none is set. Raises ConfigError."""
        if not self._settings.password_file:
            return ""
        path = expanded(self._settings.password_file)
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, ValueError) as exc:
            raise ConfigError(
                f"The password file {path} cannot be read.", "Check --password-file."
            ) from exc
        return lines[0] if lines else ""


def _bug(name: str, trace: str) -> ParserBug:
    error = ParserBug(
        f"{name} cannot be read: docmind's own parser failed"
        f" ({trace.rstrip().rpartition(chr(10))[2]}).",
        "This is a bug in docmind: -v shows where.",
    )
    error.__cause__ = RuntimeError(trace)
    return error


def sha256_of(content: bytes) -> str:
    """The hash that documents go by."""
    return hashlib.sha256(content, usedforsecurity=False).hexdigest()


def _sha256(path: Path, seen: Seen | None) -> str:
    """Hash of the file as it was seen, or as it is. Raises MissingInput."""
    try:
        if seen is not None:
            status = os.stat(path)  # noqa: PTH116 - asked of thousands, and a Path costs more
            if (status.st_size, status.st_mtime_ns) == (seen.size, seen.mtime_ns):
                return seen.digest
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as exc:
        raise MissingInput(f"{path} cannot be read: {exc.strerror}.", "Check the path.") from exc


def _variant(request: Request) -> str:
    """What of the request, beside the file, decides what the document looks like."""
    return f"{request.kind}-{request.ocr.key}"


def _called(document: Document, name: str) -> Document:
    """The document under this name, which is its title too where it has no other."""
    own = name if document.kind is Kind.CODE else Path(name).stem  # all but all are __init__.py
    return replace(document, name=name, title=document.title or own)
