"""What a document is called."""

from __future__ import annotations

import re
from collections.abc import Sequence

from docmind.documents.characters import clean
from docmind.model import BlockKind, Page

# What programs write into the title when nobody did: file names, template names, "untitled".
_NO_TITLE = re.compile(
    r"untitled.*|microsoft \w+ -.*"
    r"|.*\.(?:docx?|pdf|indd|qxd|pptx?|xlsx?|tex|dvi|html?|fm|pmd|rtf|txt)"
    r"|(?:slide|document|book|presentation|layout|title|print|page)\s*\d*|[\W\d_]+|.*[/\\].*",
    re.IGNORECASE,
)
_LONGEST_CHARACTERS = 200


def choose_title(metadata_title: str, pages: Sequence[Page]) -> str:
    """The title in the metadata if it is one, else the first heading; empty without either."""
    title = " ".join(clean(metadata_title).split())
    if 3 < len(title) <= _LONGEST_CHARACTERS and not _NO_TITLE.fullmatch(title):
        return title
    for page in pages[:3]:
        headings = [block for block in page.blocks if block.kind is BlockKind.HEADING]
        if headings:
            block = min(headings, key=lambda block: (block.level, block.start))
            return " ".join(page.text[block.start : block.end].split())
    return ""
