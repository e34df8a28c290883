"""What was asked before, in every session: searched, shown, asked again.

It is read once, aside, and searched in memory: neither a key nor quitting waits for a disk.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from docmind.errors import DocmindError
from docmind.model import Session, SessionTurn
from docmind.tui.kept import restored
from docmind.tui.key_names import with_keys
from docmind.tui.messages import HistoryRead
from docmind.tui.plain import fitted
from docmind.tui.screens.sheet import SheetScreen
from docmind.tui.transcript import turn_rows

if TYPE_CHECKING:
    from docmind.tui.work import Work

MOST_SHOWN = 500
"""Questions that are listed at once; words find the others."""

_NOTHING_KEPT = "Nothing is kept: interface.history is off in config.toml."
_KEYS = "enter shows it, to be asked again · %(history.close)s closes"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted of a question: to ask it again, or to open what it was asked about."""

    session: Session
    turn: SessionTurn
    opens: bool = False


class HistoryScreen(ModalScreen[Wish | None]):
    """A list of questions, newest first, which gets shorter while words are typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Close", id="history.close"),
        Binding("down", "list('cursor_down')", "down", id="history.down", show=False),
        Binding("up", "list('cursor_up')", "up", id="history.up", show=False),
        Binding("pagedown", "list('page_down')", "down", id="history.page_down", show=False),
        Binding("pageup", "list('page_up')", "up", id="history.page_up", show=False),
    ]

    def __init__(self, work: Work, words: str) -> None:
        super().__init__()
        self._work = work
        self._words = words
        self._all: list[Wish] = []
        self._said: list[str] = []
        self._shown: list[Wish] = []

    def compose(self) -> ComposeResult:
        """Words, what mentions them, and the keys."""
        with Vertical(id="history"):
            hint = "words in what was asked"
            yield Input(self._words, placeholder=hint, compact=True, id="words")
            yield OptionList(id="questions", compact=True, markup=False)
            yield Static(Content("reading what was asked before"), id="keys")

    def on_mount(self) -> None:
        """Words can be typed at once."""
        self.query_one(Input).focus()
        self._work.aside("history", self._read)

    def _read(self) -> None:
        """In a thread of its own, which quitting does not wait for."""
        try:
            sessions = self._work.workspace.sessions()
            if sessions is None:
                self.post_message(HistoryRead(reason=_NOTHING_KEPT))
                return
            with sessions:
                found = sessions.search()
        except DocmindError as error:
            self.post_message(HistoryRead(reason=f"{error} {error.hint}"))
        else:
            self.post_message(HistoryRead(tuple(found)))

    @on(HistoryRead)
    def _take_read(self, event: HistoryRead) -> None:
        if event.reason:
            self._tell(event.reason)
        else:
            self._take(event.sessions)

    def _tell(self, text: str) -> None:
        self.query_one("#keys", Static).update(Content(fitted(text, max(self.size.width - 6, 20))))

    def _take(self, sessions: Iterable[Session]) -> None:
        """Everything is here, the newest session first, in it the newest question."""
        self._all = [Wish(each, turn) for each in sessions for turn in reversed(each.turns)]
        self._said = [_said(wish).casefold() for wish in self._all]
        self._filter(self.query_one(Input).value)

    @on(Input.Changed)
    def _search(self, event: Input.Changed) -> None:
        self._filter(event.value)

    def _filter(self, words: str) -> None:
        wanted = words.casefold().split()
        found = [
            wish
            for wish, said in zip(self._all, self._said, strict=True)
            if all(word in said for word in wanted)
        ]
        self._shown = found[:MOST_SHOWN]
        listed = self.query_one(OptionList)
        listed.clear_options()
        listed.add_options(Option(_line(wish, self.size.width)) for wish in self._shown)
        listed.highlighted = 0 if self._shown else None
        if self._all:
            more = f"{len(found):,} questions" if len(found) != 1 else "1 question"
            self._tell(f"{more} · {with_keys(_KEYS, self)}")
        else:
            self._tell("Nothing was asked yet")

    def action_list(self, action: str) -> None:
        """The list is moved through while words are typed."""
        getattr(self.query_one(OptionList), f"action_{action}")()

    @on(Input.Submitted)
    def _show_highlighted(self) -> None:
        self._show(self.query_one(OptionList).highlighted)

    @on(OptionList.OptionSelected)
    def _show_selected(self, event: OptionList.OptionSelected) -> None:
        self._show(event.option_index)

    def _show(self, index: int | None) -> None:
        if index is not None:
            self.app.push_screen(PastAnswerScreen(self._shown[index]), self._leave_with)

    def _leave_with(self, wish: Wish | None) -> None:
        if wish is not None:
            self.dismiss(wish)


class PastAnswerScreen(SheetScreen[Wish | None]):
    """One question of the history with its answer, as it looked when it was given."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "dismiss", "Close", id="past.close"),
        Binding("e", "wish(False)", "ask again", id="past.ask"),
        Binding("o", "wish(True)", "open its documents", id="past.open"),
    ]
    HINT = (
        "%(past.ask)s asks again · %(past.open)s opens its documents · %(past.close)s closes"
        " · %(sheet.down)s %(sheet.up)s scroll"
    )

    def __init__(self, wish: Wish) -> None:
        super().__init__(lambda width: _told(wish, min(width, 84) - 5))
        self._wish = wish

    def action_wish(self, opens: bool) -> None:  # noqa: FBT001 an action's argument
        """Leave with it."""
        self.dismiss(Wish(self._wish.session, self._wish.turn, opens))


def _told(wish: Wish, width: int) -> Content:
    """When it was asked about what, the question and the answer."""
    names = ", ".join(each.name for each in wish.session.documents)
    when = f"{wish.turn.asked.astimezone():%Y-%m-%d %H:%M}"
    rows = turn_rows(restored(0, wish.turn), width, names={}, waits_for="")
    lines = ["".join(text for _, text in row.pieces).rstrip() for row in rows]
    return Content("\n".join([fitted(f"{when}  {names}", width), "", *lines]).rstrip())


def _said(wish: Wish) -> str:
    names = "\n".join(each.name for each in wish.session.documents)
    return f"{wish.turn.question}\n{wish.turn.text}\n{names}"


def _line(wish: Wish, width: int) -> Content:
    """When, what, and about which document, as wide as the terminal allows."""
    names = wish.session.documents
    name = names[0].name.rsplit("/", 1)[-1] if names else ""
    more = f" +{len(names) - 1}" if len(names) > 1 else ""
    when = f"{wish.turn.asked.astimezone():%Y-%m-%d}"
    room = max(min(width, 110) - 6 - len(when) - 2 - 24, 10)
    question = fitted(wish.turn.question, room)
    return Content.assemble((f"{when}  ", "dim"), question, (f"  {fitted(name, 20)}{more}", "dim"))
