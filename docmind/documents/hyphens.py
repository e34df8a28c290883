"""What becomes of a hyphen, or of a line break, where one word of a paragraph meets the next.

Whether a hyphen at a line's end belongs to the word (long-term) or not (docu-ment) cannot be seen
in the line; the other words of the document tell. No dictionary: it would know one language, and
no names.
"""

from __future__ import annotations

from collections.abc import Iterable

from docmind.documents.assembly import PageText
from docmind.documents.characters import is_spaceless

_HYPHENS = ("-", "\u2010", "\u00ad")
# Heads of compounds that hardly ever are the first part of a divided word.
_COMPOUND_HEADS = frozenset(
    "self well long short high low full half cross all third first second one two three four five"
    " six seven eight nine ten twenty thirty forty fifty sixty seventy eighty ninety".split()
)


class Vocabulary:
    """The words of the document so far, and what they tell about the next line's end."""

    def __init__(self) -> None:
        self._words: set[str] = set()

    def add(self, words: Iterable[str]) -> None:
        """Take in the words of a page, before its text is put together."""
        self._words.update(words)

    def join(self, page: PageText, following: str) -> None:
        """Settle what stands between the page's last word and the first of the next line."""
        last = page.last_word
        before, after = is_spaceless(last[-1]), is_spaceless(following[0])
        if before or after:
            if (before or last[-1].isalnum()) and (after or following[0].isalnum()):
                page.end_with("")
        elif last.endswith(_HYPHENS) and len(last) > 1 and (last[-2].isalnum() or last[-2] == "."):
            if last[-2].isalpha() and self._divides(last, following):
                page.join_hyphenated()
            elif following[0].isalnum():
                page.end_with("")

    def _divides(self, last: str, following: str) -> bool:
        """Whether the hyphen only divides the word, and goes when its parts are joined."""
        head, tail = last[:-1], following.rstrip(".,;:)?!")
        if last[-1] == "\u00ad" or head + tail in self._words:
            return True
        if not following[0].islower() or f"{head}-{tail}" in self._words:
            return False
        if "-" in head + tail or len(head) < 2 or head.lower() in _COMPOUND_HEADS:
            return False
        return not (len(head) > 2 and head.lower() in self._words and tail in self._words)
