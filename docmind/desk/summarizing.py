"""A document in, its summary out: by a language model where there is one, else by extraction.

Unlike a desk it keeps nothing of a document, so that a batch may go through thousands.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docmind.answers.reading import NO_ENGINE
from docmind.model import Document
from docmind.passages.split import PASSAGES_VERSION, split_document
from docmind.summaries.events import SummaryEvent, SummaryOptions
from docmind.summaries.extractive import Subject, summarize_extractive

if TYPE_CHECKING:
    from docmind.ports import TokenCounter
    from docmind.summaries.scoring import SentenceVectors

RULES_VERSION = 1
"""Raise it with every change to what the extractive summary of the same document would be."""

EXTRACTIVE_MAKER = f"rules {RULES_VERSION}, passages {PASSAGES_VERSION}"
"""What of docmind itself decides what an extractive summary says."""


@dataclass(frozen=True, slots=True)
class Extracting:
    """How documents are summarized where no model writes, and why none does, by language."""

    counter: TokenCounter
    vectors: SentenceVectors | None = None
    reason: Mapping[str, str] | None = None

    def summarize(
        self, document: Document, tokens: int, options: SummaryOptions
    ) -> Iterator[SummaryEvent]:
        """Summarize a document of so many tokens; close the iterator to cancel."""
        subject = Subject(
            document,
            split_document(document, self.counter),
            tokens,
            self.counter.name,
            NO_ENGINE if self.reason is None else self.reason,
        )
        return summarize_extractive(subject, options, self.vectors)
