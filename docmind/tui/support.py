"""Which statements of a model's answer nothing supports, marked where they stand in its text."""

from __future__ import annotations

import re

from docmind.model import Answer, Claim
from docmind.tui.markdown_lines import UNSUPPORTED

_BETWEEN_WORDS = r"(?:[\s*_`~]|\[\d{1,4}\])+"
_MARKS_AFTER = r"(?:\s*\[\d{1,4}\])*"


def marked_text(answer: Answer) -> str:
    """The answer's text with UNSUPPORTED after each statement that has no support."""
    text = answer.text.replace(UNSUPPORTED, "\N{REPLACEMENT CHARACTER}")
    for claim in answer.claims:
        if not claim.supported and (end := _end_of(claim, text)) is not None:
            text = text[:end] + UNSUPPORTED + text[end:]
    return text


def elsewhere(answer: Answer) -> list[Claim]:
    """Statements without support that the text does not hold in these words."""
    return [c for c in answer.claims if not c.supported and _end_of(c, answer.text) is None]


def _end_of(claim: Claim, text: str) -> int | None:
    """Where a statement and its marks end in the text, whatever is emphasized in it."""
    words = re.sub(_BETWEEN_WORDS, " ", claim.text).split()
    if not words:
        return None
    pattern = _BETWEEN_WORDS.join(map(re.escape, words)) + r"[*_`~]*" + _MARKS_AFTER
    match = re.search(pattern, text)
    return match.end() if match else None
