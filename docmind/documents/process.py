"""Worker processes as their parent sees them: started, asked, killed when they are not wanted.

A worker forks a process for each file (see `worker`), so files share what takes long to load and
nothing else. One that has answered whole can be asked again; in any other case (it crashed, it was
too slow, nobody listens to it any more) it is killed, and the next file gets another one.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO

import msgspec

from docmind.children import environment_of_child
from docmind.documents.frames import HEADER, Request, Tag, pack
from docmind.errors import DamagedInput, ParserLimit

_CHUNK_BYTES = 1 << 20
_CHILD = {"PYTHONUTF8": "1", "OMP_THREAD_LIMIT": "1"}
"""For the worker: names in UTF-8, and one thread for tesseract, which is fastest so."""

IDLE_SECONDS = 10.0
"""So long a worker is kept for the next file."""


class Worker:
    """A running worker process, and the frames that it sends of one file after the other.

    It has a process group of its own, so that one kill ends everything that it may have started.
    """

    def __init__(self) -> None:
        reading, writing = os.pipe()
        self._requests: BinaryIO = os.fdopen(writing, "wb")
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "docmind.documents.worker", str(reading)],
                stdin=subprocess.PIPE,  # never written to: its end tells the worker that we died
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment_of_child(os.environ, _CHILD),
                pass_fds=(reading,),
                start_new_session=True,
            )
        except OSError:
            self._requests.close()
            raise
        finally:
            os.close(reading)
        self._done = True

    @property
    def idle(self) -> bool:
        """Whether it has sent all of the file that it was asked for, and lives."""
        return self._done and self._process.poll() is None

    def kill(self) -> None:
        """End it, with all that it has started."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._requests):
            with suppress(OSError):
                assert pipe is not None
                pipe.close()

    def frames(self, request: Request, timeout_seconds: float) -> Iterator[tuple[Tag, bytes]]:
        """What it sends of this file. Raises InputError where that does not end well."""
        self._done = False
        with suppress(BrokenPipeError):  # it died at once: its exit status tells
            self._requests.write(pack(Tag.DOCUMENT, msgspec.msgpack.encode(request)))
            self._requests.flush()
        assert self._process.stdout is not None
        descriptor = self._process.stdout.fileno()
        buffer = bytearray()
        while chunk := _more(descriptor, request, timeout_seconds):
            buffer += chunk
            while (frame := _first_frame(buffer)) is not None:
                if frame[0] is Tag.END:
                    self._done = True
                    return
                yield frame
        raise _how_it_ended(self._process.wait(), request)


class Workers:
    """Workers that have nothing to do, for whoever has a file next. Safe from several threads."""

    def __init__(self, idle_seconds: float = IDLE_SECONDS) -> None:
        self._idle_seconds = idle_seconds
        self._idle: dict[Worker, threading.Timer] = {}
        self._lock = threading.Lock()

    @contextmanager
    def worker(self, *, keep: bool) -> Iterator[Worker]:
        """A worker; with `keep` it waits a while for a next file if it is done with this one."""
        worker = self._take() or Worker()
        try:
            yield worker
        finally:
            if keep and worker.idle:
                self._put(worker)
            else:
                worker.kill()

    def close(self) -> None:
        """End those that have nothing to do."""
        while (worker := self._take()) is not None:
            worker.kill()

    def _take(self) -> Worker | None:
        while True:
            with self._lock:
                if not self._idle:
                    return None
                worker, timer = self._idle.popitem()
            timer.cancel()
            if worker.idle:
                return worker
            worker.kill()  # somebody else has ended it

    def _put(self, worker: Worker) -> None:
        timer = threading.Timer(self._idle_seconds, self._expire, (worker,))
        timer.daemon = True
        with self._lock:
            self._idle[worker] = timer
        timer.start()

    def _expire(self, worker: Worker) -> None:
        with self._lock:
            waited = self._idle.pop(worker, None)
        if waited is not None:
            worker.kill()


def _more(descriptor: int, request: Request, timeout_seconds: float) -> bytes:
    """The next bytes, empty at the end. Raises ParserLimit where nothing comes for too long."""
    poller = select.poll()
    poller.register(descriptor, select.POLLIN)
    deadline = time.monotonic() + timeout_seconds
    while not poller.poll(max(0.0, deadline - time.monotonic()) * 1000):
        if time.monotonic() >= deadline:
            raise ParserLimit(
                f"Reading {request.name} was stopped: no progress for {timeout_seconds:g} s.",
                "The file may be built to hang readers. If you trust it, "
                "set reading.timeout_seconds higher in config.toml.",
            )
    return os.read(descriptor, _CHUNK_BYTES)


def _how_it_ended(status: int, request: Request) -> ParserLimit | DamagedInput:
    """The error for a worker that has ended by itself."""
    if status == -signal.SIGKILL:
        return ParserLimit(
            f"Reading {request.name} was stopped by the system: memory ran out.",
            "Close other programs, or set reading.memory_mib lower in config.toml.",
        )
    how = f"signal {-status}" if status < 0 else f"exit status {status}"
    return DamagedInput(
        f"{request.name} made the parser crash ({how}).",
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
