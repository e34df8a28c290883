"""The questions of this run and what has come back for them; no widget, no thread.

Events are taken by the turn's id. What arrives for a turn that is over (cancelled while the event
was on its way) is dropped here, so that nobody else has to care about that race.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from docmind.answers.events import (
    Answered,
    AnswerEvent,
    ClaimMade,
    Planned,
    Prefilling,
    Searching,
    TextAdded,
)
from docmind.model import Answer, Citation, Claim


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
    """A question, and the answer as far as it is known. `version` counts the changes."""

    id: int
    question: str
    state: TurnState = TurnState.WAITING
    arms: str = ""
    claims: list[Claim] = field(default_factory=list)
    citations: dict[int, Citation] = field(default_factory=dict)
    answer: Answer | None = None
    error: str = ""
    hint: str = ""
    version: int = 0

    def take(self, event: AnswerEvent) -> None:
        """Let an event of the answer happen, unless the turn is over."""
        if self.state.over:
            return
        self.version += 1
        self.state = TurnState.RUNNING
        match event:
            case Searching():
                self.arms = event.arms
            case ClaimMade():
                self.claims.append(event.claim)
                self._cite(event.citations)
            case Planned() | Prefilling() | TextAdded():
                pass
            case Answered():
                self.answer = event.answer
                self.claims = list(event.answer.claims)
                self.citations.clear()
                self._cite(event.answer.citations)
                self.state = TurnState.DONE

    def fail(self, message: str, hint: str) -> None:
        """Nothing more will come, for this reason."""
        if not self.state.over:
            self.state, self.error, self.hint = TurnState.FAILED, message, hint
            self.version += 1

    def stop(self) -> None:
        """The reader wants no more of it; what has come is kept."""
        if not self.state.over:
            self.state = TurnState.STOPPED
            self.version += 1

    def _cite(self, citations: tuple[Citation, ...]) -> None:
        self.citations.update((citation.number, citation) for citation in citations)


class Conversation:
    """All turns, oldest first."""

    def __init__(self) -> None:
        self.turns: list[Turn] = []

    def ask(self, question: str) -> Turn:
        """A new turn at the end."""
        turn = Turn(len(self.turns), question)
        self.turns.append(turn)
        return turn

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
        """The newest answer that is whole."""
        return next((turn.answer for turn in reversed(self.turns) if turn.answer), None)
