"""The server that docmind manages, as seen from any docmind process.

Nothing here is vLLM's parent: that is the supervisor, which stays when we go. Several processes
may call `start` at once; the supervisors settle by the home's lock whose server it is, and the
others wait for that one.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import signal
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import psutil

from docmind.disk import expanded
from docmind.errors import HomeError, NoServer, ServerNotStarted
from docmind.serving.lease import (
    Lease,
    LifePhase,
    RunningServer,
    ServerFolder,
    read_lease,
    remove_socket,
)
from docmind.serving.order import API_KEY_VARIABLE, Order, begin
from docmind.serving.processes import (
    GRACE_SECONDS,
    ORPHAN_GRACE_SECONDS,
    end,
    of_home,
)
from docmind.serving.reuse import living, refuse_another, running_server, supervised, wish_of
from docmind.serving.startup_log import Failure
from docmind.serving.usage import client, clients

if TYPE_CHECKING:
    from docmind.serving.command import Launch
    from docmind.settings import ServerSettings

_GIB = 1024**3
_STEP_SECONDS = 0.1
_STOP_SECONDS = GRACE_SECONDS + 2 * ORPHAN_GRACE_SECONDS + 5.0
_SETTLE_SECONDS = 30.0
"""How long it may take until it is settled which supervisor begins."""


@dataclass(frozen=True, slots=True)
class Starting:
    """What the server is at; `progress` is a share of this phase, None where nobody knows."""

    phase: str
    detail: str
    progress: float | None = None


@dataclass(frozen=True, slots=True)
class Stopped:
    """What `stop` ended: the server, and processes that a killed one had left. True if any."""

    server: bool
    orphans: int

    def __bool__(self) -> bool:
        return self.server or self.orphans > 0


class ManagedServer:
    """Finds, starts and stops the one server of a home."""

    def __init__(self, home: Path, settings: ServerSettings) -> None:
        # Resolved, because processes are known by the very text of it.
        self._folder = ServerFolder(home.resolve())
        self._settings = settings

    @property
    def log_path(self) -> Path:
        """What the present or the last server has printed; the file need not exist."""
        return self._folder.log

    @property
    def lease(self) -> Lease | None:
        """What is known of the present or the last server, not verified; None if nothing."""
        return read_lease(self._folder)

    @property
    def loading(self) -> Starting | None:
        """How far a start is that is under way, by whomever; None where there is none."""
        lease = self.lease
        if lease is None or lease.phase is not LifePhase.STARTING or not supervised(lease):
            return None
        return _starting(lease)

    @property
    def present(self) -> bool:
        """Whether there is a server that starts or runs, even one that does not answer."""
        lease = self.lease
        phases = (LifePhase.STARTING, LifePhase.READY)
        return lease is not None and lease.phase in phases and supervised(lease)

    @property
    def last_failure(self) -> Failure | None:
        """Why the last server failed or died; None where it did not."""
        lease = self.lease
        if lease is None or lease.phase is not LifePhase.FAILED:
            return None
        return Failure(lease.message, lease.hint)

    def running(self) -> RunningServer | None:
        """The server, if it is there, is the one of the lease, and answers; takes milliseconds."""
        return running_server(self._folder)

    def holds(self, running: RunningServer) -> bool:
        """Whether this very server still lives; looks at processes, and asks it nothing."""
        lease = living(self._folder)
        return lease is not None and lease.pid == running.pid

    def attach(self) -> AbstractContextManager[None]:
        """While this is open, the server does not end for want of use."""
        return client(self._folder.clients)

    @property
    def clients(self) -> int:
        """How many living processes have the server in use."""
        return clients(self._folder.clients)

    def start(self, launch: Launch, *, keep: bool) -> Generator[Starting, None, None]:
        """Start the server, or wait for the one that is there; ends when it is healthy.

        Without `keep` it ends by itself after `idle_minutes` without use. Raises ServerNotStarted,
        also where another server runs. Closing the iterator stops what it began, and only that.
        """
        self._make_folder()
        order = self._order(launch, keep=keep)
        try:
            yield from self._until_healthy(order)
        except BaseException:
            found = self.lease
            if found is not None and found.id == order.id and supervised(found):
                self.stop()
            raise
        if keep:
            self._folder.keep.touch()

    def join(self, *, keep: bool) -> Generator[Starting, None, None]:
        """Wait for the server that is there already, if need be until it has started.

        Asked before anything is planned, since a server that loads fills the memory that a plan
        would count on. Raises NoServer where there is none, ServerNotStarted as `start` does.
        """
        yield from self._until_healthy(None)
        if keep:
            self._folder.keep.touch()

    def stop(self) -> Stopped:
        """End the server, whoever began it, and whatever a killed one has left behind."""
        lease = self.lease
        server = lease is not None and supervised(lease) and _end_supervisor(lease)
        if lease is None:  # or one that we cannot read, of another version of docmind
            server = self._end_nameless()
        with self._alone() as alone:
            if not alone:  # another server has begun since
                return Stopped(server, 0)
            orphans = end(of_home(self._folder.home), grace_seconds=ORPHAN_GRACE_SECONDS)
            remove_socket(self._folder.socket)
            self._folder.api_key.unlink(missing_ok=True)
        return Stopped(server, orphans)

    def _end_nameless(self) -> bool:
        """End a server whose lease says nothing: its supervisor goes when the lease is gone."""
        deadline = time.monotonic() + _STOP_SECONDS
        there = False
        while time.monotonic() < deadline:
            with self._alone() as alone:
                if alone:
                    return there
            there = True
            self._folder.lease.unlink(missing_ok=True)
            time.sleep(_STEP_SECONDS)
        return False

    def _until_healthy(self, order: Order | None) -> Generator[Starting, None, None]:
        """How far the server is, again and again; begins one by the order if there is none."""
        watched = order.id if order else ""
        patience = time.monotonic() + _SETTLE_SECONDS
        while True:
            lease = self.lease
            if lease is None or not supervised(lease):
                if lease is not None and lease.id == watched:
                    raise ServerNotStarted(lease.message or _VANISHED, lease.hint or _LOGS)
                _begin(order)
            elif lease.phase in (LifePhase.STARTING, LifePhase.READY):
                refuse_another(lease, self._settings, order)
                watched = lease.id
                if lease.phase is LifePhase.READY and self.running() is not None:
                    return
                if lease.phase is LifePhase.STARTING:
                    patience = time.monotonic() + _SETTLE_SECONDS
                yield _starting(lease)
            if time.monotonic() > patience:
                raise ServerNotStarted("The server that is there does not answer.", _STOP)
            time.sleep(_STEP_SECONDS)

    def _order(self, launch: Launch, *, keep: bool) -> Order:
        settings = self._settings
        return Order(
            id=uuid4().hex,
            home=str(self._folder.home),
            argv=_rooted(launch.command),
            environment=_environment(launch),
            fingerprint=launch.fingerprint,
            wish=wish_of(self._settings),
            model=launch.model,
            profile=launch.profile.value,
            window_tokens=launch.window_tokens,
            uds=str(launch.listen.uds or ""),
            port=launch.listen.port,
            keep=keep,
            stall_seconds=settings.stall_seconds,
            idle_seconds=settings.idle_minutes * 60,
            api_key=secrets.token_urlsafe(32) if launch.listen.port else "",
            # The limit is for all profiles together: those that are not served keep theirs too.
            kv_folder=str(launch.kv_folder.parent) if launch.kv_folder else "",
            kv_limit_bytes=int(settings.kv_offload_disk_gib * _GIB),
        )

    def _make_folder(self) -> None:
        try:
            self._folder.make()
        except OSError as error:
            raise HomeError(
                f"The server's folder {error.filename} cannot be used: {error.strerror}.",
                "Try: another folder, with --home DIR or DOCMIND_HOME",
            ) from error

    @contextmanager
    def _alone(self) -> Iterator[bool]:
        """Hold the home's lock, so that no supervisor begins; False where one has it."""
        if not self._folder.path.is_dir():
            yield True
            return
        lock = os.open(self._folder.lock, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True
        finally:
            os.close(lock)


_VANISHED = "The server's supervisor was killed while the server started."
_LOGS = "Try: docmind serve logs"
_STOP = "Try: docmind serve stop, then docmind serve start"


def _begin(order: Order | None) -> None:
    if order is None:
        raise NoServer("No server is running.", "Try: docmind serve start")
    begin(order)


def _environment(launch: Launch) -> dict[str, str]:
    """What the server sees. A key that is meant for another one would lock us out of ours."""
    own = {name: value for name, value in os.environ.items() if name != API_KEY_VARIABLE}
    return own | dict(launch.environment)


def _rooted(command: Sequence[str]) -> list[str]:
    """The command as it can be run from anywhere: the server does not stand where we do."""
    first, *rest = command
    return [str(expanded(first).absolute()) if "/" in first else first, *rest]


def _starting(lease: Lease) -> Starting:
    return Starting(lease.detail, lease.model, lease.progress)


def _end_supervisor(lease: Lease) -> bool:
    """Ask the supervisor to end its server and itself; what does not listen is killed."""
    for number, seconds in ((signal.SIGTERM, _STOP_SECONDS), (signal.SIGKILL, GRACE_SECONDS)):
        with suppress(psutil.Error):
            process = psutil.Process(lease.supervisor)
            if supervised(lease):
                process.send_signal(number)
        deadline = time.monotonic() + seconds
        while supervised(lease) and time.monotonic() < deadline:
            time.sleep(_STEP_SECONDS)
    return not supervised(lease)
