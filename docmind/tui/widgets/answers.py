"""The answers pane: every question of this run, its answer, and what the answer rests on.

It is one list of rows; only the turn that changed is laid out again. The pane holds what is
selected: a turn (whose citations the digits mean) and in it perhaps a citation.

A new answer grows until its question has reached the top; there it stays, because an answer is
read from its beginning. Whoever goes to the end is kept at the end. What is below the fold is
counted in the last row, so that citations out of sight are not out of mind.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.selection import Selection
from textual.strip import Strip

from docmind.tui.conversation import Conversation, Turn, TurnState
from docmind.tui.key_names import HintKeys
from docmind.tui.messages import CitationChosen
from docmind.tui.outcome import digits, progress
from docmind.tui.plain import fitted
from docmind.tui.transcript import Row, notice_rows, turn_rows, welcome_rows
from docmind.tui.widgets.lines_view import LinesView


class AnswersView(LinesView):
    """Shows a conversation. The names and `waits_for` are asked for whenever rows are made."""

    ROLES: ClassVar[tuple[str, ...]] = (
        "question", "bar", "claim", "mark", "place", "quote", "cursor", "refusal",
        "ledger", "note", "warning", "error", "selected", "heading", "strong", "emphasis",
        "code", "unsupported", "below",
    )  # fmt: skip
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"answers--{role}" for role in ROLES}

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter", "choose", "show the citation in the document", id="answers.choose", show=False
        ),
    ]

    def __init__(
        self,
        conversation: Conversation,
        *,
        names: Mapping[str, str],
        id: str,  # noqa: A002
        sample: bool = False,
    ) -> None:
        super().__init__(id=id)
        self._sample = sample
        self._conversation = conversation
        self._names = names
        self._waits_for: Callable[[Turn], str] = lambda _: "waiting"
        self._who_answers = ""
        self._keys = HintKeys()
        self._rows: list[list[Row]] = []
        self._drawn: list[tuple[int, str, int]] = []
        self._opening: list[Row] = []
        self._tops: list[int] = [0]
        self._width = 0
        self._follows = True
        self._at_end = False
        self._showing = False
        self.selected = 0
        self.cursor: int | None = None

    def explain_waiting(self, waits_for: Callable[[Turn], str]) -> None:
        """What to say of a turn that waits."""
        self._waits_for = waits_for

    def tell_keys(self, keys: HintKeys) -> None:
        """What keys are called in what is said."""
        self._keys = keys

    def tell_who_answers(self, words: str) -> None:
        """A line of the first screen."""
        self._who_answers = words

    def name_documents(self, names: Mapping[str, str]) -> None:
        """What the documents are called: with several, each citation says which one it is from."""
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
        opening, before, changed = self._opening, self._tops, self._tops[-1]
        for index, turn in enumerate(self._conversation):
            after = self._conversation.notices_before(index + 1)
            drawn = (turn.version, self._waits_for(turn), len(after))
            if index >= len(self._rows):
                self._rows.append([])
                self._drawn.append((-1, "", 0))
            if drawn != self._drawn[index]:
                self._drawn[index] = drawn
                rows = self._rows_of(turn, drawn[1]) + notice_rows(after, self._width)
                top = before[min(index, len(before) - 1)]
                changed = min(changed, top + _same_rows(self._rows[index], rows))
                self._rows[index] = rows
        self._opening = self._opening_rows()
        self._tops = list(accumulate(map(len, self._rows), initial=len(self._opening)))
        self.has_lines(self._tops[-1])
        if self._follows:
            self._show_newest()
        self.refresh_from(changed if self._opening == opening else 0)

    def _opening_rows(self) -> list[Row]:
        """What stands above the first question."""
        welcome: list[Row] = []
        if not len(self._conversation):
            names = list(self._names.values())
            welcome = welcome_rows(
                names, self._who_answers, self._width, sample=self._sample, keys=self._keys
            )
        return welcome + notice_rows(self._conversation.notices_before(0), self._width)

    def follow(self) -> None:
        """A new turn at the end: select it, and keep it in view while it grows."""
        self.selected = len(self._conversation) - 1
        self.cursor = None
        self._follows, self._at_end = True, False
        self.update()
        self.refresh()

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
            row = max(min(row, len(self._rows[turn]) - 1), 0)
            self.scroll_to(y=self._tops[turn] + row, animate=False, force=True)

    def on_click(self, event: events.Click) -> None:
        """A click on a citation shows it; the end of a selection does not."""
        if self.text_selection is not None:
            return
        row = self._row_at(self.scroll_offset.y + event.y)
        if row is not None and row.turn >= 0:
            left = self.gutter.left
            self.selected, self.cursor = row.turn, row.citation_at(event.x - left)
            self.refresh()
            if self.cursor is not None:
                self.post_message(CitationChosen(row.turn, self.cursor))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Whoever scrolls is not drawn away by what comes; whoever goes to the end stays there."""
        super().watch_scroll_y(old_value, new_value)
        if not self._showing and round(new_value) != round(old_value):
            self._follows = self._at_end = new_value >= self.max_scroll_y

    def render_line(self, y: int) -> Strip:
        """One row; the mouse may select some of it."""
        return self.selectable(self._drawn_row(y), y)

    def get_selection(self, selection: Selection) -> tuple[str, str]:
        """What the mouse has selected, row by row."""
        first, last = self.selected_lines(selection)
        texts = []
        for line in range(first.y, last.y + 1):
            row = self._row_at(line)
            text = "".join(piece for _, piece in row.pieces) if row is not None else ""
            end = last.x if line == last.y else len(text)
            texts.append(text[first.x if line == first.y else 0 : end].rstrip())
        return "\n".join(texts), "\n"

    def _drawn_row(self, y: int) -> Strip:
        """One row, with the marks of what is selected; the last one may count what is below."""
        line = self.scroll_offset.y + y
        row = self._row_at(line)
        if row is None:
            return Strip.blank(self.columns, self.rich_style)
        if y == self.rows - 1 and line < self._last_line:
            words = fitted(self._below(self._last_line - line + 1), self.columns - 3)
            return self.strip([("  " + words, self.style_of("answers--below"))])
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

    @property
    def _last_line(self) -> int:
        """The last line with something on it: what ends a turn is blank."""
        return self._tops[-1] - 2

    def _below(self, lines: int) -> str:
        """What cannot be seen, and how to get there."""
        words = f"↓ {lines:,} more {'line' if lines == 1 else 'lines'}"
        if self._conversation.notices_before(len(self._conversation)):
            words += ", a message among them"
        running = self._conversation.unanswered
        if running is not None and running.state is TurnState.RUNNING:
            return f"{words} · {progress(running)} · {self._keys.stop} stops · pgdn"
        turn = self.turn
        if turn is None or not turn.citations:
            return f"{words} · pgdn"
        count = len(turn.citations)
        noun = "citation" if count == 1 else "citations"
        keys = digits(turn) if self.has_focus else f"{self._keys.pane}, then {digits(turn)}"
        return f"{words} · {count} {noun}: {keys} · pgdn"

    def _rows_of(self, turn: Turn, waits_for: str) -> list[Row]:
        names = self._names if len(self._names) > 1 else {}
        return turn_rows(turn, self._width, names=names, waits_for=waits_for, keys=self._keys)

    def _show_newest(self) -> None:
        """The end of the newest turn, but not past its question unless the reader went there.

        Of one that failed the end is what matters: it says why, and which key helps.
        """
        y = max(self._tops[-1] - self.rows, 0)
        if self._rows and not self._at_end and not self._failed:
            y = min(y, self._tops[-2])
        self._showing = True
        self.scroll_to(y=y, animate=False, force=True)
        self._showing = False
        self._follows = True

    @property
    def _failed(self) -> bool:
        """Whether the newest turn ended with an error."""
        return self._conversation[len(self._conversation) - 1].state is TurnState.FAILED

    def _bring_into_view(self, first: int, last: int) -> None:
        y = self.scroll_offset.y
        rows = self.rows - (last < self._last_line)  # the last one counts what is below
        if last >= y + rows:
            y = last - rows + 1
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
            if row.citation is not None and row.citation == self.cursor:
                return self._tops[self.selected] + offset
        return None

    def _turn_and_row(self, line: int) -> tuple[int, int]:
        turn = min(max(bisect_right(self._tops, line) - 1, 0), max(len(self._rows) - 1, 0))
        return turn, line - self._tops[turn]

    def _row_at(self, line: int) -> Row | None:
        if not 0 <= line < self._tops[-1]:
            return None
        if line < len(self._opening):
            return self._opening[line]
        turn, row = self._turn_and_row(line)
        return self._rows[turn][row]


def _same_rows(before: Sequence[Row], after: Sequence[Row]) -> int:
    """How many rows both begin with."""
    for count, (old, new) in enumerate(zip(before, after, strict=False)):
        if old != new:
            return count
    return min(len(before), len(after))
