"""A comparison as Markdown: a section a document, and a table that shows all sides at a glance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from docmind.export.markdown import answer_markdown, escaped, where
from docmind.export.plain import one_line
from docmind.model import Answer, Mode
from docmind.model.comparison import Finding, Side

_SECTION_LEVEL = 3
"""Of the headings inside a document's section."""


@dataclass(frozen=True, slots=True)
class _Words:
    """docmind's own words around a comparison, in one language."""

    title: str
    columns: tuple[str, str, str]
    found: str
    sentences: str
    weak: str
    absent: str
    cut: str
    not_read: str
    not_found: str


_WORDS = {
    "en": _Words(
        "At a glance",
        ("Document", "Found", "First evidence"),
        "yes",
        "sentences that come close; read them",
        "perhaps: the evidence is weak",
        "no, and all of it was read",
        "not known: the answer is not complete",
        "not in what was read of it",
        "no sentence was found",
    ),
    "zh": _Words(
        "一览",
        ("文档", "是否找到", "首个出处"),
        "是",
        "有相近的句子，请阅读判断",
        "也许：证据较弱",
        "否，已通读全文",
        "未知：回答不完整",
        "已读部分中没有",
        "没有找到句子",
    ),
}


def title_markdown(question: str) -> str:
    """What a comparison begins with."""
    return f"# {escaped(one_line(question))}\n\n"


def interrupted_note(asked: int, total: int) -> str:
    """That not every document was asked, for whoever has read enough."""
    return f"Interrupted: {asked} of {total} documents were asked."


def warnings_markdown(warnings: Sequence[str]) -> str:
    """What is to be said of the whole comparison; empty where nothing is."""
    return "".join(f"\n**Warning:** {escaped(one_line(each))}\n" for each in warnings)


def side_markdown(side: Side) -> str:
    """The section of one document: its answer, its sources, what was read, its warnings."""
    answer = answer_markdown(side.answer, level=_SECTION_LEVEL)
    return f"## {escaped(one_line(side.document))}\n\n{answer}\n"


def table_markdown(sides: Sequence[Side]) -> str:
    """Every document with what it says, and where; it has one side at least."""
    words = _words_of(sides[0].answer)
    rows = [
        words.columns,
        ("---", "---", "---"),
        *((side.document, _found(side), _evidence(side)) for side in sides),
    ]
    table = "\n".join(f"| {' | '.join(map(_cell, row))} |" for row in rows)
    return f"## {words.title}\n\n{table}\n"


def _words_of(answer: Answer) -> _Words:
    return _WORDS.get(answer.language, _WORDS["en"])


def _cell(text: str) -> str:
    return text if text == "---" else escaped(one_line(text)).replace("|", "\\|")


def _found(side: Side) -> str:
    words, answer = _words_of(side.answer), side.answer
    if side.finding is Finding.FOUND:
        # Sentences that are alike say nothing yet: only who has read and understood says yes.
        found = words.sentences if answer.ledger.mode is Mode.EXTRACTIVE else words.found
        return words.weak if answer.weak else found
    if side.finding is Finding.ABSENT:
        return words.absent
    if answer.partial:
        return words.cut
    return words.not_read if answer.ledger.mode is Mode.RETRIEVE else words.not_found


def _evidence(side: Side) -> str:
    """Where the first citation stands; nothing where there is none."""
    citations = side.answer.citations
    return where(citations[0], side.answer.language) if citations else ""
