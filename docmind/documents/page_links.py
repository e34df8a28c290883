"""Links of a page that lead to other places of the same PDF, inside the worker process.

Read only when somebody asks, and of one page: there is a real file in which reading them never
ends. What leads out of the document is left where it is; docmind opens nothing by itself.
"""

from __future__ import annotations

from typing import Any

from docmind.model import Link


def links_of(pymupdf: Any, document: Any, number: int) -> list[Link]:
    """The links of a page (physical, 1-based), in the order of the file."""
    found = []
    for link in document[number - 1].get_links():
        target = link.get("page")
        if not isinstance(target, int) or not 0 <= target < document.page_count:
            continue
        x0, y0, x1, y1 = link["from"]
        found.append(Link((x0, y0, x1, y1), target + 1, _top(pymupdf, document, link)))
    return found


def _top(pymupdf: Any, document: Any, link: dict[str, Any]) -> float:
    """How far down its page a link leads, in points."""
    place = link.get("to")
    if place is None:
        return 0.0
    # PyMuPDF counts from the top where the place stands in the link, but where the link only
    # names it, as the PDF does: from the bottom.
    named = link["kind"] == pymupdf.LINK_NAMED
    down = document[link["page"]].rect.height - place.y if named else place.y
    return max(0.0, float(down))
