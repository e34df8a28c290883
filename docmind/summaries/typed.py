"""Values that can be told by their looks: dates, numbers, addresses, words of an enumeration.

A date that could be read in two ways (03/04/2025) is not read at all. What a value means is not
asked here; `docmind.summaries.fields` knows what stands around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from docmind.answers.quantities import located
from docmind.facts.mentions import Unit
from docmind.facts.values import dates
from docmind.retrieval.terms import Terms
from docmind.summaries.filled import Scalar
from docmind.summaries.shape import ValueShape
from docmind.summaries.stating import states

_AMBIGUOUS = re.compile(r"(0?[1-9]|1[0-2])[./](0?[1-9]|1[0-2])[./]\d{4}")
_LOOKS = {
    "email": re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    "uri": re.compile(r"https?://[^\s<>\"'）)，。]+[^\s<>\"'）)，。.,;]"),
    "uuid": re.compile(r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b"),
    "ipv4": re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])"),
}
_NAMES_A_PLACE = re.compile(
    r"(?:\b(?:clause|section|paragraph|schedule|article|chapter|page|annex|appendix|part|no\.?"
    r"|figure|table|version|step|item)s?|第)\s*$",
    re.IGNORECASE,
)
_CURRENCY = r"(?:[$€£¥￥]|\b(?:EUR|USD|GBP|CNY|RMB|CHF|JPY|HKD))"
_YES = re.compile(r"^(?:yes|true|y|✓|✔|x|是|有)$", re.IGNORECASE)
_NO = re.compile(r"^(?:no|false|n|✗|✘|—|-|否|无)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """A value and where it stands in the text that was searched."""

    value: Scalar
    start: int
    end: int


def days(unit: Unit) -> Iterator[Found]:
    """The dates of a unit that name a day, as YYYY-MM-DD."""
    for mention in dates(unit):
        written = _AMBIGUOUS.fullmatch(mention.value)
        if written is not None and int(written[1]) != int(written[2]):
            continue
        try:
            day = date(*mention.key)  # type: ignore[misc]
        except ValueError:
            continue
        yield Found(day.isoformat(), mention.start, mention.end)


def numbers(unit: Unit) -> Iterator[Found]:
    """The numbers of a unit that count or measure: no dates, no clause numbers."""
    text = unit.text
    taken = [(each.start, each.end) for each in dates(unit)]
    for (start, end), quantity in located(text):
        if any(first <= start < last for first, last in taken) or _is_name(unit, start, end):
            continue
        value = quantity.value
        plain = int(value) if value == value.to_integral_value() else float(value)
        yield Found(-plain if _is_negative(text, start, end) else plain, start, end)


def _is_name(unit: Unit, start: int, end: int) -> bool:
    """Whether a number names a place ("clause 7.2", "3. Term") or is part of a longer name."""
    text = unit.text
    before, after = text[:start], text[end:]
    if _NAMES_A_PLACE.search(before) or text[start:end].count(".") > 1:
        return True
    if before[-1:] in ("-", "/", "_") and before[-2:-1].isalnum():
        return True
    opens = not before.strip("( ") and not unit.in_table
    return opens and re.match(r"[.)]?\d*\s+[A-Z\u3400-\u9fff]|[.)、]", after) is not None


def _is_negative(text: str, start: int, end: int) -> bool:
    """Whether it has a minus, or stands alone in brackets, as accounts write what is owed."""
    before = re.sub(rf"{_CURRENCY}\s?$", "", text[:start])
    if before[-1:] in ("-", "\N{MINUS SIGN}") and not before[-2:-1].strip(" |("):
        return True
    return (
        before[-1:] == "("
        and text[end : end + 1] == ")"
        and not before[:-1].rstrip(" |")[-1:].isalnum()
    )


def found_in(unit: Unit, shape: ValueShape, terms: Terms) -> Iterator[Found]:
    """The values of a shape that stand in a unit, by their looks; free words have none."""
    for form in shape.forms:
        for found in _of_form(unit, form, terms):
            if shape.accepts(found.value):
                yield found


def _of_form(unit: Unit, form: dict[str, object], terms: Terms) -> Iterator[Found]:
    text = unit.text
    kind, looks = form.get("type"), str(form.get("format", ""))
    choices = form.get("enum")
    if isinstance(choices, list):
        for value in choices:
            if states(text, value, terms):
                at = max(0, text.casefold().find(str(value).casefold()))
                yield Found(value, at, at + len(str(value)))
    elif kind in ("number", "integer"):
        yield from numbers(unit)
    elif looks == "date":
        yield from days(unit)
    elif pattern := _pattern(form, looks):
        for match in pattern.finditer(text):
            yield Found(match.group(), *match.span())


def _pattern(form: dict[str, object], looks: str) -> re.Pattern[str] | None:
    if "pattern" in form:
        inner = str(form["pattern"])[1:-1]
        return re.compile(rf"(?<![^\W_]){inner}(?![^\W_])")
    return _LOOKS.get(looks)


def cell_value(cell: Unit, shape: ValueShape, terms: Terms) -> Scalar | None:
    """What a cell of a table says."""
    text = cell.text.strip()
    for found in found_in(cell, shape, terms):
        return found.value
    if "boolean" in shape.types and (_YES.match(text) or _NO.match(text)):
        return _YES.match(text) is not None
    return text if text and shape.accepts(text) else None
