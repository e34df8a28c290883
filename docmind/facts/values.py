"""Dates and amounts of money in a text, as they are written, with what they come to.

Only what is written out as a date or a sum counts: a year alone, a share or a count is not one.
General parsers of dates read "may" and "12.1" as dates too; in a contract of numbered clauses that
is most of what they find, so the patterns are here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from docmind.facts.kinds import AMOUNT_KINDS, DATE_KINDS
from docmind.facts.mentions import Mention, Unit, one_line

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTH = (
    r"(?P<month>jan(?:uary|\.)?|feb(?:ruary|\.)?|mar(?:ch|\.)?|apr(?:il|\.)?|may|june?\.?|july?\.?"
    r"|aug(?:ust|\.)?|sept?(?:ember|\.)?|oct(?:ober|\.)?|nov(?:ember|\.)?|dec(?:ember|\.)?)"
)
_YEAR = r"(?P<year>(?:1[5-9]|20|21)\d\d)"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_HAN_DIGITS = "〇一二三四五六七八九"
_HAN_POWERS = {"十": 10, "百": 100, "千": 1000}
_HAN_NUMBER = "一二三四五六七八九十廿"

_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<![\w.]){_DAY}(?:\s+day\s+of)?\s+{_MONTH},?\s+{_YEAR}\b",
        rf"\b{_MONTH}\s+{_DAY},?\s+{_YEAR}\b",
        rf"(?<!\d )\b{_MONTH},?\s+{_YEAR}\b",
        rf"(?<![\w./-]){_YEAR}[-/.](?P<month>[01]\d)[-/.](?P<day>[0-3]\d)(?![\w/-]|\.\d)",
        rf"(?<![\w./-])(?P<day>[0-3]?\d)[/.](?P<month>[0-3]?\d)[/.]{_YEAR}(?![\w/-]|\.\d)",
        rf"(?<!\d){_YEAR}\s*年\s*(?P<month>[01]?\d)\s*月(?:\s*(?P<day>[0-3]?\d)\s*日)?",
        rf"(?P<year>[一二][{_HAN_DIGITS}○零]{{3}})年(?P<month>[{_HAN_NUMBER}]{{1,2}})月"
        rf"(?:(?P<day>[{_HAN_NUMBER}]{{1,3}})日)?",
    )
)
_CURRENCIES = {
    "$": "USD", "us$": "USD", "usd": "USD", "dollar": "USD", "美元": "USD",
    "€": "EUR", "eur": "EUR", "euro": "EUR", "欧元": "EUR",
    "£": "GBP", "gbp": "GBP", "pound": "GBP", "pounds sterling": "GBP", "英镑": "GBP",
    "¥": "CNY", "￥": "CNY", "rmb": "CNY", "cny": "CNY", "yuan": "CNY", "元": "CNY",
    "人民币": "CNY", "hk$": "HKD", "hkd": "HKD", "港元": "HKD", "港币": "HKD",
    "jpy": "JPY", "yen": "JPY", "日元": "JPY", "chf": "CHF", "swiss franc": "CHF",
    "a$": "AUD", "aud": "AUD", "c$": "CAD", "cad": "CAD", "s$": "SGD", "nt$": "TWD",
    "nz$": "NZD", "₹": "INR", "inr": "INR", "rupee": "INR",
}  # fmt: skip
_SCALES = {
    "thousand": 3, "k": 3, "million": 6, "millions": 6, "mn": 6, "m": 6, "billion": 9,
    "billions": 9, "bn": 9, "b": 9, "trillion": 12, "万": 4, "百万": 6, "千万": 7, "亿": 8,
    "万亿": 12,
}  # fmt: skip
_DIGITS = r"(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
_SCALE = r"(?:\s?(?P<scale>thousand|millions?|billions?|trillion|mn|bn)\b|(?P<short>[KkMmBb])\b)?"
_AMOUNTS = (
    re.compile(
        r"(?P<currency>(?:US|HK|NT|NZ|[ACS])?\$|[€£¥￥₹]|\b(?:USD|EUR|GBP|CHF|RMB|CNY|JPY|HKD|AUD"
        r"|CAD|INR)\b)"
        rf"\s?{_DIGITS}{_SCALE}"
    ),
    re.compile(
        rf"(?<![\w.,$€£¥])(?:{_DIGITS}){_SCALE}\s(?:U\.?S\.? )?(?P<currency>dollar|euro"
        rf"|pounds sterling"
        r"|pound(?= sterling|s\b(?! (?:of|per|\())|\b)|yuan|yen|swiss franc|rupee|USD|EUR|GBP"
        r"|CHF|RMB"
        r"|CNY|JPY|HKD)(?:s\b|\b)",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?<![\d.,])(?:人民币\s?)?" + _DIGITS + r"\s?(?P<scale>万亿|千万|百万|亿|万)?\s?"
        r"(?P<currency>美元|欧元|英镑|港元|港币|日元|元)(?![件组素月旦])"
    ),
    re.compile(
        rf"(?P<han>[{_HAN_DIGITS}两十百千]+)(?P<scale>亿|万)(?P<currency>美元|欧元|英镑|港元"
        rf"|日元|元)"
    ),
)
_TO = re.compile(r"\s*(?:to|until|till|through|[-–—~－]|[至到])\s*(?:the\s+)?")
_AND = re.compile(r"\s+and\s+")
_BETWEEN = re.compile(r"\bbetween\s+$", re.IGNORECASE)
_DEFINED = re.compile(r"^\W*[\"“]([^\"”]{3,40})[\"”]\s*(?:means|shall mean|是指|系指|指)\s*\W*$")


def dates(unit: Unit) -> Iterator[Mention]:
    """The dates of a unit; of those that overlap, the one that is written out the most."""
    found: list[Mention] = []
    for pattern in _DATES:
        for match in pattern.finditer(unit.text):
            start, end = match.span()
            key = _date(match)
            if key is None or any(start < each.end and each.start < end for each in found):
                continue
            kind = _defined(unit.text[:start]) or DATE_KINDS.around(unit.text, start, end)
            found.append(Mention(unit, start, end, key, one_line(match.group()), kind))
    yield from _with_ranges(sorted(found, key=lambda mention: mention.start))


def _with_ranges(found: list[Mention]) -> list[Mention]:
    """Two dates with "to" between them are a start and an end, whatever else stands around."""
    for at, (one, other) in enumerate(pairwise(found)):
        text = one.unit.text
        between, before = text[one.end : other.start], text[: one.start]
        if _TO.fullmatch(between) or (_AND.fullmatch(between) and _BETWEEN.search(before)):
            found[at] = replace(found[at], kind="start")
            found[at + 1] = replace(other, kind="end")
    return found


def _date(match: re.Match[str]) -> tuple[int, int, int] | None:
    """Year, month and day (0 where none is written); None for what no calendar has."""
    month = match["month"]
    if not month[0].isascii():
        return _han_date(match)
    number = int(month) if month.isdigit() else _MONTHS.index(month[:3].lower()) + 1
    written = match.groupdict().get("day")
    day = int(written) if written else 0
    if number > 12 >= day:  # 02/25/2020 is written by people who put the month first
        number, day = day, number
    if not 1 <= number <= 12 or day > 31:
        return None
    return int(match["year"]), number, day


def _han_date(match: re.Match[str]) -> tuple[int, int, int]:
    plain = match["year"].replace("○", "〇").replace("零", "〇")
    year = int("".join(str(_HAN_DIGITS.index(digit)) for digit in plain))
    return year, _han_number(match["month"]), _han_number(match["day"] or "")


def _han_number(written: str) -> int:
    """Numbers up to thousands: 三, 十二, 二十一, 廿一, 三百二十."""
    written = written.replace("廿", "二十")
    total, digit = 0, 0
    for character in written.replace("两", "二"):
        if character in _HAN_POWERS:
            total += (digit or 1) * _HAN_POWERS[character]
            digit = 0
        else:
            digit = _HAN_DIGITS.index(character)
    return total + digit


def _defined(before: str) -> str:
    """The term that a definition gives this value, in small letters; empty where it is none."""
    match = _DEFINED.search(before)
    return match[1].lower() if match else ""


def amounts(unit: Unit) -> Iterator[Mention]:
    """The sums of money of a unit."""
    taken: list[tuple[int, int]] = []
    for pattern in _AMOUNTS:
        for match in pattern.finditer(unit.text):
            start, end = match.span()
            if any(start < stop and begin < end for begin, stop in taken):
                continue
            taken.append((start, end))
            kind = _defined(unit.text[:start]) or AMOUNT_KINDS.around(unit.text, start, end)
            yield Mention(unit, start, end, _sum(match), one_line(match.group()), kind)


def _sum(match: re.Match[str]) -> tuple[str, Decimal]:
    """Currency and value, so that £2,500,000 and £2.5 million are one."""
    groups = match.groupdict()
    scale = (groups.get("scale") or groups.get("short") or "").lower()
    han = groups.get("han")
    digits = Decimal(_han_number(han)) if han else Decimal(groups["digits"].replace(",", ""))
    value = digits * Decimal(10) ** _SCALES.get(scale, 0)
    return _CURRENCIES[groups["currency"].lower()], value.normalize()
