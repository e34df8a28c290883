"""Terms as FTS5 is given them: words of plain letters and digits, which it does not change.

A term that has anything else in it (an ideogram, a decimal point) is written as its hash; FTS5
would cut it, or fold it together with others. Forty bits never collide in practice, and a
collision would only rank a passage a little too high.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

MOST_TERMS = 48
"""Of a question; a longer one is a page of text, and its first words say what it is about."""


def as_words(terms: Iterable[str]) -> str:
    """The terms of a passage, for the index."""
    return " ".join(map(_word, terms))


def of_question(terms: Iterable[str]) -> list[str]:
    """The words of a question, as they stand in the index."""
    return list(dict.fromkeys(map(_word, terms)))[:MOST_TERMS]


def as_expression(words: Iterable[str]) -> str:
    """What matches any of these words; empty where there are none."""
    return " OR ".join(f'"{word}"' for word in words)


def _word(term: str) -> str:
    if term.isascii() and term.isalnum():
        return term.lower()
    digest = hashlib.blake2b(term.encode("utf-8", "surrogatepass"), digest_size=5)
    return f"zq{digest.hexdigest()}"
