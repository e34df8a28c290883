"""The process that parses files, one after the other: `python -m docmind.documents.worker FD`.

It is a process, and not a thread, because parsers hang, crash and eat memory, and only a process
can be killed. It parses nothing itself: it loads what parsers need, which takes longer than most
files, and forks for each file, so that every file has a parser that no other has had before it,
with all of the memory that is allowed, and a crash or a leak ends with it. Requests come through
the descriptor FD. Standard output is moved away before any C library is loaded, so that nothing
which they print can get between the frames.
"""

from __future__ import annotations

import contextlib
import fcntl
import gc
import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from itertools import chain
from typing import IO, NoReturn

import msgspec

from docmind.documents.frames import HEADER, Failure, Parsed, Request, Tag, pack, pack_event
from docmind.errors import InputError, ParserLimit
from docmind.model import Document, Kind
from docmind.ports import PagesRead, TokenCounter, TokensCounted

Parser = Callable[[Request], Iterator[PagesRead | Parsed]]


def main() -> None:
    """Read requests, write frames to what was stdout."""
    frames = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    requests = os.fdopen(int(sys.argv[1]), "rb")
    _die_with_parent()
    gc.disable()  # the processes are short-lived, and their heaps of boxes take long to search
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    number = 0
    while (request := _receive(requests)) is not None:
        number += 1
        _load(request, all_of_it=number > 1)
        child = os.fork()
        if child == 0:
            _answer(request, frames)
        _, status = os.waitpid(child, 0)
        if status != 0:
            _end_as(status)
        _send(frames, pack(Tag.END, b""))


def _answer(request: Request, frames: IO[bytes]) -> NoReturn:
    """Parse one file, in a process that ends with it."""
    _limit_memory(request.memory_mib, for_good=True)
    try:
        for frame in chain(_work(request), _work_ahead(request)):
            _send(frames, frame)
    except InputError as error:
        _send(frames, pack(Tag.FAILURE, msgspec.msgpack.encode(Failure.of(error))))
    except MemoryError:
        failure = Failure.of(out_of_memory(request.name, request.memory_mib))
        _send(frames, pack(Tag.FAILURE, msgspec.msgpack.encode(failure)))
    except Exception:  # noqa: BLE001 the reader raises it again, with this traceback
        _send(frames, pack(Tag.BUG, traceback.format_exc().encode()))
    # What a C library does in its destructors is of no use to anybody, and can hang.
    os._exit(0)


def _end_as(status: int) -> NoReturn:
    """End as the file's process has ended: the reader is told by that, not by half a frame."""
    code = os.waitstatus_to_exitcode(status)
    if code < 0:
        os.kill(os.getpid(), -code)
    os._exit(code if code > 0 else 1)


def _load(request: Request, *, all_of_it: bool) -> None:
    """Load what this file needs, for it and for all that follow; it will say itself what fails.

    What counts tokens is needed last, so the first file has its pages on their way before that.
    """
    _limit_memory(request.memory_mib)
    with contextlib.suppress(Exception):
        _parser(request.kind)
        if request.kind is Kind.PDF:
            from docmind.documents.pdf import import_pymupdf

            import_pymupdf()
        if all_of_it:
            _counter()


def out_of_memory(name: str, memory_mib: int) -> ParserLimit:
    """The error for a file that needs more memory than it may have."""
    return ParserLimit(
        f"Reading {name} takes more than {memory_mib} MiB of memory.",
        "If you trust the file, set reading.memory_mib higher in config.toml.",
    )


def _work(request: Request) -> Iterator[bytes]:
    if request.task is not None:
        from docmind.documents.page_maker import make_of_pages

        yield pack(Tag.MADE, make_of_pages(request, request.task))
        return
    for event in _parse(request):
        yield pack_event(event)
        if isinstance(event, Parsed):
            yield pack_event(TokensCounted(_count_tokens(event.document)))


def _work_ahead(request: Request) -> Iterator[bytes]:
    """The further files; one that fails is left out, and will fail when it is asked for.

    Even by a bug: what is told here is told of the file before, which was read well.
    """
    for file in request.further:
        own = replace(request, path=file.path, name=file.name, sha256=file.sha256, further=())
        with contextlib.suppress(Exception):
            for event in _parse(own):
                if isinstance(event, Parsed):
                    document = pack_event(event)[HEADER.size :]
                    yield pack(Tag.AHEAD, file.sha256.encode() + document)
                    yield pack_event(TokensCounted(_count_tokens(event.document)))


def _parse(request: Request) -> Iterator[PagesRead | Parsed]:
    return _parser(request.kind)(request)


def _parser(kind: Kind) -> Parser:
    """The parser for this kind of file; each is imported only when it is needed."""
    match kind:
        case Kind.PDF:
            from docmind.documents.pdf import parse_pdf

            return parse_pdf
        case Kind.EPUB:
            from docmind.documents.epub import parse_epub

            return parse_epub
        case Kind.HTML:
            from docmind.documents.html import parse_html

            return parse_html
        case Kind.MARKDOWN | Kind.TEXT:
            from docmind.documents.prose import parse_prose

            return parse_prose
        case Kind.CODE:
            from docmind.documents.code import parse_code

            return parse_code


def _count_tokens(document: Document) -> int:
    counter = _counter()
    return sum(counter.count(page.text) for page in document.pages)


@cache
def _counter() -> TokenCounter:
    """Loaded once, when there is something to count."""
    from docmind.tokens.qwen import QwenTokenCounter

    return QwenTokenCounter()


def _receive(stream: IO[bytes]) -> Request | None:
    """The next request; None where none will come."""
    head = stream.read(HEADER.size)
    if len(head) < HEADER.size:
        return None
    _, length = HEADER.unpack(head)
    return msgspec.msgpack.decode(stream.read(length), type=Request)


def _send(frames: IO[bytes], frame: bytes) -> None:
    rest = memoryview(frame)
    while rest:
        rest = rest[frames.write(rest) or 0 :]


def _die_with_parent() -> None:
    """Have the kernel send SIGIO, which kills, when the reader's end of stdin is closed.

    To the whole group, because the file's process has no other way to hear of it: a thread that
    waits for that would never get its turn while a C library holds the interpreter.
    """
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    with contextlib.suppress(OSError):
        fcntl.fcntl(0, fcntl.F_SETOWN, -os.getpgrp())
        fcntl.fcntl(0, fcntl.F_SETFL, fcntl.fcntl(0, fcntl.F_GETFL) | os.O_ASYNC)


def _limit_memory(memory_mib: int, *, for_good: bool = False) -> None:
    """For this process; one that goes on to another file must be able to have more then."""
    limit = memory_mib * 1024 * 1024
    with contextlib.suppress(ValueError, OSError):  # the system's own limit may be lower
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit if for_good else most))


if __name__ == "__main__":
    main()
