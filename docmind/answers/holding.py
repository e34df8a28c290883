"""Whether a sentence gives what a question asks for: a number, say, and beside it of what.

"How many warehouses does it operate?" is not answered by a sentence about warehouses that counts
none, nor by one that counts something else; what was asked of 2019 not by a report on 2021. Such
answers are marked as weak, never dropped: the noun of a question is found by a pattern, and
documents have other words for it.
"""

from __future__ import annotations

import re
from collections import Counter

from docmind.answers.question import Expected, Question, holds
from docmind.model import Document
from docmind.retrieval.terms import Terms

_END = (
    r"(?=\s+(?:do|does|did|is|are|was|were|be|been|has|have|had|can|could|will|would|may|must|shall"
    r"|should|might|in|on|at|for|to|from|with|by|that|which|who|whose|there|per|under|during"
    r"|between|among|within|as|of|it|they|we|you|when|if|since|according|the|an?|its|their|his|her"
    r"|our|your|this|these)\b|\s*[?？,.;(]|\s*$)"
)
_NOUN = (
    re.compile(
        rf"\bhow (?:many|much) (?!a |an |per |each |every )(?:of )?(?:the |these |its |their )?"
        rf"(?P<noun>.+?){_END}",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:number|percentage|percent|share|proportion|amount|quantity) of (?:the |all )?"
        rf"(?P<noun>.+?){_END}",
        re.IGNORECASE,
    ),
)
_NO_NOUNS = frozenset(
    "many much time money percent percentage more less people persons individuals things do does"
    " did is are was were has have had can could will would may must shall should of it".split()
)
"""What a pattern takes for a noun, and nouns that documents do without."""

_NUMBER_WORDS = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    " seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred"
    " thousand million billion dozen none no"
)
_COUNT = re.compile(
    rf"\b(?:{_NUMBER_WORDS.replace(' ', '|')})\b|[一二三四五六七八九十百千万两〇零]"
    r"|(?<![A-Za-z\d.,/-])\d+(?:[.,]\d+)*(?![A-Za-z\d/-]|[.,]\d)",
    re.IGNORECASE,
)
_NO_COUNT = re.compile(
    r"^\W*(?:\d+\.)+\d*\s|^\W*\(?\d{1,2}[.)]\s"  # the number of a clause or an item
    r"|\b(?:clause|section|paragraph|schedule|article|chapter|page|p\.|annex|appendix|part|no\.|note"
    r"|figure|fig\.|table|step|item|version|form|rule|act)s?\s+\d[\d.]*"
    r"|\b(?:1[5-9]|20)\d\d\b"  # a year
    r"|[$€£¥￥]\s*\d[\d,.]*|\d[\d,.]*\s*(?:[%％]|per ?cent\b)"
    r"|第\s*[\d一二三四五六七八九十]+|\d+\s*月\s*\d*\s*日?",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<![\d.,])(?:19|20)\d\d(?![\d%])(?![.,]\d)")
_SHARE_OF_OWN_YEAR = 0.5
"""A year that a document names half as often as the one that it names most is its own, too."""

_NEAR = 60
"""Characters between a number and what it counts: "815 membership warehouses"."""

_NAMED_ALONE = re.compile(r"(?:[^\W\d_][\w’'&-]*(?:\s+|$)){1,6}|[\u3400-\u9fff]{2,12}")
"""Words without a mark or a number: of a cover, a letterhead, a column."""

_CHECKED = (
    Expected.DATE,
    Expected.DURATION,
    Expected.MONEY,
    Expected.PERCENT,
    Expected.NUMBER,
)


def noun_of(question: Question) -> str:
    """Of what a question asks how many or how much there is; empty where it does not say so.

    Two words, because the last one may be the verb: "how many seniors own" a phone.
    """
    for pattern in _NOUN:
        if match := pattern.search(question.text):
            words = match["noun"].split()
            last = words[-2:]
            if _NO_NOUNS.isdisjoint(word.casefold() for word in (*words[:1], *last)):
                return " ".join(last)
    return ""


def gives(question: Question, text: str, terms: Terms, *, in_table: bool = False) -> bool:
    """Whether a text has what the question asks for, with the noun that it is asked of.

    A cell of a table has its measure elsewhere: there any number may be a sum or a share.
    """
    expected = question.expected
    if expected not in _CHECKED:
        return True
    noun = frozenset(terms.of(noun_of(question)))
    if in_table and expected is not Expected.DATE:
        held = _COUNT.search(text) is not None
    elif expected is Expected.NUMBER:
        return _counts(noun, text, terms)
    else:
        held = holds(expected, text)
    return held and (not noun or bool(noun & set(terms.of(text))))


def says_something(text: str) -> bool:
    """False for what only names something, as the cover of a contract does its parties."""
    return _NAMED_ALONE.fullmatch(text.strip()) is None


def is_of_its_time(question: Question, text: str, document: Document) -> bool:
    """Whether a text speaks of a year that is asked for, or may be: it is the document's own."""
    asked = set(_YEAR.findall(question.text))
    if not asked or not asked.isdisjoint(_YEAR.findall(text)):
        return True
    named = Counter(year for page in document.pages for year in _YEAR.findall(page.text))
    most = max(named.values(), default=0)
    return any(named[year] >= most * _SHARE_OF_OWN_YEAR for year in asked)


def _counts(noun: frozenset[str], text: str, terms: Terms) -> bool:
    """Whether a number that counts stands near the noun."""
    # Blanked, not cut: what is counted must not move nearer.
    plain = _NO_COUNT.sub(lambda match: " " * len(match.group()), text)
    return any(
        not noun or noun & set(terms.of(text[max(0, match.start() - _NEAR) : match.end() + _NEAR]))
        for match in _COUNT.finditer(plain)
    )
