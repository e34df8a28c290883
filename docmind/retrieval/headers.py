"""What stands above a passage, as text: what a reader knows when his eyes reach it.

Both arms read it with the passage ("contextual retrieval" without a model): a table row that says
"Total 1,577" is found by the name of its table only if that name is read with it.
"""

from __future__ import annotations

from docmind.model import BlockKind, Document, Kind, Page, Passage

Header = tuple[str, ...]
"""The lines above a passage, outermost first; the same ones stand above many passages."""

PAGE_HEAD_CHARACTERS = 120
"""Where a page begins is where it says what it is about."""

TITLE_CHARACTERS = 80
SECTIONS = 3
"""The innermost titles say most; the model's window is small."""


class Headers:
    """The headers of the passages of one document; each page's head is made once."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._heads: dict[int, str] = {}

    def of(self, passage: Passage) -> Header:
        """Title, page head, sections and table head, as far as there are any.

        Source code has the path, and the signatures that it is inside of.
        """
        if self._document.kind is Kind.CODE:
            return (self._document.name[-TITLE_CHARACTERS:], *passage.sections[-SECTIONS:])
        lines = [self._document.title[:TITLE_CHARACTERS]]
        page = self._document.page(passage.page)
        head = self._heads.get(page.number)
        if head is None:
            head = self._heads[page.number] = _page_head(page)
        if not page.text.startswith(head, passage.start):
            lines.append(head)
        lines += [title for title in passage.sections[-SECTIONS:] if title not in head]
        lines.append(" ".join(passage.table_head.split()))
        return tuple(line for line in lines if line)


def _page_head(page: Page) -> str:
    """The first words of a page, without its running head."""
    start = 0
    for block in page.blocks:
        if block.kind is not BlockKind.RUNNING:
            break
        start = block.end
    return page.text[start : start + PAGE_HEAD_CHARACTERS].strip()
