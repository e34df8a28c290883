"""What a plan is made for: one question, what may be read for it, and how it is to be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from docmind.context.choice import parts_of
from docmind.context.prompt import Draft
from docmind.context.sheets import Copy, Sheet
from docmind.context.symbols import Symbols
from docmind.model import Hit, Turn
from docmind.settings import ReadingMode


@dataclass(frozen=True, slots=True)
class Asked:
    """What a plan is made for. `hits` are the passages that retrieval ranks, best first."""

    question: str
    copies: tuple[Copy, ...]
    hits: tuple[Hit, ...]
    output_tokens: int
    role: str = ""
    history: tuple[Turn, ...] = ()
    mode: ReadingMode = ReadingMode.AUTO
    require_whole: bool = False
    language: str = "en"
    """The language of what the plan says of itself: "en", "zh"."""
    symbols: Symbols = field(default_factory=Symbols)
    """What the copies define, for a map of them where they are a repository."""

    @property
    def bare(self) -> Draft:
        """The prompt without any document."""
        return Draft((), self.question, self.role)

    def draft(self, sheets: Sequence[Sheet]) -> Draft:
        """The prompt with these sheets."""
        return replace(self.bare, parts=parts_of(self.copies, sheets))
