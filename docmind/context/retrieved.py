"""What is read of documents that are not read whole: their best pages, or a map and definitions.

Single passages only where not even the best page has room. Nothing that is chosen is cut off: what
does not fit is left out, and the reason says how much was read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from docmind.context.asked import Asked
from docmind.context.budget import Budget
from docmind.context.choice import best_first, ranked_sheets
from docmind.context.narrow import Narrowed, narrowed
from docmind.context.prompt import Draft
from docmind.context.reasons import (
    BY_SEARCH,
    CHOSEN,
    DEFINITIONS,
    FROM_THE_BEGINNING,
    MAPPED,
    NONE_RANKS,
    PASSAGES,
)
from docmind.errors import DoesNotFit
from docmind.ports import TokenCounter
from docmind.settings import ContextSettings


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is read, its tokens beside instructions and question, and why, for the ledger."""

    draft: Draft
    tokens: int
    reason: str


@dataclass(frozen=True, slots=True)
class Retrieval:
    """Chooses for one question; `tokens_of` counts a draft's documents and has the last word."""

    asked: Asked
    budget: Budget
    counter: TokenCounter
    settings: ContextSettings
    tokens_of: Callable[[Draft], int]

    def chosen(self, why: str) -> Chosen:
        """What is read where not all of it can be, which is `why`. Raises DoesNotFit."""
        return self._mapped(why) or self._pages(why) or self._passages(why)

    def _mapped(self, why: str) -> Chosen | None:
        """The map of a repository and the definitions that rank best, if these are one."""
        asked, language = self.asked, self.asked.language
        symbols = asked.symbols.map(self.budget.window, self.counter)
        room = self._room() - self.counter.count(symbols.text) if symbols.text else 0
        found = self._narrowed(replace(asked.bare, map=symbols.text), room) if room > 0 else None
        if found is None:
            return None
        one, several = DEFINITIONS[language]
        count = one if found.count == 1 else several.format(found.count)
        shown = why, symbols.shown, symbols.total, count, found.tokens, self._how
        return Chosen(found.draft, found.tokens, MAPPED[language].format(*shown))

    def _pages(self, why: str) -> Chosen | None:
        """The pages that rank best, as many as the server's own count allows.

        None where the very best has no room: a page that ranks below it may be worth nothing.
        """
        asked, most = self.asked, self.budget.documents
        room = self._room()
        best = best_first(asked.copies, asked.hits)[:1]
        ranked = ranked_sheets(asked.copies, asked.hits, room)
        if not set(best) <= set(ranked):
            ranked = best  # it comes before earlier turns and recited evidence
        while ranked:
            draft = asked.draft(ranked)
            tokens = self.tokens_of(draft)
            excess = tokens - most
            if excess <= 0:
                how = CHOSEN if asked.hits else FROM_THE_BEGINNING
                return Chosen(draft, tokens, how[asked.language].format(why, tokens))
            while ranked and excess > 0:
                excess -= max(1, ranked.pop().tokens)
        return None

    def _passages(self, why: str) -> Chosen:
        """The passages that rank best, from where no page has room. Raises DoesNotFit."""
        bare = self.asked.bare
        few = self._narrowed(bare, self._room()) or self._narrowed(bare, self.budget.documents)
        if few is None:
            raise DoesNotFit(
                f"Not one page fits, nor a passage of one: of the window of"
                f" {self.budget.window:,} tokens, {self.budget.documents:,} are left for the"
                " documents.",
                "Use a model with a larger window, or quote the best sentences without one:"
                " --engine extractive",
            )
        reason = PASSAGES[self.asked.language].format(why, few.tokens, self._how)
        return Chosen(few.draft, few.tokens, reason)

    @property
    def _how(self) -> str:
        """How what is smaller than a page was chosen."""
        return (BY_SEARCH if self.asked.hits else NONE_RANKS)[self.asked.language]

    def _narrowed(self, bare: Draft, room: int) -> Narrowed | None:
        """The parts of pages that rank best, as many as have room; None where none has."""
        asked, most = self.asked, self.budget.documents
        return narrowed(
            bare, (asked.copies, asked.hits), (room, most), self.counter, self.tokens_of
        )

    def _room(self) -> int:
        """Tokens for what is chosen, some left for earlier turns and recited evidence."""
        aside = self.settings.evidence_tokens + self.settings.history_tokens
        return self.budget.retrieved(self.settings.retrieved_tokens, aside)
