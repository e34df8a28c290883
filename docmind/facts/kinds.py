"""The short word for what a date or an amount is, read from the words around it.

The nearest word decides, those before the value rather than those behind it; where no rule knows
one, the kind stays empty. A wrong kind is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_BEHIND_COUNTS = 2.0
"""A word behind the value is as far as one twice as far before it."""

_CLAUSE = re.compile(r"[;；。，]|[.](?=\s)|,(?=\s*(?:and|but|while|which)\b)")


@dataclass(frozen=True, slots=True)
class Kinds:
    """Kinds with the words that tell them; `reach` is how many characters away they may stand."""

    words: Mapping[str, re.Pattern[str]]
    reach: int

    def around(self, text: str, start: int, end: int) -> str:
        """The kind of what stands at text[start:end]; empty if unknown."""
        left = max(0, start - self.reach)
        for stop in _CLAUSE.finditer(text, left, start):
            left = stop.end()
        right = min(len(text), end + self.reach)
        behind = _CLAUSE.search(text, end, right)
        right = behind.start() if behind else right
        best, nearest = "", float("inf")
        for kind, words in self.words.items():
            for match in words.finditer(text, left, start):
                best, nearest = min((best, nearest), (kind, float(start - match.end())), key=_far)
            for match in words.finditer(text, end, right):
                away = (match.start() - end) * _BEHIND_COUNTS + 1
                best, nearest = min((best, nearest), (kind, away), key=_far)
        return best


def _far(found: tuple[str, float]) -> float:
    return found[1]


def _words(**patterns: str) -> dict[str, re.Pattern[str]]:
    return {
        kind.replace("_", " "): re.compile(pattern, re.IGNORECASE)
        for kind, pattern in patterns.items()
    }


DATE_KINDS = Kinds(
    _words(
        signing=r"\b(?:dated|signed|executed|entered into|made on)\b|签署|签订|订立|签字|签发",
        start=r"\b(?:effective|commenc\w+|takes? effect|in force|starting|beginning|begins?)\b"
        r"|\b(?:from|since)\s+(?:about\s+|the\s+)?$|生效|施行|实施|[自从]$|开始",
        end=r"\b(?:expir\w+|terminat\w+|ends?|ending)\b|\b(?:until|through)\s+$|届满|到期"
        r"|终止|[至到]$",
        deadline=r"\b(?:[Nn]o later than|not later than|on or before|due|deadline)\b|截止"
        r"|最迟|不晚于"
        r"|\b(?:by|before)\s+(?:the\s+)?$|^之?前|^以前",
        period_end=r"\b(?:years?|months?|quarters?|weeks|period) ended\b",
        as_of=r"\bas (?:of|at)\b|截至|截止到",
        publication=r"\b(?:published|issued|released|posted|revised|updated|edition)\b|发布"
        r"|出版|披露|公告"
        r"|修订",
        approval=r"\b(?:approved|adopted|ratified|elected|appointed)\b|批准|审议通过|表决通过"
        r"|任命|聘任",
        hearing=r"\b(?:meeting|hearing|session)\b|召开|举行",
        survey=r"\b(?:survey(?:ed)?|conducted|interview\w*|polled|fielded)\b|调查",
    ),
    reach=60,
)

AMOUNT_KINDS = Kinds(
    _words(
        cap=r"\b(?:not exceed(?:ing)?|exceed|limited to|limit of|capped|cap of|maximum|up to"
        r"|at most"
        r"|not more than|limits?)\b|不超过|上限|最高|限额|至多",
        minimum=r"\b(?:at least|not less than|minimum|no less than)\b|不少于|不低于|至少|最低",
        threshold=r"\b(?:above|over|more than|in excess of)\s+$|超过$|^以上",
        fee=r"\bfees?\b|\bcharges?\b|\brate\b|\brents?\b|租金|手续费|服务费|费率|许可费|会费|年费",
        price=r"\b(?:price[sd]?|priced|sold for)\b|价格|单价|售价|均价|价款|总价|合同价",
        cost=r"\b(?:costs?|expens\w+|spend(?:ing)?|spent)\b|成本|支出|花费|投入|费用",
        revenue=r"\b(?:revenues?|net sales|sales|turnover|proceeds)\b|营业收入|销售额|收入"
        r"|营收|销售收入",
        profit=r"\b(?:profits?|net income|earnings|income|margin)\b|净利润|利润|收益|盈利",
        loss=r"\b(?:net loss(?:es)?|impairment|write-?offs?|lost)\b|亏损|损失|减值|跌价",
        debt=r"\b(?:loans?|debt|borrow\w*|notes?|credit|principal)\b|借款|贷款|债务|负债",
        payment=r"\b(?:pays?|paid|payable|payments?|instal?lments?)\b|支付|付款|缴纳|津贴|补贴",
        penalty=r"\b(?:penalt\w+|fine[sd]?|damages|liquidated|service credits?)\b|罚款|违约金"
        r"|赔偿",
        insurance=r"\b(?:insurance|insured|indemnity|cover)\b|保险|保额",
        deposit=r"\b(?:deposit|guarantee|bond)\b|保证金|押金|定金|质保金",
        salary=r"\b(?:salar\w+|wages?|compensation|remuneration)\b|工资|薪酬|年薪|薪水",
        dividend=r"\b(?:dividends?)\b|股利|红利|股息|分红",
        investment=r"\b(?:invest\w+|capital|funding|funds?|grant\w*)\b|投资|资金|募集|注册资本",
        asset=r"\b(?:assets?|cash|inventor\w+|equity)\b|资产|货币资金|存货",
        tax=r"\btax(?:es|ation)?\b|税[费款金]|纳税|所得税|增值税",
        value=r"\b(?:valued? (?:at|of)|worth|fair value|market value)\b|市值|估值|价值",
        saving=r"\b(?:sav(?:e[sd]?|ings?))\b|节约|节省",
        purchase=r"\b(?:purchas\w+|acqui\w+|bought|orders?)\b|采购|购买|收购|订单",
        budget=r"\bbudget\w*\b|预算",
        donation=r"\bdonat\w+\b|捐赠|捐款",
    ),
    reach=70,
)
