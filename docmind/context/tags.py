"""The citations that a model may write: a grammar of the ids that stand in its prompt.

Ids are grouped by the letters that their sheets have, because a server compiles a pattern in time
that grows with its length: 5,000 passages become a pattern of a few thousand characters.
"""

from __future__ import annotations

from collections.abc import Sequence
from string import ascii_lowercase

from docmind.context.neutral import CITE
from docmind.context.sheets import Sheet
from docmind.ports import CitationTags

NOTHING = "none"
"""What the model cites where the documents do not say."""


def citation_tags(sheets: Sequence[Sheet]) -> CitationTags:
    """The grammar for these sheets' passages, and for NOTHING."""
    groups: dict[int, list[str]] = {}
    for sheet in sheets:
        groups.setdefault(len(sheet.passages), []).append(sheet.tag)
    ids = [
        f"({'|'.join(tags)})[a-{ascii_lowercase[size - 1]}]"
        for size, tags in sorted(groups.items())
    ]
    return CitationTags(CITE, f"({'|'.join([NOTHING, *ids])})", "]")
