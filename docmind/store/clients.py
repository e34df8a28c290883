"""Opens Chroma: a folder of ours, or a server at an address.

Telemetry is off. A server is asked for a sign of life first, because Chroma's own
client waits for ever for one that is silent.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from docmind.disk import home_error
from docmind.errors import ConfigError, ServerUnreachable
from docmind.store.importing import import_chromadb

_PATIENCE_SECONDS = 5.0
_SILENCE_SECONDS = 60.0
_PORTS = {"http": 8000, "https": 443}


def opened(folder: Path) -> Any:
    """A client of the folder, which is made where there is none."""
    chromadb = import_chromadb()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise home_error(folder, error) from error
    try:
        return chromadb.PersistentClient(str(folder), settings=_settings())
    except BaseException:  # also a panic of its Rust, which is no Exception
        _forget(str(folder))
        raise


def _forget(folder: str) -> None:
    """Take away what Chroma keeps of a folder that it could not open, and would hand out again."""
    from chromadb.api.shared_system_client import SharedSystemClient

    for kept in ("_identifier_to_system", "_identifier_to_refcount"):
        getattr(SharedSystemClient, kept, {}).pop(folder, None)


def connected(url: str) -> Any:
    """A client of the server. Raises ServerUnreachable, or ConfigError for what is no address."""
    chromadb = import_chromadb()
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ConfigError(
            f"[store] url {url!r} is no address of a server.", "Try: http://127.0.0.1:8000"
        )
    _look_for(url)
    with _no_proxies():
        client = chromadb.HttpClient(
            parts.hostname,
            parts.port or _PORTS[parts.scheme],
            ssl=parts.scheme == "https",
            settings=_settings(),
        )
    for session in _sessions(client):
        session.timeout = _SILENCE_SECONDS
    return client


def close(client: Any) -> None:
    """Close a client, with the connections to a server that its own `close` leaves open."""
    sessions = _sessions(client)
    with suppress(Exception):  # of a client that is thrown away
        client.close()
    for session in sessions:
        session.close()


def _sessions(client: Any) -> list[Any]:
    """The HTTP sessions of a client: its own, and that of the administrator inside."""
    owners = (client, getattr(client, "_admin_client", None))
    servers = (getattr(owner, "_server", None) for owner in owners)
    found = (getattr(server, "_session", None) for server in servers)
    return [session for session in found if session is not None]


def unreachable(url: str, reason: str) -> ServerUnreachable:
    """A Chroma server that does not answer, or not as one."""
    return ServerUnreachable(
        f"The Chroma server at {url} does not answer: {reason}",
        "Start it (chroma run --path DIR), or set [store] url to empty",
    )


def _look_for(url: str) -> None:
    """Ask the server whether it is alive."""
    import httpx2

    try:
        with httpx2.Client(trust_env=False, timeout=_PATIENCE_SECONDS) as client:
            client.get(f"{url.rstrip('/')}/api/v2/heartbeat").raise_for_status()
    except httpx2.HTTPError as error:
        raise unreachable(url, str(error) or type(error).__name__) from error


def _settings() -> Any:
    from chromadb.config import Settings

    return Settings(anonymized_telemetry=False)


@contextmanager
def _no_proxies() -> Iterator[None]:
    """What is asked goes to the address that was typed, whatever the environment says."""
    before = os.environ.get("NO_PROXY")
    os.environ["NO_PROXY"] = "*"
    try:
        yield
    finally:
        if before is None:
            del os.environ["NO_PROXY"]
        else:
            os.environ["NO_PROXY"] = before
