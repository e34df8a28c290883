"""What a model reads at once for a summary, and why: all of the document, or each of its parts.

Never a selection: a summary that leaves pages out would tell of another document. What fits is
read in parts all the same where it is longer than a model reads well.
"""

from __future__ import annotations

from dataclasses import dataclass

from docmind.answers.writing import Writing
from docmind.context.budget import MOST_OUTPUT_TOKENS, Budget, output_tokens
from docmind.context.parts import Portion, cut_in_parts, part_tokens
from docmind.context.reasons import DOES_NOT_FIT, EVERY_PART_ASKED_FOR, FITS
from docmind.errors import DoesNotFit, UsageError
from docmind.model import Mode
from docmind.settings import ReadingMode
from docmind.summaries.asked import WHOLE, Telling
from docmind.summaries.events import SummaryOptions
from docmind.summaries.telling import Bounds

_READ_WELL_TOKENS = 32_000
"""Longer documents are read in parts, though they may fit: a model of 7B reads more badly."""

_MORE_THAN_READ_WELL = {
    "en": "{:,} tokens with passage marks are more than is read well at once ({:,})",
    "zh": "连同段落标记共 {:,} 个词元，超过一次能读好的长度（{:,}）",
}
_EVERY_PART = {"en": "{}; every part was read: {:,}", "zh": "{}；逐部分通读：共 {:,} 部分"}
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
        fits = tokens <= budget.documents
        most = writing.context.whole_up_to_tokens or _READ_WELL_TOKENS
        if self._may_be_whole(tokens, budget, most):
            reason = FITS[language].format(tokens, budget.window)
            return SummaryPlan((everything,) if copy.sheets else (), Mode.WHOLE, reason, telling)
        why = DOES_NOT_FIT[language].format(tokens, budget.window)
        if fits:
            why = _MORE_THAN_READ_WELL[language].format(tokens, most)
        room = part_tokens(budget, writing.context.part_tokens)
        return self._in_parts(cut_in_parts((copy,), room), why)

    def in_halves(self, plan: SummaryPlan) -> SummaryPlan | None:
        """Where what was told of all at once was cut off; None where it cannot be halved."""
        halves = plan.portions[0].halves()
        return self._in_parts(halves, _CUT_OFF[self.language]) if len(halves) > 1 else None

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

    def _may_be_whole(self, tokens: int, budget: Budget, most: int) -> bool:
        """Whether it is read at once. Raises DoesNotFit where it must be, and cannot."""
        fits = tokens <= budget.documents
        if self.options.mode is not ReadingMode.WHOLE:
            return fits and tokens <= most and self.options.mode is not ReadingMode.EVERY_PART
        if not fits:
            raise DoesNotFit(
                f"{tokens:,} tokens with passage marks do not fit: the window of"
                f" {budget.window:,} leaves {budget.documents:,} for the document.",
                "Leave out --mode whole: then every part is read.",
            )
        return True

    def _in_parts(self, portions: tuple[Portion, ...], why: str) -> SummaryPlan:
        reason = _EVERY_PART[self.language].format(why, len(portions))
        if self.options.mode is ReadingMode.EVERY_PART:
            reason = EVERY_PART_ASKED_FOR[self.language].format(len(portions))
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
