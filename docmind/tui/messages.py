"""What workers and widgets tell the reading screen. Messages go up, attributes go down.

Nothing here carries a widget or the workspace: a message is only what happened.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from textual.message import Message

from docmind.model import Document, Page, Session, SessionDocument
from docmind.ports import EngineState


@dataclass
class DocumentsFound(Message):
    """Which documents will be read, in this order; with `more`, beside those that are open.

    `paths` are where those that were found are on the disk, by name.
    """

    names: tuple[str, ...]
    more: bool = False
    paths: Mapping[str, Path] = field(default_factory=dict)


@dataclass
class PagesArrived(Message):
    """More pages of a document can be read (not yet final)."""

    name: str
    pages: tuple[Page, ...]
    total: int


@dataclass
class DocumentArrived(Message):
    """A document has been read to its end."""

    name: str
    document: Document


@dataclass
class TokensArrived(Message):
    """The tokens of a document have been counted."""

    name: str
    tokens: int


@dataclass
class ReadingFailed(Message):
    """A document cannot be read."""

    name: str
    message: str
    hint: str


@dataclass
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


@dataclass
class EngineChanged(Message):
    """How far the language model is. `offer` is what a restart would change, if anything."""

    state: EngineState
    model: str = ""
    window_tokens: int | None = None
    offer: str = ""
    restartable: bool = False


@dataclass
class RestartFailed(Message):
    """The server could not be started again."""

    message: str
    hint: str


@dataclass
class AnswersArrived(Message):
    """Something happened in the answer to a question; the outbox holds what."""


@dataclass
class AnswerFailed(Message):
    """A question cannot be answered; `server` says that its server is to blame."""

    turn: int
    message: str
    hint: str
    server: bool = False


@dataclass
class AllRead(Message):
    """Every document has been read, or has failed; these were given, and could be read."""

    opened: tuple[SessionDocument, ...]


@dataclass
class SessionFound(Message):
    """What was asked about these documents before; names of those that have changed since."""

    session: Session
    changed: tuple[str, ...]


@dataclass
class KeepingFailed(Message):
    """Questions and answers of this run are not kept."""

    message: str
    hint: str


@dataclass
class Said(Message):
    """Something was done aside: a routine message for the status line."""

    text: str


@dataclass
class ClipboardRefused(Message):
    """The desktop's clipboard did not take this text."""

    text: str


@dataclass
class WorkCrashed(Message):
    """A bug in a worker; the program ends with it."""

    error: BaseException


@dataclass
class QuestionAsked(Message):
    """Enter in the prompt."""

    text: str


@dataclass
class PromptScrolled(Message):
    """A page key in the prompt: it means the answers above."""

    pages: int


@dataclass
class CitationChosen(Message):
    """The reader wants to see where a citation stands."""

    turn: int
    number: int


@dataclass
class CountTyped(Message):
    """A number in the document pane: a citation at once, or the page that G will go to.

    `first` says that it is the first digit; `count` is all that was typed.
    """

    count: int
    first: bool


@dataclass
class PageWanted(Message):
    """Go to a page of the document in view, by physical number."""

    number: int


@dataclass
class PlaceChanged(Message):
    """The document pane shows another page (or line, where places are lines)."""

    number: int


@dataclass
class PlaceNamed(Message):
    """Remember the first line in view by this letter."""

    letter: str


@dataclass
class NamedPlaceWanted(Message):
    """Go to the place of this letter."""

    letter: str


@dataclass
class PageDrawn(Message):
    """The picture of a page has come, as a PNG; or there is none, for this reason."""

    page: int
    png: bytes = b""
    reason: str = ""


@dataclass
class ViewerFailed(Message):
    """A PDF could not be opened in another program."""

    message: str
    hint: str


@dataclass
class SectionChosen(Message):
    """Go to a section of the document in view, by its position in the outline."""

    index: int


@dataclass
class CommandGiven(Message):
    """Enter in the command bar: text to find, or a page to go to."""

    purpose: str
    text: str


@dataclass
class CommandClosed(Message):
    """The command bar was left without a command."""
