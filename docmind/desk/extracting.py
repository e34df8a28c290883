"""A document and a schema in, a record out: by a language model where there is one.

Like a summary it is of one document, and nothing is kept of it, so that a batch may go through
thousands. It may be called from several threads at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docmind.answers.reading import Reading
from docmind.answers.writing import Writing
from docmind.context.sheets import copy_of, letter_of
from docmind.desk.absence import AUTO, PRESENT, Absence, engine_of
from docmind.errors import ServerUnreachable
from docmind.model import Document, Passage
from docmind.passages.split import split_document
from docmind.retrieval.index import Index
from docmind.retrieval.lexical import Vocabulary
from docmind.summaries.extract import EXTRACTION_VERSION, ExtractOptions, Source, extract

if TYPE_CHECKING:
    from docmind.ports import ChatEngine, EngineSource, TokenCounter
    from docmind.settings import Settings
    from docmind.summaries.events import ExtractionEvent
    from docmind.summaries.shape import Schema

EXTRACT_MAKER = f"extraction {EXTRACTION_VERSION}"
"""What of docmind itself decides what a record says."""

_BY_RULES = {
    "en": "no language model was asked; values were looked for by their names and types",
    "zh": "没有询问语言模型；按名称和类型在文中查找",
}


@dataclass(frozen=True, slots=True)
class Extractor:
    """Fills schemas from documents. Without `engines` no language model is asked."""

    settings: Settings
    counter: TokenCounter
    engines: EngineSource | None = None

    def extract(
        self, document: Document, tokens: int, schema: Schema, options: ExtractOptions
    ) -> Iterator[ExtractionEvent]:
        """Fill the schema from a document of so many tokens; close the iterator to cancel.

        Raises what `docmind.summaries.extract.extract` does; a server that is gone before it has
        begun is made good without a model, unless it was asked for by name.
        """
        wanted = self.settings.engine.name
        engine, absence = engine_of(self.engines, wanted)
        passages = split_document(document, self.counter)
        if engine is not None:
            source = self._source(document, tokens, passages, PRESENT)
            writing = self._writing(engine, document, passages, options.pages)
            try:
                with closing(extract(schema, source, options, writing)) as events:
                    yield from events
                return
            except ServerUnreachable as error:
                if wanted != AUTO or options.require_whole:
                    raise
                absence = Absence.of(error)
        source = self._source(document, tokens, passages, absence)
        yield from extract(schema, source, options)

    def _source(
        self, document: Document, tokens: int, passages: tuple[Passage, ...], absence: Absence
    ) -> Source:
        reading = Reading(
            documents={document.name: document},
            retriever=Index((document,), passages, Vocabulary()),
            document_tokens=tokens,
            tokenizer=self.counter.name,
            reason=_BY_RULES,
            notes=absence.notes,
        )
        return Source(reading, passages)

    def _writing(
        self,
        engine: ChatEngine,
        document: Document,
        passages: tuple[Passage, ...],
        pages: range | None,
    ) -> Writing:
        settings = self.settings
        role = settings.roles.get(settings.generation.role)
        copy = copy_of(document, passages, letter_of(0), self.counter, pages)
        return Writing(
            engine,
            (copy,),
            self.counter,
            settings.answers,
            settings.context,
            settings.generation,
            role.instructions if role is not None else "",
            retrieval=settings.retrieval,
        )
