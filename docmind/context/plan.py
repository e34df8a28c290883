"""The decision for one question: what the model reads of the documents, and why.

Whole where it fits; else part by part where the question needs all of it, else what retrieval
ranks best. Sizes of single sheets are only guessed at (with the counter at hand); what decides is
the server's own count of the finished prompt, so that a plan never exceeds the window.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from docmind.context.asked import Asked
from docmind.context.budget import Budget, Measure, output_tokens
from docmind.context.everything import needs_everything
from docmind.context.extent import Extent, Wish, decided
from docmind.context.filling import Filling
from docmind.context.parts import Portion, parts_that_fit
from docmind.context.places import is_read_whole, pages_read, part_read
from docmind.context.prompt import Draft
from docmind.context.reasons import EVERY_PART, NOT_EVERYTHING
from docmind.context.retrieved import Retrieval
from docmind.context.sheets import Sheet
from docmind.context.tasks import LIST_OF_PART
from docmind.context.tree import tree_of
from docmind.errors import UsageError
from docmind.model import Mode
from docmind.ports import ChatMessage, TokenCounter
from docmind.settings import ContextSettings, ReadingMode

_SURELY_TOO_LARGE = 3
"""Documents of so many windows by our own count need no count of the server's."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is sent and what the ledger says about it."""

    mode: Mode
    reason: str
    messages: tuple[ChatMessage, ...]
    sheets: tuple[Sheet, ...]
    prompt_tokens: int
    output_tokens: int
    window_tokens: int
    pages_read: int
    pages_partly_read: tuple[str, ...]
    evidence_passages: int
    history_turns: int
    history_turns_dropped: int
    warnings: tuple[str, ...] = ()
    portions: tuple[Portion, ...] = ()
    """What is read one after the other, where it is every part; `messages` are empty then."""
    parts_read: int = 0
    """How many of these were."""

    @property
    def parts_total(self) -> int:
        """How many parts there are; 0 where all that is read is read at once."""
        return len(self.portions)


def make_plan(
    asked: Asked, measure: Measure, counter: TokenCounter, settings: ContextSettings
) -> Plan:
    """Decide what is read. Raises DoesNotFit where all of it must be, and cannot.

    `counter` guesses the sizes of single pages; `measure` has the last word.
    """
    return _Planner(asked, measure, counter, settings).plan()


