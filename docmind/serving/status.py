"""How the managed server is doing, as one value for `docmind serve status` and the TUI."""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

import psutil

from docmind.serving.lease import LifePhase, ServerFolder, read_lease
from docmind.serving.probe import Probe
from docmind.serving.processes import of_home
from docmind.serving.reuse import running_server, supervised

_MIB = 1024**2


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """`state` is ready, starting, failed or none; what is not known is None.

    `memory_mib` is what all its processes take of this machine's memory, `gpu_memory_mib` of the
    GPUs'. `kv_cache_share` is how much of the KV cache is in use. `note` says what it does while
    it starts, or why it failed.
    """

    state: str
    note: str = ""
    hint: str = ""
    progress: float | None = None
    model: str | None = None
    profile: str | None = None
    window_tokens: int | None = None
    base_url: str | None = None
    socket: str | None = None
    version: str | None = None
    pid: int | None = None
    uptime_seconds: float | None = None
    memory_mib: int | None = None
    gpu_memory_mib: int | None = None
    requests_running: int | None = None
    requests_waiting: int | None = None
    kv_cache_tokens: int | None = None
    kv_cache_share: float | None = None
    clients: int = 0


def status_of(folder: ServerFolder, clients: int) -> ServerStatus:
    """What there is to say of a home's server."""
    lease = read_lease(folder)
    if lease is None or lease.phase is LifePhase.STOPPED:
        return ServerStatus("none", lease.message if lease else "")
    if lease.phase is LifePhase.FAILED:
        return ServerStatus("failed", lease.message, lease.hint, model=lease.model)
    if not supervised(lease):
        note = "The server was killed; what it has left ends with the next start, or with stop."
        return ServerStatus("failed", note, "Try: docmind serve stop", model=lease.model)
    server = running_server(folder)
    processes = of_home(folder.home, lease.id)
    metrics = Probe(lease.uds, lease.port).metrics() if server else {}
    return ServerStatus(
        state="ready" if server else "starting" if _loads(lease.phase) else "failed",
        note=lease.detail if server or _loads(lease.phase) else "The server does not answer.",
        progress=lease.progress,
        model=lease.model,
        profile=lease.profile,
        window_tokens=lease.window_tokens,
        base_url=server.base_url if server else None,
        socket=lease.uds or None,
        version=lease.version or None,
        pid=lease.pid or None,
        uptime_seconds=round(time.time() - lease.started, 1),
        memory_mib=_resident_mib(processes),
        gpu_memory_mib=_gpu_mib({each.pid for each in processes}),
        requests_running=_count(metrics.get("num_requests_running")),
        requests_waiting=_count(metrics.get("num_requests_waiting")),
        kv_cache_tokens=lease.kv_cache_tokens,
        kv_cache_share=metrics.get("kv_cache_usage_perc"),
        clients=clients,
    )


def _loads(phase: LifePhase) -> bool:
    return phase is LifePhase.STARTING


def _count(value: float | None) -> int | None:
    return None if value is None else int(value)


def _resident_mib(processes: Iterable[psutil.Process]) -> int:
    total = 0
    for process in processes:
        with suppress(psutil.Error):
            total += process.memory_info().rss
    return total // _MIB


def _gpu_mib(pids: set[int]) -> int | None:
    """What these processes take on all GPUs; None where there is no driver to ask."""
    # Imported here because most machines have no NVIDIA driver.
    import pynvml

    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        return None
    total = 0
    try:
        for index in range(pynvml.nvmlDeviceGetCount()):
            handle = pynvml.nvmlDeviceGetHandleByIndex(index)
            for used in pynvml.nvmlDeviceGetComputeRunningProcesses(handle):
                total += (used.usedGpuMemory or 0) if used.pid in pids else 0
    except pynvml.NVMLError:
        return None
    finally:
        pynvml.nvmlShutdown()
    return total // _MIB
