"""What `docmind serve` writes as JSON."""

from __future__ import annotations

import msgspec


class ServeRecord(msgspec.Struct, frozen=True, tag_field="schema", tag="docmind.serve/1"):
    """The managed server: `state` is ready, starting, failed or none; null is what is not known.

    Memory is in MiB; `kv_cache_share` the share of the KV cache that is in use. `socket` is the
    Unix socket that it listens on, null where it has a loopback port (in `base_url`).
    """

    state: str
    note: str
    hint: str
    model: str | None
    profile: str | None
    window_tokens: int | None
    base_url: str | None
    socket: str | None
    version: str | None
    pid: int | None
    uptime_seconds: float | None
    memory_mib: int | None
    gpu_memory_mib: int | None
    requests_running: int | None
    requests_waiting: int | None
    kv_cache_tokens: int | None
    kv_cache_share: float | None
    clients: int
    progress: float | None
    log: str


class StopRecord(msgspec.Struct, frozen=True, tag_field="schema", tag="docmind.stop/1"):
    """What was ended: the server, and how many processes that a killed one had left."""

    server: bool
    orphans: int


class LogsRecord(msgspec.Struct, frozen=True, tag_field="schema", tag="docmind.logs/1"):
    """The last lines that the server has written, and the file that has all of them."""

    log: str
    lines: tuple[str, ...]


class InstallRecord(msgspec.Struct, frozen=True, tag_field="schema", tag="docmind.install/1"):
    """What is installed, and where; `installed` is false where it was there before."""

    requirement: str
    folder: str
    installed: bool


class PlannedGpu(msgspec.Struct, frozen=True):
    """A GPU that the plan is for; memory in GiB, as far as programs can have it."""

    index: int
    name: str
    total_gib: float
    free_gib: float


class PlannedMemory(msgspec.Struct, frozen=True):
    """How each GPU's memory is divided, in GiB; computing is an estimate."""

    usable_gib: float
    weights_gib: float
    computing_gib: float
    cache_gib: float
    fitting_tokens: int


class PlannedWay(msgspec.Struct, frozen=True):
    """One way to serve that was weighed; `window_tokens` is 0 where it does not fit."""

    model: str
    form: str
    tensor_parallel: int
    gpu_memory_share: float
    enforce_eager: bool
    window_tokens: int
    fitting_tokens: int
    lacking_gib: float


class PlanRecord(msgspec.Struct, frozen=True, tag_field="schema", tag="docmind.plan/1"):
    """What a machine can serve, and the command that serves it.

    `wanted_tokens` is what was asked for (without `--tokens`: the window that is aimed at); `fits`
    says that the model can be served, with `window_tokens`, which may be fewer.
    `memory` is null, and `ways` is empty, where there is no GPU that could be measured; `command`
    is empty where nothing fits. `download` fetches weights that are not here yet, else empty.
    """

    fits: bool
    model: str
    form: str
    profile: str
    yarn_factor: float
    window_tokens: int
    wanted_tokens: int
    tensor_parallel: int
    kv_cache_type: str
    kv_bytes_per_token: float
    gpu_memory_share: float | None
    max_sequences: int | None
    max_batched_tokens: int | None
    enforce_eager: bool
    gpus: tuple[PlannedGpu, ...]
    memory: PlannedMemory | None
    ways: tuple[PlannedWay, ...]
    reasons: tuple[str, ...]
    warnings: tuple[str, ...]
    download: str
    environment: dict[str, str]
    command: tuple[str, ...]
