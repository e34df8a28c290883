"""Sections that are no text but a list of something: contents, references, signatures."""

from __future__ import annotations

import re
from collections.abc import Sequence

_TOLD_NOWHERE = re.compile(
    r"\W*(?:[\divxlc]+[.\s]+)?(?:(?:table of )?contents|references(?: cited)?|bibliography"
    r"|works cited|(?:subject |author )?index|(?:list of )?(?:figures|tables|exhibits)"
    r"|acknowledge?ments?|end ?notes|footnotes|exhibit index|signatures?"
    r"|目\s*[录錄次]|参考文献|參考文獻|致谢|致謝|索引|签字页|签署页)\W*$",
    re.IGNORECASE,
)


def is_told(titles: Sequence[str]) -> bool:
    """Whether what stands under these titles is text, and not a list of something."""
    return not any(_TOLD_NOWHERE.match(title) for title in titles)
