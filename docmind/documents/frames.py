"""What the worker says to the reader: frames of one tag byte, a length, and msgpack.

Frames and not pickles: the worker reads hostile files, so nothing that it sends may run code here.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import Enum

import msgspec

from docmind.documents.page_tasks import PageTask
from docmind.errors import InputError, input_error
from docmind.model import Document, Kind, Page
from docmind.ports import PagesRead, TokensCounted

HEADER = struct.Struct("<cI")


class Tag(Enum):
    """What a frame holds."""

    PAGES = b"P"
    DOCUMENT = b"D"
    SECRET_DOCUMENT = b"S"
    """A document that took a password to read: never written to disk."""
    AHEAD = b"A"
    """The sha256 of a further file, in hexadecimal digits, and its document."""
    TOKENS = b"T"
    MADE = b"M"
    """The bytes of a copy or a picture."""
    FAILURE = b"F"
    BUG = b"B"
    END = b"E"
    """Nothing more of this file; the worker waits for the next one."""


@dataclass(frozen=True, slots=True)
class OcrPlan:
    """What OCR is to do, settled before the worker starts, because the cache key depends on it.

    `mode` is off, auto, force, or missing: auto or force were asked for but `lacks` is not there.
    """

    mode: str
    languages: str
    dpi: int
    tessdata: str
    lacks: str = ""

    @property
    def key(self) -> str:
        """What tells cached documents of different plans apart."""
        return f"{self.mode}-{self.languages}-{self.dpi}" if self.runs else self.mode

    @property
    def runs(self) -> bool:
        """Whether any page may be read by OCR."""
        return self.mode in ("auto", "force")


@dataclass(frozen=True, slots=True)
class Further:
    """A source file that the worker parses when the one that it was started for is done."""

    path: str
    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Request:
    """What the reader asks of the worker, one frame for each file."""

    path: str
    name: str
    sha256: str
    kind: Kind
    ocr: OcrPlan
    memory_mib: int
    password: str = ""
    further: tuple[Further, ...] = ()
    task: PageTask | None = None
    """What to make of a PDF instead of a Document."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a parser yields last. `secret`: it took a password, so it is never written to disk."""

    document: Document
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """An InputError on its way from the worker to the reader."""

    error: str
    message: str
    hint: str

    @classmethod
    def of(cls, error: InputError) -> Failure:
        """The frame for this error."""
        return cls(type(error).__name__, str(error), error.hint)

    def to_error(self) -> InputError:
        """The error that was sent."""
        return input_error(self.error, self.message, self.hint)


def pack(tag: Tag, payload: bytes) -> bytes:
    """A frame, ready to be written."""
    return HEADER.pack(tag.value, len(payload)) + payload


def pack_event(event: PagesRead | Parsed | TokensCounted) -> bytes:
    """The frame for an event of the worker."""
    match event:
        case PagesRead():
            return pack(Tag.PAGES, msgspec.msgpack.encode((event.pages, event.total)))
        case Parsed(document, secret):
            tag = Tag.SECRET_DOCUMENT if secret else Tag.DOCUMENT
            return pack(tag, msgspec.msgpack.encode(document))
        case TokensCounted():
            return pack(Tag.TOKENS, msgspec.msgpack.encode(event.tokens))


def unpack_pages(payload: bytes) -> PagesRead:
    """The event of a PAGES frame."""
    pages, total = msgspec.msgpack.decode(payload, type=tuple[tuple[Page, ...], int])
    return PagesRead(pages, total)


def unpack_tokens(payload: bytes) -> TokensCounted:
    """The event of a TOKENS frame."""
    return TokensCounted(msgspec.msgpack.decode(payload, type=int))


def unpack_error(payload: bytes) -> InputError:
    """The error of a FAILURE frame."""
    return msgspec.msgpack.decode(payload, type=Failure).to_error()


def unpack_document(payload: bytes) -> Document:
    """The document of a frame or of a cache entry. Raises msgspec.DecodeError."""
    return msgspec.msgpack.decode(payload, type=Document)
