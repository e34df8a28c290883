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
    done = 0  # the same words may be said twice, and come in the order of the claims
    for claim in answer.claims:
        end = _end_of(claim, text, done) or _end_of(claim, text)
        if end is None:
            continue
        done = end
        if not claim.supported:
            text = text[:end] + UNSUPPORTED + text[end:]
            done += len(UNSUPPORTED)
    return text


def other_warnings(answer: Answer) -> list[str]:
    """The warnings but for those that are told at their place: above the answer, at a mark."""
    # Imported here because it takes as long as all of Textual, and nothing is answered yet when
    # the first screen is painted.
    from docmind.answers.ask import WEAK_NOTES
    from docmind.answers.review import unsupported_note

    told = [unsupported_note(answer.claims, language) for language in ("en", "zh")]
    told += WEAK_NOTES.values()
    return [warning for warning in answer.warnings if warning not in told]


def elsewhere(answer: Answer) -> list[Claim]:
    """Statements without support that the text does not hold in these words."""
    return [c for c in answer.claims if not c.supported and _end_of(c, answer.text) is None]


def _end_of(claim: Claim, text: str, start: int = 0) -> int | None:
    """Where a statement and its marks end after `start`, whatever is emphasized in it."""
    words = re.sub(_BETWEEN_WORDS, " ", claim.text).split()
    if not words:
        return None
    pattern = _BETWEEN_WORDS.join(map(re.escape, words)) + r"[*_`~]*" + _MARKS_AFTER
    match = re.compile(pattern).search(text, start)
    return match.end() if match else None
