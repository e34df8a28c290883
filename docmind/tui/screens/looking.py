"""Looking around in the documents: their outlines, and the places that a reader has named."""

from __future__ import annotations

from textual import on

from docmind.tui.key_names import then
from docmind.tui.layout import Anchor
from docmind.tui.messages import NamedPlaceWanted, PlaceChanged, PlaceNamed, SectionChosen
from docmind.tui.screens.asking import AskingScreen
from docmind.tui.widgets.document_view import DocumentView


class LookingScreen(AskingScreen):
    """Knows which section is in view, and goes to others, and to what was named by a letter."""

    _named: dict[str, tuple[str, Anchor]]

    def on_mount(self) -> None:
        """The outline follows whatever moves the document; no place has a name yet."""
        self._named = {}
        self.watch(self.document, "scroll_y", self._follow_section, init=False)

    @on(PlaceChanged)
    def _follow_section(self) -> None:
        self.outline.follow(self.document.looked_at)

    def action_outline(self) -> None:
        """To the outline and back: a pane where there is room for it, else a sheet."""
        document = self._shelf.current
        if document.document is None and not document.error:
            self.say(f"{document.short_name} is still being read; its outline comes last")
        elif not len(self.sections):
            self.say(f"{document.short_name} has no outline")
        elif self.outline.display:
            self.look_at("document" if self.pane == "outline" else "outline")
        else:
            from docmind.tui.screens.outline import OutlineScreen

            place = self.query_one(DocumentView).looked_at
            screen = OutlineScreen(document.short_name, self.sections, place)
            self.app.push_screen(screen, self._go_to_section)

    def action_hide_outline(self) -> None:
        """Take the outline's pane away, or bring it back."""
        if not self.has_class("-xwide"):
            self.action_outline()
            return
        self.toggle_class("-plain")
        if self.pane == "outline":
            self.look_at("document")

    @on(SectionChosen)
    def _choose_section(self, event: SectionChosen) -> None:
        self._go_to_section(event.index)

    def _go_to_section(self, index: int | None) -> None:
        if index is not None:
            self.jump(self.sections.sections[index].anchor)
            self.look_at("document")
            self._follow_section()

    @on(PlaceNamed)
    def _name_place(self, event: PlaceNamed) -> None:
        """A letter for the first line in view, in whichever document."""
        self._named[event.letter] = (self._shelf.current.name, self.document.top)
        back = then(self.hint_keys.go_to_mark, event.letter)
        self.say(f"Mark {event.letter} is here; {back} comes back")

    @on(NamedPlaceWanted)
    def _go_to_named(self, event: NamedPlaceWanted) -> None:
        if event.letter not in self._named:
            makes = then(self.hint_keys.mark, event.letter)
            self.say(f"There is no mark {event.letter}; {makes} makes it")
            return
        name, anchor = self._named[event.letter]
        self._remember()
        self.bring(self._shelf.index_of(name))
        self.document.go(anchor)
