"""Which questions need all of a document: "list all…", "is there any…", "how many…", summaries.

Patterns, and few. A question that is missed is answered from the pages that rank best, and the
ledger says which those were; one that is taken for such a question costs time, because all of the
documents is read for it. So a question that asks for one thing ("how many days' notice…") must
not look like one.
"""

from __future__ import annotations

import re

_LISTS = (
    r"\b(?:list|name|find|show|give|enumerate|identify|extract|collect|tell)\b[^.?!]{0,20}"
    r"\b(?:all|every|each)\b",
    r"^\W*(?:please )?(?:list|enumerate)\b",
    r"\b(?:what|which|who) (?:are|were) all\b",
    r"\b(?:every|all)\s+(?:(?:the|of|its|their|his|her)\s+){0,2}(?:\w+\s+){0,2}"
    r"(?:clauses?|mentions?|occurrences?|instances?|parties|dates|deadlines|risks|amounts|places"
    r"|obligations|duties|rights|fees|payments|penalties|names|people|companies|exceptions"
    r"|sections?|provisions?|references?|definitions|terms|tables|figures|functions|errors)\b",
)
_EXISTS = (
    r"\b(?:is|are|was|were)\s+there\s+any(?:thing|one|where)?\b",
    r"\b(?:is|are|was|were)\s+there\s+(?:an?\s+)?(?:[\w-]+\s+){0,3}"
    r"(?:clauses?|provisions?|sections?|mentions?|references?|exceptions?|penalt(?:y|ies))\b",
    r"\b(?:do|does|did|has|have)\b[^.?!]{0,40}\b(?:any|anywhere|ever)\b",
    r"\bany\s+(?:mention|reference)\b",
)
_COUNTS = (
    r"\bhow\s+many\s+(?:(?:different|distinct|separate|of)\s+)?(?:\w+\s+){0,2}\w+\s+"
    r"(?:are|is|were|was)\s+(?:there|mentioned|listed|named|defined|described|discussed|given)\b",
    r"\bhow\s+many\s+(?:times|different|distinct|separate)\b",
    r"\bhow\s+many\s+(?:\w+\s+){0,2}(?:clauses|sections|parties|definitions|obligations|risks"
    r"|exceptions|tables|figures|mentions|examples|functions|schedules)\b",
    r"\bhow\s+often\s+(?:does|is|are|do)\b[^.?!]{0,40}"
    r"\b(?:mention|mentioned|appear|occur|refer|name|named)",
    r"\bcount\s+(?:the|all|every|how)\b",
)
_SUMMARIES = (
    r"\bsummar(?:y|i[sz]e|ies)\b|\boverview\b|\bmain\s+(?:points|topics|findings|themes)\b",
    r"\bwhat\s+is\s+(?:this|the)\s+(?:\w+\s+)?(?:document|book|report|paper|text)\s+about\b",
)
_CHINESE = (
    r"(?:列出|列举|罗列|找出|指出|给出|提取|梳理)[^。？！]{0,16}(?:所有|全部|每|各|哪些)",
    r"^\W*(?:请)?(?:列出|列举|罗列|枚举|逐[一条])",
    r"(?:所有|全部)的?[^。？！，]{0,12}(?:条款|义务|权利|风险|日期|金额|当事人|各方|地方|内容"
    r"|规定|例外|费用|责任|定义|人物|公司|章节|表格|是什么|有哪些|是哪些)",
    r"(?:都有|分别有|有|包括|涉及|提到|规定)了?(?:哪些|那些)",
    r"哪些地方|有没有(?:任何|提到|提及|规定|关于|涉及|包含)?|是否(?:有|存在|包含|提到|提及|规定了?)(?:任何)?",
    r"(?:一共|总共|共计|合计)[^。？！]{0,12}(?:多少|几)",
    r"(?:多少|几)(?:次|处|条|款|项|章|节|种)",
    r"总结|概括|概述|摘要|综述|主要(?:内容|观点|结论)|讲了什么",
)
_EVERYTHING = re.compile(
    "|".join((*_LISTS, *_EXISTS, *_COUNTS, *_SUMMARIES, *_CHINESE)), re.IGNORECASE
)


def needs_everything(question: str) -> bool:
    """Whether an answer from a part of the documents may be wrong for what it leaves out."""
    return _EVERYTHING.search(question) is not None
