"""docmind's own words around a summary, in Markdown and HTML, in the language that it is in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

from docmind.model import Fact, Facts


@dataclass(frozen=True, slots=True)
class SummaryWords:
    """The headings and marks of one language."""

    overview: str
    key_points: str
    sections: str
    facts: tuple[str, ...]
    sources: str
    warning: str
    not_found: str


_ENGLISH = SummaryWords(
    overview="Overview",
    key_points="Key points",
    sections="Sections",
    facts=("Parties", "People", "Organizations", "Dates", "Amounts", "Definitions"),
    sources="Sources",
    warning="Warning:",
    not_found="not found in its evidence",
)
_CHINESE = SummaryWords(
    overview="概述",
    key_points="要点",
    sections="各部分",
    facts=("当事方", "人物", "机构", "日期", "金额", "定义"),
    sources="出处",
    warning="警告：",
    not_found="出处中没有找到",
)


def summary_words(language: str) -> SummaryWords:
    """The words for "zh"; for whatever else the English ones."""
    return _CHINESE if language == "zh" else _ENGLISH


def named_facts(facts: Facts, words: SummaryWords) -> Iterator[tuple[str, tuple[Fact, ...]]]:
    """Each list of facts that is not empty, with its heading."""
    for field, heading in zip(fields(Facts), words.facts, strict=True):
        listed: tuple[Fact, ...] = getattr(facts, field.name)
        if listed:
            yield heading, listed
