"""Names that sentences give: "England and Wales" of "the law of England and Wales".

A property that asks for who, where or under which law is answered by a name, and a whole clause in
its place is none. What the document defines ("the Supplier") is a word of its own, not a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from docmind.facts.mentions import Unit
from docmind.retrieval.terms import has_cjk
from docmind.summaries.labels import Label, Labels
from docmind.summaries.typed import Found

_ASKS = re.compile(
    r"(?:\b(?:law|jurisdiction|court|venue|seat|country|state|city|town|place|location|region"
    r"|name|company|party|supplier|customer|client|vendor|provider|buyer|seller|landlord|tenant"
    r"|lessor|lessee|licensor|licensee|employer|employee|person|author|director|manager|signatory"
    r"|contact|organi[sz]ation|institution|bank|insurer|auditor|regulator|publisher|university"
    r"|product|brand|project)|法律|法院|地点|国家|城市|名称|姓名|单位)s?\s*$",
    re.IGNORECASE,
)
"""Last words of what a property is called, where a name answers it."""

_DESCRIBED = re.compile(
    r"\bnames?\b|\bwho\b|\bwhich (?:law|court|countr|state|city|compan|part|person)", re.IGNORECASE
)
_WORD = r"[A-Z][\w&'’-]*(?:\.(?=\w))?[\w]*"
_NAME = re.compile(
    rf"(?<![\w’'-]){_WORD}(?:(?:\s+(?:of|and|the|for|de|du|von|van|la|&))*\s+{_WORD})*"
)
_HAN = re.compile(
    r"(?:适用|为|是|系|由)(?P<value>(?:(?!适用|为|是|系|由)[\u4e00-\u9fff]){2,24})(?=[，。；,;.\s]|$)"
)
_DEFINED = re.compile(
    r"[“\"(（]\s*(?:the\s+)?[“\"]?([A-Z][A-Za-z]+(?: [A-Z][A-Za-z]+){0,3})[”\"]?\s*[”\")）]"
)
_DETERMINER = re.compile(
    r"\b(?:this|that|such|each|any|either|an?|its|their|our|no)\s+$", re.IGNORECASE
)
_OWN_WORDS = frozenset(
    "agreement contract party parties clause section schedule article annex appendix the this"
    " these any each if where in on for to by and or no all such either neither".split()
)
_OPENS = re.compile(r"^[\s(]*(?:[\d.]+\s*|[a-z]\)\s*)?$|[.:;!?]\s+$")
_NEAR = 0.4
"""How near to the property's own words a name stands: within some sixty characters."""


def asks_for_a_name(label: Label) -> bool:
    """Whether a name answers what the label asks for."""
    own, _, around = label.text.partition("\n")
    return _ASKS.search(own) is not None or _DESCRIBED.search(around) is not None


def defined_in(text: str) -> frozenset[str]:
    """The terms that a text defines, in small letters."""
    return frozenset(each.casefold() for each in _DEFINED.findall(text))


def names(
    label: Label, unit: Unit, labels: Labels, defined: frozenset[str]
) -> Iterator[tuple[float, Found]]:
    """The names that stand near the label's words, each with how near."""
    for found in _candidates(unit.text, label, labels, defined):
        near = labels.nearness(label, unit, found)
        if near >= _NEAR:
            yield near, found


def _candidates(
    text: str, label: Label, labels: Labels, defined: frozenset[str]
) -> Iterator[Found]:
    if has_cjk(text):
        for match in _HAN.finditer(text):
            yield Found(match["value"], *match.span("value"))
        return
    for match in _NAME.finditer(text):
        start, end = match.span()
        name, before = match.group(), text[:start]
        if _is_own(name, defined) or _DETERMINER.search(before):
            continue
        if set(labels.terms.of(name)) <= label.name:
            continue
        longer = _with_label(text, end, label, labels)
        if longer == end and _OPENS.search(before) and " " not in name:
            continue  # the capital is that of the sentence
        yield Found(" ".join(text[start:longer].split()), start, longer)


def _is_own(name: str, defined: frozenset[str]) -> bool:
    """Whether this is one of the document's own words, or begins with one ("Schedule 2")."""
    folded = name.casefold()
    return folded in defined or folded.split()[0] in _OWN_WORDS


def _with_label(text: str, end: int, label: Label, labels: Labels) -> int:
    """The end of the name, the label's own word behind it included: "German law"."""
    follows = re.match(r"\s+([a-z]\w*)", text[end:])
    if follows is None or not set(labels.terms.of(follows[1])) & label.inner:
        return end
    return end + follows.end()
