"""Results made on the machines of a Ray cluster. The only module that imports Ray.

Actors and not Ray Data: what is scheduled, lost and tried again is a file, whose result counts by
the manifest alone, and Ray Data would bring pandas and pyarrow to move blocks of rows that nobody
wants. Who asks stays the one that writes: workers send results back, and touch no folder.
"""

from __future__ import annotations

import os
import queue
import re
import secrets
import signal
import socket
import tempfile
from collections.abc import Generator, Iterator, Mapping
from contextlib import ExitStack, contextmanager, redirect_stdout, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from docmind.batch.inputs import Input
from docmind.batch.making import MakeEvent
from docmind.batch.transient import Working
from docmind.cluster.worker import Failed, Opened, Worker
from docmind.errors import ClusterError, InputError, UsageError

LOCAL = "local"
_LOOK_SECONDS = 0.2
_KNOCK_SECONDS = 5.0
_DEATHS = 3
_RAISED = re.compile(r"[\w.]+(Error|Exception): ")
_MEMORY_BYTES = 100 << 20
_EVERYWHERE = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",  # it would copy the folder that the user stands in
}
_THERE = {"RAY_NUM_REDIS_GET_RETRIES": "1"}  # or it knocks for a quarter of an hour
_HERE = {
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",  # by this alone Ray listens on the loopback only
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "RAY_AUTH_MODE": "token",
}


@dataclass(frozen=True, slots=True)
class Ray:
    """A cluster that is connected."""

    module: Any
    cpus: int

    def crew(self, opened: Opened, size: int) -> RayCrew:
        """Processes on its machines, `size` at most, each begun when there is work for it."""
        share = max(0.001, round(min(1.0, self.cpus / size), 3))
        options = {"num_cpus": share, "scheduling_strategy": "SPREAD"}
        return RayCrew(self.module, self.module.remote(Worker).options(**options), opened, size)


@contextmanager
def connected(address: str, cpus: int) -> Iterator[Ray]:
    """The cluster at this address: HOST:PORT, "auto" for the one that runs here, or "local".

    "local" starts one on this machine, of so many processors, and ends it at the end. Nothing may
    be written to stdout meanwhile, because Ray writes there itself. Raises UsageError where Ray is
    not installed, ClusterError where there is no cluster.
    """
    with ExitStack() as stack:
        local = address == LOCAL
        own = {**_HERE, "RAY_AUTH_TOKEN": secrets.token_hex(32)} if local else _THERE
        stack.enter_context(_environment({**_EVERYWHERE, **own}))
        try:
            import ray
        except ImportError as error:
            raise UsageError(
                "--ray needs Ray, which is not installed.", "Try: pip install 'docmind[ray]'"
            ) from error
        nowhere = stack.enter_context(Path(os.devnull).open("w", encoding="utf-8"))
        stack.enter_context(redirect_stdout(nowhere))
        more: dict[str, object] = {}
        if local:
            # Not where TMPDIR says: the names of sockets may not be long.
            folder = tempfile.TemporaryDirectory(
                prefix="docmind-ray-", dir="/tmp", ignore_cleanup_errors=True
            )
            more = {
                "num_cpus": cpus,
                "include_dashboard": False,
                "object_store_memory": _MEMORY_BYTES,
                "_temp_dir": stack.enter_context(folder),
            }
        stack.callback(ray.shutdown)
        _connect(ray, address, more)
        found = int(ray.cluster_resources().get("CPU", 0))
        yield Ray(ray, max(1, found))


def _connect(ray: Any, address: str, more: Mapping[str, object]) -> None:
    handler = signal.getsignal(signal.SIGTERM)
    try:
        _knock(os.environ.get("RAY_ADDRESS", "") if address == "auto" else address)
        ray.init(address=address, log_to_driver=False, logging_level="critical", **more)
    except ConnectionError as error:
        raise ClusterError(
            "No Ray cluster runs here." if address == "auto" else f"No Ray cluster at {address}.",
            "Try: ray start --head, or --ray local for this machine alone",
        ) from error
    except (RuntimeError, ValueError, OSError, ray.exceptions.RayError) as error:
        raise ClusterError(
            f"The Ray cluster {address} cannot be used: {_in_a_line(error)}", "See: ray status"
        ) from error
    finally:
        # Ray puts its own in the place of ours.
        with suppress(ValueError):
            signal.signal(signal.SIGTERM, handler)


