"""What a document defines: "Term" means …, (the "Term"), “…”是指…."""

from __future__ import annotations

import re
from collections.abc import Iterator

from docmind.facts.mentions import Mention, Unit, one_line

_LONGEST_MEANING = 220
_TERM = r"[\"“「](?P<term>[^\"“”「」]{2,60})[\"”」]"
_MEANS = re.compile(
    rf"^\W{{0,4}}{_TERM}(?:,? (?:or|and) [\"“][^\"”]{{2,60}}[\"”])*\s*"
    r"(?:\([^()]{0,60}\)\s*)?(?:means|shall mean|refers to|is defined as|(?=ha(?:s"
    r"|ve) the meaning)|是指|系指|指的是|指"
    r"|[：:]\s*指)[：:,，]?\s*(?P<meaning>\S.*)",
    re.DOTALL,
)
_NAMED = re.compile(
    rf"\(the (?P<bare>(?:[A-Z][A-Za-z-]+ ?){{1,4}})\)|\((?:the|each an?|an?|collectively,? the"
    rf"|together,? the|hereinafter(?: referred to as)?,?(?: the)?)\s*"
    rf"{_TERM}\)|[（(](?:以下|下)(?:简称|合称|称)(?:为)?\s*{_TERM.replace('term', 'han')}"
)


def definitions(unit: Unit) -> Iterator[Mention]:
    """Terms with their meaning, as far as it is short; names given in passing without one."""
    if unit.in_table:
        return
    match = _MEANS.match(unit.text)
    if match is not None:
        yield _mention(unit, match.span("term"), _meaning(match["meaning"]))
    for named in _NAMED.finditer(unit.text):
        group = next(name for name in ("term", "bare", "han") if named[name])
        yield _mention(unit, named.span(group), "")


def _mention(unit: Unit, span: tuple[int, int], meaning: str) -> Mention:
    term = one_line(unit.text[slice(*span)])
    value = f"{term}: {meaning}" if meaning else term
    return Mention(unit, *span, term.casefold(), value)


def _meaning(written: str) -> str:
    meaning = one_line(written).rstrip(".。；;")
    if len(meaning) <= _LONGEST_MEANING:
        return meaning
    cut = meaning[:_LONGEST_MEANING]
    return (cut.rpartition(" ")[0] or cut) + " …"
