"""PDFs: pages by PyMuPDF, then what takes the whole document: headings, running heads, outline.

PyMuPDF is imported without its layout models, which would take 140 MB and most of a second, and
only ever in the worker process. For a Document links and annotations are never read, because one
real file hangs there; `page_links` reads those of a page that is looked at.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from docmind.documents.coverage import coverage_of
from docmind.documents.extras import Extras, read_extras
from docmind.documents.frames import Parsed, Request
from docmind.documents.headings import BodyText, levels, mark_headings
from docmind.documents.hyphens import Vocabulary
from docmind.documents.layout import Layout, lay_out
from docmind.documents.lines import lines_of
from docmind.documents.ocr import PageOcr, steady
from docmind.documents.outline import mark_titles, outline_of_headings, place_bookmarks
from docmind.documents.running import running_blocks
from docmind.documents.titles import choose_title
from docmind.documents.turned import quarter_turn
from docmind.documents.warnings import page_warnings
from docmind.errors import DamagedInput, EmptyInput, EncryptedInput, NoTextInput
from docmind.model import Block, BlockKind, Coverage, Document, Page, WordMap
from docmind.ports import PagesRead

_FIRST_BATCH_PAGES = 4
_BATCH_PAGES = 64
_BATCH_SECONDS = 0.25


def import_pymupdf() -> Any:
    """PyMuPDF, without the layout models that its version 2 would load, and silent."""
    for unwanted in ("pymupdf.layout", "pymupdf4llm"):
        sys.modules.setdefault(unwanted, None)  # type: ignore[arg-type]
    import pymupdf

    pymupdf.TOOLS.mupdf_display_errors(on=False)
    pymupdf.TOOLS.mupdf_display_warnings(on=False)
    return pymupdf


def parse_pdf(request: Request) -> Iterator[PagesRead | Parsed]:
    """The pages in batches, then the document. Raises InputError."""
    pymupdf = import_pymupdf()
    opened, secret = open_pdf(pymupdf, request)
    total = _count_pages(opened, request.name)
    extras = read_extras(opened)
    reading = _Reading(pymupdf, opened, request, extras)
    batch: list[Page] = []
    wanted, flushed = _FIRST_BATCH_PAGES, time.monotonic()
    for index in range(total):
        batch.append(reading.read(index))
        if len(batch) >= wanted or time.monotonic() - flushed > _BATCH_SECONDS:
            yield PagesRead(tuple(batch), total)
            batch, wanted, flushed = [], _BATCH_PAGES, time.monotonic()
    if batch:
        yield PagesRead(tuple(batch), total)
    yield Parsed(reading.finish(), secret=secret)


def open_pdf(pymupdf: Any, request: Request) -> tuple[Any, bool]:
    """The open document, and whether a password was needed. Raises InputError."""
    try:
        document = pymupdf.open(request.path, filetype="pdf")
        locked = bool(document.needs_pass)
        unlocked = not locked or bool(document.authenticate(request.password))
    except MemoryError:
        raise
    except Exception as exc:  # PyMuPDF raises many classes, RuntimeError among them
        raise DamagedInput(
            f"{request.name} is not a PDF that can be read: it is damaged.",
            "Fetch it again, or try a copy printed to PDF by another program.",
        ) from exc
    if unlocked:
        return document, locked
    if request.password:
        raise EncryptedInput(
            f"The password for {request.name} is wrong.",
            "Check the first line of --password-file.",
        )
    raise EncryptedInput(
        f"{request.name} is encrypted.", "Put its password in a file: --password-file FILE"
    )


def _count_pages(document: Any, name: str) -> int:
    try:
        total = len(document)
    except Exception as exc:
        raise DamagedInput(
            f"{name} is damaged: its pages cannot be counted.", "Fetch it again."
        ) from exc
    if total == 0:
        raise EmptyInput(f"{name} has no pages.", "Fetch it again, or export it anew.")
    return total


@dataclass(slots=True)
class _Raw:
    """A page as it was read, before the whole document is known."""

    page: Page
    layout: Layout


class _Reading:
    """The pages read so far, and what they tell about the document."""

    def __init__(self, pymupdf: Any, document: Any, request: Request, extras: Extras) -> None:
        self._pymupdf = pymupdf
        self._document = document
        self._request = request
        self._extras = extras
        self._flags = (
            pymupdf.TEXT_PRESERVE_WHITESPACE | pymupdf.TEXT_MEDIABOX_CLIP
        )  # no ligatures, and U+FFFD instead of font-internal numbers for what has no meaning
        self._ocr = PageOcr(pymupdf, request.ocr, self._flags)
        self._vocabulary = Vocabulary()
        self._body = BodyText()
        self._raw: list[_Raw] = []
        self._failed: list[int] = []

    def read(self, index: int) -> Page:
        """One page, with what can be known about it so far. Never raises for a bad page."""
        try:
            raw = self._read(index)
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 a page never costs the document
            self._failed.append(index + 1)
            raw = _Raw(
                Page(index + 1, "", self._label(index), Coverage.EMPTY), Layout("", WordMap(), [])
            )
        self._raw.append(raw)
        return raw.page

    def _read(self, index: int) -> _Raw:
        page = self._document.load_page(index)
        matrix = page.rotation_matrix if page.rotation else None
        textpage = page.get_textpage(flags=self._flags, matrix=matrix)
        words = textpage.extractWORDS()
        texts = [word[4] for word in words]
        coverage = coverage_of(page, " ".join(texts))
        if self._ocr.wanted(coverage) and (recognised := self._ocr.textpage(page)) is not None:
            textpage, coverage = recognised, Coverage.OCR
            words = textpage.extractWORDS()
            texts = [word[4] for word in words]
        if not coverage.readable:
            words, texts = [], []
        self._vocabulary.add(texts)
        _, _, width, height = page.rect
        if coverage is Coverage.OCR:
            layout = self._lay_out_recognised(textpage, words)
        else:
            layout = self._lay_out(page, textpage, words, (width, height))
        self._body.add(layout.drafts)
        if coverage.readable and not layout.text:
            coverage = Coverage.EMPTY
        return _Raw(
            Page(
                number=index + 1,
                text=layout.text,
                label=self._label(index),
                coverage=coverage,
                blocks=tuple([Block(d.kind, d.start, d.end) for d in layout.drafts]),
                words=layout.words,
                width=width,
                height=height,
            ),
            layout,
        )

    def _lay_out(
        self, page: Any, textpage: Any, words: Sequence[Any], size: tuple[float, float]
    ) -> Layout:
        """The page's text, read in the direction in which most of its lines run."""
        if not words:
            return Layout("", WordMap(), [])
        blocks = textpage.extractDICT()["blocks"]
        turn = quarter_turn(blocks, *size)
        if turn is None:
            return lay_out(lines_of(words, blocks), self._vocabulary)
        matrix = self._pymupdf.Matrix(*turn.matrix)
        if page.rotation:
            matrix = page.rotation_matrix * matrix
        turned = page.get_textpage(flags=self._flags, matrix=matrix)
        lines = lines_of(turned.extractWORDS(), turned.extractDICT()["blocks"])
        layout = lay_out(lines, self._vocabulary)
        return replace(layout, words=turn.turn_back(layout.words))

    def _lay_out_recognised(self, textpage: Any, words: Sequence[Any]) -> Layout:
        """The text of a page that was read by OCR, which has all of its lines level."""
        lines = lines_of(words, textpage.extractDICT()["blocks"])
        steady(lines)
        return lay_out(lines, self._vocabulary)

    def _label(self, index: int) -> str | None:
        labels = self._extras.labels
        return labels[index] or None if index < len(labels) else None

    def finish(self) -> Document:
        """The document, whole. Raises NoTextInput if no page has text."""
        ranks = [mark_headings(raw.layout, self._body) for raw in self._raw]
        running = running_blocks([(raw.page, raw.layout) for raw in self._raw], self._body.size)
        for raw, found in zip(self._raw, ranks, strict=True):
            for position in running.get(raw.page.number, ()):
                found.pop(position, None)
        level_of = levels([rank for found in ranks for rank in found.values()])
        pages = [
            _with_blocks(raw, found, running.get(raw.page.number, set()), level_of)
            for raw, found in zip(self._raw, ranks, strict=True)
        ]
        outline = place_bookmarks(self._extras.bookmarks, pages)
        pages = mark_titles(pages, outline)
        self._require_text(pages)
        told = page_warnings(pages, self._failed, self._request.ocr, self._extras.lacking)
        return Document(
            sha256=self._request.sha256,
            name=self._request.name,
            kind=self._request.kind,
            title=choose_title(self._extras.title, pages),
            pages=tuple(pages),
            outline=tuple(outline or outline_of_headings(pages)),
            warnings=told.en,
            warnings_zh=told.zh,
        )

    def _require_text(self, pages: Sequence[Page]) -> None:
        if any(page.coverage.readable for page in pages):
            return
        name, many = self._request.name, f"{len(pages)} pages" if len(pages) > 1 else "1 page"
        if len(self._failed) == len(pages):
            raise DamagedInput(
                f"{name} is damaged: it has {many}, none of which can be read.", "Fetch it again."
            )
        if all(page.coverage is Coverage.EMPTY for page in pages):
            raise NoTextInput(f"{name} has {many}, with nothing on them.", "Check the file.")
        raise NoTextInput(f"{name} has {many}, none of them with text.", self._ocr.hint())


def _with_blocks(
    raw: _Raw, headings: dict[int, int], running: set[int], level_of: dict[int, int]
) -> Page:
    """The page with its headings and running blocks marked."""
    if not headings and not running:
        return raw.page
    blocks = tuple(
        [
            Block(BlockKind.RUNNING, draft.start, draft.end)
            if position in running
            else Block(
                BlockKind.HEADING, draft.start, draft.end, level_of.get(headings[position], 1)
            )
            if position in headings
            else Block(draft.kind, draft.start, draft.end)
            for position, draft in enumerate(raw.layout.drafts)
        ]
    )
    page = raw.page
    return Page(
        page.number,
        page.text,
        page.label,
        page.coverage,
        blocks,
        page.words,
        page.width,
        page.height,
    )
