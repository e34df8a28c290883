"""Whether a text states a value: 2026-01-01 in "1 January 2026", 4500 in "EUR 4,500".

Rules that can be explained, like those of `docmind.answers.support`: a value that is not found in
its evidence is marked, never taken back, because a reader can see for themselves.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from docmind.answers.citations import find_quote
from docmind.answers.quantities import Quantity, quantities
from docmind.retrieval.terms import Terms
from docmind.summaries.filled import Scalar

_SIGNED = re.compile(
    r"[-\N{MINUS SIGN}\N{EN DASH}(]\s?(?:[$€£¥]|[A-Z]{3})?\s?\d|\b(?:loss|negative|minus|decrease)"
    r"|亏损|负|下降",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"\d\s?(?:[%％]|percent|per cent)|百分之", re.IGNORECASE)
_CURRENCIES = {
    "EUR": ("€", "euro", "欧元"), "USD": ("$", "dollar", "美元"),
    "GBP": ("£", "pound", "sterling", "英镑"), "JPY": ("¥", "yen", "日元"), "CHF": ("franc",),
    "CNY": ("¥", "￥", "rmb", "renminbi", "yuan", "人民币", "元"), "HKD": ("hk$", "港元", "港币"),
    "AUD": ("a$",), "CAD": ("c$",), "SGD": ("s$",), "TWD": ("nt$",), "NZD": ("nz$",),
    "INR": ("₹", "rupee"),
}  # fmt: skip
_MOST_TERMS = 6
"""A value of more words than this is a sentence, and is judged as one."""


def states(text: str, value: Scalar, terms: Terms) -> bool:
    """Whether the text contains the value; a truth value is stated by no single word."""
    if isinstance(value, bool):
        return False
    if isinstance(value, int | float):
        return _states_number(text, value)
    day = _date(value)
    return _states_words(text, value, terms) if day is None else states_date(text, day)


def _states_words(text: str, value: str, terms: Terms) -> bool:
    """Whether the words stand there, in one piece or, where they are few, in another form."""
    folded, wanted = " ".join(text.casefold().split()), " ".join(value.casefold().split())
    if wanted and re.search(rf"(?<![^\W_]){re.escape(wanted)}(?![^\W_])", folded):
        return True
    if find_quote(value, text) or (not value.isascii() and wanted and wanted in folded):
        return True
    if any(_has_sign(folded, sign) for sign in _CURRENCIES.get(value, ())):
        return True
    words = set(terms.of(value))
    return 0 < len(words) <= _MOST_TERMS and words <= set(terms.of(text))


def _has_sign(folded: str, sign: str) -> bool:
    """Whether the sign of a currency stands there: "$" not as the end of "HK$"."""
    return re.search(rf"(?<![a-z]){re.escape(sign)}", folded) is not None


def is_sentence(value: str, terms: Terms) -> bool:
    """Whether a value is too long to stand somewhere word by word."""
    return len(set(terms.of(value))) > _MOST_TERMS


def _states_number(text: str, value: float) -> bool:
    """Whether the number stands there, with its sign; a share may stand as a percentage."""
    if value < 0 and not _SIGNED.search(text):
        return False
    exact = abs(Decimal(str(value)))
    found = quantities(text)
    if Quantity(exact.normalize(), exact.normalize()).stands_in(found):
        return True
    hundred = (exact * 100).normalize()
    return bool(_PERCENT.search(text)) and Quantity(hundred, hundred).stands_in(found)


def states_date(text: str, day: date) -> bool:
    """Whether year, month and day all stand there, in any notation."""
    found = {quantity.value for quantity in quantities(text)}
    return {Decimal(day.year), Decimal(day.month), Decimal(day.day)} <= found


def _date(value: str) -> date | None:
    try:
        return date.fromisoformat(value) if len(value) == len("2026-01-01") else None
    except ValueError:
        return None
