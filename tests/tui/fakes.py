"""A workspace in memory: documents that come when they are let through, answers written down.

Gates stand in for time. A test holds one to look at what is shown while something takes long, and
opens it to go on; nothing here sleeps.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from textual.pilot import Pilot

from docmind.answers.events import (
    Answered,
    AnswerEvent,
    ClaimMade,
    Planned,
    Prefilling,
    Searching,
    TextAdded,
)
from docmind.answers.options import AskOptions, Stretch
from docmind.config import Folders
from docmind.errors import DocmindError, EngineError, UsageError
from docmind.library.entries import (
    DocumentEntry,
    FileEntry,
    LibraryEvent,
    Recipe,
    Removed,
    Unchanged,
)
from docmind.model import (
    Answer,
    Block,
    BlockKind,
    Box,
    Citation,
    Claim,
    Document,
    EngineName,
    Kind,
    Ledger,
    Link,
    Mode,
    Page,
    Status,
)
from docmind.ports import (
    DocumentRead,
    EnginePhase,
    EngineState,
    PagesRead,
    ReadEvent,
    TokensCounted,
)
from docmind.sessions import Sessions
from docmind.settings import InterfaceSettings, Settings
from docmind.tui.app import DocmindApp
from docmind.tui.screens.reading import ReadingScreen
from docmind.workspace import LoadFailed

TINY_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000004000000060100000000cc4202d80000000d494441"
    "54789c63f8c0c40083000a9800fb69a51c910000000049454e44ae426082"
)
"""A white picture of four by six pixels."""

GATE_SECONDS = 30.0
"""A gate that nobody opens ends a test that has failed anyway."""


def make_page(number: int, *, label: str | None = None) -> Page:
    """A page with a heading, and clauses that name the page."""
    clauses = [
        f"{number}.{clause} On page {number} the fee for clause {clause} is {number * clause} "
        "euros, to be paid within thirty days of the date on which the invoice was received."
        for clause in range(1, 9)
    ]
    heading = f"Part {number}"
    text = "\n".join([heading, *clauses])
    blocks = (Block(BlockKind.HEADING, 0, len(heading), 1),)
    return Page(number, text, label=label or str(number), blocks=blocks)


def make_document(name: str = "contract.pdf", pages: int = 12) -> Document:
    """A document whose printed numbers lag two behind."""
    labels = ["i", "ii", *(str(number) for number in range(1, pages))]
    made = tuple(make_page(n, label=labels[n - 1]) for n in range(1, pages + 1))
    return Document("0" * 64, name, Kind.PDF, name, made)


def make_text(name: str, text: str) -> Document:
    """A plain text file."""
    return Document("1" * 64, name, Kind.TEXT, name, (Page(1, text),))


def cite(document: Document, number: int, page: int, words: str, *, ocr: bool = False) -> Citation:
    """A citation of these words of a page."""
    source = document.page(page)
    start = source.text.index(words)
    label = None if document.kind.places_are_lines else source.label
    line = source.text.count("\n", 0, start) + 1
    lines = (line, line) if document.kind.places_are_lines else None
    return Citation(
        number, f"{page}.{number}", document.name, None if lines else page, label, lines,
        words, start, start + len(words), (), Status.EXACT, ocr,
    )  # fmt: skip


def make_answer(question: str, document: Document, pages: Sequence[int] = (5, 9, 2)) -> Answer:
    """A claim for each page, with the fee of its third clause; none: the document does not say."""
    citations = tuple(
        cite(document, number, page, f"the fee for clause 3 is {page * 3} euros")
        for number, page in enumerate(pages, start=1)
    )
    claims = tuple(
        Claim(f"The fee is {c.quote.split()[-2]} euros.", (c.number,)) for c in citations
    )
    ledger = Ledger(
        Mode.EXTRACTIVE, "the extractive engine reads every passage", None, 12345, 0, 0, 0,
        "qwen", len(document.pages), len(document.pages), (), 0.1, 0.1,
    )  # fmt: skip
    text = " ".join(claim.text for claim in claims) or "The document does not say."
    engine = EngineName("extractive")
    return Answer(question, bool(claims), text, claims, citations, ledger, engine)


def open_gate() -> threading.Event:
    """A gate that holds nothing up."""
    gate = threading.Event()
    gate.set()
    return gate


MODEL = EngineName("vllm", "Qwen/Qwen2.5-7B-Instruct")

WRITTEN = (
    "## Fees\n\n",
    "The fee is **15 euros** [1]",
    ", later 27 euros [2].\n\n",
    "- It is paid within thirty days [3].\n",
    "- The fee of page 2 is paid in gold.\n",
)
"""What the model of these tests writes about the sample contract, bit by bit."""


def make_model_answer(question: str, document: Document) -> Answer:
    """The same three citations as `make_answer`, in Markdown, and a statement without support."""
    answer = make_answer(question, document)
    ledger = replace(
        answer.ledger, mode=Mode.WHOLE, reason="it fits the window", window_tokens=131072,
        prompt_tokens=85102, cached_tokens=84992, output_tokens=96, seconds=2.2,
    )  # fmt: skip
    claims = (
        Claim("The fee is 15 euros, later 27 euros.", (1, 2)),
        Claim("It is paid within thirty days.", (3,)),
        Claim("The fee of page 2 is paid in gold.", (), supported=False),
    )
    return replace(answer, text="".join(WRITTEN), claims=claims, ledger=ledger, engine=MODEL)


def written(question: str, document: Document) -> Iterator[AnswerEvent]:
    """What a model does with a question, from the search to the finished answer."""
    answer = make_model_answer(question, document)
    yield Searching("lexical")
    yield Planned(Mode.WHOLE, "it fits the window", 85102, 131072)
    yield Prefilling(0.4)
    for text in WRITTEN:
        yield TextAdded(text, tuple(c for c in answer.citations if f"[{c.number}]" in text))
    yield Answered(answer)


def claim_by_claim(answer: Answer) -> Iterator[AnswerEvent]:
    """What the extractive engine does with a question."""
    yield Searching("lexical")
    for claim in answer.claims:
        yield ClaimMade(claim, tuple(c for c in answer.citations if c.number in claim.citations))
    yield Answered(answer)


@dataclass
class FakePrefill:
    running: bool = False
    done: bool = False
    seconds: float = 0.0


@dataclass
class FakeModel:
    name: EngineName = MODEL
    window_tokens: int = 131072


@dataclass
class FakeRoom:
    """No model, until a test says otherwise."""

    state: EngineState = field(default_factory=lambda: EngineState(EnginePhase.NONE, ""))
    restartable: bool = False
    offer: str = ""
    error: EngineError | None = None
    restarts: int = 0

    def engine(self) -> FakeModel | None:
        return FakeModel() if self.state.phase is EnginePhase.READY else None

    def restart(self) -> None:
        self.restarts += 1
        if self.error is not None:
            raise self.error
        self.state = EngineState(EnginePhase.LOADING, "loading weights", 0.4)

    def be_ready(self) -> None:
        """The model has been loaded."""
        self.state = EngineState(EnginePhase.READY, "ready")


@dataclass
class FakeDesk:
    """Answers every question from one document, claim by claim or as `events` says.

    `gate` stands before every event after the first that shows something; `fails_after` so many
    of these an `error` is raised.
    """

    answer: Callable[[str, Document], Answer]
    events: Callable[[str, Document], Iterator[AnswerEvent]] | None = None
    gate: threading.Event = field(default_factory=open_gate)
    holds_at: int = 1
    error: Exception | None = None
    fails_after: int = 0
    arms: str = "lexical"
    vectors_done: float = 1.0
    prefill_state: FakePrefill = field(default_factory=FakePrefill)
    prefilled: tuple[str, ...] = ()
    prefills: int = 0
    closed: int = 0
    put_away: bool = False
    asked: list[str] = field(default_factory=list)
    options: list[AskOptions] = field(default_factory=list)
    stretches: list[Stretch] = field(default_factory=list)
    _documents: dict[str, Document] = field(default_factory=dict)

    @property
    def documents(self) -> tuple[Document, ...]:
        return tuple(self._documents.values())

    def add(self, *documents: Document) -> None:
        self._documents |= {document.name: document for document in documents}

    def prefill(self) -> None:
        self.prefills += 1
        self.prefilled = tuple(self._documents)

    def count(self, name: str, tokens: int) -> None:
        assert name in self._documents

    def close(self) -> None:
        self.put_away = True

    def summarize(
        self, question: str, stretch: Stretch, options: AskOptions
    ) -> Iterator[AnswerEvent]:
        self.stretches.append(stretch)
        return self.ask(question, options)

    def ask(self, question: str, options: AskOptions) -> Iterator[AnswerEvent]:
        if absent := [name for name in options.documents if name not in self._documents]:
            raise UsageError(f"{', '.join(absent)} is not open.")
        self.asked.append(question)
        self.options.append(options)
        shown = 0
        try:
            for event in self._happens(question):
                if self.error is not None and shown == self.fails_after:
                    raise self.error
                if shown >= self.holds_at:
                    self.gate.wait(GATE_SECONDS)
                yield event
                shown += isinstance(event, ClaimMade | TextAdded)
        finally:
            self.closed += 1

    def _happens(self, question: str) -> Iterator[AnswerEvent]:
        if self.events is not None:
            return self.events(question, self.documents[0])
        return claim_by_claim(self.answer(question, self.documents[0]))


@dataclass(frozen=True)
class FakeFile:
    path: Path
    name: str


@dataclass(frozen=True)
class FakeLibrary:
    """Has these documents, and does nothing to them."""

    documents: tuple[Document, ...]

    def entries(self) -> list[tuple[FileEntry, DocumentEntry | None]]:
        return [
            (
                FileEntry(each.name, each.name, 1, 1_777_636_800_000_000_000, number),
                DocumentEntry(
                    number, Recipe("", ""), 9, 0, 84_211, len(each.pages), each.sha256, each
                ),
            )
            for number, each in enumerate(self.documents, start=1)
        ]

    def add(self, paths: Sequence[Path]) -> Iterator[LibraryEvent]:
        yield Unchanged(len(paths))

    def sync(self) -> Iterator[LibraryEvent]:
        yield Unchanged(len(self.documents))

    def remove(self, names: Sequence[str]) -> Iterator[LibraryEvent]:
        yield from map(Removed, names)

    def close(self) -> None:
        pass


class FakeWorkspace:
    """Reads documents from memory: some pages first, the whole when `gate` is open."""

    def __init__(self, *documents: Document | DocmindError, theme: str = "") -> None:
        self.settings = Settings(interface=InterfaceSettings(theme=theme))
        self.sources = documents or (make_document(),)
        self.gate = open_gate()
        self.first_pages = 3
        self.bench = FakeDesk(make_answer)
        self.engines = FakeRoom()
        self.history: Path | None = None
        self.folder = Path()
        self.shelved: tuple[Document, ...] = ()
        nowhere = Path("/dev/null/docmind")  # cannot be made, not even by root
        self.folders = Folders(nowhere, nowhere, None)
        self.marked: list[tuple[Path, str]] = []
        self.drawn: list[tuple[str, int, tuple[Box, ...]]] = []
        self.linked: dict[int, tuple[Link, ...]] = {}
        self.links_error: DocmindError | None = None
        self.picture_error: DocmindError | None = None

    @property
    def paths(self) -> list[Path]:
        """What to open, one path for each document."""
        return [
            Path(source.name if isinstance(source, Document) else f"failing-{index}.pdf")
            for index, source in enumerate(self.sources)
        ]

    def find(
        self, paths: Sequence[Path], *, more: bool = False
    ) -> tuple[list[FakeFile], list[LoadFailed]]:
        return [FakeFile(self.folder / path, str(path)) for path in paths], []

    def read(self, path: Path, name: str) -> Iterator[ReadEvent]:
        source = self.sources[self.paths.index(Path(name))]
        if isinstance(source, DocmindError):
            raise source
        yield PagesRead(source.pages[: self.first_pages], len(source.pages))
        self.gate.wait(GATE_SECONDS)
        yield DocumentRead(replace(source, name=name))
        yield TokensCounted(sum(len(page.text) for page in source.pages))

    def desk(self) -> FakeDesk:
        return self.bench

    def picture(
        self, path: Path, name: str, page: int, boxes: Sequence[Box], pixels: tuple[int, int]
    ) -> bytes:
        if self.picture_error is not None:
            raise self.picture_error
        self.drawn.append((name, page, tuple(boxes)))
        return TINY_PNG

    def links(self, path: Path, name: str, page: int) -> tuple[Link, ...]:
        if self.links_error is not None:
            raise self.links_error
        return self.linked.get(page, ())

    def library(self) -> FakeLibrary:
        return FakeLibrary(self.shelved)

    def marked_copy(
        self, path: Path, name: str, words: Sequence[tuple[int, tuple[Box, ...], str]]
    ) -> bytes:
        self.marked.append((path, name))
        return b"%PDF-" + str(len(words)).encode()

    def sessions(self) -> Sessions | None:
        return Sessions(self.history) if self.history is not None else None

    def app(self) -> DocmindApp:
        """The application on all of these documents."""
        return DocmindApp(self, self.paths)


async def until(pilot: Pilot[None], condition: Callable[[], object]) -> None:
    """Let the application go on until this holds."""
    for _ in range(1000):
        await pilot.pause(0.005)
        if condition():
            await pilot.pause()
            return
    raise AssertionError("what the test waits for did not happen")


def screen_of(pilot: Pilot[None]) -> ReadingScreen:
    """The reading screen, also while something lies over it."""
    screen = pilot.app.screen_stack[0]
    assert isinstance(screen, ReadingScreen)
    return screen


async def ready(pilot: Pilot[None]) -> ReadingScreen:
    """Wait until every document is read and lies on the desk."""
    screen = screen_of(pilot)
    workspace_size = len(screen._paths)
    await until(pilot, lambda: screen._desk.documents == workspace_size)
    return screen


async def ask(pilot: Pilot[None], question: str = "What is the fee?") -> None:
    """Ask, and wait for the whole answer."""
    screen = screen_of(pilot)
    before = len(screen._conversation)
    screen.prompt.insert(question)
    await pilot.press("enter")
    await until(pilot, lambda: len(screen._conversation) == before + 1)
    await until(pilot, lambda: screen._conversation[before].state.over)


def text_of(pilot: Pilot[None]) -> str:
    """What stands on the terminal, line by line."""
    lines = pilot.app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in lines)
