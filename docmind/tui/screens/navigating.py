"""Moving between answers and the passages that they cite, and back again.

Every jump leaves a Place on the trail, with the pane that had the focus: "back" means back to what
the reader was doing, which on a narrow screen is often the answer and not the document.
"""

from __future__ import annotations

from typing import NamedTuple

from textual import on

from docmind.model import Citation
from docmind.tui.layout import Anchor
from docmind.tui.marks import Mark, Marks
from docmind.tui.messages import CitationChosen, CountTyped, PageWanted
from docmind.tui.screens.remembering import RememberingScreen


class Place(NamedTuple):
    """Where the reader was: pane, document, first line in view, what was looked at, which answer.

    `answers` is the first line in view of the answers.
    """

    pane: str
    document: int
    top: Anchor
    looked_at: Anchor
    answers: int


class NavigatingScreen(RememberingScreen):
    """Looks, jumps, goes back."""

    _trail: list[Place]
    _ahead: list[Place]
    _found: Marks
    _before_count: int | None = None
    """How long the trail was before digits that are being typed made jumps."""

    def on_mount(self) -> None:
        """Nothing has been jumped to or searched for."""
        self._trail, self._ahead = [], []
        self._found = Marks()

    def _show_current(self) -> None:
        """What was found stands in the document that was in view, and nowhere else."""
        self._found = Marks()
        super()._show_current()

    def look_at(self, pane: str) -> None:
        """Give a pane the focus, and the room where only one fits."""
        self.set_class(pane == "document", "-reading")
        self.bar.display = False
        self.query_one("#asking").display = True
        # At once: a key that follows in the same breath is meant for this pane.
        self.set_focus(self.query_one(f"#{pane}"))

    @property
    def pane(self) -> str:
        """Which of outline, answers, document and prompt has the focus."""
        return self.focused.id if self.focused is not None and self.focused.id else "prompt"

    def action_next_pane(self, step: int) -> None:
        """Round the panes that are there."""
        panes = ["prompt", "answers", "document"]
        if self.outline.display:
            panes.insert(1, "outline")
        at = panes.index(self.pane) if self.pane in panes else 0
        self.look_at(panes[(at + step) % len(panes)])

    def action_other_pane(self, pane: str) -> None:
        """From the answers or the prompt to the document, and back."""
        self.look_at(pane)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Which of the keys mean something where the focus is; the footer shows those."""
        if action == "other_pane":
            return (self.pane == "document") != (parameters == ("document",))
        if action == "next_citation":
            return self.pane in ("answers", "document")
        return True

    @on(CitationChosen)
    def _choose(self, event: CitationChosen) -> None:
        self._show_citation(event.turn, event.number)
        self.look_at("document")

    def action_citation(self, number: int) -> None:
        """Show a citation of the selected answer; where both fit, the answer keeps the focus."""
        turn = self.answers.turn
        if turn is None or number not in turn.citations:
            self.say(f"The selected answer has no citation [{number}]")
        else:
            self._show_citation(turn.id, number)

    def action_next_citation(self, step: int) -> None:
        """The next cited passage of the selected answer in the order of the text."""
        turn = self.answers.turn
        places = [(self._shelf.place_of(c), n) for n, c in turn.citations.items()] if turn else []
        numbers = [number for _, number in sorted((p, n) for p, n in places if p is not None)]
        if turn is None or not numbers:
            self.say("No passage is cited yet")
        elif self._citation in numbers:
            at = numbers.index(self._citation) + step
            self._show_citation(turn.id, numbers[at % len(numbers)])
        else:
            self._show_citation(turn.id, numbers[0 if step > 0 else -1])

    def _show_citation(self, turn_id: int, number: int) -> bool:
        """Jump to what is cited; false where there is nothing to jump to, which is said."""
        citation = self._conversation[turn_id].citations[number]
        place = self._shelf.place_of(citation)
        if place is None:
            self.say(self._why_nowhere(citation))
            return False
        self._remember()
        index, anchor = place
        self._citation = number
        self.answers.select(turn_id, number)
        self.bring(index)
        self.mark_citations()
        if self._shelf.has_words_of(citation):
            self.document.show(Mark(anchor.page, citation.start, citation.end, number))
        else:
            self.document.go(anchor)
            self.say("What was cited does not stand here any more: the document has changed")
        if self.has_class("-narrow") and self.pane == "answers":
            self.look_at("document")
        return True

    def _why_nowhere(self, citation: Citation) -> str:
        """Why there is no place to show for a citation."""
        name = citation.document.rsplit("/", 1)[-1]
        if any(each.name == citation.document for each in self._shelf.documents):
            return f"Page {citation.page} of {name} is not there"
        return f"{name} is not open"

    def _remember(self) -> None:
        """A jump begins here; what was ahead of an earlier way back is forgotten."""
        self._trail.append(self._here())
        self._ahead.clear()

    def _here(self) -> Place:
        view = self.document
        answers = self.answers.scroll_offset.y
        return Place(self.pane, self._shelf.index, view.top, view.looked_at, answers)

    def _return_to(self, place: Place) -> None:
        self.bring(place.document)
        self.document.go(place.top, place.looked_at)
        self.look_at(place.pane)
        self.answers.scroll_to(y=place.answers, animate=False)

    def action_back(self) -> None:
        """Where the reader was before the last jump."""
        if self._trail:
            self._ahead.append(self._here())
            self._return_to(self._trail.pop())
        else:
            self.say("There was no jump to go back from")

    def action_forward(self) -> None:
        """Where the reader was before going back."""
        if self._ahead:
            self._trail.append(self._here())
            self._return_to(self._ahead.pop())
        else:
            self.say("Nothing lies ahead: forward undoes going back")

    @on(CountTyped)
    def _take_count(self, event: CountTyped) -> None:
        """A digit shows its citation at once; G after it means the number, and takes that back."""
        if event.first:
            self._before_count = None
        turn, digit, depth = self.answers.turn, event.count % 10, len(self._trail)
        if turn is not None and digit in turn.citations:
            if self._show_citation(turn.id, digit) and self._before_count is None:
                self._before_count = depth
            return
        unit = "line" if self._shelf.current.by_lines else "page"
        self.say(f"{event.count}: G goes to this {unit}")

    @on(PageWanted)
    def _go(self, event: PageWanted) -> None:
        if self._before_count is not None:
            self._return_to(self._trail[self._before_count])
            del self._trail[self._before_count :]
            self._before_count = None
        self._go_to(event.number)

    def _go_to(self, number: int, index: int | None = None) -> None:
        """To a page or a line of the document in view, or of the one at `index`."""
        self._remember()
        if index is not None:
            self.bring(index)
        document = self._shelf.current
        self.document.go(document.anchor_for(min(max(number, 1), max(document.size, 1))))

    def jump(self, anchor: Anchor) -> None:
        """To a place of the document in view."""
        self._remember()
        self.document.go(anchor)
