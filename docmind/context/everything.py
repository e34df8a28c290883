"""Which questions need all of a document: "list all…", "is there any…", "how many…", summaries.

Patterns, and few: a question that is missed is answered from what was retrieved, and the ledger
says what that was; one that is taken for such a question only gets a warning too many.
"""

from __future__ import annotations

import re

_EVERYTHING = re.compile(
    r"\b(?:list|name|find|show|give|enumerate|identify)\b[^.?!]{0,20}\b(?:all|every|each)\b"
    r"|\b(?:is|are|was|were)\s+there\s+any(?:thing|one|where)?\b|\bany\s+mention\b"
    r"|\bhow\s+(?:many\s+(?:times|\w+\s+are\s+(?:there|mentioned|listed))|often\s+does)\b"
    r"|\bwhat\s+are\s+all\b|\b(?:every|all)\s+(?:the\s+)?(?:\w+\s+){0,2}"
    r"(?:clauses?|mentions?|occurrences?|instances?|parties|dates|risks|amounts|places)\b"
    r"|\bsummar(?:y|i[sz]e|ies)\b|\boverview\b|\bmain\s+(?:points|topics|findings)\b"
    r"|所有的?|全部|列出|一共|总共|总结|概括|概述|摘要|有没有(?:任何)?|是否有任何|哪些地方",
    re.IGNORECASE,
)


def needs_everything(question: str) -> bool:
    """Whether an answer from a part of the documents may be wrong for what it leaves out."""
    return _EVERYTHING.search(question) is not None
