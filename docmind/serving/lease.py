"""The one file that says which server there is, written by its supervisor alone.

Nobody believes the file for what it says: a process id is worth nothing once the process is gone
and its number is another's, so every id stands beside the moment at which that process began.
Standard library only: the supervisor lives as long as the server and should cost nothing.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import stat
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

LONGEST_SOCKET_PATH = 103
"""What every system takes: macOS has room for 104 bytes with the closing zero, Linux for 108."""


class LifePhase(StrEnum):
    """How far a server is in its life."""

    STARTING = "starting"
    READY = "ready"
    ENDING = "ending"
    FAILED = "failed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A server that answered just now, and how it is spoken to.

    With `uds` requests go through that Unix socket, and `base_url` only names the path on it.
    `started` is seconds since the epoch; `api_key` is empty where the socket's folder protects.
    """

    base_url: str
    uds: Path | None
    api_key: str
    model: str
    window_tokens: int
    profile: str
    pid: int
    version: str
    started: float
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Lease:
    """What the supervisor knows of its server. `*_born` tells a process from its number's next.

    `fingerprint` is that of the command, `wish` that of the settings that it was made from.

    `uds` is empty and `port` 0 where the server listens on the other. `detail` is what it does
    while it starts; `message` and `hint` say why it failed or ended.
    """

    id: str
    supervisor: int
    supervisor_born: str
    fingerprint: str
    wish: str
    model: str
    profile: str
    window_tokens: int
    uds: str
    port: int
    started: float
    keep: bool
    phase: LifePhase = LifePhase.STARTING
    pid: int = 0
    pid_born: str = ""
    detail: str = ""
    progress: float | None = None
    served_model: str = ""
    version: str = ""
    kv_cache_tokens: int | None = None
    orphans_ended: int = 0
    message: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class ServerFolder:
    """Where everything of the managed server lies: `<home>/server`, which only this user reads."""

    home: Path

    @property
    def path(self) -> Path:
        """The folder itself."""
        return self.home / "server"

    @property
    def lease(self) -> Path:
        """What server there is."""
        return self.path / "lease.json"

    @property
    def lock(self) -> Path:
        """Held by the supervisor as long as it lives, so that there is never a second one."""
        return self.path / "lock"

    @property
    def keep(self) -> Path:
        """Exists while the server is to stay without being used."""
        return self.path / "keep"

    @property
    def api_key(self) -> Path:
        """The key of a server that listens on a port."""
        return self.path / "api_key"

    @property
    def clients(self) -> Path:
        """A file for each process that has the server in use, named by its id."""
        return self.path / "clients"

    @property
    def kv(self) -> Path:
        """Under which each profile keeps its cache on disk."""
        return self.path / "kv"

    @property
    def logs(self) -> Path:
        """What servers have printed: server.log, the one before as server.1.log, and so on."""
        return self.path / "logs"

    @property
    def log(self) -> Path:
        """What the present or the last server has printed."""
        return self.logs / "server.log"

    @property
    def socket(self) -> Path:
        """Where a server without a port listens.

        A socket's path may have 107 bytes and no more, so a long home's is in the system's folder
        for such things, under a name that only this home leads to.
        """
        usual = self.path / "run" / "vllm.sock"
        if len(os.fsencode(usual)) <= LONGEST_SOCKET_PATH:
            return usual
        base = Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir())
        name = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:12]
        return base / f"docmind-{os.getuid()}-{name}" / "vllm.sock"

    def make(self) -> None:
        """Create the folders, closed to other users. Raises OSError."""
        self.home.mkdir(parents=True, exist_ok=True)
        for folder in (self.path, self.clients, self.logs, self.socket.parent):
            make_private(folder)


def remove_socket(path: Path) -> None:
    """Remove a socket that nobody listens on any more; vLLM leaves its own behind."""
    with suppress(FileNotFoundError):
        if stat.S_ISSOCK(path.lstat().st_mode):
            path.unlink()


def make_private(folder: Path) -> None:
    """Create a folder that only this user may enter; PermissionError where another's is there."""
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise PermissionError(errno.EPERM, "it belongs to somebody else", str(folder))
    folder.chmod(0o700)


def read_lease(folder: ServerFolder) -> Lease | None:
    """The lease, None where there is none or what lies there is not one."""
    try:
        content: dict[str, Any] = json.loads(folder.lease.read_text(encoding="utf-8"))
        known = {each.name for each in fields(Lease)}
        lease = Lease(**{key: value for key, value in content.items() if key in known})
        return replace(lease, phase=LifePhase(lease.phase))
    except (OSError, ValueError, TypeError, AttributeError):
        return None


def write_lease(folder: ServerFolder, lease: Lease) -> None:
    """Replace the lease in one step, so that no reader ever sees half of one."""
    write_secret(folder.lease, json.dumps(asdict(lease)))


def write_secret(path: Path, text: str) -> None:
    """Write a file that only this user can read, in one step."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    with suppress(FileNotFoundError):
        partial.unlink()
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    partial.replace(path)
