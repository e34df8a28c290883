"""What a repository defines, ranked by how much of the rest of it names that.

The map that is made of it stands above the definitions that a question finds, and is the same for
every question: so it depends on the documents and the window, never on what is asked or retrieved.
A name that several files define counts for each of them only in part, because nobody can tell
without running the code which of them is meant.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from docmind.context.neutral import MARK, neutralized, on_one_line
from docmind.context.sheets import Copy
from docmind.context.tree import is_repository
from docmind.model import Document, Kind, OutlineItem
from docmind.ports import TokenCounter

_TITLE = f"{MARK}map: files and what they define, most used first; cite passages, never this\n"
_SHARE = 10
_MOST_TOKENS = 16_384

_WORDS = re.compile(r"\w+")
_CALLED = re.compile(r"(\w+)\(")
_NAME = r"([^\W\d]\w*)"
_NAMES = (
    # def decide(…), func (c *Client) Send(…), fun String.trim(…), function M.open(…)
    re.compile(
        r"\b(?:defp?|defmacrop?|func|function|fn|fun)\b[\s*&]*(?:\([^)]*\)\s*)?(?:\w+[.:])*"
        + _NAME
    ),
    re.compile(
        r"(?:\b|@)(?:class|struct|interface|implementation|enum(?!\s+(?:class|struct))|trait|type"
        r"|typealias|module|mod|namespace|package|protocol|extension|record|object|union|newtype"
        r"|data(?!\s+class)|concept|mixin|defmodule|defprotocol|macro_rules!)\s+"
        + _NAME
        + r"\b(?!\s*\*|\s+(?!func\b)[*\w]+\s*\()"  # struct point *make(…) names make
    ),
    re.compile(r"\b(?:const|let|var|val)\s+" + _NAME + r"|^(?:\w+\.)*" + _NAME + r"\s*="),
    re.compile(r"^[-+]\s*\([^)]*\)\s*" + _NAME),  # - (void)send:(id)request
    re.compile(_NAME + r"\s*(?:<[^()]*>)?\s*\("),  # List<String> names(…)
)
_FIRST = re.compile(_NAME)
_BEFORE_NAMES = re.compile(
    r"^template\s*<[^>]*>|@(?!interface|implementation|protocol)\w+(?:\([^)]*\))?"
)
_NAMELESS = re.compile(r"^(?:unsafe\s+)?impl\b|^instance\b")


def name_of(signature: str) -> str:
    """What a signature gives a name to; empty where that cannot be told."""
    words = _BEFORE_NAMES.sub(" ", signature).strip()
    if _NAMELESS.match(words):
        return ""
    found = next(filter(None, (form.search(words) for form in _NAMES)), None)
    if found is None:
        found = _FIRST.match(words)
    return next(filter(None, found.groups()), "") if found else ""


@dataclass(frozen=True, slots=True)
class Symbol:
    """A definition: the positions of its document and in that one's outline."""

    document: int
    item: int
    references: float


@dataclass(frozen=True, slots=True)
class SymbolMap:
    """A map as a model reads it, and how many of the symbols it shows."""

    text: str = ""
    shown: int = 0
    total: int = 0


class Symbols:
    """The symbols of the documents that are read; nothing is counted before it is needed."""

    def __init__(self, copies: Sequence[Copy] = ()) -> None:
        self._copies = copies
        self._maps: dict[int, SymbolMap] = {}

    def are_of(self, copies: Sequence[Copy]) -> bool:
        """Whether these are the documents that it was made of."""
        same = zip(self._copies, copies, strict=False)
        return len(self._copies) == len(copies) and all(one is other for one, other in same)

    def map(self, window_tokens: int, counter: TokenCounter) -> SymbolMap:
        """The map for a window, made once; empty where the documents are no repository."""
        if window_tokens not in self._maps:
            room = min(_MOST_TOKENS, window_tokens // _SHARE)
            self._maps[window_tokens] = self._made(room, counter)
        return self._maps[window_tokens]

    @cached_property
    def ranked(self) -> tuple[Symbol, ...]:
        """All symbols, those that most of the rest names first; equals as they stand."""
        documents = [copy.document for copy in self._copies]
        if not is_repository(documents):
            return ()
        names = [_names(document) for document in documents]
        named = _references(self._copies, names)
        defining = Counter(chain.from_iterable(set(each) for each in names))
        symbols = [
            Symbol(position, item, named[position].get(name, 0) / defining[name])
            for position, held in enumerate(names)
            for item, name in enumerate(held)
        ]
        return tuple(sorted(symbols, key=lambda symbol: -symbol.references))

    def _made(self, room: int, counter: TokenCounter) -> SymbolMap:
        """As many of the best as have room, each with the definitions that it stands in."""
        taken: dict[int, set[int]] = {}
        room -= counter.count(_TITLE)
        for symbol in self.ranked:
            document = self._copies[symbol.document].document
            held = taken.get(symbol.document, set())
            new = [at for at in _lineage(document.outline, symbol.item) if at not in held]
            lines = [] if held else [f"{on_one_line(document.name)}\n"]
            lines += [_line(document.outline[at]) for at in new]
            room -= sum(map(counter.count, lines))
            if room < 0:
                break
            taken.setdefault(symbol.document, set()).update(new)
        if not taken:
            return SymbolMap()
        text = _TITLE + "".join(self._lines(taken))
        return SymbolMap(text, sum(map(len, taken.values())), len(self.ranked))

    def _lines(self, taken: Mapping[int, set[int]]) -> Iterator[str]:
        """Files in the order of their best symbol, each with its symbols as they stand in it."""
        for position, items in taken.items():
            document = self._copies[position].document
            yield f"{on_one_line(document.name)}\n"
            for item in sorted(items):
                yield _line(document.outline[item])


def _names(document: Document) -> list[str]:
    """What the items of a source file's outline are called."""
    if document.kind is not Kind.CODE:
        return []
    return [name_of(item.title) for item in document.outline]


def _references(copies: Sequence[Copy], names: Sequence[Sequence[str]]) -> list[dict[str, int]]:
    """For each document the names that it defines, and how many passages elsewhere use them.

    A name that is spelt as prose spells its words ("page") counts only where it is called.
    """
    wanted = set(chain.from_iterable(names)) - {""}
    plain = {name for name in wanted if name.islower() and "_" not in name}
    spelt = wanted - plain
    everywhere: Counter[str] = Counter()
    own: list[dict[str, int]] = []
    for copy, defined in zip(copies, names, strict=True):
        here: Counter[str] = Counter()
        if copy.document.kind is Kind.CODE:
            for sheet in copy.sheets:
                for passage in sheet.passages:
                    here.update(spelt.intersection(_WORDS.findall(passage.text)))
                    here.update(plain.intersection(_CALLED.findall(passage.text)))
        everywhere.update(here)
        own.append({name: here[name] for name in defined})
    return [{name: everywhere[name] - count for name, count in each.items()} for each in own]


def _lineage(outline: Sequence[OutlineItem], item: int) -> list[int]:
    """An item and those that it stands in, outermost first."""
    found = [item]
    level = outline[item].level
    for at in range(item - 1, -1, -1):
        if level <= 1:
            break
        if outline[at].level < level:
            level = outline[at].level
            found.append(at)
    return found[::-1]


def _line(item: OutlineItem) -> str:
    """A signature, with a blank for each definition that it is in, and one for its file."""
    return f"{' ' * item.level}{neutralized(item.title)}\n"
