"""Every part of the documents is read for one question: each part is listed, then put together.

A part's list is made of statements with the ids of that part's own passages, so whatever the
answer cites was cited by the one who had the passage before him. "The documents do not say" is
said only when every part was read: a part that failed makes it an error, never an absence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from docmind.answers.asking import Line, Reply, Tally
from docmind.answers.events import AnswerEvent
from docmind.answers.notes import Notes, PartQuestion, told
from docmind.answers.repetition import LOOPS
from docmind.answers.support import Support
from docmind.answers.writing import Sampling, Writing
from docmind.context.asked import Asked
from docmind.context.budget import Budget
from docmind.context.filling import Filling
from docmind.context.neutral import CITE
from docmind.context.parts import Portion
from docmind.context.places import is_read_whole, pages_read, part_read
from docmind.context.plan import Plan
from docmind.context.prompt import Draft
from docmind.context.sheets import Sheet
from docmind.context.tags import NOTHING
from docmind.context.tasks import (
    LIST_OF_PART,
    Note,
)
from docmind.errors import DoesNotFit, EngineError
from docmind.model import Passage
from docmind.ports import WITHHELD

_HALVINGS = 2
"""How often a part that has more to tell than a model may write is cut in two."""

_NOT_READ = {
    "en": "{} of {} parts could not be read ({}), so something may be missing: {}",
    "zh": "共 {1} 部分，其中 {0} 部分未能读取（{2}），可能有遗漏：{3}",
}
_LISTED = {
    "en": "The parts say more than the model can read at once: it stands as it was found.",
    "zh": "各部分的内容超出模型一次可读的长度，故按找到的顺序列出。",
}
_BROKE_OFF = {
    "length": {
        "en": "{} of {} parts had more to tell than the model may write; something may be"
        " missing.",
        "zh": "共 {1} 部分，其中 {0} 部分的内容超出模型可写的长度，可能有遗漏。",
    },
    LOOPS: {
        "en": "The model began to repeat itself in {} of {} parts and was stopped; something may"
        " be missing.",
        "zh": "共 {1} 部分，其中 {0} 部分模型开始重复同样的内容而被停止，可能有遗漏。",
    },
    WITHHELD: {
        "en": "The server withheld text in {} of {} parts; something is missing.",
        "zh": "共 {1} 部分，其中 {0} 部分的文字被服务器扣留，有遗漏。",
    },
}
"""What is told of parts whose list has no end, by the reason."""

_AND = {"en": "; ", "zh": "；"}


@dataclass(frozen=True, slots=True)
class Everything:
    """What came of reading every part: the plan for the answer, and what it may cite.

    `listed` is the answer itself where no model can put it together. `incomplete` says what was
    not read, as the error that it is where nothing was found.
    """

    plan: Plan
    known: dict[str, Passage]
    tally: Tally
    listed: str | None = None
    incomplete: EngineError | None = None


@dataclass(frozen=True, slots=True)
class _Listing:
    """What a model wrote of a part, or of a half of one."""

    portion: Portion
    text: str
    reason: str
    """Why it ended, as ChatFinished tells."""


class EveryPart:
    """One question that is asked of every part."""

    def __init__(
        self, asked: Asked, plan: Plan, writing: Writing, sampling: Sampling, support: Support
    ) -> None:
        self._asked = asked
        self._plan = plan
        self._writing = writing
        self._line = Line(writing.engine, writing.counter, writing.patience)
        self._question = PartQuestion(asked, plan, writing, sampling, support, self._line)
        self._notes = Notes(self._question)

    def read(self) -> Generator[AnswerEvent, None, Everything]:
        """Read all parts and put the notes together until a model can answer from them.

        Raises EngineError where no part could be read, or where nothing was found and not all of
        them were.
        """
        portions, line = self._plan.portions, self._line
        jobs = [partial(self._listed, portion) for portion in portions]
        concurrency = self._writing.generation.concurrency
        listed = yield from told(line.work(jobs, concurrency))
        notes: list[Note] = []
        failed: list[tuple[Portion, EngineError]] = []
        broke_off: Counter[str] = Counter()
        for portion, listings in zip(portions, listed, strict=True):
            if isinstance(listings, EngineError):
                failed.append((portion, listings))
                continue
            found = [note for each in listings for note in self._noted(each)]
            reasons = {each.reason for each in listings if each.reason in _BROKE_OFF}
            if reasons and not found:
                failed.append((portion, _unfinished(min(reasons), self._plan.output_tokens)))
            else:
                broke_off.update(reasons)
            notes += found
        incomplete = self._incomplete(failed)
        if incomplete is not None and (len(failed) == len(portions) or not notes):
            raise incomplete
        merged = yield from self._notes.merged(notes)
        return self._everything(merged, failed, broke_off, incomplete)

    def _listed(self, portion: Portion, line: Line, halvings: int = _HALVINGS) -> list[_Listing]:
        """In a thread: what the model writes of a part, of its halves where that is too much."""
        asked, writing = self._asked, self._writing
        draft = Draft(portion.parts, asked.question, asked.role, task=LIST_OF_PART)
        frame = writing.engine.count(replace(draft, parts=()).messages())
        budget = Budget(self._plan.window_tokens, self._plan.output_tokens, frame)
        filling = Filling(budget, writing.engine, writing.counter, writing.context)
        try:
            draft, _ = filling.filled(draft, portion.tokens, history=asked.history, hits=())
        except DoesNotFit as error:
            # The plan has cut whatever could be cut; the other parts may well fit.
            raise EngineError(str(error), error.hint) from error
        reply = line.ask(self._question.request(draft.messages(), portion.known))
        halves = portion.halves()
        if reply.finished.reason == "length" and halvings and len(halves) > 1:
            return [each for half in halves for each in self._listed(half, line, halvings - 1)]
        return [_Listing(portion, _whole_lines(reply), reply.finished.reason)]

    def _noted(self, listing: _Listing) -> Iterator[Note]:
        return self._notes.noted(listing.text, listing.portion.known)

    def _everything(
        self,
        notes: list[Note],
        failed: Sequence[tuple[Portion, EngineError]],
        broke_off: Counter[str],
        incomplete: EngineError | None,
    ) -> Everything:
        """What the answer is made of, and what the ledger says of it."""
        plan, language = self._plan, self._asked.language
        messages = self._notes.answering(notes)
        counted = self._writing.engine.count(messages)
        fits = counted + plan.output_tokens <= plan.window_tokens
        warnings = (
            *((str(incomplete),) if incomplete else ()),
            *(
                _BROKE_OFF[reason][language].format(count, len(plan.portions))
                for reason, count in broke_off.items()
            ),
            *(() if fits else (_LISTED[language],)),
        )
        unread = {sheet.tag for portion, _ in failed for sheet in portion.sheets}
        sheets = tuple(sheet for sheet in plan.sheets if sheet.tag not in unread)
        listed = None
        if not notes:
            listed = f"{CITE}{NOTHING}]"
        elif not fits:
            listed = "".join(note.line for note in notes)
        return Everything(
            plan=self._covered(
                replace(
                    plan,
                    messages=messages,
                    prompt_tokens=0 if listed is not None else counted,
                    warnings=warnings,
                    parts_read=len(plan.portions) - len(failed),
                ),
                sheets,
            ),
            known=self._notes.known(notes),
            tally=self._line.tally,
            listed=listed,
            incomplete=incomplete,
        )

    def _covered(self, plan: Plan, sheets: tuple[Sheet, ...]) -> Plan:
        """The plan with what was really read."""
        read = {sheet.tag for sheet in sheets}
        pairs = [
            (copy, tuple(sheet for sheet in copy.sheets if sheet.tag in read))
            for copy in self._asked.copies
        ]
        return replace(
            plan,
            sheets=sheets,
            pages_read=sum(pages_read(copy, held) for copy, held in pairs),
            pages_partly_read=tuple(
                part_read(copy, held, self._asked.language)
                for copy, held in pairs
                if not is_read_whole(copy, held)
            ),
        )

    def _incomplete(self, failed: Sequence[tuple[Portion, EngineError]]) -> EngineError | None:
        """What was not read, and why."""
        if not failed:
            return None
        language = self._asked.language
        where = _AND[language].join(
            part_read(copy, sheets, language)
            for portion, _ in failed
            for copy, sheets in portion.parts
        )
        error = failed[0][1]
        if len(failed) == len(self._plan.portions):
            return error
        message = _NOT_READ[language].format(
            len(failed), len(self._plan.portions), where, str(error)
        )
        return EngineError(message, error.hint or "Ask again: what was read before is cached.")


def _whole_lines(reply: Reply) -> str:
    """What was written, without a last line that breaks off."""
    if reply.ended:
        return reply.text
    return reply.text[: reply.text.rfind("\n") + 1]


def _unfinished(reason: str, tokens: int) -> EngineError:
    """That nothing is known of a part, because its list has no end."""
    if reason == LOOPS:
        return EngineError(
            "The model began to repeat itself and was stopped.",
            "Ask again with another --temperature, or use another model.",
        )
    if reason == WITHHELD:
        return EngineError("The server withheld what the model wrote.", "Use another server.")
    return EngineError(
        f"The model wrote {tokens:,} tokens without an end.",
        "Allow more with --max-output, or use another model.",
    )
