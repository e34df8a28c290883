"""Words that a document gives for a property: after its label, in a definition, or by name.

Each is copied from the text as it stands. A whole sentence is taken only for a property that
wants one, and only where it speaks of nearly all that the property is called.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from docmind.facts.mentions import Unit, one_line
from docmind.summaries.labels import Label, Labels
from docmind.summaries.sentences import is_prose
from docmind.summaries.typed import Found

_LABELLED = re.compile(
    r"^[ \t*_>•-]*(?P<label>[^:：|\n]{2,60}?)[ *_]*(?:[:：]|\|)[ \t*_]*(?P<value>[^\n|]{1,400}?)"
    r"[ \t*_|]*$",
    re.MULTILINE,
)
_NUMBERED = re.compile(
    r"(?P<label>(?:\b[A-Za-z]+\s+){0,3}\b(?:number|no\.?|id|reference|code|ref\.?))\s*[:#]?\s*"
    r"(?P<value>(?=[\w/.-]*\d)[A-Z0-9][\w/.-]*[A-Za-z0-9])",
    re.IGNORECASE,
)
_DEFINED = re.compile(
    r"[\"“](?P<label>[^\"”]{2,60})[\"”]\s*(?:means|shall mean|是指|系指|指)\s*"
    r"(?P<value>[^.;。；]{1,300})"
)
_PATTERNS = (_LABELLED, _NUMBERED, _DEFINED)
_SHORT = re.compile(
    r"\b(?:name|title|id|number|no|code|email|phone|currency|country|city|address|status|type|url"
    r"|kind|category|language|version)s?$|名称?|编号|电话|地址",
    re.IGNORECASE,
)
"""Last words of properties that no sentence can fill."""

SENTENCE_COVERS = 0.8


def phrases(label: Label, unit: Unit, labels: Labels) -> Iterator[Found]:
    """What a unit gives for a label, the surest first."""
    for pattern in _PATTERNS:
        for match in pattern.finditer(unit.text):
            value = one_line(match["value"]).strip(" .;,")
            if value and labels.is_called(label, match["label"]):
                yield Found(value, *match.span("value"))


def sentence(label: Label, unit: Unit, coverage: float) -> Found | None:
    """The unit itself, where the property wants a sentence and this is about it."""
    if coverage < SENTENCE_COVERS or _SHORT.search(label.own) or not is_prose(unit.text):
        return None
    return Found(one_line(unit.text), 0, len(unit.text))
