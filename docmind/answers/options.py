"""How one question is to be answered, where it differs from what is set.

One value for every front end and for every engine: None means "as it is set", so that a flag which
nobody gave cannot override config.toml.
"""

from __future__ import annotations

from dataclasses import dataclass

from docmind.model import Passage, Turn
from docmind.settings import Language, ReadingMode


@dataclass(frozen=True, slots=True)
class AskOptions:
    """What a question asks for beside its words; None and empty mean what is set."""

    pages: range | None = None
    """Only these pages (physical) are read and searched."""
    mode: ReadingMode | None = None
    require_whole: bool = False
    """Raise DoesNotFit rather than read less than all of it."""
    role: str = ""
    """Instructions of the role that answers; they stand after the documents."""
    temperature: float | None = None
    top_p: float | None = None
    max_output_tokens: int | None = None
    history: tuple[Turn, ...] = ()
    """Earlier questions of the conversation with their answers, oldest first."""
    language: Language | None = None
    documents: tuple[str, ...] = ()
    """Names of the only documents that are read and searched; none: all that are open."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a document, from one place up to another: (page, offset), pages from 1."""

    document: str
    title: str
    begin: tuple[int, int]
    end: tuple[int, int]

    @property
    def pages(self) -> range:
        """The pages that have some of it."""
        last = self.end[0] if self.end[1] > 0 else self.end[0] - 1
        return range(self.begin[0], max(last, self.begin[0]) + 1)

    def holds(self, passage: Passage) -> bool:
        """Whether a passage begins in it."""
        return self.begin <= (passage.page, passage.start) < self.end
