"""A document in, its summary out: by a language model where there is one, else by extraction.

Unlike a desk it keeps nothing of a document, so that a batch may go through thousands. It may be
called from several threads at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from docmind.answers.patience import OF_A_BATCH, Patience
from docmind.answers.reading import NO_ENGINE
from docmind.answers.writing import Writing
from docmind.context.sheets import copy_of, letter_of
from docmind.model import Document
from docmind.passages.split import PASSAGES_VERSION, split_document
from docmind.summaries.events import SummaryEvent, SummaryOptions
from docmind.summaries.extractive import RULES_VERSION, Subject, summarize_extractive
from docmind.summaries.telling import Bounds
from docmind.summaries.written import SUMMARIES_VERSION, summarize_written

if TYPE_CHECKING:
    from docmind.ports import ChatEngine, TokenCounter
    from docmind.settings import Settings
    from docmind.summaries.scoring import SentenceVectors

EXTRACTIVE_MAKER = f"rules {RULES_VERSION}, passages {PASSAGES_VERSION}"
WRITTEN_MAKER = f"prompts {SUMMARIES_VERSION}, passages {PASSAGES_VERSION}"
"""What of docmind itself decides what a summary says."""


class Telling(Protocol):
    """What summarizes documents."""

    def summarize(
        self, document: Document, tokens: int, options: SummaryOptions
    ) -> Iterator[SummaryEvent]:
        """Summarize a document of so many tokens; close the iterator to cancel."""
        ...


@dataclass(frozen=True, slots=True)
class Extracting:
    """Summaries where no model writes, and why none does, by language."""

    counter: TokenCounter
    vectors: SentenceVectors | None = None
    reason: Mapping[str, str] | None = None
    notes: tuple[str, ...] = ()

    def summarize(
        self, document: Document, tokens: int, options: SummaryOptions
    ) -> Iterator[SummaryEvent]:
        """With the document's own sentences."""
        subject = Subject(
            document,
            split_document(document, self.counter),
            tokens,
            self.counter.name,
            NO_ENGINE if self.reason is None else self.reason,
            self.notes,
        )
        return summarize_extractive(subject, options, self.vectors)


@dataclass(frozen=True, slots=True)
class Written:
    """Summaries that a language model writes; `engine_for` has one for a document's sha256."""

    settings: Settings
    counter: TokenCounter
    engine_for: Callable[[str], ChatEngine]
    bounds: Bounds | None = None
    """The most that is written, where it is not what the length says."""
    patience: Patience = OF_A_BATCH

    def summarize(
        self, document: Document, tokens: int, options: SummaryOptions
    ) -> Iterator[SummaryEvent]:
        """Raises what `docmind.summaries.written.summarize_written` does."""
        settings = self.settings
        passages = split_document(document, self.counter)
        writing = Writing(
            self.engine_for(document.sha256),
            (copy_of(document, passages, letter_of(0), self.counter),),
            self.counter,
            settings.answers,
            settings.context,
            settings.generation,
            retrieval=settings.retrieval,
            patience=self.patience,
        )
        subject = Subject(document, passages, tokens, self.counter.name)
        return summarize_written(subject, writing, options, self.bounds)