class _Planner:
    """One decision, with what is found out on the way."""

    def __init__(
        self, asked: Asked, measure: Measure, counter: TokenCounter, settings: ContextSettings
    ) -> None:
        self._asked = asked
        self._measure = measure
        self._counter = counter
        self._settings = settings
        window = measure.window_tokens
        frame = measure.count(asked.bare.messages())
        self._budget = Budget(window, output_tokens(window, asked.output_tokens), frame)

    def plan(self) -> Plan:
        """See `make_plan`."""
        self._require_room()
        whole = self._asked.draft([sheet for copy in self._asked.copies for sheet in copy.sheets])
        whole = replace(whole, map=tree_of([copy.document for copy in self._asked.copies]))
        tokens = self._whole_tokens(whole)
        extent = decided(tokens, self._budget, self._wish(whole), self._asked.language)
        if extent.is_whole:
            return self._finished(Mode.WHOLE, extent.reason, whole, tokens)
        if self._all_is_needed(tokens):
            return self._in_parts(extent)
        retrieval = Retrieval(
            self._asked, self._budget, self._counter, self._settings, self._tokens
        )
        chosen = retrieval.chosen(extent.reason)
        plan = self._finished(Mode.RETRIEVE, chosen.reason, chosen.draft, chosen.tokens)
        return self._warned(plan)

    def _require_room(self) -> None:
        """Refuse a question that leaves the window no room for an answer."""
        budget = self._budget
        if budget.frame + budget.output > budget.window:
            raise UsageError(
                f"The instructions, the role and the question take {budget.frame:,} tokens, and"
                f" {budget.output:,} are kept for the answer: more than the model's window of"
                f" {budget.window:,}.",
                "Ask a shorter question, shorten the role, or use a model with a larger window.",
            )

    def _tokens(self, draft: Draft) -> int:
        """Tokens that a draft has beside the instructions and the question."""
        return self._measure.count(draft.messages()) - self._budget.frame

    def _whole_tokens(self, whole: Draft) -> int:
        """Tokens of all documents; a guess where they are far beyond the window."""
        guessed = sum(copy.tokens for copy in self._asked.copies)
        far_beyond = guessed > _SURELY_TOO_LARGE * self._budget.window
        return guessed if far_beyond else self._tokens(whole)

    def _wish(self, whole: Draft) -> Wish:
        """How all of it is to be read; documents without a passage are read whole in any case."""
        asked, settings = self._asked, self._settings
        choose = "leave out --require-whole" if asked.require_whole else "--mode retrieve"
        return Wish(
            asked.mode if whole.parts else ReadingMode.AUTO,
            settings.part_tokens,
            settings.whole_up_to_tokens,
            require_whole=asked.require_whole,
            instead=f"Read fewer pages (--pages 10-20), let docmind choose them ({choose}), or see"
            " what window this machine can serve: docmind serve plan",
        )

    def _all_is_needed(self, tokens: int) -> bool:
        """Whether every part has to be read: it was asked for, or the question needs it.

        Of a repository only where it was asked for: a map of its symbols says more, and sooner.
        """
        asked = self._asked
        if asked.mode is not ReadingMode.AUTO:
            return asked.mode is ReadingMode.EVERY_PART
        if tokens > self._settings.every_part_up_to_tokens or not needs_everything(asked.question):
            return False
        return not asked.symbols.map(self._budget.window, self._counter).text

    def _in_parts(self, extent: Extent) -> Plan:
        """All of the documents, one part after the other."""
        asked, window = self._asked, self._budget.window
        task = replace(asked.bare, task=LIST_OF_PART)
        frame = self._measure.count(task.messages())
        budget = Budget(window, self._budget.output, frame)
        portions = parts_that_fit(
            asked.copies,
            budget,
            self._settings.part_tokens,
            lambda each: self._measure.count(replace(task, parts=each.parts).messages()) - frame,
        )
        return Plan(
            mode=Mode.EVERY_PART,
            reason=extent.in_parts(len(portions), EVERY_PART),
            messages=(),
            sheets=tuple(sheet for portion in portions for sheet in portion.sheets),
            prompt_tokens=sum(portion.tokens + frame for portion in portions),
            output_tokens=budget.output,
            window_tokens=window,
            pages_read=sum(pages_read(copy, copy.sheets) for copy in asked.copies),
            pages_partly_read=(),
            evidence_passages=0,
            history_turns=0,
            history_turns_dropped=0,
            portions=portions,
            parts_read=len(portions),
        )

    def _warned(self, plan: Plan) -> Plan:
        """With a warning where the question asks for more than was read."""
        if not plan.pages_partly_read or not needs_everything(self._asked.question):
            return plan
        warning = NOT_EVERYTHING[self._asked.language]
        return replace(plan, warnings=(*plan.warnings, warning))

    def _finished(self, mode: Mode, reason: str, bare: Draft, tokens: int) -> Plan:
        """The plan that a draft becomes, with earlier turns and evidence in what is left."""
        filling = Filling(self._budget, self._measure, self._counter, self._settings)
        draft, prompt_tokens = filling.filled(
            bare, tokens, history=self._asked.history, hits=self._asked.hits
        )
        read = {copy.document.name: sheets for copy, sheets in draft.parts}
        pairs = [(copy, read.get(copy.document.name, ())) for copy in self._asked.copies]
        return Plan(
            mode=mode,
            reason=reason,
            messages=draft.messages(),
            sheets=tuple(sheet for _, sheets in draft.parts for sheet in sheets),
            prompt_tokens=prompt_tokens,
            output_tokens=self._budget.output,
            window_tokens=self._budget.window,
            pages_read=sum(pages_read(copy, sheets) for copy, sheets in pairs),
            pages_partly_read=tuple(
                part_read(copy, sheets, self._asked.language)
                for copy, sheets in pairs
                if not is_read_whole(copy, sheets)
            ),
            evidence_passages=len(draft.evidence),
            history_turns=len(draft.history),
            history_turns_dropped=len(self._asked.history) - len(draft.history),
        )
