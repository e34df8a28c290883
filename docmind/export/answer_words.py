"""docmind's own words around an answer in Markdown, in the language that the answer is in.

What the ledger says, and where a citation stands, is English in every language: JSON has the same.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AnswerWords:
    """The headings and marks of one language."""

    sources: str
    not_found: str
    not_complete: str
    warning: str


_ENGLISH = AnswerWords(
    "Sources", "Not found in the documents", "The answer is not complete.", "Warning:"
)
_CHINESE = AnswerWords("出处", "文档中没有找到的陈述", "回答不完整。", "警告：")


def words_of(language: str) -> AnswerWords:
    """The words for "zh"; for whatever else the English ones."""
    return _CHINESE if language == "zh" else _ENGLISH
