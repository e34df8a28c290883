"""Summaries of files, as a batch makes them: read in a process, then told in short.

No more files are parsed at once than there are cores, and no more documents are under way than
the engine takes; those that are read while others wait for it are what keeps it busy.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import closing
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from docmind.answers.reading import language_of
from docmind.batch.inputs import Input
from docmind.batch.making import Made, MakeEvent
from docmind.batch.recipe import Recipe
from docmind.batch.slots import Slots
from docmind.batch.transient import Working
from docmind.cli.batch_servers import find_servers
from docmind.cli.invocation import Invocation
from docmind.desk.absence import engine_of
from docmind.desk.summarizing import EXTRACTIVE_MAKER, WRITTEN_MAKER, Extracting, Telling, Written
from docmind.export.encoding import encode
from docmind.export.summary_records import summary_record
from docmind.ports import DocumentRead, TokensCounted
from docmind.settings import RetrievalArms
from docmind.summaries.events import Length, Summarized, SummaryOptions
from docmind.tokens.qwen import QwenTokenCounter

if TYPE_CHECKING:
    from docmind.batch.servers import Servers
    from docmind.model import Document
    from docmind.settings import Settings
    from docmind.workspace import Workspace

SUMMARY = "docmind.summary/1"
_DOCUMENTS_OF_VLLM = 16
_DOCUMENTS_OF_OTHERS = 4


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed of how to summarize."""

    length: str
    focus: str
    jobs: int | None


def cores() -> int:
    """How many processors this process may use."""
    return (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )


@dataclass(frozen=True, slots=True)
class Summarizer:
    """Makes the summary of one file; called from the threads of a batch.

    `jobs` documents are with the engine at once; `warnings` are about the run as a whole.
    """

    workspace: Workspace
    telling: Telling
    recipe: Recipe
    options: SummaryOptions
    jobs: int
    reading: Slots
    writing: Slots
    indented: bool
    warnings: tuple[str, ...] = ()

    @property
    def threads(self) -> int:
        """Those that write, and those that read ahead for them."""
        return self.jobs + cores()

    def make(self, found: Input) -> Generator[MakeEvent, None, None]:
        """Read the file and summarize it; see `docmind.batch.making.Make`."""
        document, tokens = yield from self._read(found)
        yield Working(0, 0, 0)
        yield from self.writing.wait()
        try:
            yield from self._summarized(document, tokens)
        finally:
            self.writing.leave()

    def count(self, found: Input) -> Generator[MakeEvent, None, None]:
        """Read the file, and tell no more than how many tokens it has."""
        document, tokens = yield from self._read(found)
        yield Made("", document.sha256, tokens)

    def _read(self, found: Input) -> Generator[MakeEvent, None, tuple[Document, int]]:
        documents: list[Document] = []
        tokens = 0
        yield from self.reading.wait()
        try:
            with closing(self.workspace.read_apart(found.path, found.name)) as events:  # type: ignore[type-var]
                for event in events:
                    if isinstance(event, DocumentRead):
                        documents.append(event.document)
                    elif isinstance(event, TokensCounted):
                        tokens = event.tokens
                    yield Working()
        finally:
            self.reading.leave()
        return documents[-1], tokens

    def _summarized(self, document: Document, tokens: int) -> Generator[MakeEvent, None, None]:
        events = self.telling.summarize(document, tokens, self.options)
        with closing(events):  # type: ignore[type-var]
            for event in events:
                if isinstance(event, Summarized):
                    record = summary_record(event.summary, document, language_of(document))
                    text = encode(record, indented=self.indented)
                    yield Made(text + "\n", document.sha256, tokens)
                else:
                    yield Working(event.done, event.total, event.tokens)


def summarizer(
    workspace: Workspace, invocation: Invocation, asked: Asked, *, indented: bool
) -> Summarizer:
    """What makes the summaries that were asked for, with the engine that is there.

    Raises EngineError where a model was asked for and there is none.
    """
    settings = invocation.settings
    role = settings.roles.get(settings.generation.role)
    options = SummaryOptions(
        length=Length(asked.length),
        language=settings.answers.language,
        role=role.instructions if role is not None else "",
        focus=asked.focus.strip(),
        mode=settings.context.mode,
    )
    counter = QwenTokenCounter()
    servers, warnings = find_servers(workspace, invocation, counter)
    telling: Telling
    if servers is None:
        _, absence = engine_of(workspace.engines, settings.engine.name)
        hybrid = settings.retrieval.arms is RetrievalArms.HYBRID
        vectors = workspace.meaning(eager=True).vectors if hybrid else None
        telling = Extracting(counter, vectors, absence.reason, absence.notes)
        recipe = _extractive_recipe(workspace, options)
        jobs = asked.jobs or cores()
    else:
        telling = Written(settings, counter, servers.for_document)
        recipe = _written_recipe(workspace, options, servers)
        jobs = asked.jobs or _documents_at_once(settings, servers)
    return Summarizer(
        workspace=workspace,
        telling=telling,
        recipe=recipe,
        options=options,
        jobs=jobs,
        reading=Slots(cores()),
        writing=Slots(jobs),
        indented=indented,
        warnings=warnings,
    )


def _documents_at_once(settings: Settings, servers: Servers) -> int:
    """How many documents keep the servers busy: those of vLLM compute many requests as one."""
    each = settings.server.batch_documents
    if not each:
        name = servers.engines[0][1].name.name
        each = _DOCUMENTS_OF_VLLM if name.startswith("vllm") else _DOCUMENTS_OF_OTHERS
    return each * len(servers.engines)


def _extractive_recipe(workspace: Workspace, options: SummaryOptions) -> Recipe:
    typed = asdict(options)
    heeded = {name: typed[name] for name in ("length", "language", "focus")}
    heeded["vectors"] = workspace.settings.retrieval.arms is RetrievalArms.HYBRID
    return Recipe(SUMMARY, workspace.parser, EXTRACTIVE_MAKER, "extractive", "", heeded)


def _written_recipe(workspace: Workspace, options: SummaryOptions, servers: Servers) -> Recipe:
    """The engine's name without the host that it runs on, which changes nothing."""
    name, settings = servers.engines[0][1].name, workspace.settings
    heeded = {
        **asdict(options),
        "temperature": settings.generation.temperature,
        "top_p": settings.generation.top_p,
        "whole_up_to_tokens": settings.context.whole_up_to_tokens,
        "part_tokens": settings.context.part_tokens,
    }
    engine = name.name.partition(" at ")[0]
    return Recipe(SUMMARY, workspace.parser, WRITTEN_MAKER, engine, name.model or "", heeded)
