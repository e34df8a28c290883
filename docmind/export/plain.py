"""Text of a document made safe to print: what a terminal would obey becomes something it shows.

The map is one character to one character on purpose: offsets into the page's text stay offsets
into what is shown, so that a highlight cannot drift. Nothing is dropped, so nothing can hide.
"""

from __future__ import annotations

_UNSEEN = "\ufffd"

UNSEEN_RANGES = (
    (0x80, 0x9F),  # C1: U+009B starts a control sequence like ESC [
    (0x061C, 0x061C),  # Arabic letter mark
    (0x200E, 0x200F),  # left-to-right and right-to-left marks
    (0x2028, 0x2029),  # line and paragraph separators
    (0x202A, 0x202E),  # bidirectional embeddings and overrides
    (0x2066, 0x2069),  # bidirectional isolates
    (0xD800, 0xDFFF),  # lone surrogates, which no terminal can be sent
    (0xFFF9, 0xFFFB),  # interlinear annotation
    (0xE0000, 0xE007F),  # tags: invisible ASCII
)
"""First and last of the characters that must not reach a terminal, beside C0 and DEL."""


def _table() -> dict[int, str]:
    """What each dangerous character is shown as: C0 and DEL as their Unicode pictures."""
    table = {code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\n\t"}
    table[0x7F] = "\u2421"
    for first, last in UNSEEN_RANGES:
        table.update(dict.fromkeys(range(first, last + 1), _UNSEEN))
    return table


_SHOWN_AS = _table()


def neutralized(text: str) -> str:
    """The text with every control character (but newline and tab) replaced by a visible one."""
    return text.translate(_SHOWN_AS)


def one_line(text: str) -> str:
    """The text neutralized and on one line, with runs of white space as one space."""
    return neutralized(" ".join(text.split()))
