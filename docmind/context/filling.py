"""What earlier turns and which evidence stand beside the documents, in what they leave free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from docmind.context.budget import Budget, Measure, evidence_tokens
from docmind.context.prompt import Draft, Evidence, recited
from docmind.errors import DoesNotFit
from docmind.model import Hit, Turn
from docmind.ports import TokenCounter
from docmind.settings import ContextSettings

_LINE_TOKENS = 2
"""What a line may cost more where it stands than it does alone."""


@dataclass(frozen=True, slots=True)
class Filling:
    """Fills the window that documents leave free; `measure` has the last word."""

    budget: Budget
    measure: Measure
    counter: TokenCounter
    settings: ContextSettings

    def filled(
        self, draft: Draft, tokens: int, *, history: Sequence[Turn], hits: Sequence[Hit]
    ) -> tuple[Draft, int]:
        """A draft whose documents have this many tokens, with turns and evidence; its tokens.

        The latest turns are kept, then the best of the evidence; what does not fit is left out.
        Raises DoesNotFit where the documents alone do not.
        """
        left = self.budget.documents - tokens
        bare = Draft((), draft.question, draft.role, task=draft.task)
        draft = replace(draft, history=self._history(bare, history, left))
        used = self._added(replace(bare, history=draft.history))
        most = evidence_tokens(self.settings.evidence_tokens, tokens, left - used)
        ranked = self._evidence(draft, hits, most)
        while True:
            draft = replace(draft, evidence=_in_order(draft, ranked))
            total = self.measure.count(draft.messages())
            if total + self.budget.output <= self.budget.window:
                return draft, total
            if ranked:
                ranked.pop()
            elif draft.history:
                draft = replace(draft, history=draft.history[1:])
            else:
                raise DoesNotFit(
                    f"It takes {total:,} tokens with the instructions, and"
                    f" {self.budget.output:,} are kept for what is written: more than the model's"
                    f" window of {self.budget.window:,}.",
                    "Use a model with a larger window, or have less written (--max-output).",
                )

    def _added(self, bare: Draft) -> int:
        """Tokens that a draft without documents has beside instructions and question."""
        return self.measure.count(bare.messages()) - self.budget.frame

    def _history(self, bare: Draft, history: Sequence[Turn], left: int) -> tuple[Turn, ...]:
        """The latest turns that have room, oldest first."""
        room = min(self.settings.history_tokens, left)
        kept: tuple[Turn, ...] = ()
        for turn in reversed(history):
            if self._added(replace(bare, history=(turn, *kept))) > room:
                break
            kept = (turn, *kept)
        return kept

    def _evidence(self, draft: Draft, hits: Sequence[Hit], room: int) -> list[Evidence]:
        """The best passages among those that are read, best first."""
        ids = {
            (passage.document, passage.id): name
            for _, sheets in draft.parts
            for sheet in sheets
            for name, passage in sheet.ids()
        }
        ranked: list[Evidence] = []
        for hit in hits:
            name = ids.get((hit.passage.document, hit.passage.id))
            if name is None:
                continue
            room -= self.counter.count(recited((name, hit.passage))) + _LINE_TOKENS
            if room < 0:
                break
            ranked.append((name, hit.passage))
        return ranked


def _in_order(draft: Draft, ranked: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Evidence in the order in which the model has read it."""
    names = (name for _, sheets in draft.parts for sheet in sheets for name, _ in sheet.ids())
    order = {name: position for position, name in enumerate(names)}
    return tuple(sorted(ranked, key=lambda each: order[each[0]]))