def _knock(address: str) -> None:
    """Raises ConnectionError where nothing listens there, UsageError for what is no HOST:PORT."""
    if address in ("", "auto", LOCAL):
        return
    host, _, port = address.rpartition(":")
    if "://" in address or not host or not port.isdecimal():
        raise UsageError(
            f"{address!r} is no address of a Ray cluster.",
            "Try: --ray auto on a machine of the cluster, or --ray HOST:PORT, as in 10.0.0.5:6379",
        )
    try:
        socket.create_connection((host.strip("[]"), int(port)), _KNOCK_SECONDS).close()
    except (OSError, OverflowError) as error:
        raise ConnectionError(str(error)) from error


class _Lost(Exception):
    """The process that worked on a file is no more; its text says what Ray knows."""


@dataclass(slots=True)
class RayCrew:
    """Processes on the machines of a cluster, each of which makes one result at a time."""

    ray: Any
    actor: Any
    opened: Opened
    size: int
    _idle: queue.SimpleQueue[Any] = field(default_factory=queue.SimpleQueue)

    def make(self, found: Input) -> Generator[MakeEvent, None, None]:
        """See `docmind.batch.making.Make`; called from `size` threads at most.

        A file whose process ends is given to another one. Raises ClusterError where none can
        begin, InputError where several have ended over this file.
        """
        away = replace(found, path=found.path.absolute())
        for _ in range(_DEATHS):
            with suppress(_Lost):
                yield from self._made(away)
                return
        raise InputError(
            f"{found.name}: {_DEATHS} processes of the cluster ended over it, one after another.",
            "They may have had too little memory for it. See: ray memory, ray logs",
        )

    def _made(self, found: Input) -> Generator[MakeEvent, None, None]:
        worker = yield from self._hired()
        fit = False
        try:
            failed = yield from self._asked(worker, found)
            fit = True
        finally:
            if not fit:
                self.ray.kill(worker)
        self._idle.put(worker)
        if failed is not None:
            raise failed.error

    def _hired(self) -> Generator[MakeEvent, None, Any]:
        """A process that is ready for a file."""
        with suppress(queue.Empty):
            return self._idle.get_nowait()
        why = ""
        for _ in range(_DEATHS):
            worker = self.actor.remote(self.opened)
            try:
                refusal = yield from self._answer(worker.prepare.remote())
            except _Lost as lost:
                why = str(lost)
                continue
            if refusal is None:
                return worker
            raise ClusterError(str(refusal), getattr(refusal, "hint", "")) from refusal
        raise ClusterError(
            f"The processes of the Ray cluster end before they begin: {why}",
            "The same docmind has to be installed on each of its machines. See: ray logs",
        )

    def _asked(self, worker: Any, found: Input) -> Generator[MakeEvent, None, Failed | None]:
        """Have it make a result, and tell how that goes; why it failed, if so."""
        events = worker.make.options(num_returns="streaming").remote(found)
        while True:
            yield from self._waited(events)
            try:
                event = self.ray.get(next(events))
            except StopIteration:
                return None
            except self.ray.exceptions.RayError as error:
                raise _Lost(_in_a_line(error)) from error
            if isinstance(event, Failed):
                return event
            yield event

    def _answer(self, reference: Any) -> Generator[MakeEvent, None, Any]:
        yield from self._waited(reference)
        try:
            return self.ray.get(reference)
        except self.ray.exceptions.RayError as error:
            raise _Lost(_in_a_line(error)) from error

    def _waited(self, reference: Any) -> Iterator[Working]:
        """Nothing, until there is news; told several times a second, so that one can cancel."""
        while not self.ray.wait([reference], timeout=_LOOK_SECONDS)[0]:
            yield Working()


@contextmanager
def _environment(more: Mapping[str, str]) -> Iterator[None]:
    """Ours with `more`, for as long as it lasts."""
    before = {name: os.environ.get(name) for name in more}
    os.environ.update(more)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _in_a_line(error: Exception) -> str:
    """What Ray says of an error, which may end in a traceback: the end of that, else the start."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return next((line for line in reversed(lines) if _RAISED.match(line)), lines[0])
