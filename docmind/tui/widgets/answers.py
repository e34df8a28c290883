"""The answers pane: every question of this run, its answer, and what the answer rests on.

It is one list of rows; only the turn that changed is laid out again. The pane holds what is
selected: a turn (whose citations the digits mean) and in it perhaps a citation.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from itertools import accumulate
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.strip import Strip

from docmind.tui.conversation import Conversation, Turn
from docmind.tui.messages import CitationChosen
from docmind.tui.transcript import Row, turn_rows, welcome_rows
from docmind.tui.widgets.lines_view import LinesView


class AnswersView(LinesView):
    """Shows a conversation. `named` and `waits_for` are asked for whenever rows are made."""

    ROLES: ClassVar[tuple[str, ...]] = (
        "question", "bar", "claim", "mark", "place", "quote", "cursor", "refusal",
        "ledger", "note", "warning", "error", "selected",
    )  # fmt: skip
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"answers--{role}" for role in ROLES}

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter", "choose", "show the citation in the document", id="answers.choose", show=False
        ),
    ]

    def __init__(self, conversation: Conversation, *, names: list[str], id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._conversation = conversation
        self._names = names
        self._waits_for: Callable[[Turn], str] = lambda _: "waiting"
        self._rows: list[list[Row]] = []
        self._drawn: list[tuple[int, str]] = []
        self._tops: list[int] = [0]
        self._width = 0
        self._follows = True
        self.selected = 0
        self.cursor: int | None = None

    def explain_waiting(self, waits_for: Callable[[Turn], str]) -> None:
        """What to say of a turn that waits."""
        self._waits_for = waits_for

    def name_documents(self, names: list[str]) -> None:
        """Which documents there are: with several, each citation says which one it is from."""
        if names != self._names:
            self._names = names
            self._rows, self._drawn = [], []
            self.update()

    @property
    def turn(self) -> Turn | None:
        """The selected turn."""
        return self._conversation[self.selected] if len(self._conversation) else None

    def update(self) -> None:
        """Lay out again what has changed."""
        if not self._width:
            return
        turns = list(self._conversation)
        drawn = [(turn.version, self._waits_for(turn)) for turn in turns]
        for index, turn in enumerate(turns):
            if index >= len(self._rows):
                self._rows.append(self._rows_of(turn, drawn[index][1]))
            elif drawn[index] != self._drawn[index]:
                self._rows[index] = self._rows_of(turn, drawn[index][1])
        self._drawn = drawn
        blocks = self._rows or [welcome_rows(self._names, self._width)]
        self._tops = list(accumulate(map(len, blocks), initial=0))
        self.virtual_size = Size(self.columns, self._tops[-1])
        if self._follows:
            self._show_newest()
        self.refresh()

    def follow(self) -> None:
        """A new turn at the end: select it, and keep it in view while it grows."""
        self.selected = len(self._conversation) - 1
        self.cursor = None
        self._follows = True
        self.update()

    def select(self, turn: int, citation: int | None = None) -> None:
        """Select a turn, and perhaps one of its citations; brings it into view."""
        self.selected, self.cursor = turn, citation
        if turn < len(self._rows):
            first = last = self._tops[turn]
            for offset, row in enumerate(self._rows[turn]):
                if citation is not None and row.citation == citation:
                    first = last = self._tops[turn] + offset
            if citation is None:
                last = self._tops[turn + 1] - 1
            self._bring_into_view(first, last)
        self.refresh()

    def action_move(self, lines: int) -> None:
        """To the next citation where one is in view or next to it; else by lines."""
        self._follows = False
        target = self._next_citation(lines)
        if target is None:
            self.scroll_by(lines)
            return
        line, row = target
        self.selected, self.cursor = row.turn, row.citation
        self._bring_into_view(line - 1, line + 1)
        self.refresh()

    def action_choose(self) -> None:
        """Show the citation under the cursor, or the first of the selected turn."""
        turn = self.turn
        if turn is not None and turn.citations:
            number = self.cursor if self.cursor in turn.citations else min(turn.citations)
            self.post_message(CitationChosen(turn.id, number or 1))

    def on_resize(self) -> None:
        """Another width: all rows are made again, the same turn stays in view."""
        if self.columns == self._width or not self.columns:
            return
        place = self._turn_and_row(self.scroll_offset.y)
        self._width = self.columns
        self._rows, self._drawn = [], []
        self.update()
        if not self._follows and self._rows:
            turn, row = place
            row = min(row, len(self._rows[turn]) - 1)
            self.scroll_to(y=self._tops[turn] + row, animate=False, force=True)

    def on_click(self, event: events.Click) -> None:
        """A click on a citation shows it."""
        row = self._row_at(self.scroll_offset.y + event.y)
        if row is not None and row.turn >= 0:
            self.selected, self.cursor = row.turn, row.citation
            self.refresh()
            if row.citation is not None:
                self.post_message(CitationChosen(row.turn, row.citation))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Whoever scrolls up does not want to be drawn down by the next claim."""
        super().watch_scroll_y(old_value, new_value)
        if new_value < old_value:
            self._follows = False

    def render_line(self, y: int) -> Strip:
        """One row, with the marks of what is selected."""
        row = self._row_at(self.scroll_offset.y + y)
        if row is None:
            return Strip.blank(self.columns, self.rich_style)
        chosen = (
            row.turn == self.selected and row.citation is not None and row.citation == self.cursor
        )
        pieces = []
        for role, text in row.pieces:
            style = self.style_of(f"answers--{role}")
            if role == "cursor" and chosen:
                text = "› "
            if chosen or (role == "bar" and row.turn == self.selected):
                style += self.style_of("answers--selected")
            pieces.append((text, style))
        return self.strip(pieces)

    def _rows_of(self, turn: Turn, waits_for: str) -> list[Row]:
        return turn_rows(turn, self._width, named=len(self._names) > 1, waits_for=waits_for)

    def _show_newest(self) -> None:
        """The end of the newest turn, but never past its question."""
        last_turn = self._tops[-2] if self._rows else 0
        y = min(max(self._tops[-1] - self.rows, 0), last_turn)
        self.scroll_to(y=y, animate=False, force=True)
        self._follows = True

    def _bring_into_view(self, first: int, last: int) -> None:
        y = self.scroll_offset.y
        if last >= y + self.rows:
            y = last - self.rows + 1
        y = min(y, first)
        if y != self.scroll_offset.y:
            self._follows = False
            self.glide_to(y)

    def _next_citation(self, direction: int) -> tuple[int, Row] | None:
        """The nearest row above or below that is a citation, if it is within sight."""
        at = self._cursor_line()
        top, bottom = self.scroll_offset.y, self.scroll_offset.y + self.rows
        if at is None or not top <= at < bottom:
            at = top - 1 if direction > 0 else bottom
        line = at + direction
        while top - 2 <= line <= bottom + 1:
            row = self._row_at(line)
            if row is not None and row.citation is not None:
                return line, row
            line += direction
        return None

    def _cursor_line(self) -> int | None:
        if self.cursor is None or self.selected >= len(self._rows):
            return None
        for offset, row in enumerate(self._rows[self.selected]):
            if row.citation == self.cursor:
                return self._tops[self.selected] + offset
        return None

    def _turn_and_row(self, line: int) -> tuple[int, int]:
        turn = min(max(bisect_right(self._tops, line) - 1, 0), max(len(self._rows) - 1, 0))
        return turn, line - self._tops[turn]

    def _row_at(self, line: int) -> Row | None:
        if not 0 <= line < self._tops[-1]:
            return None
        if not self._rows:
            return welcome_rows(self._names, self._width)[line]
        turn, row = self._turn_and_row(line)
        return self._rows[turn][row]
