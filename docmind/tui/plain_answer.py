"""An answer as plain text: its words without Markdown, then the sources."""

from __future__ import annotations

from docmind.export.answer_words import words_of
from docmind.export.markdown import place
from docmind.export.plain import neutralized, one_line
from docmind.export.what_was_read import what_was_read
from docmind.model import Answer
from docmind.tui.markdown import MarkdownText

_NEVER_WRAPPED = 100_000


def plain_answer(answer: Answer) -> str:
    """The answer with its marks, where each of them leads, what was read, and its warnings."""
    words = words_of(answer.language)
    parts = [_text(answer)]
    if answer.citations:
        sources = [
            f"[{each.number}] {one_line(place(each, answer.language))}: “{one_line(each.quote)}”"
            for each in answer.citations
        ]
        parts.append("\n".join([f"{words.sources}:", *sources]))
    parts.append(one_line(what_was_read(answer.ledger, answer.language)))
    parts += [f"{words.warning} {one_line(warning)}" for warning in answer.warnings]
    return "\n\n".join(parts) + "\n"


def _text(answer: Answer) -> str:
    if answer.engine.model:
        lines = MarkdownText(answer.text).lines(_NEVER_WRAPPED)
        text = "\n".join("".join(text for _, text in line).rstrip() for line in lines)
        return text.replace("\N{NO-BREAK SPACE}[", " [")
    if not answer.claims:
        return neutralized(answer.text)
    marks = ("".join(f"[{number}]" for number in claim.citations) for claim in answer.claims)
    told = (neutralized(claim.text) for claim in answer.claims)
    return "\n\n".join(f"{text} {mark}".rstrip() for text, mark in zip(told, marks, strict=True))
