"""The worker process as its parent sees it: started with a request, killed when it is not wanted.

It gets a process group of its own, so that one kill ends everything that it may have started.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import msgspec

from docmind.children import environment_of_child
from docmind.documents.frames import HEADER, Request, Tag, pack
from docmind.errors import DamagedInput, ParserLimit

_CHUNK_BYTES = 1 << 20
_CHILD = {"PYTHONUTF8": "1", "OMP_THREAD_LIMIT": "1"}
"""For the worker: names in UTF-8, and one thread for tesseract, which is fastest so."""


class Worker:
    """A running worker process, and the frames that it sends."""

    def __init__(
        self, process: subprocess.Popen[bytes], request: Request, timeout_seconds: float
    ) -> None:
        self._process = process
        self._request = request
        self._timeout_seconds = timeout_seconds

    @classmethod
    @contextmanager
    def started(cls, request: Request, timeout_seconds: float) -> Iterator[Worker]:
        """A worker that has its request; it is dead when the context is left."""
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "docmind.documents.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment_of_child(os.environ, _CHILD),
            start_new_session=True,
        )
        try:
            with suppress(BrokenPipeError):  # it died at once: its exit status tells
                assert process.stdin is not None
                process.stdin.write(pack(Tag.DOCUMENT, msgspec.msgpack.encode(request)))
                process.stdin.flush()  # and left open: its end tells the worker that we are gone
            yield cls(process, request, timeout_seconds)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with suppress(OSError):
                    assert pipe is not None
                    pipe.close()

    def frames(self) -> Iterator[tuple[Tag, bytes]]:
        """What the worker sends, until it has ended well. Raises InputError where it has not."""
        assert self._process.stdout is not None
        descriptor = self._process.stdout.fileno()
        buffer = bytearray()
        while chunk := self._more(descriptor):
            buffer += chunk
            while (frame := _first_frame(buffer)) is not None:
                yield frame
        self._raise_unless_ended_well()

    def _more(self, descriptor: int) -> bytes:
        """The next bytes, empty at the end. Kills a worker that is silent for too long."""
        poller = select.poll()
        poller.register(descriptor, select.POLLIN)
        deadline = time.monotonic() + self._timeout_seconds
        while not poller.poll(max(0.0, deadline - time.monotonic()) * 1000):
            if time.monotonic() >= deadline:
                raise ParserLimit(
                    f"Reading {self._request.name} was stopped: no progress for "
                    f"{self._timeout_seconds:g} s.",
                    "The file may be built to hang readers. If you trust it, "
                    "set reading.timeout_seconds higher in config.toml.",
                )
        return os.read(descriptor, _CHUNK_BYTES)

    def _raise_unless_ended_well(self) -> None:
        status = self._process.wait()
        if status == 0:
            return
        if status == -signal.SIGKILL:
            raise ParserLimit(
                f"Reading {self._request.name} was stopped by the system: memory ran out.",
                "Close other programs, or set reading.memory_mib lower in config.toml.",
            )
        how = f"signal {-status}" if status < 0 else f"exit status {status}"
        raise DamagedInput(
            f"{self._request.name} made the parser crash ({how}).",
            "The file is damaged or hostile. Try a copy printed to PDF by another program.",
        )


def _first_frame(buffer: bytearray) -> tuple[Tag, bytes] | None:
    """Take the first frame out of the buffer, if it is there whole."""
    if len(buffer) < HEADER.size:
        return None
    tag, length = HEADER.unpack_from(buffer)
    end = HEADER.size + length
    if len(buffer) < end:
        return None
    payload = bytes(memoryview(buffer)[HEADER.size : end])
    del buffer[:end]
    return Tag(tag), payload
