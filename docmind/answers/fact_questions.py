"""Which fact a question asks for: who is bound, what a term means, a date or a sum of some kind.

Patterns that must match, and words that must be left over: "When was it signed?" asks for the date
of a signature, "When was the company founded?" for none that rules know. What is left over
("warranty" of "When does the warranty end?") has to stand beside the fact, so that a question that
is not understood costs nothing: it is answered by its words alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from docmind.answers.question import Expected, Question
from docmind.retrieval.terms import Terms


class Sort(StrEnum):
    """The sorts of facts that a question may ask for, as `docmind.facts` finds them."""

    PARTY = "party"
    DEFINITION = "definition"
    DATE = "date"
    AMOUNT = "amount"


@dataclass(frozen=True, slots=True)
class FactAsked:
    """A fact that a question asks for.

    `kinds` are those of `docmind.facts.kinds` ("total" besides), or the role of a party, or the
    term that is defined, in small letters; `rest` the terms of the question that say of what.
    `named` are the terms of the words that name the kind, where documents tell such a thing from
    others of its kind by no other words: a rent is a charge, but no charge is a rent.
    """

    sort: Sort
    kinds: tuple[str, ...] = ()
    rest: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


def _any(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), re.IGNORECASE)


ITSELF = _any(
    r"\b(?:agreement|contract|lease|deed|policy|licen[cs]e|memorandum|term|dated)\b",
    r"合同|协议|有效期",
)
"""What a document calls itself, and the time for which it binds."""

_PAPER = (
    r"(?:agreement|contract|lease|document|deed|invoice|quotation|offer|policy|licen[cs]e"
    r"|memorandum|letter|paper|order)"
)
_BINDING = r"(?:agreement|contract|lease|deed|licen[cs]e|memorandum|it)"
_PARTIES = _any(
    r"\bwho (?:are|were|is) (?:all )?(?:the )?(?:\w+ )?(?:part(?:y|ies)|signator(?:y|ies))\b",
    r"\b(?:who|(?:which|what) (?:\w+ ){0,2}(?:compan(?:y|ies)|parties|organi[sz]ations|entities"
    r"|firms|people|persons)) (?:(?:is|are|was|were|have|has) )?(?:part(?:y|ies) to|signed"
    rf"|entered into|concluded|made|bound by) (?:\w+ )?{_BINDING}\W*$",
    r"\b(?:what|which) are the (?:contracting )?parties\b",
    rf"\bbetween (?:whom|who|which)\b.{{0,40}}\b{_BINDING}\b",
    rf"\b{_BINDING}\b.{{0,24}}\bbetween (?:whom|who|which)\b",
    r"\b(?:name|list|identify) (?:all )?(?:of )?the (?:contracting )?parties\b",
    r"\bnames? of the (?:contracting )?parties\b",
    r"(?:合同|协议|签约|缔约)?(?:的)?(?:双方|各方|当事人|当事方|签约方|缔约方)(?:分别|当事人)?"
    r"(?:是|为|有)?(?:谁|哪[些几两]?)",
    r"(?:谁|哪[些几两]?[家方个]?(?:公司|单位|企业)?)[^？?]{0,6}(?:签署|签订|订立|签)了?(?:本|该|此|这份?)?(?:合同|协议书?)\W*$",
)
_ROLE = _any(
    r"^\W*who(?:'s|’s| is| are) (?:the )?(?P<role>[a-z]+(?: [a-z]+)?)\W*$",
    rf"^\W*who(?:'s|’s| is| are) (?:the )?(?P<in_paper>[a-z]+) (?:in|of|under) (?:the|this)"
    rf" {_PAPER}\W*$",
    r"^\W*(?P<han>[甲乙丙丁][方]|[\u4e00-\u9fff]{1,3}[方人])(?:是|为)(?:谁|哪[一]?[家个方位]?.{0,4})\W*$",
    r"^\W*谁是(?P<who>[甲乙丙丁]方|[\u4e00-\u9fff]{1,3}[方人])\W*$",
)
_QUOTE, _UNQUOTE = r"[\"“”'‘’「『《]", r"[\"“”'‘’」』》]"
_MEANING = _any(
    rf"\bwhat (?:do(?:es)?|is meant by|do they mean by) (?:the )?(?:terms? |words? )?"
    rf"{_QUOTE}?(?P<does>[^\"“”‘’?？]{{2,60}}?){_UNQUOTE}? (?:mean|refer to|stand for)\b",
    rf"\bwhat is meant by (?:the )?(?:term )?{_QUOTE}?(?P<meant>[^\"“”‘’?？]{{2,60}}?)"
    rf"{_UNQUOTE}?\W*$",
    rf"\b(?:definition|meaning) of (?:the )?(?:term )?{_QUOTE}?(?P<of>[^\"“”‘’?？]{{2,60}}?)"
    rf"{_UNQUOTE}?\W*$",
    rf"\bhow (?:is|are|does .{{2,30}} define) (?:the )?(?:term )?{_QUOTE}?"
    rf"(?P<how>[^\"“”‘’?？]{{2,60}}?){_UNQUOTE}?(?: defined)?\W*$",
    rf"^\W*define (?:the )?(?:term )?{_QUOTE}?(?P<define>[^\"“”‘’?？]{{2,60}}?){_UNQUOTE}?\W*$",
    r"^\W*what(?:'s|’s| is| are) (?!(?:the )?(?:definition|meaning))(?:an? |the )?"
    rf"{_QUOTE}?(?P<what>[^\"“”‘’?？]{{2,40}}?){_UNQUOTE}?\W*$",
    rf"^\W*{_QUOTE}?(?P<han>[^\"“”「」『』《》?？]{{1,20}}?){_UNQUOTE}?(?:的(?:定义|含义|意思)"
    r"|是什么意思|是?指(?:的是)?什么|指什么|是什么|如何定义|怎么定义)",
    rf"^\W*(?:什么是|什么叫|何谓|何为){_QUOTE}?(?P<han_is>[^\"“”「」『』《》?？]{{1,20}}?){_UNQUOTE}?\W*$",
)
_DATES = {
    "signing": _any(
        r"\b(?:sign(?:ed|ing|ature)|dated|executed|entered into|concluded|made)\b",
        rf"\bdate of (?:the |this )?{_PAPER}\b",
        r"签[署订字约立]|订立",
    ),
    "start": _any(
        r"\b(?:start(?:s|ed|ing)?|begins?|beginning|began|commenc\w+|effective"
        r"|(?:takes?|took) effect|(?:comes?|came) into (?:force|effect)|in force)\b",
        r"生效|开始|起[始租]",
    ),
    "end": _any(
        r"\b(?:ends?|ending|ended|expir\w+|runs? out|terminates?|termination|until)\b",
        r"到期|届满|终止|结束|失效",
    ),
    "deadline": _any(r"\b(?:due|deadline|latest|by when)\b", r"截止|最[迟晚]"),
}
_AMOUNTS = {
    "cap": _any(r"\b(?:cap|capped|ceiling|limit(?:ed)?|maximum|most)\b", r"上限|最高|限额|最多"),
    "minimum": _any(r"\b(?:minimum|at least|least)\b", r"最低|下限|至少"),
    "fee": _any(r"\b(?:fees?|charges?|rent)\b", r"费用|服务费|手续费|租金"),
    "price": _any(r"\b(?:price|purchase price)\b", r"价款|价格|总价|单价|售价"),
    "deposit": _any(r"\b(?:deposit|bond)\b", r"保证金|押金|定金"),
    "penalty": _any(r"\b(?:penalt(?:y|ies)|liquidated damages|fines?)\b", r"违约金|罚款|赔偿"),
    "total": _any(r"\b(?:total|overall|altogether)\b", r"总[价额计共]|合计|一共"),
    "salary": _any(r"\b(?:salary|salaries|wages?)\b", r"工资|薪酬|年薪|薪水"),
}
_BY_NO_OTHER_WORD = _any(r"\brent\b|\bfines?\b", r"租金|手续费|罚款|违约金")
_ASKS_FOR_A_DATE = _any(r"\bdate\b", r"\buntil when\b|\bby when\b", r"日期|时间")
_ASKS_FOR_A_SUM = _any(
    r"\bhow (?:much|high|large)\b",
    r"\bwhat(?:'s|’s| is| are| was| were)\b",
    r"\bup to (?:what|which) (?:amount|sum)\b",
    r"多少|几[万千百]|是什么|有无|金额",
)
_MODAL = _any(r"\bwhen (?:may|can|could|must|should|shall|would|might)\b", r"可以|能否|可否|能")
"""Such a question asks under which conditions, which no date tells."""

_FILLER = _any(
    r"\b(?:when|what|which|who|how|much|high|large|is|was|are|were|be|been|does|did|do|has|have|had"
    r"|will|the|an?|it|its|this|that|there|on|of|for|to|from|by|in|at|as|under|date|day|year|time"
    rf"|exact|exactly|please|tell|me|give|amount|sum|up|{_PAPER}|(?:initial )?term"
    r"|and|or|any|[a-z]{1,2})\b|[’']s\b",
    r"什么时[候间]|何时|什么|哪一?[天年月日个]|几[月号日]|日期|时间|多少钱?|[是的了在于由为有将会自从至到吗呢]"
    r"|本|该|此|这份?|合同|协议书?|文件|金额|元",
)


def facts_asked(question: Question, terms: Terms) -> tuple[FactAsked, ...]:
    """The facts that a question may ask for, the likeliest first; none where it asks otherwise."""
    found = (_party(question), _definition(question), _date(question, terms),
             _amount(question, terms))  # fmt: skip
    return tuple(each for each in found if each is not None)


def _party(question: Question) -> FactAsked | None:
    if _PARTIES.search(question.text):
        return FactAsked(Sort.PARTY)
    role = _ROLE.search(question.text)
    if role is None:
        return None
    return FactAsked(Sort.PARTY, (_group(role).casefold(),))


def _definition(question: Question) -> FactAsked | None:
    match = _MEANING.search(question.text)
    if match is None:
        return None
    term = _group(match).strip(" \"“”'‘’「」『』《》").casefold()
    return FactAsked(Sort.DEFINITION, (term,))


def _date(question: Question, terms: Terms) -> FactAsked | None:
    text = question.text
    asks = question.expected is Expected.DATE or _ASKS_FOR_A_DATE.search(text)
    if not asks or _MODAL.search(text):
        return None
    return _of_kind(Sort.DATE, _DATES, text, terms)


def _amount(question: Question, terms: Terms) -> FactAsked | None:
    if not _ASKS_FOR_A_SUM.search(question.text):
        return None
    return _of_kind(Sort.AMOUNT, _AMOUNTS, question.text, terms)


def _of_kind(
    sort: Sort, kinds: dict[str, re.Pattern[str]], text: str, terms: Terms
) -> FactAsked | None:
    """A fact of the kinds that the question names, and what is left of its words."""
    named = tuple(kind for kind, words in kinds.items() if words.search(text))
    if not named:
        return None
    words = terms.of(" ".join(_BY_NO_OTHER_WORD.findall(text)))
    for kind in named:
        text = kinds[kind].sub(" ", text)
    rest = tuple(dict.fromkeys(terms.of(_FILLER.sub(" ", text))))
    return FactAsked(sort, named, rest, tuple(words))


def _group(match: re.Match[str]) -> str:
    return next(group for group in match.groupdict().values() if group)
