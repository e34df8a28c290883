"""Questions about what is in view: quote it, have it explained, have its section summarized."""

from __future__ import annotations

from docmind.answers.options import AskOptions, Stretch
from docmind.numbers import page_list
from docmind.ports import EnginePhase
from docmind.tui.layout import Anchor
from docmind.tui.passage import passage_at, stretch_at
from docmind.tui.plain import fitted
from docmind.tui.request import Request, typed_name
from docmind.tui.screens.copying import CopyingScreen

_NO_MODEL_EXPLAINS = "No model is there to explain: what is near in the text is quoted"
_NO_MODEL_SUMMARIZES = "No model is there: the section's own sentences are chosen"


class QuotingScreen(CopyingScreen):
    """Turns the passage in view into a question."""

    @property
    def _passage(self) -> tuple[int, str] | None:
        """Index of the page and the words: what is selected, what was cited, what is in view."""
        document, place = self._shelf.current, self.document.looked_at
        if not document.pages:
            return None
        selected = self.document.selected
        if selected is not None:
            return selected[0].page, " ".join(selected[1].split())
        page = document.pages[min(place.page, len(document.pages) - 1)]
        start, end = self._cited_at(place) or passage_at(page, place.offset)
        words = " ".join(page.text[start:end].split())
        return (page.number - 1, words) if words else None

    def _cited_at(self, place: Anchor) -> tuple[int, int] | None:
        """The citation that the reader was brought to, unless he has moved on."""
        turn = self.answers.turn
        citation = turn.citations.get(self._citation or 0) if turn is not None else None
        if citation is None or self._shelf.place_of(citation) != (self._shelf.index, place):
            return None
        return citation.start, citation.end

    def action_quote(self) -> None:
        """The passage in view into the prompt, with its place."""
        passage = self._passage
        if passage is None:
            self.say("There is no text here to quote")
            return
        index, words = passage
        before = self.prompt.text.rstrip()
        self.look_at("prompt")
        self.prompt.offer(f"{before} “{words}” ({self._place(index)}) ".lstrip())

    def action_copy_here(self, form: str) -> None:
        """In the document its passage with its place; elsewhere the selected answer."""
        passage = self._passage if self.pane == "document" else None
        if passage is None:
            self.copy_answer(plain=form == "plain")
            return
        index, words = passage
        name = self._shelf.current.short_name
        quote = f"“{words}” ({name}, {self._place(index, named=False)})"
        self.copy(f"{quote}\n" if form == "plain" else f"> {quote}\n", "last-copy.md")

    def action_edit_question(self) -> None:
        """The selected question into the prompt, to be changed and asked."""
        turn = self.answers.turn
        if turn is None:
            self.say("Nothing was asked yet")
        else:
            self.look_at("prompt")
            self.prompt.offer(turn.question)

    def action_explain(self) -> None:
        """What the passage in view means: by a model, or with what stands around it."""
        passage = self._passage
        if passage is None:
            self.say("There is no text here to explain")
            return
        index, words = passage
        document = self._shelf.current
        asked = f"Explain this passage ({self._place(index)}): “{words}”"
        if self._has_model:
            options = AskOptions(documents=(document.name,))
            text = f"{asked} Say in plain words what it means, and what it refers to."
        else:
            near = None if document.by_lines else range(max(index, 1), index + 3)
            options = AskOptions(documents=(document.name,), pages=near)
            text = words
            self.say(_NO_MODEL_EXPLAINS)
        self.look_at("prompt")
        self.put(Request(asked, text, options, by_key=True))

    def action_summarize(self) -> None:
        """The section in view in short; where the document has no outline, its page."""
        document = self._shelf.current
        if document.document is None:
            why = "cannot be read" if document.error else "is still being read"
            self.say(f"{document.short_name} {why}")
            return
        stretch = stretch_at(document, self.sections, self.document.looked_at)
        asked = self._asking_for(stretch)
        if not self._has_model:
            self.say(_NO_MODEL_SUMMARIZES)
        self.look_at("prompt")
        self.put(Request(asked, asked, stretch=stretch, by_key=True))

    def _asking_for(self, stretch: Stretch) -> str:
        document = self._shelf.current
        pages = "" if document.by_lines else page_list(stretch.pages)
        what = f"the section “{fitted(stretch.title, 120)}”" if stretch.title else pages
        where = f" ({pages})" if pages and stretch.title else ""
        of = f" of {document.short_name}" if len(self._shelf.documents) > 1 or not what else ""
        return f"Summarize {what or 'all'}{where}{of}"

    def _place(self, index: int, *, named: bool = True) -> str:
        """Where the passage stands; of several documents also which, so that it limits them."""
        document = self._shelf.current
        several = named and len(self._shelf.documents) > 1
        name = f" @{typed_name(document.short_name)} " if several else ""
        where = f"line {self.document.line}" if document.by_lines else f"page {index + 1}"
        return f"{name.lstrip()}{where}"

    @property
    def _has_model(self) -> bool:
        return self._engine.state.phase is EnginePhase.READY
