"""What makes the summaries of a batch, with the engine that is there."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from docmind.answers.patience import OF_A_BATCH, Patience
from docmind.answers.reading import language_of
from docmind.batch.recipe import Recipe
from docmind.cli.batch_maker import Maker, TellEvent, as_told, cores
from docmind.cli.batch_servers import documents_at_once, engine_and_model, find_servers
from docmind.cli.invocation import Invocation
from docmind.desk.absence import engine_of
from docmind.desk.summarizing import EXTRACTIVE_MAKER, WRITTEN_MAKER, Extracting, Telling, Written
from docmind.export.summary_records import SummaryRecord, summary_record
from docmind.settings import RetrievalArms
from docmind.summaries.events import Length, Summarized, SummaryOptions
from docmind.tokens.qwen import QwenTokenCounter

if TYPE_CHECKING:
    from docmind.batch.servers import Servers
    from docmind.desk import Meaning
    from docmind.model import Document
    from docmind.settings import Settings
    from docmind.workspace import Workspace

SUMMARY = "docmind.summary/1"


@dataclass(frozen=True, slots=True)
class Told:
    """Makes the summary of a document; see `docmind.cli.batch_maker.Tell`."""

    telling: Telling
    options: SummaryOptions

    def __call__(self, document: Document, tokens: int) -> Generator[TellEvent, None, None]:
        """Summarize."""
        events = self.telling.summarize(document, tokens, self.options)

        def record(event: Summarized) -> SummaryRecord:
            return summary_record(event.summary, document, language_of(document))

        yield from as_told(events, record)


@dataclass(frozen=True, slots=True)
class Summaries:
    """Summaries, as they were asked for; see `docmind.cli.batch_maker.Asked`."""

    length: str
    focus: str
    jobs: int | None

    def maker(
        self,
        workspace: Workspace,
        invocation: Invocation,
        *,
        indented: bool,
        patience: Patience = OF_A_BATCH,
    ) -> Maker:
        """What makes them. Raises EngineError where a model was asked for and there is none."""
        settings, counter = invocation.settings, QwenTokenCounter()
        options = self._options(settings)
        servers, warnings = find_servers(workspace, invocation, counter)
        telling: Telling
        if servers is None:
            _, absence = engine_of(workspace.engines, settings.engine.name)
            hybrid = settings.retrieval.arms is RetrievalArms.HYBRID
            meaning = workspace.meaning(eager=True) if hybrid else None
            if meaning is not None:
                meaning.require()
            vectors = None if meaning is None else meaning.vectors
            telling = Extracting(counter, vectors, absence.reason, absence.notes)
            recipe = _extractive_recipe(workspace, options, meaning)
            jobs = self.jobs or cores()
        else:
            telling = Written(settings, counter, servers.for_document, patience=patience)
            recipe = _written_recipe(workspace, options, servers)
            jobs = self.jobs or documents_at_once(settings, servers)
        told = Told(telling, options)
        return Maker(workspace, recipe, told, jobs, indented=indented, warnings=warnings)

    def _options(self, settings: Settings) -> SummaryOptions:
        role = settings.roles.get(settings.generation.role)
        return SummaryOptions(
            length=Length(self.length),
            language=settings.answers.language,
            role=role.instructions if role is not None else "",
            focus=self.focus.strip(),
            mode=settings.context.mode,
        )


def _extractive_recipe(
    workspace: Workspace, options: SummaryOptions, meaning: Meaning | None
) -> Recipe:
    typed = asdict(options)
    heeded = {name: typed[name] for name in ("length", "language", "focus")}
    heeded["vectors"] = None if meaning is None else meaning.model
    return Recipe(
        SUMMARY, workspace.parser, EXTRACTIVE_MAKER, "extractive", "", heeded, workspace.ocr
    )


def _written_recipe(workspace: Workspace, options: SummaryOptions, servers: Servers) -> Recipe:
    settings = workspace.settings
    heeded = {
        **asdict(options),
        "temperature": settings.generation.temperature,
        "top_p": settings.generation.top_p,
        "whole_up_to_tokens": settings.context.whole_up_to_tokens,
        "part_tokens": settings.context.part_tokens,
    }
    engine, model = engine_and_model(servers)
    return Recipe(SUMMARY, workspace.parser, WRITTEN_MAKER, engine, model, heeded, workspace.ocr)
