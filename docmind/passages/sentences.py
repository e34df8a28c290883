"""Where sentences end, in English and Chinese, so that a citation can be narrowed to one.

Rules, not a model: a wrong split must be explainable, and it may only ever cost context, never
words. The spans cover all of the text but the white space between them.
"""

from __future__ import annotations

import re

Span = tuple[int, int]

_ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof st jr sr messrs hon rev gen capt no nos vs v cf al etc e.g i.e eg ie viz"
    " approx est fig figs eq sec secs art arts cl ch chap vol pp p ed eds para paras sched app ref"
    " refs tab inc ltd co corp llc plc dept univ assn bros jan feb mar apr jun jul aug sep sept"
    " oct nov dec"
    " u.s u.k u.n e.u a.m p.m ph.d".split()
)
"""Words after which a full stop does not end a sentence, lower case, without their last stop."""

_ENDING = re.compile(
    r"[.!?]+[\"'”’)\]]*(?=\s)"  # Latin marks want white space after them: 3.5, a?b
    r"|(?:[。！？]|……|[!?](?=[\u3400-\u9fff]))+[”’」』）)】]*"
    r"|\n[ \t]*\n|(?<=[;；:：])\n"
)
_LAST_WORD = re.compile(r"[^\s(\[“\"']+$")
_LEADING = re.compile(r"[\s\"'“‘(\[]*")
_ENUMERATOR = re.compile(r"(?:\d{1,3}(?:\.\d{1,3})*|[A-Za-z]|[ivxlcIVXLC]{1,5})$")
_CONTINUES = re.compile(r"[a-z,;)]")
_ENDED = re.compile(r"[.!?。！？…;；:：][\"'”’」』）)\]]*$|[”’」』）)]$")


def ends_sentence(text: str) -> bool:
    """Whether a text that stops here has come to an end, or is cut: by its page, as a rule."""
    return _ENDED.search(text.rstrip()) is not None


def sentence_spans(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """The (start, end) offsets of the sentences of text[start:end], without outer white space."""
    limit = len(text) if end is None else end
    spans: list[Span] = []
    begin = start
    for match in _ENDING.finditer(text, start, limit):
        if match.end() < begin or not _ends_sentence(text, begin, match, limit):
            continue
        _append(spans, text, begin, match.end())
        begin = match.end()
    _append(spans, text, begin, limit)
    return spans


def _append(spans: list[Span], text: str, begin: int, end: int) -> None:
    """Add text[begin:end] without the white space around it, unless nothing is left."""
    while begin < end and text[begin].isspace():
        begin += 1
    while end > begin and text[end - 1].isspace():
        end -= 1
    if end > begin:
        spans.append((begin, end))


def _ends_sentence(text: str, begin: int, match: re.Match[str], limit: int) -> bool:
    """Whether this mark ends a sentence, not an abbreviation, a number or an enumerator."""
    mark = match.group()[0]
    if mark not in ".!?":
        return True
    lead = _LEADING.match(text, match.end(), limit)
    after = lead.end() if lead else match.end()
    if after < limit and _CONTINUES.match(text[after]):
        return False
    if mark != ".":
        return True
    word = _LAST_WORD.search(text[begin : match.start()])
    if word is None:
        return False
    last = word.group()
    if last.lower() in _ABBREVIATIONS or (len(last) == 1 and last.isupper()):
        return False
    # "12." or "(a)." that opens the sentence is its number, not a sentence of its own.
    stands_first = not text[begin : match.start() - len(last)].strip(" \t\n(")
    return not (stands_first and _ENUMERATOR.match(last))
