"""Looking around in the document: its outline, and the sections in it."""

from __future__ import annotations

from textual import on

from docmind.tui.messages import PlaceChanged, SectionChosen
from docmind.tui.screens.asking import AskingScreen
from docmind.tui.screens.outline import OutlineScreen
from docmind.tui.widgets.document_view import DocumentView


class LookingScreen(AskingScreen):
    """Knows which section is in view, and goes to others."""

    def on_mount(self) -> None:
        """The outline follows whatever moves the document."""
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
