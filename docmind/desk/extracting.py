"""A document and a schema in, a record out: by a language model where there is one.

Like a summary it is of one document, and nothing is kept of it, so that a batch may go through
thousands. It may be called from several threads at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from docmind.answers.patience import OF_A_BATCH, Patience
from docmind.answers.reading import Reading
from docmind.answers.writing import Writing
from docmind.context.sheets import copy_of, letter_of
from docmind.model import Document, Passage
from docmind.passages.split import PASSAGES_VERSION, split_document
from docmind.retrieval.index import Index
from docmind.retrieval.lexical import Vocabulary
from docmind.summaries.extract import EXTRACTION_VERSION, ExtractOptions, Source, extract

if TYPE_CHECKING:
    from docmind.ports import ChatEngine, TokenCounter
    from docmind.settings import Settings
    from docmind.summaries.events import ExtractionEvent
    from docmind.summaries.shape import Schema

EXTRACT_MAKER = f"extraction {EXTRACTION_VERSION}, passages {PASSAGES_VERSION}"
"""What of docmind itself decides what a record says."""

_BY_RULES = {
    "en": "no language model was asked; values were looked for by their names and types",
    "zh": "没有询问语言模型；按名称和类型在文中查找",
}


class Filling(Protocol):
    """What fills schemas from documents."""

    def extract(
        self, document: Document, tokens: int, schema: Schema, options: ExtractOptions
    ) -> Iterator[ExtractionEvent]:
        """Fill the schema from a document of so many tokens; close the iterator to cancel."""
        ...


@dataclass(frozen=True, slots=True)
class ByRules:
    """Schemas filled where no model reads; `notes` say why none does, if something failed."""

    counter: TokenCounter
    notes: tuple[str, ...] = ()

    def extract(
        self, document: Document, tokens: int, schema: Schema, options: ExtractOptions
    ) -> Iterator[ExtractionEvent]:
        """By names and types; raises what `docmind.summaries.extract.extract` does."""
        passages = split_document(document, self.counter)
        source = _source(document, tokens, passages, self.counter.name, self.notes)
        return extract(schema, source, options)


@dataclass(frozen=True, slots=True)
class ByModel:
    """Schemas that a language model fills; `engine_for` has one for a document's sha256."""

    settings: Settings
    counter: TokenCounter
    engine_for: Callable[[str], ChatEngine]
    patience: Patience = OF_A_BATCH

    def extract(
        self, document: Document, tokens: int, schema: Schema, options: ExtractOptions
    ) -> Iterator[ExtractionEvent]:
        """Raises what `docmind.summaries.extract.extract` does."""
        settings, counter = self.settings, self.counter
        passages = split_document(document, counter)
        role = settings.roles.get(settings.generation.role)
        writing = Writing(
            self.engine_for(document.sha256),
            (copy_of(document, passages, letter_of(0), counter, options.pages),),
            counter,
            settings.answers,
            settings.context,
            settings.generation,
            role.instructions if role is not None else "",
            retrieval=settings.retrieval,
            patience=self.patience,
        )
        source = _source(document, tokens, passages, counter.name)
        return extract(schema, source, options, writing)


def _source(
    document: Document,
    tokens: int,
    passages: tuple[Passage, ...],
    tokenizer: str,
    notes: tuple[str, ...] = (),
) -> Source:
    reading = Reading(
        documents={document.name: document},
        retriever=Index((document,), passages, Vocabulary()),
        document_tokens=tokens,
        tokenizer=tokenizer,
        reason=_BY_RULES,
        notes=notes,
    )
    return Source(reading, passages)
