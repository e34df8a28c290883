"""Reads pages by OCR, with the tesseract that MuPDF has built in."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median
from typing import Any

from docmind.documents.frames import OcrPlan
from docmind.documents.lines import Line
from docmind.model import Coverage

_MOST_PIXELS = 40_000_000
_SAME_SIZE = 0.35
"""A heading that differs by less from the text is not told by its size."""


class PageOcr:
    """OCR as planned for one document."""

    def __init__(self, pymupdf: Any, plan: OcrPlan, flags: int) -> None:
        self._pymupdf = pymupdf
        self._plan = plan
        self._flags = flags

    def wanted(self, coverage: Coverage) -> bool:
        """Whether a page with this coverage is to be read by OCR."""
        if self._plan.mode == "force":
            return coverage is not Coverage.EMPTY
        return self._plan.mode == "auto" and coverage in (Coverage.IMAGE, Coverage.GARBLED)

    def textpage(self, page: Any) -> Any | None:
        """The page's text page as tesseract reads it, or None where it reads nothing.

        Drawn first, so that a page that /Rotate turns is read, and measured, as it is shown:
        PyMuPDF's own way leaves the boxes of such a page lying on their side.
        """
        try:
            drawn = page.get_pixmap(dpi=self._resolution(page))
            read = drawn.pdfocr_tobytes(
                language=self._plan.languages, tessdata=self._plan.tessdata
            )
            with self._pymupdf.open("pdf", read) as document:
                recognised = document[0]
                matrix = recognised.rect.torect(page.rect)
                textpage = recognised.get_textpage(flags=self._flags, matrix=matrix)
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 an image that cannot be drawn or read stays an image
            return None
        return textpage if textpage.extractText().strip() else None

    def _resolution(self, page: Any) -> int:
        """The planned resolution, or less for a page so large that it would fill the memory."""
        square_inches = max(1.0, page.rect.width * page.rect.height / 72**2)
        return max(36, min(self._plan.dpi, int(math.sqrt(_MOST_PIXELS / square_inches))))

    def hint(self) -> str:
        """What to type to have pages without text read."""
        return ocr_hint(self._plan)


def steady(lines: Sequence[Line]) -> None:
    """Make lines alike that are alike in print, as those of a PDF are.

    Tesseract sets each line in a size that it measured, and all of them in a font for machines;
    taken at its word, a clause falls apart where a line happens to have no tall letters.
    """
    sizes = [line.size for line in lines]
    usual = median(sizes) if sizes else 0.0
    for line in lines:
        line.mono = False
        if abs(line.size - usual) < _SAME_SIZE * usual:
            line.size = usual
            line.y0 = line.y1 - usual


_BY_OCR = {"en": "To read them by OCR: {}", "zh": "如需用 OCR 识别：{}"}
_NOTHING_FOUND = {
    "en": "OCR found no text on them either. Try ocr_dpi = 300, or other ocr_languages.",
    "zh": "OCR 也没有识别出文字。可试 ocr_dpi = 300，或其他 ocr_languages。",
}


def ocr_hint(plan: OcrPlan, language: str = "en") -> str:
    """What to type to have pages without text read, in "en" or "zh"."""
    match plan.mode:
        case "off":
            return _BY_OCR[language].format("--ocr auto")
        case "missing":
            return _BY_OCR[language].format(f"apt-get install {plan.lacks}")
        case _:
            return _NOTHING_FOUND[language]
