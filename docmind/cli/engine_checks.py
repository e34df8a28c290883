"""Which engine would answer here, and what there is for one: checks for `docmind doctor`.

Nothing is started: what docmind would start is planned, as `docmind ask` would plan it. With
`docmind.cli.doctor` this is the only place outside of the workspace that looks at adapters.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from docmind.engines.abilities import find_abilities
from docmind.engines.connecting import named_address
from docmind.engines.inquiry import Inquiry
from docmind.engines.local_servers import LocalServer
from docmind.errors import ConfigError, DocmindError, ServerUnreachable
from docmind.export.doctor_records import Check, Severity
from docmind.serving.machine import Machine
from docmind.settings import EngineSettings

if TYPE_CHECKING:
    from docmind.serving.command import Launch
    from docmind.serving.server import ManagedServer

EXTRACTIVE = "extractive"
_NAME = "engine"
_ANSWER_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class EngineFound:
    """The engine that would answer, why, and the check that says so."""

    engine: str
    reason: str
    check: Check


def check_gpu(machine: Machine) -> Check:
    """Which graphics cards there are. None is a legal answer."""
    if not machine.gpus:
        return Check(
            "gpu", Severity.OK, "no NVIDIA card; none is needed for the extractive engine"
        )
    cards = [
        f"{gpu.name}, {gpu.free_gib:.0f} of {gpu.total_gib:.0f} GiB free" for gpu in machine.gpus
    ]
    return Check("gpu", Severity.OK, "; ".join(cards))


def check_servers(servers: Sequence[LocalServer]) -> Check:
    """Which servers of language models listen on this machine's usual ports."""
    if not servers:
        return Check("servers", Severity.OK, "none listens on the usual ports of this machine")
    told = "; ".join(map(_told, servers))
    use = next((each.base_url for each in servers if each.abilities), servers[0].base_url)
    return Check("servers", Severity.OK, told, f"To use it: --base-url {use}")


def _told(server: LocalServer) -> str:
    found = server.abilities
    if found is None:
        return f"{server.base_url}: {server.refusal}"
    others = len(found.models) - 1
    more = f" and {others} more" if others else ""
    window = f"{found.window_tokens:,} tokens"
    return f"{found.kind} at {server.base_url}: {found.model}{more}, {window}"


def find_engine(
    settings: EngineSettings, managed: ManagedServer, launch: Callable[[], Launch]
) -> EngineFound:
    """What would answer a question; `launch` says how a server would be started, or NoServer."""
    if settings.name == "extractive":
        return EngineFound(EXTRACTIVE, "as configured", _ok("extractive (as configured)"))
    try:
        named = _named(settings)
    except DocmindError as error:
        if settings.name != "auto" or isinstance(error, ConfigError):
            return _failed(error)
        instead = _managed(managed, launch)
        return replace(instead, reason=f"{error} {instead.reason}", check=_also(error, instead))
    if named is not None:
        return named
    try:
        return _managed(managed, launch) if settings.name == "auto" else _ours(managed, launch)
    except DocmindError as error:
        return _failed(error)


def _named(settings: EngineSettings) -> EngineFound | None:
    """The server that the settings name; None where they name none. Raises DocmindError."""
    address = named_address(settings)
    if address is None:
        return None
    with Inquiry(address, timeout_seconds=_ANSWER_SECONDS) as inquiry:
        found = find_abilities(
            inquiry, None, model=settings.model, window_tokens=settings.window_tokens
        )
    told = f"{found.kind} at {address.shown}: {found.model}, {found.window_tokens:,} tokens"
    severity = Severity.WARN if found.warnings else Severity.OK
    return EngineFound(str(found.kind), told, Check(_NAME, severity, told, *found.warnings))


def _managed(managed: ManagedServer, launch: Callable[[], Launch]) -> EngineFound:
    """Our own server; where there can be none, extraction and the reason."""
    try:
        return _ours(managed, launch)
    except DocmindError as error:
        reason = str(error)
        return EngineFound(
            EXTRACTIVE, reason, Check(_NAME, Severity.OK, f"extractive: {reason}", error.hint)
        )


def _ours(managed: ManagedServer, launch: Callable[[], Launch]) -> EngineFound:
    """Our own server, as it is. Raises DocmindError where there can be none."""
    running = managed.running()
    if running is not None:
        told = f"{running.model}, {running.window_tokens:,} tokens, process {running.pid}"
        return EngineFound("vllm", told, _ok(f"docmind's own vLLM {running.version}: {told}"))
    loading = managed.loading
    if loading is not None:
        told = f"docmind's own vLLM is starting: {loading.phase}"
        return EngineFound("vllm", told, Check(_NAME, Severity.OK, told, "docmind serve status"))
    planned = launch()
    told = f"{planned.model}, {planned.window_tokens:,} tokens, is started with the first question"
    if managed.last_failure is not None:
        told += f"; the last start failed: {managed.last_failure.message}"
    return EngineFound(
        "vllm",
        told,
        Check(_NAME, Severity.OK, f"vllm: {told}", "Start it now: docmind serve start"),
    )


def _ok(message: str) -> Check:
    return Check(_NAME, Severity.OK, message)


def _failed(error: DocmindError) -> EngineFound:
    """What was asked for by name, and is not there."""
    check = Check(_NAME, Severity.FAIL, str(error), _hint(error))
    return EngineFound("none", str(error), check)


def _also(error: DocmindError, instead: EngineFound) -> Check:
    """The server that is configured does not do; what does instead."""
    message = f"{error} Instead: {instead.check.message}"
    return Check(_NAME, Severity.WARN, message, _hint(error))


def _hint(error: DocmindError) -> str:
    """What to do; who reads it has typed `docmind doctor` already."""
    if isinstance(error, ServerUnreachable):
        return "Start that server, or name another: --base-url"
    return error.hint
