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
