"""Whether the server that is there is alive, is the one of the lease, and is the one wanted."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from docmind.errors import ServerNotStarted
from docmind.serving.lease import Lease, LifePhase, RunningServer, ServerFolder, read_lease
from docmind.serving.order import Order
from docmind.serving.probe import Probe
from docmind.serving.processes import is_alive
from docmind.settings import Profile, ServerSettings


def supervised(lease: Lease) -> bool:
    """Whether the supervisor that wrote the lease still runs."""
    return is_alive(lease.supervisor, lease.supervisor_born)


def living(folder: ServerFolder) -> Lease | None:
    """The lease of a server that is ready and whose processes live; it is not asked itself."""
    lease = read_lease(folder)
    if lease is None or lease.phase is not LifePhase.READY or not supervised(lease):
        return None
    return lease if is_alive(lease.pid, lease.pid_born) else None


def running_server(folder: ServerFolder) -> RunningServer | None:
    """The server of the lease, if all of it is there and it answers as it did at first."""
    lease = living(folder)
    if lease is None:
        return None
    key = _api_key(folder, lease)
    probe = Probe(lease.uds, lease.port, key)
    served = {each.id for each in probe.models()} if probe.healthy() else set()
    if lease.served_model not in served or probe.version() != lease.version:
        return None
    return RunningServer(
        base_url=f"http://127.0.0.1:{lease.port}/v1" if lease.port else "http://localhost/v1",
        uds=Path(lease.uds) if lease.uds else None,
        api_key=key,
        model=lease.served_model,
        window_tokens=lease.window_tokens,
        profile=lease.profile,
        pid=lease.pid,
        version=lease.version,
        started=lease.started,
        fingerprint=lease.fingerprint,
    )


def wish_of(settings: ServerSettings) -> str:
    """Tells whether a server was started with the settings that are in force now.

    Not its command: the plan behind that depends on how full the memory is at the moment.
    """
    kept = replace(settings, profile=Profile.AUTO, idle_minutes=0, stall_seconds=1)
    return hashlib.sha256(repr(kept).encode()).hexdigest()[:16]


def refuse_another(lease: Lease, settings: ServerSettings, order: Order | None) -> None:
    """Raise ServerNotStarted where the server that is there is not the one that is wanted.

    Without an order any server will do that was started with these settings.
    """
    if order is not None:
        wanted = f"{order.model}, {order.profile}, {order.window_tokens:,} tokens"
        same = (lease.model, lease.profile) == (order.model, order.profile)
        same = same and lease.window_tokens >= order.window_tokens
    else:
        wanted = f"{settings.model}, {settings.profile.value}"
        same = settings.profile in (Profile.AUTO, lease.profile)
    if same and lease.wish == wish_of(settings):
        return
    there = f"{lease.model}, {lease.profile}, {lease.window_tokens:,} tokens"
    other = " with other settings" if same else ""
    raise ServerNotStarted(
        f"Another server is here: {there}; wanted: {wanted}{other}.",
        "Try: docmind serve start --restart, which ends it first; or docmind serve stop",
    )


def _api_key(folder: ServerFolder, lease: Lease) -> str:
    if not lease.port:
        return ""
    try:
        return folder.api_key.read_text(encoding="ascii").strip()
    except OSError:
        return ""
