"""The passage that a reader looks at, and the section that it stands in: pure."""

from __future__ import annotations

from docmind.answers.options import Stretch
from docmind.model import BlockKind, Page
from docmind.tui.layout import Anchor
from docmind.tui.outline import Outline
from docmind.tui.shelf import OpenDocument

LONGEST = 1_200
"""Characters of a passage that is quoted; what is longer is no passage but a page."""


def passage_at(page: Page, offset: int) -> tuple[int, int]:
    """Where the block, or else the paragraph, at this character of a page begins and ends.

    Between two blocks it is the next one.
    """
    told = [block for block in page.blocks if block.kind is not BlockKind.RUNNING]
    for block in told:
        if max(offset, 0) < block.end and page.text[block.start : block.end].strip():
            return block.start, min(block.end, block.start + LONGEST)
    start = page.text.rfind("\n\n", 0, max(offset, 0) + 1) + 1
    start += len(page.text[start:]) - len(page.text[start:].lstrip())
    end = page.text.find("\n\n", start)
    end = len(page.text) if end < 0 else end
    return start, min(end, start + LONGEST)


def stretch_at(document: OpenDocument, outline: Outline, place: Anchor) -> Stretch:
    """The section that a place is in, with those below it; without an outline its page."""
    at = outline.at(place)
    if at is None:
        number = place.page + 1
        return Stretch(document.name, "", (number, 0), (number + 1, 0))
    section = outline.sections[at]
    later = (
        each.anchor
        for each in outline.sections[at + 1 :]
        if each.level <= section.level and each.anchor > section.anchor
    )
    end = next(later, Anchor(len(document.pages), 0))
    begin = (section.anchor.page + 1, max(section.anchor.offset, 0))
    return Stretch(document.name, section.title, begin, (end.page + 1, max(end.offset, 0)))
