"""Numbers as they are written for people: 1 page, 30 pages, pages 3, 7-9; in Chinese 第 3、7-9 页.

The one place for the words that stand beside numbers, in the languages that an answer can be in.
"""

from __future__ import annotations

from collections.abc import Iterable

_CHINESE = {
    "page": "页",
    "document": "份文档",
    "earlier question": "个先前的问题",
    "passage": "个段落",
    "statement": "条陈述",
    "citation": "条引用",
    "token": "个词元",
}
"""The nouns that answers count, each with its measure word."""

_ONE = {
    "en": {"page": "page {}", "line": "line {}"},
    "zh": {"page": "第 {} 页", "line": "第 {} 行"},
}
_SEVERAL = {
    "en": {"page": "pages {}", "line": "lines {}"},
    "zh": {"page": "第 {} 页", "line": "第 {} 行"},
}
_AND = {"en": ", ", "zh": "、"}


def counted(number: int, noun: str, language: str = "en") -> str:
    """A number with its noun: "1 page", "30 pages", "30 页"."""
    if language == "zh":
        return f"{number:,} {_CHINESE[noun]}"
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def ranges(numbers: Iterable[int], language: str = "en") -> str:
    """Numbers in ascending order and in few words: 1-3, 7, 9-12."""
    spans: list[list[int]] = []
    for number in sorted(numbers):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    words = (str(first) if first == last else f"{first}-{last}" for first, last in spans)
    return _AND[language].join(words)


def page_list(numbers: Iterable[int], language: str = "en") -> str:
    """Page numbers with runs drawn together: "page 3", "pages 3, 7-9"."""
    return _place("page", ranges(numbers, language), language)


def line_list(numbers: Iterable[int], language: str = "en") -> str:
    """Line numbers with runs drawn together: "line 3", "lines 3, 7-9"."""
    return _place("line", ranges(numbers, language), language)


def _place(noun: str, numbers: str, language: str) -> str:
    words = _ONE if numbers.isdigit() else _SEVERAL
    return words[language][noun].format(numbers)
