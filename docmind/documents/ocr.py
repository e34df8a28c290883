"""Reads pages by OCR, with the tesseract that MuPDF has built in."""

from __future__ import annotations

import math
from typing import Any

from docmind.documents.frames import OcrPlan
from docmind.model import Coverage

_MOST_PIXELS = 40_000_000


class PageOcr:
    """OCR as planned for one document."""

    def __init__(self, plan: OcrPlan, flags: int) -> None:
        self._plan = plan
        self._flags = flags

    def wanted(self, coverage: Coverage) -> bool:
        """Whether a page with this coverage is to be read by OCR."""
        if self._plan.mode == "force":
            return coverage is not Coverage.EMPTY
        return self._plan.mode == "auto" and coverage in (Coverage.IMAGE, Coverage.GARBLED)

    def textpage(self, page: Any) -> Any | None:
        """The page's text page as tesseract reads it, or None where it reads nothing."""
        try:
            textpage = page.get_textpage_ocr(
                flags=self._flags,
                language=self._plan.languages,
                dpi=self._resolution(page),
                full=True,
                tessdata=self._plan.tessdata,
            )
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


def ocr_hint(plan: OcrPlan) -> str:
    """What to type to have pages without text read."""
    match plan.mode:
        case "off":
            return "To read them by OCR: --ocr auto"
        case "missing":
            return f"To read them by OCR: apt-get install {plan.lacks}"
        case _:
            return "OCR found no text on them either. Try ocr_dpi = 300, or other ocr_languages."
