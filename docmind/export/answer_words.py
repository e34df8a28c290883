"""docmind's own words around an answer in Markdown, in the language that the answer is in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from docmind.model import Status


@dataclass(frozen=True, slots=True)
class AnswerWords:
    """The headings and marks of one language; `printed` is the number that a page bears."""

    sources: str
    not_found: str
    not_complete: str
    warning: str
    place: str
    printed: str
    statuses: Mapping[Status, str]
    mark: str
    marks_apart: str


_ENGLISH = AnswerWords(
    sources="Sources",
    not_found="Not found in the documents",
    not_complete="The answer is not complete.",
    warning="Warning:",
    place="{}, {}",
    printed=" (printed {})",
    statuses={status: status.value for status in Status},
    mark=" ({})",
    marks_apart=", ",
)
_CHINESE = AnswerWords(
    sources="出处",
    not_found="文档中没有找到的陈述",
    not_complete="回答不完整。",
    warning="警告：",
    place="{}，{}",
    printed="（印刷页码 {}）",
    statuses={
        Status.EXACT: "逐字一致",
        Status.NORMALIZED: "仅空白不同",
        Status.UNVERIFIED: "未核实",
    },
    mark="（{}）",
    marks_apart="，",
)


def words_of(language: str) -> AnswerWords:
    """The words for "zh"; for whatever else the English ones."""
    return _CHINESE if language == "zh" else _ENGLISH
