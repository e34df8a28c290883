"""Links of a real PDF, read by the real worker, and found again in the text."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from docmind.documents.page_tasks import Links
from docmind.errors import DamagedInput
from docmind.model import Document, Link
from docmind.tui.links import text_links
from tests.unit.documents.conftest import Reading


def links_of(reading: Reading, path: Path, page: int) -> tuple[Link, ...]:
    made = reading.reader().make(path, path.name, Links(page))
    return msgspec.msgpack.decode(made, type=tuple[Link, ...])


def led_to(document: Document, page: int, links: tuple[Link, ...]) -> list[tuple[str, int, str]]:
    """The words of each link, the page that it leads to, and the first words there."""
    return [
        (link.words, link.target.page + 1, " ".join(
            document.pages[link.target.page].text[max(0, link.target.offset):].split()[:2]
        ))
        for link in text_links(document.page(page), links, document.pages)
    ]  # fmt: skip


def test_links_lead_from_words_to_words_in_the_order_of_the_text(
    reading: Reading, pdfs: Path
) -> None:
    path = pdfs / "linked.pdf"
    document = reading.document(path)

    assert led_to(document, 1, links_of(reading, path, 1)) == [
        ("Part 1", 2, "Part 2"),
        ("Clause 1.2,", 3, "Clause 3.1"),
    ]
    assert led_to(document, 3, links_of(reading, path, 3)) == [
        ("see the fees", 1, "Clause 1.1"),
    ]


def test_a_page_without_links_has_none(reading: Reading, pdfs: Path) -> None:
    assert links_of(reading, pdfs / "linked.pdf", 2) == ()


def test_a_link_to_a_page_that_is_not_there_is_left_out(reading: Reading, pdfs: Path) -> None:
    document = reading.document(pdfs / "linked.pdf")
    page = document.page(1)
    box = (0.0, 0.0, page.width, page.height)

    assert text_links(page, [Link(box, 4, 0.0)], document.pages) == []


def test_the_lines_of_a_broken_link_are_one(reading: Reading, pdfs: Path) -> None:
    document = reading.document(pdfs / "linked.pdf")
    page = document.page(1)
    lines = [
        Link((0.0, top, page.width, top + 14.0), 2, 0.0) for top in (390.0, 590.0)
    ]  # fmt: skip
    (link,) = text_links(page, lines, document.pages)

    assert link.words == "Clause 1.1 speaks of fees. Clause 1.2, see the fees above, or the web."


def test_links_of_a_damaged_file_are_an_error(reading: Reading, pdfs: Path) -> None:
    with pytest.raises(DamagedInput):
        links_of(reading, pdfs / "damaged.pdf", 1)
