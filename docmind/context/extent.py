"""Whether documents are read all at once, and why not where they are not.

The one decision that questions, summaries and extractions share, so that a mode, a setting and a
window mean the same to all of them. What is read instead is the affair of who asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from docmind.context.budget import Budget
from docmind.context.reasons import (
    ASKED_FOR,
    DOES_NOT_FIT,
    EVERY_PART_ASKED_FOR,
    EVERY_PART_READ,
    FITS,
    MORE_THAN_READ_WELL,
    MORE_THAN_SET,
)
from docmind.errors import DoesNotFit
from docmind.settings import ReadingMode


class _Why(Enum):
    """Why not all is read at once."""

    TOO_LARGE = auto()
    MORE_THAN_SET = auto()
    MORE_THAN_READ_WELL = auto()
    RETRIEVAL = auto()
    PARTS = auto()


@dataclass(frozen=True, slots=True)
class Wish:
    """How documents are to be read: as it was typed, and as it is set.

    `up_to_tokens` is the most that is read at once; where it is 0, what is read well, if that
    matters (0: it does not). `instead` is what to type where all must be read, and cannot be.
    """

    mode: ReadingMode
    part_tokens: int
    up_to_tokens: int = 0
    read_well_tokens: int = 0
    require_whole: bool = False
    instead: str = ""

    @property
    def must_be_whole(self) -> bool:
        """Whether it is all at once or not at all."""
        return self.require_whole or self.mode is ReadingMode.WHOLE


@dataclass(frozen=True, slots=True)
class Extent:
    """The decision about documents of so many tokens, in the words of a ledger."""

    tokens: int
    budget: Budget
    wish: Wish
    language: str

    @property
    def is_whole(self) -> bool:
        """Whether all is read at once."""
        return self._why is None

    @property
    def reason(self) -> str:
        """Why it is read at once, or why not."""
        tokens, wish = self.tokens, self.wish
        match self._why:
            case None:
                return FITS[self.language].format(tokens, self.budget.window)
            case _Why.TOO_LARGE:
                return DOES_NOT_FIT[self.language].format(tokens, self.budget.window)
            case _Why.MORE_THAN_SET:
                return MORE_THAN_SET[self.language].format(tokens, wish.up_to_tokens)
            case _Why.MORE_THAN_READ_WELL:
                return MORE_THAN_READ_WELL[self.language].format(tokens, wish.read_well_tokens)
            case _Why.RETRIEVAL:
                return ASKED_FOR[self.language]
            case _Why.PARTS:
                return ""

    def in_parts(self, parts: int, words: Mapping[str, str] = EVERY_PART_READ) -> str:
        """The reason where so many parts are read, in these words if nobody asked for that."""
        if self.wish.mode is ReadingMode.EVERY_PART:
            return EVERY_PART_ASKED_FOR[self.language].format(parts)
        return words[self.language].format(self.reason, parts)

    @property
    def _why(self) -> _Why | None:
        wish = self.wish
        if self.tokens > self.budget.documents:
            return _Why.TOO_LARGE
        if wish.must_be_whole or self.tokens <= 0:
            return None
        if wish.mode is ReadingMode.RETRIEVE:
            return _Why.RETRIEVAL
        if wish.mode is ReadingMode.EVERY_PART:
            return _Why.PARTS if self.tokens > wish.part_tokens else None
        if wish.up_to_tokens:
            return _Why.MORE_THAN_SET if self.tokens > wish.up_to_tokens else None
        too_long = 0 < wish.read_well_tokens < self.tokens
        return _Why.MORE_THAN_READ_WELL if too_long else None


def decided(tokens: int, budget: Budget, wish: Wish, language: str) -> Extent:
    """What is read at once. Raises DoesNotFit where all of it must be, and cannot."""
    extent = Extent(tokens, budget, wish, language)
    if wish.must_be_whole and not extent.is_whole:
        raise DoesNotFit(
            f"{tokens:,} tokens with passage marks do not fit: of the window of {budget.window:,},"
            f" {budget.frame:,} go to what is asked and {budget.output:,} are kept for what is"
            f" written, which leaves {budget.documents:,}.",
            wish.instead,
        )
    return extent
