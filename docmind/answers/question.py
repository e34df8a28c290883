"""What a question asks for, read from its words: its language, and what an answer must contain.

Patterns, not a model, and few of them: each says that an answer to "when" holds a date. What no
pattern knows is expected to be ANYTHING, and then the words alone decide.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from docmind.errors import UsageError

MAX_QUESTION_CHARACTERS = 8_000
"""About 2,000 tokens: longer than any question, shorter than a document pasted by mistake."""


class Expected(StrEnum):
    """What sort of thing an answer must contain."""

    DATE = "date"
    DURATION = "duration"
    MONEY = "money"
    PERCENT = "percent"
    NUMBER = "number"
    PERSON = "person"
    ANYTHING = "anything"


@dataclass(frozen=True, slots=True)
class Question:
    """A question, analysed. `language` is "zh" where it is written in Chinese, else "en"."""

    text: str
    language: str
    expected: Expected
    numbers: tuple[str, ...]
    names: tuple[str, ...]


_SURROGATES = re.compile("[\ud800-\udfff]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_NUMBERS = re.compile(r"\d+(?:[.,]\d+)*")
_NAME = re.compile(r"(?<![.?!]\s)(?<!^)\b[A-Z][\w&'’-]*(?:\s+(?:of\s+)?[A-Z][\w&'’-]*)*")
_QUOTED = re.compile(r"[\"“”「『《]([^\"“”」』》]{2,80})[\"“”」』》]")

_MONTHS = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec)[a-z]*"
_COUNTS = (
    r"(?:\d+|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty"
    r"|thirty|forty|sixty|ninety|hundred|thousand)\b)"
)


def _any(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), re.IGNORECASE)


# In this order: "how many days" asks for a duration before it asks for a number.
_ASKS: dict[Expected, re.Pattern[str]] = {
    Expected.DURATION: _any(
        r"\bhow long\b",
        r"\bhow many (?:\w+ )?(?:days|weeks|months|years|hours|minutes)\b",
        r"\bwhat (?:is the )?(?:\w+ )?(?:period|duration|term)\b",
        r"\bhow (?:soon|quickly|fast)\b",
        r"\bhow much (?:notice|time)\b",
        r"多久|多长时间|几[天年]|几个月|期限|多少[天年]",
    ),
    Expected.DATE: _any(
        r"\bwhen\b(?! (?:may|can|could|must|shall|should|would|might)\b)",  # asks for conditions
        r"\b(?:what|which) (?:date|year|day|month|century)\b",
        r"何时|什么时[候间]|哪一?[年天月日]|哪个[年月]|几[月号日]|日期",
    ),
    Expected.PERCENT: _any(
        r"\bpercent(?:age)?\b|%",
        r"\bwhat (?:share|proportion|rate|fraction)\b",
        r"\bwhat\b[^?]{1,40}\b(?:interest|tax|growth|discount|inflation|vacancy|response) rate\b",
        r"\bwhat\b[^?]{1,40}\brate of (?:interest|tax|growth|inflation|return)\b",
        r"百分|比例|占比|比重|增长率|率是|多少％",
    ),
    Expected.MONEY: _any(
        r"\bhow much (?:\w+ ){0,3}(?:cost|pay|paid|charge|worth|money|spend|spent|fee|price)",
        r"\bwhat (?:is|was|are|were) the (?:\w+ ){0,3}(?:price|cost|fee|cap|amount|charge)",
        r"\bhow expensive\b|\b(?:fee|price|cost) of\b",
        r"多少钱|多少[亿万]?元|金额|费用|价格",
    ),
    Expected.NUMBER: _any(
        r"\bhow (?:many|much|often|large|big|far|high|deep|old|tall)\b",
        r"\bwhat (?:is the |was the )?(?:total )?(?:number|figure|value|size)\b",
        r"多少|几[个名家次项台种]|数量|人数",
    ),
    Expected.PERSON: _any(r"\bwho(?:m|se)?\b", r"谁|哪位|哪个人"),
}

_HOLDS: dict[Expected, re.Pattern[str]] = {
    Expected.DATE: _any(
        rf"\b{_MONTHS}\b",
        r"\b(?:1[5-9]|20)\d\d\b",
        r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}",
        r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\bcentury\b",
        r"\d+\s*[年月]|[〇零一二三四五六七八九十]{2,}年",
    ),
    Expected.DURATION: _any(
        _COUNTS + r"[\s)\w-]{0,14}?(?:day|week|month|year|hour|minute|quarter)s?\b",
        r"[\d一二三四五六七八九十]+\s*个?(?:工作日|天|日|周|月|年|小时|分钟)",
    ),
    Expected.PERCENT: _any(r"\d\s*[%％‰]", r"\bper ?cent\b", r"百分之"),
    Expected.MONEY: _any(
        r"[$€£¥￥]\s*\d",
        r"\b(?:USD|EUR|GBP|CNY|RMB|HKD)\b",
        r"\d[\d,.]*\s*(?:dollars|euros|pounds|million|billion)",
        r"[\d.]+\s*[亿万千]?元",
    ),
    Expected.NUMBER: _any(_COUNTS, r"[一二三四五六七八九十百千万两]+[个名家次项台种人]"),
    Expected.PERSON: re.compile(r"\b[A-Z][a-z]+(?: [A-Z][\w.]*)*\b|先生|女士|董事|经理|[主总]任"),
}


def checked(text: str, what: str = "The question") -> str:
    """The question on one line; `what` names it in errors.

    Raises UsageError where it is empty, longer than MAX_QUESTION_CHARACTERS, or no text at all
    (lone surrogates, which is how Python carries words of a command line that are not UTF-8).
    """
    question = " ".join(text.split())
    if _SURROGATES.search(question):
        raise UsageError(f"{what} is not UTF-8.", "Type it in a terminal that is set to UTF-8.")
    if not question:
        raise UsageError(f"{what} is empty.", 'Try: docmind ask "Who may terminate?" FILE')
    if len(question) > MAX_QUESTION_CHARACTERS:
        raise UsageError(
            f"{what} has {len(question):,} characters; {MAX_QUESTION_CHARACTERS:,} are allowed.",
            "Put the long text in a file of its own, and ask a short question about it.",
        )
    return question


def analyse(text: str) -> Question:
    """Read a question: what language it is in, and what its answer must contain."""
    found = [(match.start(), kind) for kind, asks in _ASKS.items() if (match := asks.search(text))]
    # What stands first is asked: "How many defects may remain when it passes?" wants no date.
    expected = min(found, key=lambda each: each[0])[1] if found else Expected.ANYTHING
    names = dict.fromkeys([*_QUOTED.findall(text), *_NAME.findall(text)])
    return Question(
        text=text,
        language="zh" if len(_HAN.findall(text)) * 3 > len(text.replace(" ", "")) else "en",
        expected=expected,
        numbers=tuple(_NUMBERS.findall(text)),
        names=tuple(names),
    )


def holds(expected: Expected, sentence: str) -> bool:
    """Whether a sentence contains the sort of thing that is expected of an answer."""
    pattern = _HOLDS.get(expected)
    return pattern is None or pattern.search(sentence) is not None
