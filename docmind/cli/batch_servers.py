"""The language models that a batch asks: those that the settings name, else the one of every run.

A batch waits for a model that is being started, where a question would not: what extraction makes
now would only be made anew the next time.
"""

from __future__ import annotations

from contextlib import closing, suppress
from typing import TYPE_CHECKING

from docmind.batch.servers import Servers
from docmind.cli.engine import await_engine
from docmind.cli.invocation import Invocation
from docmind.cli.progress import progress
from docmind.desk.absence import engine_of
from docmind.engine_room.sharing import connect_all
from docmind.errors import EngineError
from docmind.ports import EnginePhase

if TYPE_CHECKING:
    from docmind.engine_room import EngineRoom
    from docmind.ports import TokenCounter
    from docmind.settings import Settings
    from docmind.workspace import Workspace

_DOCUMENTS_OF_VLLM = 16
_DOCUMENTS_OF_OTHERS = 4


def find_servers(
    workspace: Workspace, invocation: Invocation, counter: TokenCounter
) -> tuple[Servers | None, tuple[str, ...]]:
    """The servers of a batch and what is to be said of them; None where extraction answers.

    Raises EngineError where a model was asked for and there is none.
    """
    if _shares(invocation):
        found, failed = connect_all(invocation.settings, counter)
        return Servers(found), tuple(f"{error} The others do its work." for error in failed)
    engines = workspace.engines
    engines.need(0)  # what is read at once is bounded, whatever the documents are
    engines.begin()
    await_engine(engines, invocation)
    _wait_while_loading(engines, invocation)
    engine, _ = engine_of(engines, invocation.settings.engine.name)
    if engine is None:
        return None, ()
    return Servers([(str(engine.name), engine)]), engines.warnings


def documents_at_once(settings: Settings, servers: Servers) -> int:
    """How many documents keep the servers busy: those of vLLM compute many requests as one."""
    each = settings.server.batch_documents
    if not each:
        name = servers.engines[0][1].name.name
        each = _DOCUMENTS_OF_VLLM if name.startswith("vllm") else _DOCUMENTS_OF_OTHERS
    return each * len(servers.engines)


def engine_and_model(servers: Servers) -> tuple[str, str]:
    """What a recipe names: the engine without the host it runs on, which changes nothing."""
    name = servers.engines[0][1].name
    return name.name.partition(" at ")[0], name.model or ""


def _shares(invocation: Invocation) -> bool:
    """Whether several servers are named, and nobody typed that it is to be another one."""
    flags, settings = invocation.flags, invocation.settings
    typed = flags.base_url is not None or settings.engine.name not in ("auto", "openai")
    return bool(settings.server.base_urls) and not typed


def _wait_while_loading(engines: EngineRoom, invocation: Invocation) -> None:
    if engines.state.phase is not EnginePhase.LOADING:
        return
    with (
        suppress(EngineError),
        progress(invocation.talk) as step,
        closing(engines.wait()) as states,
    ):
        for state in states:
            step(f"Language model: {state.note}", 0, 0)
