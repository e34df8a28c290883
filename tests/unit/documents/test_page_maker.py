"""Copies with highlights, and pictures of pages: made by the real worker, looked at by PyMuPDF."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from docmind.documents.page_tasks import Highlight, MarkedCopy, Picture
from docmind.errors import DamagedInput
from docmind.model import Box, Document
from tests.unit.documents.conftest import Reading

_LOOK = """
import json, sys, pymupdf
found = []
with pymupdf.open(sys.argv[1]) as document:
    for page in document:
        for mark in page.annots():
            words = page.get_textbox(mark.rect)
            found.append([page.number + 1, mark.type[1], mark.info["content"], words])
print(json.dumps(found))
"""


def marks_in(path: Path) -> list[list[Any]]:
    """Page, kind, note and words of each annotation; another process, as the parser is."""
    done = subprocess.run(
        [sys.executable, "-c", _LOOK, str(path)], capture_output=True, check=True, text=True
    )
    found: list[list[Any]] = json.loads(done.stdout.splitlines()[-1])
    return found


def some_words(document: Document) -> tuple[int, tuple[Box, ...], str]:
    """The number of a page with much text, and some words in its middle with their boxes."""
    page = next(each for each in document.pages if len(each.text) > 1000)
    start = page.text.index(" ", 500) + 1
    end = page.text.index(" ", start + 20)
    return page.number, page.words.boxes_of(start, end), page.text[start:end]


@pytest.mark.parametrize("sample", ["services-agreement.pdf", "two-column-paper.pdf"])
def test_a_copy_has_the_words_highlighted_with_their_note(
    reading: Reading, tmp_path: Path, sample: str
) -> None:
    path = Path("assets") / sample
    page, boxes, words = some_words(reading.document(path))
    copy = tmp_path / "copy.pdf"
    task = MarkedCopy((Highlight(page, boxes, "1. What? [1]"),))
    copy.write_bytes(reading.reader().make(path, path.name, task))

    ((number, kind, note, found),) = marks_in(copy)
    assert (number, kind, note) == (page, "Highlight", "1. What? [1]")
    assert words.split()[1] in found


def test_a_picture_of_a_page_fits_and_frames_the_words(reading: Reading) -> None:
    path = Path("assets/services-agreement.pdf")
    page, boxes, _ = some_words(reading.document(path))
    reader = reading.reader()
    plain = reader.make(path, path.name, Picture(page, (), 400, 300))
    framed = reader.make(path, path.name, Picture(page, boxes, 400, 300))

    assert plain.startswith(b"\x89PNG")
    width, height = (int.from_bytes(plain[at : at + 4]) for at in (16, 20))
    assert width <= 401
    assert height <= 301
    assert framed != plain


def test_a_damaged_pdf_is_an_error_in_words(reading: Reading, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.7 nothing")

    with pytest.raises(DamagedInput):
        reading.reader().make(path, "a.pdf", MarkedCopy(()))
