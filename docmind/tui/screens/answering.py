"""What comes back for questions, and how far the model is: the screen's second half of receiving.

Answers are taken from the outbox at most twenty times a second, however fast a model writes, and
more seldom where laying them out takes long (a table of hundreds of rows): a key never waits
behind words.
"""

from __future__ import annotations

import time

from textual import on

from docmind.model import Mode
from docmind.ports import EnginePhase
from docmind.tui.conversation import Turn, TurnState
from docmind.tui.facts import who_answers
from docmind.tui.messages import AnswerFailed, AnswersArrived, EngineChanged, RestartFailed
from docmind.tui.screens.receiving import ReceivingScreen

TAKE_EVERY_SECONDS = 0.05
"""How often answers that grow are drawn at most."""

REST = 3
"""How many times as long as that took it then waits."""

# Before any other hint: a server's last words may be long, and what is long is cut at its end.
_AGAIN = "{restart} starts it again; then {again} (after {pane}) asks again."
_UNTIL_THEN = "{restart} starts it again; until then answers are sentences of the text."
_MAY_RESTART = "{restart} asks whether to restart the server."


class AnsweringScreen(ReceivingScreen):
    """Takes answers as they grow, and what is told of the engine."""

    _next_at = 0.0
    _untold: EngineChanged | None = None
    _told_by_turn = False
    _restarting = False

    @on(AnswersArrived)
    def _expect(self) -> None:
        wait = self._next_at - time.monotonic()
        if wait > 0:
            self.set_timer(wait, self._take_answers)
        else:
            self._take_answers()

    def _take_answers(self) -> None:
        """All that has happened in answers by now."""
        begun = time.monotonic()
        changed: dict[int, Turn] = {}
        for turn_id, event in self._work.take_events():
            turn = changed[turn_id] = self._conversation[turn_id]
            before = turn.answer
            turn.take(event)
            if turn.answer is not before:
                self._note_answer(turn)
                self._keeping.changed(turn)
        self._tell_failed_engine()
        self._show_turns(changed.values())
        cost = time.monotonic() - begun
        self._next_at = begun + max(TAKE_EVERY_SECONDS, (1 + REST) * cost)

    def _note_answer(self, turn: Turn) -> None:
        """An answer has come to its end: who wrote it, and how to check it."""
        answer = turn.answer
        if answer is None:
            return
        loading = self._engine.state.phase is EnginePhase.LOADING
        turn.while_loading = loading and answer.ledger.mode is Mode.EXTRACTIVE
        self.invite()

    @on(AnswerFailed)
    def _fail_answer(self, event: AnswerFailed) -> None:
        self._take_answers()  # what had come before it failed is kept
        turn = self._conversation[event.turn]
        keys = self._with_keys(_AGAIN) if event.server and self._work.restartable else ""
        turn.fail(event.message, f"{keys} {event.hint}".strip())
        self._keeping.changed(turn)
        if event.server:
            self._untold, self._told_by_turn = None, True
        self._show_turns([turn])

    @on(EngineChanged)
    def _note_engine(self, event: EngineChanged) -> None:
        before, self._engine = self._engine, event
        self.answers.tell_who_answers(who_answers(event))
        phase, was = event.state.phase, before.state.phase
        if phase is EnginePhase.FAILED and was is not phase:
            self._untold = None if self._told_by_turn else event
            self._tell_failed_engine()
        elif phase is EnginePhase.READY and was is EnginePhase.LOADING:
            self.say(f"The model is ready: {event.model or event.state.note}")
            self._untold, self._told_by_turn = None, False
        elif phase is EnginePhase.NONE and was is EnginePhase.LOADING and self._restarting:
            self._conversation.note(event.state.note, "docmind serve plan says what can run here.")
        self._restarting = self._restarting and phase in (was, EnginePhase.LOADING)
        if event.offer and event.offer != before.offer:
            self._conversation.note(event.offer, self._with_keys(_MAY_RESTART))
        self.answers.update()
        self.tell_status()

    def _tell_failed_engine(self) -> None:
        """A server that is gone is told of where it happened, with the key that helps.

        Not while an answer runs: if it dies of this, it tells of it itself.
        """
        event, turn = self._untold, self._conversation.unanswered
        if event is None or (turn is not None and turn.state is TurnState.RUNNING):
            return
        self._untold = None
        error = event.state.error
        message = str(error) if error else event.state.note
        hint = error.hint if error else ""
        keys = self._with_keys(_UNTIL_THEN) if event.restartable else ""
        self._conversation.note(message, f"{keys} {hint}".strip())

    def _with_keys(self, hint: str) -> str:
        """A hint that names keys, with those that are set."""
        return hint.format(**self.hint_keys._asdict())

    @on(RestartFailed)
    def _note_restart(self, event: RestartFailed) -> None:
        self._conversation.note(event.message, event.hint)
        self.answers.update()
