"""What the embedding process and its parent say to each other, and how it is framed.

Four bytes of length (network order), then msgpack. Nothing else may ever be written to the pipe:
the worker keeps it under a number of its own, and points stdout at stderr before it imports much.
"""

from __future__ import annotations

import struct
from typing import BinaryIO

import msgspec

_LENGTH = struct.Struct("!I")


class Batch(msgspec.Struct, frozen=True, tag="batch"):
    """Parent to worker: embed these texts, as questions or as what may answer them."""

    number: int
    texts: list[str]
    query: bool = False


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """Worker to parent, once: the model is loaded, and computes in this precision."""

    precision: str


class Rows(msgspec.Struct, frozen=True, tag="rows"):
    """Worker to parent: the unit vectors of a batch, float32 in native order, row by row."""

    number: int
    dimensions: int
    values: bytes


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """Worker to parent: this batch failed (or, numbered -1, the model could not be loaded)."""

    number: int
    reason: str


FromWorker = Ready | Rows | Refused

LOADING = -1
"""The number of a Refused that is about loading the model."""


def write_frame(pipe: BinaryIO, message: Batch | FromWorker) -> None:
    """Send one message, and make sure that it leaves."""
    body = msgspec.msgpack.encode(message)
    pipe.write(_LENGTH.pack(len(body)) + body)
    pipe.flush()


def read_frame(pipe: BinaryIO) -> bytes | None:
    """The body of the next message; None at the end of the stream, also in the midst of one."""
    length = pipe.read(_LENGTH.size)
    if len(length) < _LENGTH.size:
        return None
    size: int = _LENGTH.unpack(length)[0]
    body = pipe.read(size)
    return body if len(body) == size else None
