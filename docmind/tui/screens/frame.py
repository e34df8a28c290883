"""Panes, prompt and status line, and what they show: the reading screen before anything happens.

State lives here, once: the shelf of documents, the conversation, what the desk can do. Widgets get
it handed down, and are told when it has changed.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.screen import Screen
from textual.widget import AwaitMount
from textual.widgets import Label

from docmind.ports import EnginePhase, EngineState
from docmind.tui.conversation import Conversation, Turn, TurnState
from docmind.tui.facts import status_facts
from docmind.tui.keeping import Keeping
from docmind.tui.key_names import hint_keys
from docmind.tui.marks import Mark, Marks
from docmind.tui.messages import (
    AllRead,
    DeskChanged,
    EngineChanged,
)
from docmind.tui.outcome import digits
from docmind.tui.outline import Outline
from docmind.tui.shelf import Shelf
from docmind.tui.widgets.answers import AnswersView
from docmind.tui.widgets.command_bar import CommandBar
from docmind.tui.widgets.document_view import DocumentView
from docmind.tui.widgets.keys_line import KeysLine
from docmind.tui.widgets.outline_view import OutlineView
from docmind.tui.widgets.prompt import Prompt
from docmind.tui.widgets.status import StatusLine
from docmind.tui.work import Work

if TYPE_CHECKING:
    from textual.timer import Timer

    from docmind.tui.seams import ReadingWorkspace

NOTICE_SECONDS = 2.0
"""How long a routine message stays in the status line, and ctrl+c waits for its second press."""


SHEETS = Path(__file__).with_name("sheets.tcss")
"""What the screens look like that lie over this one."""


class FrameScreen(Screen[None]):
    """Panes, prompt and status line."""

    clock = staticmethod(time.monotonic)
    """Tells how long an answer was waited for."""

    sample = False
    """Whether what is opened is docmind's own, and not the reader's."""

    def __init__(
        self, workspace: ReadingWorkspace, paths: Sequence[Path], columns: int = 0
    ) -> None:
        """`columns` are those of the terminal; known now, nothing has to be styled twice."""
        widths = (name for least, name in self.HORIZONTAL_BREAKPOINTS or () if columns >= least)
        super().__init__(classes=" ".join(["-fresh", *list(widths)[-1:]]))
        self._paths = paths
        self._work = Work(workspace, self.post_message)
        self._keeping = Keeping(workspace.sessions, self._work.post)
        self._shelf = Shelf([str(path) for path in paths])
        self._conversation = Conversation(self.clock)
        self._desk = DeskChanged(0, "", 1.0)
        self._engine = EngineChanged(EngineState(EnginePhase.NONE, ""))
        self._position = 0
        self._citation: int | None = None
        self.sections = Outline()
        self.hint_keys = hint_keys(workspace.settings.keys)
        self._notice: Timer | None = None
        self._quitting = False
        self._owns_memory = False
        self.bar = CommandBar(id="bar")

    def compose(self) -> ComposeResult:
        """Answers and document, status, prompt, keys."""
        names = self._shelf.short_names
        with Horizontal(id="panes"):
            yield OutlineView(id="outline")
            yield AnswersView(self._conversation, names=names, sample=self.sample, id="answers")
            yield DocumentView(id="document")
        yield StatusLine(id="status")
        with Horizontal(id="asking"):
            yield Label("❯", id="sign")
            yield Prompt(id="prompt")
        yield KeysLine(id="keys")

    def on_mount(self) -> None:
        """Paint first; only then is anything heavy imported, by the work."""
        self.answers.explain_waiting(self._why_waiting)
        self.answers.tell_keys(self.hint_keys)
        self.document.open(self._shelf.current)
        self.invite()
        self.tell_status()
        self.call_after_refresh(self._go_on)

    async def on_event(self, event: events.Event) -> None:
        """As usual; but what has just been composed is styled already."""
        if isinstance(event, events.ScreenResume) and not self.bar.is_attached:
            event.refresh_styles = False
        await super().on_event(event)

    async def _go_on(self) -> None:
        """What the first paint did not have to wait for."""
        self._owns_memory = not gc.isenabled()  # `docmind open` has turned it off
        self._keep_memory()
        gc.enable()
        self.app.stylesheet.read(SHEETS)
        await self.have_bar()
        self._work.start(self._paths)

    async def have_bar(self) -> None:
        """The command bar is there: a key that was typed ahead may want it before all else."""
        if not self.bar.is_attached:
            self.mount(self.bar, after="#asking")
        if not self.bar.is_mounted:
            await AwaitMount(self, [self.bar])

    @on(AllRead)
    def _keep_memory(self) -> None:
        """What is there by now stays to the end: it need not be looked through for garbage.

        Each such look at modules, styles and pages takes 60 ms, in which no key is seen.
        """
        if self._owns_memory:
            gc.freeze()

    def on_unmount(self) -> None:
        """Nobody listens any more."""
        self._work.stop()
        self._keeping.close()

    @property
    def answers(self) -> AnswersView:
        """The answers pane."""
        return self.query_one(AnswersView)

    @property
    def document(self) -> DocumentView:
        """The document pane."""
        return self.query_one(DocumentView)

    @property
    def outline(self) -> OutlineView:
        """The outline's pane, which is there where it has room."""
        return self.query_one(OutlineView)

    @property
    def prompt(self) -> Prompt:
        """Where questions are typed."""
        return self.query_one(Prompt)

    @property
    def status(self) -> StatusLine:
        """The status line."""
        return self.query_one(StatusLine)

    def tell_status(self) -> None:
        """Bring the status line up to date."""
        self.status.facts = status_facts(
            self._shelf, self._position, self._desk, self._engine, self._conversation
        )

    def say(self, text: str) -> None:
        """A routine message in the status line, for a moment."""
        self.status.notice = text
        if self._notice is not None:
            self._notice.stop()
        self._notice = self.set_timer(NOTICE_SECONDS, self._hush)

    def _hush(self) -> None:
        self.status.notice = ""
        self._quitting = False

    def invite(self) -> None:
        """What the empty prompt says: what to ask, and how to look at what has been answered."""
        turn = next((t for t in reversed(self._conversation.turns) if t.citations), None)
        pane = self.hint_keys.pane
        keys = f" · {pane}, then {digits(turn)}: its citations" if turn is not None else ""
        self.prompt.invite(self._subject, keys)

    def mark_citations(self) -> None:
        """Mark what the selected answer cites in the document in view."""
        turn = self.answers.turn
        marks = []
        for citation in turn.citations.values() if turn else ():
            place = self._shelf.place_of(citation)
            in_view = place is not None and place[0] == self._shelf.index
            if place is not None and in_view and self._shelf.has_words_of(citation):
                page = place[1].page
                marks.append(Mark(page, citation.start, citation.end, citation.number))
        cited = Marks(marks)
        if self._citation is not None:
            cited.choose_number(self._citation)
        self.document.cite(cited)

    def bring(self, index: int) -> None:
        """Bring another document into view; the one in view keeps its place for later."""
        if index != self._shelf.index:
            self._shelf.current.anchor = self.document.top
            self._shelf.index = index
            self._show_current()

    def _show_current(self) -> None:
        self.document.open(self._shelf.current)
        self._show_outline()
        self.mark_citations()
        self._position = self._where()
        self.tell_status()

    def _show_outline(self) -> None:
        """The outline of the document in view; no pane for one that has none."""
        self.sections = Outline(self._shelf.current)
        self.set_class(len(self.sections) > 0, "-outlined")
        self.outline.open(self.sections)
        self.outline.follow(self.document.looked_at)

    def _where(self) -> int:
        by_lines = self._shelf.current.by_lines
        return self.document.line if by_lines else self.document.page

    @property
    def _subject(self) -> str:
        documents = self._shelf.documents
        return documents[0].short_name if len(documents) == 1 else f"{len(documents)} documents"

    def _why_waiting(self, turn: Turn) -> str:
        """What a question that is not being answered yet waits for."""
        if turn.state is not TurnState.WAITING:
            return ""
        if self._conversation.unanswered is not turn:
            return "waits for the question before it"
        names = turn.request.documents if turn.request is not None else ()
        unread = [
            document
            for document in self._shelf.documents
            if document.document is None
            and not document.error
            and (not names or document.name in names)
        ]
        if not unread or (self._desk.documents and not names):
            return "searching"
        return f"waits until {unread[0].short_name} has been read"
