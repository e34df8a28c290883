"""Which processes belong to the managed server, and how they end.

vLLM is several processes, and its EngineCore outlives an API server that is killed, GPU and all.
They are known by two variables that every descendant inherits. Those survive only because we set
SPT_NOENV: vLLM renames its processes, and the library that does so wipes their environment else.
What cannot be proven to be ours is never touched.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

import psutil

ID_VARIABLE = "DOCMIND_SERVER_ID"
HOME_VARIABLE = "DOCMIND_SERVER_HOME"

GRACE_SECONDS = 15.0
"""How long a server may take to end by itself; vLLM gives its engine 5 s."""

ORPHAN_GRACE_SECONDS = 3.0
"""An engine without its API server has nothing left to finish."""

_STEP_SECONDS = 0.05


def marks(home: Path, server_id: str) -> Mapping[str, str]:
    """The variables by which the processes of a server are found again."""
    return {ID_VARIABLE: server_id, HOME_VARIABLE: str(home), "SPT_NOENV": "1"}


def born(pid: int) -> str | None:
    """When a process began, in the kernel's own count; None where there is none, or a zombie.

    Not psutil's time, which moves with the clock.
    """
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        stat = Path(f"/proc/{pid}/stat")
        if not stat.is_file():  # no Linux
            return str(process.create_time())
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        # The name, in parentheses, may have spaces; the start is the 22nd field of all.
        start = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[19]
    except (psutil.Error, OSError, IndexError, ValueError):
        return None
    return f"{boot}/{start}"


def is_alive(pid: int, began: str) -> bool:
    """Whether this very process still runs, and not another that got its number."""
    return pid > 0 and bool(began) and born(pid) == began


def of_home(home: Path, server_id: str | None = None) -> list[psutil.Process]:
    """All processes of servers of this home (or of one of them), with their descendants."""
    found: dict[int, psutil.Process] = {}
    for pid in psutil.pids():
        with suppress(psutil.Error):
            process = psutil.Process(pid)
            if pid != os.getpid() and _is_marked(process, home, server_id):
                found[pid] = process
                found |= {each.pid: each for each in process.children(recursive=True)}
    found.pop(os.getpid(), None)
    return list(found.values())


def _is_marked(process: psutil.Process, home: Path, server_id: str | None) -> bool:
    if process.uids().real != os.getuid():
        return False
    environment = process.environ()
    known = environment.get(ID_VARIABLE)
    wanted = bool(known) if server_id is None else known == server_id
    return wanted and environment.get(HOME_VARIABLE) == str(home)


def descendants() -> list[psutil.Process]:
    """Every process that this one began, or that was left to it."""
    try:
        return psutil.Process().children(recursive=True)
    except psutil.Error:
        return []


def end(processes: Iterable[psutil.Process], *, grace_seconds: float) -> int:
    """End them: politely, then at once. Gives how many there were; psutil minds reused numbers."""
    living = [each for each in processes if _runs(each)]
    for process in living:
        with suppress(psutil.Error):
            process.send_signal(signal.SIGTERM)
    waited = _wait(living, grace_seconds)
    for process in waited:
        with suppress(psutil.Error):
            process.kill()
    _wait(waited, GRACE_SECONDS)
    return len(living)


def _wait(processes: list[psutil.Process], seconds: float) -> list[psutil.Process]:
    """Those that still run after so long."""
    deadline = time.monotonic() + seconds
    while living := [each for each in processes if _runs(each)]:
        if time.monotonic() >= deadline:
            break
        time.sleep(_STEP_SECONDS)
    return living


def _runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
