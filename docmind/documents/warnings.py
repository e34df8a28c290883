"""What a reader should know about pages that could not be read, in one line each."""

from __future__ import annotations

from collections.abc import Sequence

from docmind.documents.frames import OcrPlan
from docmind.documents.ocr import ocr_hint
from docmind.model import Coverage, Page
from docmind.numbers import page_list


def page_warnings(
    pages: Sequence[Page], failed: Sequence[int], plan: OcrPlan, lacking: Sequence[str]
) -> tuple[str, ...]:
    """Warnings about pages without text, pages that broke the parser, and extras that did."""
    lines: list[str] = []
    images = [page.number for page in pages if page.coverage is Coverage.IMAGE]
    garbled = [page.number for page in pages if page.coverage is Coverage.GARBLED]
    if images:
        lines.append(f"{_pages(images)} no text, only an image. {ocr_hint(plan)}")
    if garbled:
        lines.append(f"{_pages(garbled)} text without meaning (broken fonts). {ocr_hint(plan)}")
    if failed:
        lines.append(f"{_pages(failed)} damage and could not be read.")
    if lacking:
        lines.append(f"The file is damaged: it gives no {', '.join(lacking)}.")
    return tuple(lines)


def _pages(numbers: Sequence[int]) -> str:
    return f"{page_list(numbers).capitalize()} {'has' if len(numbers) == 1 else 'have'}"
