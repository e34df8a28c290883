"""What stands above a table or below a figure: its number, and a title that is no sentence."""

from __future__ import annotations

import re

_CAPTION = re.compile(
    r"(?:[表图圖]|table|figure|fig\.|chart|exhibit)\s*[\dA-Z][\w.-]*[\s:：.—–-]*[^.。!?;；]*$",
    re.IGNORECASE,
)


def is_caption(text: str) -> bool:
    """Whether a line is a caption: "Table 3: Fees by year", "表6-1 员工岗位结构"."""
    return _CAPTION.match(text) is not None
