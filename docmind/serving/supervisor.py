"""The process that is vLLM's parent: it outlives the docmind that began it, and the server never
outlives it.

It holds the lock of the home as long as it lives, so there is one server and the kernel says so,
not a file. It alone writes the lease. Standard library and psutil only, one thread: it forks.
What it is to do comes as an Order (`docmind.serving.order`).
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import sys
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from docmind.serving.child import ServerProcess, adopt_orphans, bury
from docmind.serving.daemon import detached, hold
from docmind.serving.lease import (
    Lease,
    LifePhase,
    ServerFolder,
    read_lease,
    remove_socket,
    write_lease,
    write_secret,
)
from docmind.serving.order import API_KEY_VARIABLE, BUSY, Order
from docmind.serving.probe import Probe, ServedModel, why_unusable
from docmind.serving.processes import (
    ORPHAN_GRACE_SECONDS,
    born,
    descendants,
    end,
    marks,
    of_home,
)
from docmind.serving.pruning import prune
from docmind.serving.startup_log import Failure, StartupLog, failure
from docmind.serving.usage import Usage

PRUNE_SECONDS = 300.0
_LOADING_TICK = 0.2
_SERVING_TICK = 1.0


@dataclass(slots=True)
class _Clock:
    """When things are due, in seconds that only go forward."""

    progress: float = field(default_factory=time.monotonic)
    upkeep: float = field(default_factory=time.monotonic)
    pruned: float = field(default_factory=time.monotonic)


class Supervisor:
    """One life of one server."""

    def __init__(self, order: Order, folder: ServerFolder) -> None:
        self._order, self._folder = order, folder
        self._probe = Probe(order.uds, order.port, order.api_key)
        self._log = StartupLog()
        self._usage = Usage(folder.clients, self._probe)
        self._clock = _Clock()
        self._asked_to_end = False
        self._wake, self._waker = socket.socketpair()
        self._lease = Lease(
            id=order.id,
            supervisor=os.getpid(),
            supervisor_born=born(os.getpid()) or "",
            fingerprint=order.fingerprint,
            wish=order.wish,
            model=order.model,
            profile=order.profile,
            window_tokens=order.window_tokens,
            uds=order.uds,
            port=order.port,
            started=time.time(),
            keep=order.keep,
            detail=self._log.phase.value,
        )
        write_lease(folder, self._lease)

    def run(self) -> None:
        """Start the server, stay with it, and leave nothing of it behind."""
        self._listen()
        child: ServerProcess | None = None
        try:
            reason = self._prepare()
            if reason is None:
                child = self._begin()
                reason = self._stay(child)
        except OSError as error:
            what = f"{error.filename or 'The server'}: {error.strerror or error}"
            reason = Failure(f"The server cannot be started. {what}.", _HINT_COMMAND)
        except Exception as error:  # noqa: BLE001 - or nobody would learn why it ended
            traceback.print_exc()
            reason = Failure(f"The supervisor failed: {type(error).__name__}: {error}.")
        finally:
            self._tell(phase=LifePhase.ENDING)
            self._end(child)
        phase = LifePhase.STOPPED if reason in (_ASKED, _UNUSED) else LifePhase.FAILED
        self._tell(phase=phase, message=reason.message, hint=reason.hint)

    def _listen(self) -> None:
        """Wake up when the child ends, or when we are to end."""
        adopt_orphans()
        for end_of_pair in (self._wake, self._waker):
            end_of_pair.settimeout(0)
        signal.set_wakeup_fd(self._waker.fileno(), warn_on_full_buffer=False)
        # Handlers and not SIG_IGN, which vLLM would inherit.
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGHUP, lambda *_: None)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask_to_end)

    def _ask_to_end(self, *_: object) -> None:
        self._asked_to_end = True

    def _prepare(self) -> Failure | None:
        """Make room: orphans of a server that was killed, its socket, too much on disk."""
        orphans = end(of_home(self._folder.home), grace_seconds=ORPHAN_GRACE_SECONDS)
        self._tell(orphans_ended=orphans)
        self._prune()
        if self._order.keep:
            self._folder.keep.touch()
        else:
            self._folder.keep.unlink(missing_ok=True)
        if self._order.uds:
            remove_socket(Path(self._order.uds))
            return None
        write_secret(self._folder.api_key, self._order.api_key + "\n")
        if why := why_unusable(self._order.port):
            hint = "Try: another port in [server] of config.toml, or 0 for a Unix socket"
            return Failure(f"Port {self._order.port} cannot be listened on: {why}.", hint)
        return None

    def _begin(self) -> ServerProcess:
        environment = {
            **self._order.environment,
            **marks(self._folder.home, self._lease.id),
        }
        if self._order.api_key:
            environment[API_KEY_VARIABLE] = self._order.api_key
        child = ServerProcess(self._order.argv, environment, self._folder.log)
        self._tell(pid=child.pid, pid_born=born(child.pid) or "")
        self._clock.progress = time.monotonic()
        return child

    def _stay(self, child: ServerProcess) -> Failure:
        """Until the server ends, or is to end; gives the reason."""
        while not self._asked_to_end and self._is_ours():
            if child.returncode is not None:
                child.new_lines()
                return failure(child.last_lines, returncode=child.returncode)
            if self._lease.phase is LifePhase.STARTING:
                reason = self._load(child)
            else:
                child.new_lines()
                reason = self._serve()
            if reason is not None:
                return reason
            self._sleep()
        return _ASKED

    def _sleep(self) -> None:
        loading = self._lease.phase is LifePhase.STARTING
        select.select([self._wake], [], [], _LOADING_TICK if loading else _SERVING_TICK)
        with suppress(BlockingIOError):
            self._wake.recv(4096)

    def _is_ours(self) -> bool:
        """Whether the lease is still this server's: who removes the home, ends the server."""
        found = read_lease(self._folder)
        return found is not None and found.id == self._lease.id

    def _load(self, child: ServerProcess) -> Failure | None:
        for line in child.new_lines():
            if self._log.feed(line):
                self._clock.progress = time.monotonic()
        self._tell(
            detail=self._log.phase.value,
            progress=self._log.progress,
            kv_cache_tokens=self._log.kv_cache_tokens,
        )
        if self._probe.healthy():
            return self._greet()
        still = time.monotonic() - self._clock.progress
        if still <= self._order.stall_seconds:
            return None
        return Failure(
            f"vLLM made no progress for {still:.0f} seconds while {self._log.phase.value}.",
            "Try: docmind serve logs; where it only needs longer, stall_seconds in [server]",
        )

    def _greet(self) -> Failure | None:
        """Make sure that who answers is the server that was ordered."""
        served = self._probe.models()
        mine = [each for each in served if self._order.model in (each.id, each.root)]
        if not mine:
            names = ", ".join(each.id for each in served) or "nothing"
            return Failure(f"The server serves {names}, and not {self._order.model}.")
        model: ServedModel = mine[0]
        self._tell(
            phase=LifePhase.READY,
            detail="",
            progress=None,
            served_model=model.id,
            window_tokens=model.window_tokens or self._order.window_tokens,
            version=self._probe.version(),
        )
        return None

    def _serve(self) -> Failure | None:
        """What a running server needs now and then; why it has to end, if it has."""
        now = time.monotonic()
        if now - self._clock.pruned >= PRUNE_SECONDS:
            self._clock.pruned = now
            self._prune()
        if now - self._clock.upkeep < self._order.upkeep_seconds:
            return None
        self._clock.upkeep = now
        if self._probe.healthy() is False:
            return Failure("vLLM's engine has died.", "Try: docmind serve start")
        idle = self._usage.idle_seconds()
        if self._folder.keep.exists() or not self._order.idle_seconds:
            return None
        return _UNUSED if idle >= self._order.idle_seconds else None

    def _prune(self) -> None:
        if self._order.kv_folder:
            prune(Path(self._order.kv_folder), self._order.kv_limit_bytes)

    def _end(self, child: ServerProcess | None) -> None:
        """Ask the server, then take its group, then whatever of it went elsewhere."""
        if child is not None:
            child.terminate(self._order.grace_seconds)
            child.kill_group()
        end(descendants(), grace_seconds=ORPHAN_GRACE_SECONDS)
        end(of_home(self._folder.home), grace_seconds=ORPHAN_GRACE_SECONDS)
        bury()
        if self._order.uds:
            remove_socket(Path(self._order.uds))
        else:
            self._folder.api_key.unlink(missing_ok=True)

    def _tell(self, **changes: object) -> None:
        """Write into the lease what has changed."""
        lease = replace(self._lease, **changes)  # type: ignore[arg-type]
        if lease != self._lease and self._is_ours():
            write_lease(self._folder, lease)
        self._lease = lease


_ASKED = Failure("The server was stopped.")
_UNUSED = Failure("The server ended because nobody used it.")
_HINT_COMMAND = "Try: docmind serve install, or command in [server] of config.toml"


def main() -> None:
    """Take the lock, leave the docmind that began us, and run."""
    order = Order(**json.load(sys.stdin))
    folder = ServerFolder(Path(order.home))
    folder.make()
    if not hold(folder.lock):
        sys.exit(BUSY)
    with detached(folder.logs / "supervisor.log"):
        supervisor = Supervisor(order, folder)
    supervisor.run()


if __name__ == "__main__":
    main()
