"""Finished sheets written to a PDF, the same bytes every time.

Nothing that changes between runs may enter the file: no date of today, no random identifier.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pymupdf

from assets.typesetting.flow import Paper
from assets.typesetting.marks import Fill, Run, Sheet, Stroke
from assets.typesetting.words import face

_THICKENED = re.compile(rb"([\d.]+) Tf 2 Tr")
_STAMP = "D:20260105090000Z"


@dataclass(frozen=True, slots=True)
class Edition:
    """What a file says about itself: metadata, and rules for page labels as PyMuPDF takes them."""

    title: str
    author: str
    subject: str
    language: str
    labels: tuple[dict[str, str | int], ...]


def press(sheets: Sequence[Sheet], paper: Paper, edition: Edition, target: Path) -> None:
    """Write sheets as a PDF with outline, page labels and subset fonts."""
    document = pymupdf.open()
    for sheet in sheets:
        page = document.new_page(width=paper.width, height=paper.height)
        _drawn(page, sheet)
        _written(page, sheet)
    document.set_toc(_outline(sheets))
    document.set_page_labels(list(edition.labels))
    document.set_language(edition.language)
    document.set_metadata(
        {
            "title": edition.title,
            "author": edition.author,
            "subject": edition.subject,
            "producer": "docmind samples",
            "creator": "assets/make_samples.py",
            "creationDate": _STAMP,
            "modDate": _STAMP,
        }
    )
    document.subset_fonts()
    document.save(target, garbage=4, deflate=True, clean=True, no_new_id=True, use_objstms=1)
    document.close()


def _outline(sheets: Sequence[Sheet]) -> list[list[object]]:
    found: list[list[object]] = []
    for number, sheet in enumerate(sheets, start=1):
        for anchor, top in sheet.anchors:
            level = min(anchor.level, (found[-1][0] if found else 0) + 1)  # type: ignore[operator]
            goal = {"kind": pymupdf.LINK_GOTO, "to": pymupdf.Point(0, top), "zoom": 0}
            found.append([level, anchor.title, number, goal])
    return found


def _drawn(page: pymupdf.Page, sheet: Sheet) -> None:
    shape = page.new_shape()
    for mark in sheet.marks:
        match mark:
            case Fill():
                shape.draw_rect(pymupdf.Rect(mark.left, mark.top, mark.right, mark.bottom))
                shape.finish(fill=(mark.grey,) * 3, color=None, width=0)
            case Stroke():
                shape.draw_polyline([pymupdf.Point(point) for point in mark.points])
                shape.finish(
                    width=mark.width, closePath=False, dashes="[2 2] 0" if mark.dashed else None
                )
            case Run():
                pass
    shape.commit()


def _written(page: pymupdf.Page, sheet: Sheet) -> None:
    """Write the text in its order; the Chinese font has no bold, so its strokes are thickened."""
    texts = [mark for mark in sheet.marks if isinstance(mark, Run)]
    start = 0
    while start < len(texts):
        look = _look(texts[start])
        end = start
        writer = pymupdf.TextWriter(page.rect)
        while end < len(texts) and _look(texts[end]) == look:
            run = texts[end]
            writer.append((run.x, run.y), run.text, font=face(run.font), fontsize=run.size)
            end += 1
        writer.write_text(page, render_mode=2 if look else 0)
        start = end
    for xref in page.get_contents():
        stream = page.parent.xref_stream(xref)
        page.parent.update_stream(xref, _THICKENED.sub(_thickened, stream))


def _look(run: Run) -> float:
    """Return the size of text that is to be thickened, else 0."""
    return run.size if run.font == "han-bold" else 0.0


def _thickened(found: re.Match[bytes]) -> bytes:
    return found[0] + b" %.2f w" % (float(found[1]) * 0.021)
