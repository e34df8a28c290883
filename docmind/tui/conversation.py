"""The questions of this run and what has come back for them; no widget, no thread.

Events are taken by the turn's id. What arrives for a turn that is over (cancelled while the event
was on its way) is dropped here, so that nobody else has to care about that race.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from docmind.answers.events import (
    Answered,
    AnswerEvent,
    ClaimMade,
    PartRead,
    Planned,
    Prefilling,
    Searching,
    TextAdded,
)
from docmind.model import Answer, Citation, Claim, Mode, Rating
from docmind.tui.markdown import MarkdownText
from docmind.tui.support import marked_text

if TYPE_CHECKING:
    from docmind.tui.request import Request


class TurnState(StrEnum):
    """How far the answer to a question is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self in (TurnState.DONE, TurnState.STOPPED, TurnState.FAILED)


@dataclass(slots=True)
class Turn:
    """A question, and the answer as far as it is known. `version` counts the changes.

    `text` is what a language model writes; the extractive engine makes `claims` only. `reading`
    is for how many seconds the model has been reading, None when it is not.
    """

    id: int
    question: str
    state: TurnState = TurnState.WAITING
    searching: Searching | None = None
    parts: PartRead | None = None
    plan: Planned | None = None
    reading: float | None = None
    text: MarkdownText = field(default_factory=MarkdownText)
    claims: list[Claim] = field(default_factory=list)
    citations: dict[int, Citation] = field(default_factory=dict)
    answer: Answer | None = None
    while_loading: bool = False
    error: str = ""
    hint: str = ""
    request: Request | None = None
    """What the desk was asked; None for words of an earlier run that say all of it."""
    manner: str = ""
    """What was set for it in this run, in words."""
    asked: datetime = field(default_factory=lambda: datetime.now(UTC))
    clock: Callable[[], float] | None = None
    """Tells seconds; None where the turn comes from an earlier run."""
    begun: float = 0.0
    waited: float = 0.0
    """Seconds from the question to the end of its answer, as the reader felt them."""
    number: int = 0
    """Which turn of the kept session this is, where it comes from an earlier run."""
    rating: Rating | None = None
    correction: str = ""
    version: int = 0

    def take(self, event: AnswerEvent) -> None:
        """Let an event of the answer happen, unless the turn is over."""
        if self.state.over:
            return
        self.version += 1
        self.state = TurnState.RUNNING
        match event:
            case Searching():
                self.searching = event
            case ClaimMade():
                self.claims.append(event.claim)
                self._cite(event.citations)
            case Planned():
                self.plan, self.searching = event, None
            case PartRead() | Prefilling():
                self._wait(event)
            case TextAdded():
                self.reading = None
                self.text.add(event.text)
                self._cite(event.citations)
            case Answered():
                self._finish(event.answer)

    def _wait(self, event: PartRead | Prefilling) -> None:
        """The model reads, and has not written anything yet."""
        if isinstance(event, PartRead):
            self.parts = event
        else:
            self.reading = event.seconds

    def fail(self, message: str, hint: str) -> None:
        """Nothing more will come, for this reason; what has come is kept."""
        cut_off = self.answer is not None and self.answer.partial
        if not self.state.over or (self.state is TurnState.DONE and cut_off):
            self.state, self.error, self.hint = TurnState.FAILED, message, hint
            self.version += 1

    def stop(self) -> None:
        """The reader wants no more of it; what has come is kept."""
        if not self.state.over:
            self.state = TurnState.STOPPED
            self.version += 1

    @property
    def has_words(self) -> bool:
        """Whether some of the answer has come."""
        return bool(self.text or self.claims)

    @property
    def language(self) -> str:
        """The language of what is said of the answer: English until there is one."""
        return "en" if self.answer is None else self.answer.language

    def _finish(self, answer: Answer) -> None:
        """The whole answer takes the place of what has come before."""
        self.waited = self.clock() - self.begun if self.clock is not None else 0.0
        self.answer = answer
        self.state = TurnState.DONE
        self.claims = list(answer.claims)
        if answer.ledger.mode is Mode.EXTRACTIVE:
            self.text = MarkdownText()
        else:
            self.text = MarkdownText(marked_text(answer))
        self.citations.clear()
        self._cite(answer.citations)

    def _cite(self, citations: tuple[Citation, ...]) -> None:
        self.citations.update((citation.number, citation) for citation in citations)


class Notice(NamedTuple):
    """Something that happened beside the questions: a file that cannot be read, a dead server.

    It stands in the transcript where it happened: before the turn of that number.
    """

    turn: int
    message: str
    hint: str = ""
    calm: bool = False
    """Whether nothing went wrong."""


class Conversation:
    """All turns, oldest first, and the notices between them."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.turns: list[Turn] = []
        self.notices: list[Notice] = []

    def ask(self, question: str, request: Request | None = None) -> Turn:
        """A new turn at the end."""
        turn = Turn(
            len(self.turns), question, request=request, clock=self._clock, begun=self._clock()
        )
        self.turns.append(turn)
        return turn

    def restore(self, turns: Sequence[Turn], boundary: Notice) -> None:
        """What was asked in an earlier run, before anything was asked in this one."""
        assert not self.turns
        self.turns.extend(turns)
        self.notices = [*(each._replace(turn=0) for each in self.notices), boundary]

    def note(self, message: str, hint: str = "") -> Notice:
        """A notice at the end."""
        notice = Notice(len(self.turns), message, hint)
        self.notices.append(notice)
        return notice

    def take_back(self, notice: Notice) -> None:
        """What was noted does not hold any more."""
        self.notices = [each for each in self.notices if each is not notice]

    def notices_before(self, turn: int) -> tuple[Notice, ...]:
        """What happened between a turn and the one before it."""
        return tuple(notice for notice in self.notices if notice.turn == turn)

    def __getitem__(self, turn_id: int) -> Turn:
        return self.turns[turn_id]

    def __len__(self) -> int:
        return len(self.turns)

    def __iter__(self) -> Iterator[Turn]:
        return iter(self.turns)

    @property
    def unanswered(self) -> Turn | None:
        """The oldest turn that is not over."""
        return next((turn for turn in self.turns if not turn.state.over), None)

    @property
    def last_answer(self) -> Answer | None:
        """The newest answer that has come."""
        return next((turn.answer for turn in reversed(self.turns) if turn.answer), None)
