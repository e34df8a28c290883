"""A request whose answer streams, read by a thread, so that waiting for it can be given up.

A server that reads a long prompt may be silent for a minute, and no HTTP library lets one look up
meanwhile. So a thread reads, the caller waits on a queue, and giving up shuts the socket down
under the thread: the server sees at once that nobody listens, and stops computing. The socket is
known from httpx2's trace, because before the headers have come there is no response to ask for it.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Generator, Iterator, Mapping
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any

import httpx2

PATIENCE_SECONDS = 0.2
"""How often one who waits is told that nothing has come."""

_FAREWELL_SECONDS = 2.0
_CONNECTED = ("connect_tcp.complete", "connect_unix_socket.complete", "start_tls.complete")


class Answered(Exception):
    """The server did not stream, but answered with this status and body.

    `retry_after` is when it wants to be asked again, in its own notation.
    """

    def __init__(self, status: int, body: bytes, retry_after: str = "") -> None:
        super().__init__(status)
        self.status = status
        self.body = body
        self.retry_after = retry_after


def events(client: httpx2.Client, path: str, body: bytes) -> Generator[str | None, None, None]:
    """POST, and yield the data of each server-sent event, None where nothing came for a moment.

    Closing the iterator closes the connection. Raises Answered where the status is not 200, and
    what httpx2 raises.
    """
    exchange = _Exchange()
    thread = threading.Thread(
        target=exchange.run, args=(client, path, body), name="answer", daemon=True
    )
    thread.start()
    try:
        yield from exchange.received()
    finally:
        exchange.cut()
        thread.join(_FAREWELL_SECONDS)


class _Exchange:
    """One request and its answer, between the thread that reads and the one that waits."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[str | Exception | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._cut = False

    def run(self, client: httpx2.Client, path: str, body: bytes) -> None:
        """In the thread: ask, and put what comes; None at the end."""
        try:
            self._read(client, path, body)
            self._queue.put(None)
        except Exception as error:  # noqa: BLE001 - it is raised in the thread that asked
            self._queue.put(error)

    def _read(self, client: httpx2.Client, path: str, body: bytes) -> None:
        request = client.build_request(
            "POST",
            path,
            content=body,
            headers={"Content-Type": "application/json", "Accept": "text/event-stream"},
            extensions={"trace": self._traced},
        )
        response = client.send(request, stream=True)
        try:
            if response.status_code != httpx2.codes.OK:
                after = response.headers.get("Retry-After", "")
                raise Answered(response.status_code, response.read(), after)
            for event in httpx2.EventSource(response):
                self._queue.put(event.data)
        finally:
            response.close()

    def _traced(self, name: str, info: Mapping[str, Any]) -> None:
        """Remember the socket; where it was given up meanwhile, shutting it ends the request."""
        with self._lock:
            if name.endswith(_CONNECTED):
                self._socket = info["return_value"].get_extra_info("socket")
                if self._cut:
                    self._shut()

    def received(self) -> Iterator[str | None]:
        """What has been read, until the end."""
        while True:
            try:
                item = self._queue.get(timeout=PATIENCE_SECONDS)
            except Empty:
                yield None
                continue
            if item is None:
                return
            if isinstance(item, Exception):
                raise item
            yield item

    def cut(self) -> None:
        """Shut the connection down, in whatever state it is."""
        with self._lock:
            self._cut = True
            self._shut()

    def _shut(self) -> None:
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
