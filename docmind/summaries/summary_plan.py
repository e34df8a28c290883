"""What a model reads at once for a summary, and why: all of the document, or each of its parts.

Never a selection: a summary that leaves pages out would tell of another document. What fits is
read in parts all the same where it is longer than a model reads well.
"""

from __future__ import annotations

from dataclasses import dataclass

from docmind.answers.writing import Writing
from docmind.context.budget import MOST_OUTPUT_TOKENS, Budget, output_tokens
from docmind.context.extent import Wish, decided
from docmind.context.parts import Portion, parts_that_fit
from docmind.context.reasons import EVERY_PART_READ
from docmind.errors import UsageError
from docmind.model import Mode
from docmind.summaries.asked import PART, WHOLE, Telling
from docmind.summaries.events import SummaryOptions
from docmind.summaries.telling import Bounds

_READ_WELL_TOKENS = 32_000
"""Longer documents are read in parts, though they may fit: a model of 7B reads more badly."""

_CUT_OFF = {
    "en": "what was told of all of it at once was cut off",
    "zh": "一次通读的摘要被截断",
}


@dataclass(frozen=True, slots=True)
class SummaryPlan:
    """What is read, a request for each portion; why so; and how the model is to tell of it."""

    portions: tuple[Portion, ...]
    mode: Mode
    reason: str
    telling: Telling


@dataclass(frozen=True, slots=True)
class SummaryPlanner:
    """Plans for one document, the only copy that `writing` has; `language` is "en" or "zh"."""

    writing: Writing
    options: SummaryOptions
    bounds: Bounds
    language: str

    def plan(self) -> SummaryPlan:
        """What is read at once. Raises DoesNotFit, and UsageError for a window too small."""
        writing, language = self.writing, self.language
        (copy,) = writing.copies
        everything = Portion(((copy, copy.sheets),) if copy.sheets else ())
        telling = self._telling(whole=True, tokens=everything.tokens)
        frame = writing.engine.count(telling.messages(Portion(()), WHOLE))
        budget = Budget(writing.engine.window_tokens, telling.output_tokens, frame)
        tokens = self._tokens(everything, telling, budget)
        extent = decided(tokens, budget, self._wish, language)
        if extent.is_whole:
            whole = (everything,) if copy.sheets else ()
            return SummaryPlan(whole, Mode.WHOLE, extent.reason, telling)
        portions = self._portions()
        return self._in_parts(portions, extent.in_parts(len(portions)))

    def _portions(self) -> tuple[Portion, ...]:
        """The parts that the document is read in."""
        engine, telling = self.writing.engine, self._telling(whole=False)
        frame = engine.count(telling.messages(Portion(()), PART))
        return parts_that_fit(
            self.writing.copies,
            Budget(engine.window_tokens, telling.output_tokens, frame),
            self.writing.context.part_tokens,
            lambda each: engine.count(telling.messages(each, PART)) - frame,
        )

    @property
    def _wish(self) -> Wish:
        context = self.writing.context
        return Wish(
            self.options.mode,
            context.part_tokens,
            context.whole_up_to_tokens,
            _READ_WELL_TOKENS,
            instead="Leave out --mode whole: then every part is read.",
        )

    def in_halves(self, plan: SummaryPlan) -> SummaryPlan | None:
        """Where what was told of all at once was cut off; None where it cannot be halved."""
        halves = plan.portions[0].halves()
        if len(halves) < 2:
            return None
        cut = _CUT_OFF[self.language]
        return self._in_parts(halves, EVERY_PART_READ[self.language].format(cut, len(halves)))

    def _tokens(self, everything: Portion, telling: Telling, budget: Budget) -> int:
        """Tokens of the document with its marks. Raises UsageError where nothing has room."""
        if not budget.documents:
            raise UsageError(
                f"The instructions take {budget.frame:,} tokens, and {budget.output:,} are kept"
                f" for the summary: more than the model's window of {budget.window:,}.",
                "Use a model with a larger window, or --length short.",
            )
        if everything.tokens > 2 * budget.window:
            return everything.tokens  # a guess is good enough, and counting takes long
        messages = telling.messages(everything, WHOLE)
        return self.writing.engine.count(messages) - budget.frame

    def _in_parts(self, portions: tuple[Portion, ...], reason: str) -> SummaryPlan:
        return SummaryPlan(portions, Mode.EVERY_PART, reason, self._telling(whole=False))

    def _telling(self, *, whole: bool, tokens: int = 0) -> Telling:
        """How the model is to tell of a part, or of all of so many tokens."""
        window = self.writing.engine.window_tokens
        bounds = self.bounds
        if whole:
            bounds = bounds.times(-(-2 * tokens // self.writing.context.part_tokens))
        most = output_tokens(window, MOST_OUTPUT_TOKENS)
        bounds = bounds.within(most)
        return Telling(
            self.writing,
            bounds,
            min(most, bounds.tokens),
            self.language,
            self.options.role or self.writing.role,
            self.options.focus,
        )
