"""Every key of the application: in groups for the help, and by name for the settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.binding import Binding, BindingType

from docmind.tui.commands import COMMANDS
from docmind.tui.keymap import named_bindings, remapped
from docmind.tui.screens.confirm import ConfirmScreen
from docmind.tui.screens.documents import DocumentsScreen
from docmind.tui.screens.help import HelpScreen, KeyGroup
from docmind.tui.screens.history import HistoryScreen, PastAnswerScreen
from docmind.tui.screens.keys import ANYWHERE, AT_THE_END, IN_PANES, WITH_WORDS
from docmind.tui.screens.ledger import LedgerScreen
from docmind.tui.screens.library import LibraryScreen
from docmind.tui.screens.links import LinksScreen
from docmind.tui.screens.outline import OutlineScreen
from docmind.tui.screens.picture import PictureScreen
from docmind.tui.screens.sheet import SheetScreen
from docmind.tui.widgets.answers import AnswersView
from docmind.tui.widgets.command_bar import CommandBar
from docmind.tui.widgets.counted_view import CountedView
from docmind.tui.widgets.document_view import DocumentView
from docmind.tui.widgets.lines_view import LinesView
from docmind.tui.widgets.outline_view import OutlineView
from docmind.tui.widgets.prompt import Prompt

_GROUPS: tuple[tuple[str, KeyGroup], ...] = (
    ("", ("Anywhere", [*ANYWHERE, *AT_THE_END])),
    ("prompt", ("Prompt", Prompt.BINDINGS)),
    ("", ("Answers and document", [*IN_PANES, *WITH_WORDS, *LinesView.BINDINGS])),
    ("answers", ("Answers", AnswersView.BINDINGS)),
    ("document", ("Document", [*CountedView.BINDINGS, *DocumentView.BINDINGS])),
    ("outline", ("Outline", OutlineView.BINDINGS)),
)
_SHEETS = (
    SheetScreen, HelpScreen, LedgerScreen, OutlineScreen, PictureScreen, DocumentsScreen,
    LibraryScreen, LinksScreen, HistoryScreen, PastAnswerScreen, ConfirmScreen, CommandBar,
)  # fmt: skip


def help_groups(pane: str, keys: Mapping[str, str]) -> list[KeyGroup]:
    """All groups with the keys as they are set, that of the pane with the focus first."""
    ordered = sorted(_GROUPS, key=lambda group: group[0] != pane)
    groups = [
        (f"{heading}, where you are" if name == pane else heading, remapped(bindings, keys))
        for name, (heading, bindings) in ordered
    ]
    return [*groups, ("Typed in the prompt", typed_words())]


def typed_words() -> list[Binding]:
    """Commands and @names, as lines of the help."""
    at = Binding("@NAME", "", "limit a question to this document; tab completes the name")
    commands = (Binding(each.usage, "", each.description) for each in COMMANDS)
    return [at, *commands]


def every_binding() -> dict[str, Binding]:
    """All that has a key, by name."""
    return named_bindings(*every_table())


def every_table() -> list[Sequence[BindingType]]:
    """The keys of everything that has some."""
    return [*(bindings for _, (_, bindings) in _GROUPS), *(sheet.BINDINGS for sheet in _SHEETS)]
