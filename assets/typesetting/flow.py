"""Strips poured into pages of one or more columns.

A strip that spans the page stands at the top: at once while the page is still empty, else at
the top of the next page. Strips that must stay together move to the next column as one.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from assets.typesetting.marks import Anchor, Mark, Sheet, Strip, Stroke, shifted


@dataclass(frozen=True, slots=True)
class Paper:
    """Size, margins and columns of a page, in points."""

    width: float = 595.0
    height: float = 842.0
    left: float = 72.0
    right: float = 72.0
    top: float = 84.0
    bottom: float = 78.0
    columns: int = 1
    gutter: float = 18.0

    @property
    def text_width(self) -> float:
        """The width between the margins."""
        return self.width - self.left - self.right

    @property
    def column_width(self) -> float:
        """The width of one column."""
        return (self.text_width - self.gutter * (self.columns - 1)) / self.columns

    def column_left(self, column: int) -> float:
        """Return where a column begins."""
        return self.left + column * (self.column_width + self.gutter)


@dataclass(slots=True)
class _Page:
    """The page that is being filled."""

    paper: Paper
    marks: list[Mark] = field(default_factory=list)
    anchors: list[tuple[Anchor, float]] = field(default_factory=list)
    column: int = 0
    y: float = 0.0
    head: float = 0.0
    notes: list[Strip] = field(default_factory=list)
    started: bool = False

    def __post_init__(self) -> None:
        self.y = self.head = self.paper.top

    def room(self) -> float:
        """The height left in the column, footnotes taken off."""
        notes = sum(note.height for note in self.notes) + (8 if self.notes else 0)
        return self.paper.height - self.paper.bottom - self.y - notes

    def place(self, strip: Strip) -> None:
        """Set one strip at the present height."""
        if self.y > self.head:
            self.y += strip.before
        left = self.paper.column_left(0 if strip.spanning else self.column)
        self.marks += [shifted(mark, left, self.y) for mark in strip.marks]
        if strip.anchor:
            self.anchors.append((strip.anchor, self.y))
        self.y += strip.height
        self.notes += strip.notes
        self.started = True

    def place_spanning(self, strip: Strip) -> None:
        """Set a strip across the page, above the columns."""
        self.place(strip)
        self.head = self.y

    def close_column(self) -> None:
        """Set the footnotes of the column at its foot."""
        if not self.notes:
            return
        left = self.paper.column_left(self.column)
        y = self.paper.height - self.paper.bottom - sum(note.height for note in self.notes)
        self.marks.append(Stroke(((left, y - 4), (left + 60, y - 4)), 0.4))
        for note in self.notes:
            self.marks += [shifted(mark, left, y) for mark in note.marks]
            y += note.height
        self.notes = []


@dataclass(slots=True)
class _Pour:
    paper: Paper
    page: _Page
    sheets: list[Sheet] = field(default_factory=list)
    waiting: list[Strip] = field(default_factory=list)

    def next_page(self) -> None:
        """Finish the page and open one, with the waiting strips at its top."""
        self.page.close_column()
        self.sheets.append(Sheet(tuple(self.page.marks), tuple(self.page.anchors)))
        self.page = _Page(self.paper)
        for strip in self.waiting:
            self.page.place_spanning(strip)
        self.waiting = []
        if self.page.y > self.page.head - 1 and self.page.started:
            self.page.y = self.page.head = self.page.y + 12

    def next_column(self, group: Sequence[Strip]) -> None:
        """Go to the next column, and set a table's header row again if the table goes on."""
        self.page.close_column()
        if self.page.column + 1 < self.paper.columns:
            self.page.column += 1
            self.page.y = self.page.head
        else:
            self.next_page()
        for strip in group[0].head:
            self.page.place(strip)

    def add(self, group: Sequence[Strip]) -> None:
        """Place strips that belong together."""
        if group[0].spanning:
            self.add_spanning(group[0])
            return
        if group[0].breaks_page and self.page.started:
            self.next_page()
        needed = sum(strip.before + strip.height for strip in group)
        needed += sum(note.height for strip in group for note in strip.notes)
        if needed > self.page.room() and self.page.y > self.page.head:
            self.next_column(group)
        for strip in group:
            self.page.place(strip)

    def add_spanning(self, strip: Strip) -> None:
        """Place a strip across the page, now or on the next one."""
        if self.page.column == 0 and self.page.y == self.page.head:
            self.page.place_spanning(strip)
        else:
            self.waiting.append(strip)


def _groups(strips: Iterable[Strip]) -> Iterator[list[Strip]]:
    group: list[Strip] = []
    for strip in strips:
        if strip.spanning:
            yield [strip]  # it floats, so it neither ends nor joins the group around it
            continue
        group.append(strip)
        if not strip.keep_with_next:
            yield group
            group = []
    if group:
        yield group


def poured(strips: Iterable[Strip], paper: Paper) -> list[Sheet]:
    """Fill pages with strips, in order."""
    pour = _Pour(paper, _Page(paper))
    for group in _groups(strips):
        pour.add(group)
    pour.next_page()
    if pour.page.started:
        pour.next_page()
    return pour.sheets
