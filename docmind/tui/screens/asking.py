"""Asking, stopping, asking again, and the server that answers: what a reader does to answers."""

from __future__ import annotations

from dataclasses import replace

from textual import on

from docmind.errors import UsageError
from docmind.ports import EnginePhase
from docmind.tui.conversation import Notice
from docmind.tui.manner import Manner
from docmind.tui.messages import PromptScrolled, QuestionAsked
from docmind.tui.request import Request, request_of
from docmind.tui.screens.navigating import NavigatingScreen

RELOADING = (
    "The model is loaded again, which takes a while; until it is ready, answers are sentences of "
    "the text. Questions and answers are kept. Other programs that use this server lose it."
)


class AskingScreen(NavigatingScreen):
    """Asks, and looks after what answers."""

    manner = Manner()
    _refusal: Notice | None = None

    @on(QuestionAsked)
    def _ask(self, event: QuestionAsked) -> None:
        if not event.text:
            self.say("Type a question first")
            return
        self._forget_refusal()
        try:
            self.take_words(event.text)
        except UsageError as error:
            self.refuse(event.text, error)

    def take_words(self, words: str) -> None:
        """A question was typed. Raises UsageError where it names a document that is not open.

        The words of what a key has asked, brought back to the prompt, mean the same.
        """
        asked = (turn.request for turn in self._conversation if turn.question == words)
        same = next((each for each in asked if each is not None and each.by_key), None)
        if same is None:
            self.put(request_of(words, self._shelf))
        else:
            self.put_again(same)

    def put_again(self, request: Request) -> None:
        """Ask it once more. Raises UsageError where a document that it is about is not open."""
        names = {each.name for each in self._shelf.documents}
        if absent := [each for each in request.documents if each not in names]:
            raise UsageError(f"{absent[0]} is not open.", "Open it again first.")
        self.put(request)

    def put(self, request: Request) -> None:
        """Ask it, in the manner that is set by now."""
        set_now = self.manner.options(self._work.workspace.settings)
        limits = request.options
        options = replace(set_now, documents=limits.documents, pages=limits.pages)
        self.remove_class("-fresh")
        self.remove_class("-reading")
        turn = self._conversation.ask(request.words, request)
        turn.manner = self.manner.words
        self._keeping.asked(turn)
        self._citation = None
        self.answers.follow()
        self.mark_citations()
        self._work.ask(turn.id, replace(request, options=options))

    def refuse(self, text: str, error: UsageError) -> None:
        """What was typed means nothing: say what there is, and let it be mended."""
        self.remove_class("-fresh")
        self._refusal = self._conversation.note(str(error), error.hint)
        self.answers.update()
        self.answers.action_bottom()
        self.prompt.offer(text)

    def _forget_refusal(self) -> None:
        """What was said of a slip is of no use once it is mended."""
        if self._refusal is not None:
            self._conversation.take_back(self._refusal)
            self._refusal = None
            self.answers.update()

    @on(PromptScrolled)
    def _scroll_answers(self, event: PromptScrolled) -> None:
        pane = self.document if self.has_class("-reading") else self.answers
        pane.action_page(event.pages)

    def stop_answer(self) -> bool:
        """Stop what is being answered, or waits for it; what has come is kept."""
        turn = self._conversation.unanswered
        if turn is None:
            return False
        self._take_answers()
        self._work.cancel(turn.id)
        turn.stop()
        self._keeping.changed(turn)
        self.answers.update()
        return True

    def action_ask_again(self) -> None:
        """The selected question once more, as a new one."""
        turn = self.answers.turn
        if turn is None:
            self.say("Nothing was asked yet")
        elif not turn.state.over:
            self.say(f"This question is still being answered; {self.hint_keys.stop} stops it")
        elif turn.request is None:
            self.post_message(QuestionAsked(turn.question))
        else:
            try:
                self.put_again(turn.request)
            except UsageError as error:
                self.say(f"{error} {error.hint}")

    def action_ledger(self) -> None:
        """How the selected answer came to be."""
        turn = self.answers.turn
        if turn is None:
            self.say("There is no answer yet")
        else:
            from docmind.tui.ledger import ledger_facts
            from docmind.tui.screens.ledger import LedgerScreen

            self.app.push_screen(LedgerScreen(ledger_facts(turn)))

    def action_restart_server(self) -> None:
        """Start the server again; one that works only after a question."""
        phase = self._engine.state.phase
        if not self._engine.restartable:
            self.say("docmind manages no server here")
        elif phase is EnginePhase.LOADING:
            self.say("The model is being loaded already")
        elif phase is EnginePhase.READY:
            from docmind.tui.screens.confirm import ConfirmScreen

            offer = self._engine.offer or "The server runs"
            question = f"{offer.rstrip('.')}. Restart it?"
            self.app.push_screen(ConfirmScreen(question, RELOADING), self._restart_if)
        else:
            self._restart_if(yes=True)

    def _restart_if(self, yes: bool | None) -> None:  # noqa: FBT001 as screens call back
        if yes:
            self._restarting = True
            self._work.restart_server()
            self.say("The server is being started")
