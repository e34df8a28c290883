"""What makes the extractions of a batch, with the engine that is there.

A batch does not fall back on rules when its server is gone halfway: such records would be kept as
if the model had made them. Where the recipe says rules, rules made it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docmind.answers.patience import OF_A_BATCH, Patience
from docmind.answers.reading import language_of
from docmind.batch.recipe import Recipe
from docmind.cli.batch_maker import Maker, TellEvent, as_told, cores
from docmind.cli.batch_servers import documents_at_once, engine_and_model, find_servers
from docmind.cli.engine import EXTRACTIVE, engine_notes
from docmind.cli.invocation import Invocation
from docmind.cli.reading import require_pages
from docmind.desk.absence import engine_of
from docmind.desk.extracting import EXTRACT_MAKER, ByModel, ByRules, Filling
from docmind.export.summary_records import ExtractRecord, extract_record
from docmind.summaries.events import Extracted
from docmind.summaries.extract import ExtractOptions
from docmind.summaries.shape import Schema
from docmind.tokens.qwen import QwenTokenCounter

if TYPE_CHECKING:
    from docmind.batch.servers import Servers
    from docmind.model import Document
    from docmind.workspace import Workspace

EXTRACT = "docmind.extract/1"


@dataclass(frozen=True, slots=True)
class Filled:
    """Makes the extraction of a document; see `docmind.cli.batch_maker.Tell`."""

    filling: Filling
    schema: Schema
    options: ExtractOptions

    def __call__(self, document: Document, tokens: int) -> Generator[TellEvent, None, None]:
        """Extract. Raises UsageError where the document has none of the pages."""
        require_pages([document], self.options.pages)
        events = self.filling.extract(document, tokens, self.schema, self.options)

        def record(event: Extracted) -> ExtractRecord:
            return extract_record(event.extraction, document, language_of(document))

        yield from as_told(events, record)


@dataclass(frozen=True, slots=True)
class Extractions:
    """Extractions, as they were asked for; see `docmind.cli.batch_maker.Asked`."""

    schema: Schema
    pages: range | None
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
        options = self._options(invocation)
        servers, warnings = find_servers(workspace, invocation, counter)
        filling: Filling
        if servers is None:
            _, absence = engine_of(workspace.engines, settings.engine.name)
            filling = ByRules(counter, absence.notes)
            recipe = _rules_recipe(workspace, self.schema, options)
            jobs = self.jobs or cores()
            warnings = engine_notes(EXTRACTIVE, "en", workspace.engines, invocation.flags)
        else:
            filling = ByModel(settings, counter, servers.for_document, patience)
            recipe = _model_recipe(workspace, self.schema, options, servers)
            jobs = self.jobs or documents_at_once(settings, servers)
        filled = Filled(filling, self.schema, options)
        return Maker(workspace, recipe, filled, jobs, indented=indented, warnings=warnings)

    def _options(self, invocation: Invocation) -> ExtractOptions:
        return ExtractOptions(
            pages=self.pages,
            require_whole=invocation.flags.require_whole,
            max_output_tokens=invocation.flags.max_output,
            language=invocation.settings.answers.language,
        )


def _rules_recipe(workspace: Workspace, schema: Schema, options: ExtractOptions) -> Recipe:
    heeded = _heeded(schema, options)
    return Recipe(EXTRACT, workspace.parser, EXTRACT_MAKER, EXTRACTIVE, "", heeded, workspace.ocr)


def _model_recipe(
    workspace: Workspace, schema: Schema, options: ExtractOptions, servers: Servers
) -> Recipe:
    settings = workspace.settings
    role = settings.roles.get(settings.generation.role)
    heeded = {
        **_heeded(schema, options),
        "role": role.instructions if role is not None else "",
        "mode": settings.context.mode,
        "require_whole": options.require_whole,
        "max_output_tokens": options.max_output_tokens,
        "temperature": settings.generation.temperature,
        "top_p": settings.generation.top_p,
        "whole_up_to_tokens": settings.context.whole_up_to_tokens,
        "part_tokens": settings.context.part_tokens,
    }
    engine, model = engine_and_model(servers)
    return Recipe(EXTRACT, workspace.parser, EXTRACT_MAKER, engine, model, heeded, workspace.ocr)


def _heeded(schema: Schema, options: ExtractOptions) -> dict[str, object]:
    """What every engine heeds. How the schema is laid out changes nothing; its order does.

    Properties are asked for, and stand in the record, in the order of the schema.
    """
    pages = options.pages
    return {
        "schema": hashlib.sha256(schema.text.encode("utf-8", "surrogatepass")).hexdigest(),
        "pages": None if pages is None else (pages.start, pages.stop),
        "language": options.language,
    }
