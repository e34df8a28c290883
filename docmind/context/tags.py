"""The citations that a model may write: a grammar of the ids that stand in its prompt.

Ids are grouped by the letters that their sheets have, because a server compiles a pattern in time
that grows with its length: 5,000 passages become a pattern of a few thousand characters.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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


def tags_of(names: Iterable[str]) -> CitationTags:
    """The grammar for these ids only, and for NOTHING."""
    return CitationTags(CITE, f"({'|'.join([NOTHING, *_grouped(names)])})", "]")


def id_pattern(names: Iterable[str]) -> str:
    """A pattern that matches one of these ids, of which there must be some, and nothing else."""
    return f"^({'|'.join(_grouped(names))})$"


def _grouped(names: Iterable[str]) -> list[str]:
    """Alternatives of a pattern: the tags that have the same letters, with those letters."""
    letters: dict[str, str] = {}
    for name in names:
        letters[name[:-1]] = letters.get(name[:-1], "") + name[-1]
    tags: dict[str, list[str]] = {}
    for tag, held in letters.items():
        tags.setdefault("".join(sorted(set(held))), []).append(tag)
    return [f"({'|'.join(of_these)})[{held}]" for held, of_these in sorted(tags.items())]
