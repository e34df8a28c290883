"""What a reader should know of how a file could be read, one line each, in two languages.

Both are made here, where it is known what happened: who answers in Chinese later has only these.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from docmind.documents.frames import OcrPlan
from docmind.documents.ocr import ocr_hint
from docmind.model import Coverage, Page
from docmind.numbers import page_list


@dataclass(frozen=True, slots=True)
class Warnings:
    """The same lines in English and in Chinese."""

    en: tuple[str, ...] = ()
    zh: tuple[str, ...] = ()

    @classmethod
    def of(cls, words: dict[str, str], *values: object) -> Self:
        """One line, with these values in its gaps."""
        return cls((words["en"].format(*values),), (words["zh"].format(*values),))

    def __add__(self, other: Warnings) -> Warnings:
        return Warnings((*self.en, *other.en), (*self.zh, *other.zh))


AS_UTF16 = {
    "en": "The file is UTF-16, not UTF-8; it was read as such.",
    "zh": "文件是 UTF-16 而不是 UTF-8；已按 UTF-16 读取。",
}
AS_GB18030 = {
    "en": "The file is not UTF-8; it was read as GB18030.",
    "zh": "文件不是 UTF-8；已按 GB18030 读取。",
}
AS_LATIN1 = {
    "en": "The file is not UTF-8; it was read as Latin-1, so some letters may be wrong.",
    "zh": "文件不是 UTF-8；已按 Latin-1 读取，个别字母可能有误。",
}
DAMAGED_PARTS = {"en": "{} parts are damaged: {}.", "zh": "有 {} 个部分已损坏：{}。"}
_LACKING = {
    "en": "The file is damaged: it gives no {}.",
    "zh": "文件已损坏，无法给出：{}。",
}
_IMAGES = {
    "en": ("{} has no text, only an image. {}", "{} have no text, only an image. {}"),
    "zh": ("{}没有文字，只有图像。{}",) * 2,
}
_GARBLED = {
    "en": (
        "{} has text without meaning (broken fonts). {}",
        "{} have text without meaning (broken fonts). {}",
    ),
    "zh": ("{}的文字没有意义（字体损坏）。{}",) * 2,
}
_FAILED = {
    "en": ("{} has damage and could not be read.", "{} have damage and could not be read."),
    "zh": ("{}已损坏，无法读取。",) * 2,
}


def page_warnings(
    pages: Sequence[Page], failed: Sequence[int], plan: OcrPlan, lacking: Sequence[str]
) -> Warnings:
    """Warnings about pages without text, pages that broke the parser, and extras that did."""
    images = [page.number for page in pages if page.coverage is Coverage.IMAGE]
    garbled = [page.number for page in pages if page.coverage is Coverage.GARBLED]
    told = Warnings()
    for numbers, words in ((images, _IMAGES), (garbled, _GARBLED), (failed, _FAILED)):
        if numbers:
            told += _of_pages(numbers, words, plan)
    return told + Warnings.of(_LACKING, ", ".join(lacking)) if lacking else told


def _of_pages(
    numbers: Sequence[int], words: dict[str, tuple[str, str]], plan: OcrPlan
) -> Warnings:
    lines = {
        language: words[language][len(numbers) > 1].format(
            page_list(numbers, language).capitalize(), ocr_hint(plan, language)
        )
        for language in ("en", "zh")
    }
    return Warnings((lines["en"],), (lines["zh"],))
