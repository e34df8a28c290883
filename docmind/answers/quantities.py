"""The numbers that a text states, by their value: 30, "thirty" and 三十 are the same.

Months beside a day or a year count as their number, so that "31 March" is found in "2024-03-31".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

_SCALES = {
    "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000,
    "trillion": 1_000_000_000_000, "bn": 1_000_000_000,
    "十": 10, "百": 100, "千": 1_000, "万": 10_000, "十万": 100_000, "百万": 1_000_000,
    "千万": 10_000_000, "亿": 100_000_000, "十亿": 1_000_000_000, "百亿": 10_000_000_000,
    "万亿": 1_000_000_000_000,
}  # fmt: skip
_DIGITS = re.compile(
    r"(?<![A-Za-z\d])(?P<digits>\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)*)"
    r"(?:\s*(?P<scale>thousand|million|billion|trillion|bn|[十百千]?万亿?|[十百]?亿))?",
    re.IGNORECASE,
)
_UNITS = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
        " fifteen sixteen seventeen eighteen nineteen".split()
    )
}
_TENS = {
    word: 10 * value
    for value, word in enumerate(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2
    )
}
_WORD = "|".join([*_UNITS, *_TENS, "hundred", "thousand", "million", "billion"])
_WORDS = re.compile(rf"\b(?:{_WORD})(?:(?:[\s-]+|\s+and\s+)(?:{_WORD}))*\b", re.IGNORECASE)
_MEASURES = re.compile(
    r"[\s-]+(?:\(\d+\)\s*)?(?:\w+\s+)?(?:day|week|month|year|hour|minute|quarter|percent|per cent"
    r"|times|pages|copies|dollar|euro|pound)",
    re.IGNORECASE,
)
"""Before these a small number is a figure; elsewhere ("one of the two parties") it is a word."""

_HAN_DIGITS = {
    "〇": 0, "零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7,
    "八": 8, "九": 9,
}  # fmt: skip
_HAN_UNITS = {"十": 10, "百": 100, "千": 1_000}
_HAN_SECTIONS = {"万": 10_000, "亿": 100_000_000}
_HAN = re.compile(
    r"[〇零一二两三四五六七八九十百千万亿]{2,}"
    r"|[一二两三四五六七八九十](?=个?(?:[年月日天周倍成季]|小时|分钟|工作日|[元%％]))"
)
_MONTHS = {
    name: number
    for number, name in enumerate(
        "jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1
    )
}
_MONTH_NAME = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_MONTH = re.compile(
    rf"\b{_MONTH_NAME}(?=,?\s+\d)|(?<=\d)(?:st|nd|rd|th)?(?:\s+of)?\s+{_MONTH_NAME}",
    re.IGNORECASE,
)
_SMALL = frozenset(map(Decimal, range(11)))


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number: its value, and what it is without its scale (1.5 of "1.5 million")."""

    value: Decimal
    bare: Decimal

    def stands_in(self, others: Iterable[Quantity]) -> bool:
        """Whether one of these is the same number; in a table the scale may stand elsewhere."""
        return any(
            self.value == other.value or (other.value == other.bare == self.bare)
            for other in others
        )

    @property
    def is_count(self) -> bool:
        """Whether it is so small that one may have counted up to it."""
        return self.value in _SMALL


def quantities(text: str) -> list[Quantity]:
    """The numbers of a text."""
    return [quantity for _, quantity in _found(text)]


def located(text: str) -> list[tuple[tuple[int, int], Quantity]]:
    """The numbers of a text, each with its span."""
    return list(_found(text))


def without_quantities(text: str) -> str:
    """The text with its numbers, and the months beside them, blanked out."""
    for (start, end), _ in _found(text):
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _found(text: str) -> Iterator[tuple[tuple[int, int], Quantity]]:
    for match in _DIGITS.finditer(text):
        yield match.span(), _digits(match)
    spelled = _DIGITS.sub(lambda match: " " * len(match.group()), text)
    for match in _WORDS.finditer(spelled):
        value = _english(match.group())
        if value not in _SMALL or _MEASURES.match(text, match.end()):
            yield match.span(), Quantity(value, value)
    for match in _HAN.finditer(spelled):
        value = _chinese(match.group())
        yield match.span(), Quantity(value, value)
    for match in _MONTH.finditer(text):
        value = Decimal(_MONTHS[(match[1] or match[2])[:3].lower()])
        yield match.span(), Quantity(value, value)


def _digits(match: re.Match[str]) -> Quantity:
    plain = match["digits"].replace(",", "")
    if plain.count(".") > 1:  # 12.3.4 is the name of a place: its digits are its value
        plain = plain.replace(".", "")
    bare = Decimal(plain).normalize()
    scale = _SCALES.get((match["scale"] or "").lower(), 1)
    return Quantity((bare * scale).normalize(), bare)


def _english(words: str) -> Decimal:
    total = current = 0
    for word in re.split(r"[\s-]+", words.lower()):
        if word in _UNITS or word in _TENS:
            current += _UNITS.get(word, _TENS.get(word, 0))
        elif word == "hundred":
            current = max(1, current) * 100
        elif word in _SCALES:
            total += max(1, current) * _SCALES[word]
            current = 0
    return Decimal(total + current).normalize()


def _chinese(characters: str) -> Decimal:
    if all(each in _HAN_DIGITS for each in characters):
        return Decimal(int("".join(str(_HAN_DIGITS[each]) for each in characters))).normalize()
    total = section = digit = 0
    for each in characters:
        if each in _HAN_DIGITS:
            digit = _HAN_DIGITS[each]
        elif each in _HAN_UNITS:
            section += (digit or 1) * _HAN_UNITS[each]
            digit = 0
        else:
            total = (total + section + digit or 1) * _HAN_SECTIONS[each]
            section = digit = 0
    return Decimal(total + section + digit).normalize()
