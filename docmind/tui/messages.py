"""What workers and widgets tell the reading screen. Messages go up, attributes go down.

Nothing here carries a widget or the workspace: a message is only what happened. Two are never
compared or printed, and what does that is not made: the first paint waits for these classes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from textual.message import Message

from docmind.errors import DocmindError
from docmind.model import Document, Link, Page, Session, SessionDocument
from docmind.ports import EngineState


@dataclass(repr=False, eq=False)
class DocumentsFound(Message):
    """Which documents will be read, in this order; with `more`, beside those that are open.

    `paths` are where those that were found are on the disk, by name.
    """

    names: tuple[str, ...]
    more: bool = False
    paths: Mapping[str, Path] = field(default_factory=dict)


@dataclass(repr=False, eq=False)
class PagesArrived(Message):
    """More pages of a document can be read (not yet final)."""

    name: str
    pages: tuple[Page, ...]
    total: int


@dataclass(repr=False, eq=False)
class DocumentArrived(Message):
    """A document has been read to its end."""

    name: str
    document: Document


@dataclass(repr=False, eq=False)
class TokensArrived(Message):
    """The tokens of a document have been counted."""

    name: str
    tokens: int


@dataclass(repr=False, eq=False)
class ReadingFailed(Message):
    """A document cannot be read."""

    name: str
    error: DocmindError

    @property
    def message(self) -> str:
        """What is wrong with it."""
        return str(self.error)

    @property
    def hint(self) -> str:
        """What to do about it."""
        return self.error.hint


@dataclass(repr=False, eq=False)
class DeskChanged(Message):
    """What the desk can do by now: how many documents lie on it, and which arms rank.

    `prefill` says how far the model is with reading them, in words; empty where it does not.
    `prefilling` says that it is under way.
    """

    documents: int
    arms: str
    vectors_done: float
    prefill: str = ""
    prefilling: bool = False


@dataclass(repr=False, eq=False)
class EngineChanged(Message):
    """How far the language model is. `offer` is what a restart would change, if anything."""

    state: EngineState
    model: str = ""
    window_tokens: int | None = None
    offer: str = ""
    restartable: bool = False


@dataclass(repr=False, eq=False)
class RestartFailed(Message):
    """The server could not be started again."""

    message: str
    hint: str


@dataclass(repr=False, eq=False)
class AnswersArrived(Message):
    """Something happened in the answer to a question; the outbox holds what."""


@dataclass(repr=False, eq=False)
class AnswerFailed(Message):
    """A question cannot be answered; `server` says that its server is to blame."""

    turn: int
    message: str
    hint: str
    server: bool = False


@dataclass(repr=False, eq=False)
class AllRead(Message):
    """Every document has been read, or has failed; these were given, and could be read."""

    opened: tuple[SessionDocument, ...]


@dataclass(repr=False, eq=False)
class MoreOpened(Message):
    """These were opened beside what was given."""

    opened: tuple[SessionDocument, ...]


@dataclass(repr=False, eq=False)
class SessionFound(Message):
    """What was asked about these documents before; names of those that have changed since."""

    session: Session
    changed: tuple[str, ...]


@dataclass(repr=False, eq=False)
class KeepingFailed(Message):
    """Questions and answers of this run are not kept."""

    message: str
    hint: str


@dataclass(repr=False, eq=False)
class HistoryRead(Message):
    """What was asked before has been read, newest first; or could not be, for this reason."""

    sessions: tuple[Session, ...] = ()
    reason: str = ""


@dataclass(repr=False, eq=False)
class Said(Message):
    """Something was done aside: a routine message for the status line."""

    text: str


@dataclass(repr=False, eq=False)
class ClipboardRefused(Message):
    """The desktop's clipboard did not take this text."""

    text: str


@dataclass(repr=False, eq=False)
class WorkCrashed(Message):
    """A bug in a worker; the program ends with it."""

    error: BaseException


@dataclass(repr=False, eq=False)
class QuestionAsked(Message):
    """Enter in the prompt."""

    text: str


@dataclass(repr=False, eq=False)
class PromptScrolled(Message):
    """A page key in the prompt: it means the answers above."""

    pages: int


@dataclass(repr=False, eq=False)
class CitationChosen(Message):
    """The reader wants to see where a citation stands."""

    turn: int
    number: int


@dataclass(repr=False, eq=False)
class CountTyped(Message):
    """A number in the document pane: a citation at once, or the page that G will go to.

    `first` says that it is the first digit; `count` is all that was typed.
    """

    count: int
    first: bool


@dataclass(repr=False, eq=False)
class PageWanted(Message):
    """Go to a page of the document in view, by physical number."""

    number: int


@dataclass(repr=False, eq=False)
class PlaceChanged(Message):
    """The document pane shows another page (or line, where places are lines)."""

    number: int


@dataclass(repr=False, eq=False)
class PlaceNamed(Message):
    """Remember the first line in view by this letter."""

    letter: str


@dataclass(repr=False, eq=False)
class NamedPlaceWanted(Message):
    """Go to the place of this letter."""

    letter: str


@dataclass(repr=False, eq=False)
class PageDrawn(Message):
    """The picture of a page has come, as a PNG; or there is none, for this reason."""

    name: str
    page: int
    png: bytes = b""
    reason: str = ""


@dataclass(repr=False, eq=False)
class LinksFound(Message):
    """The links of a page have been read, or could not be, for this reason."""

    name: str
    page: int
    links: tuple[Link, ...] = ()
    reason: str = ""


@dataclass(repr=False, eq=False)
class ViewerFailed(Message):
    """A PDF could not be opened in another program."""

    message: str
    hint: str


@dataclass(repr=False, eq=False)
class SectionChosen(Message):
    """Go to a section of the document in view, by its position in the outline."""

    index: int


@dataclass(repr=False, eq=False)
class CommandGiven(Message):
    """Enter in the command bar: text to find, or a page to go to."""

    purpose: str
    text: str


@dataclass(repr=False, eq=False)
class CommandClosed(Message):
    """The command bar was left without a command."""
