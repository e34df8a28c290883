"""What a model writes becomes what a reader sees, while it streams.

`[cite:A12c]` becomes `[1]`; the same passage keeps its number. What comes close (`【A12c】`,
`(cite:A12c)`, `[^A12c]`), as models write it that no grammar holds, is read as if it were one.

The reader never sees half of a tag, and no bracket that the model wrote itself can pass for a mark
of ours, or turn one into a link: in what comes out, `[n]` is a citation if and only if no
backslash stands before it. What is undecided is held back, so the result does not depend on how
the text was cut into pieces.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from docmind.context.neutral import ID, NEAR_CITE
from docmind.context.tags import NOTHING
from docmind.model import Passage

MARK = re.compile(r"(?<!\\)\[(\d+)\]")
"""A citation in what comes out, with its number."""

# Not FULLWIDTH LEFT SQUARE BRACKET, by which `neutralized` replaces the brackets of documents.
_OPENS = re.compile(r"[\[【〔(（]")
_TAG = re.compile(
    r"[\[【〔(（]cite[:：]([\w ,，、;；:.-]{0,80})[\]】〕)）]",
    re.IGNORECASE,
)
_IDS = rf"{ID}(?:[,，、;； ]+{ID})*"
_BARE = re.compile(rf"\[{NEAR_CITE}({_IDS})\]", re.IGNORECASE)
"""Ids without "cite:", as a model may write them: a citation where all of them exist."""

_CHINESE = re.compile(rf"[【〔]{NEAR_CITE}({_IDS}|{NOTHING})[\]】〕]", re.IGNORECASE)
"""The same between Chinese brackets, where it means nothing else: dropped if it does not exist."""

_DAGGER = re.compile(r"[\[【]\d{0,4}†[^\]】\n]{0,40}[\]】]")
"""What some models were taught to cite by: it names nothing of ours."""

_NUMBER = re.compile(r"\[\d+\]")
_HALF = re.compile(
    r"[\[【〔]c(?:i|it|ite|ite[:：].*)?|[(（]cite[:：].*|[\[【]\d{0,4}†.*",
    re.IGNORECASE | re.DOTALL,
)
_UNDECIDED = re.compile(
    r"\[\d*"
    r"|【\d{0,4}"
    r"|[\[【]\d{0,4}†[^\]】\n]{0,40}"
    r"|[\[【〔(（](?:c|ci|cit|cite|cite[:：][\w ,，、;；:.-]{0,80})?"
    r"|[\[【〔](?:cite[ =]|\^|来|来源|出|出处|引|引用|(?:来源|出处|引用)[:：])? ?"
    r"(?:(?-i:[A-Z])[\w ,，、;；-]{0,40})?"
    rf"|[【〔]{NEAR_CITE}(?:n|no|non|none)",
    re.IGNORECASE,
)
_BROKEN = re.compile(
    r"[\[【〔(（]cite[:：] ?(?:[A-Z]{1,4}\d{1,6}(?:-\d{1,4})?[a-z]?)?", re.IGNORECASE
)
"""What opens a tag that never closes; it is dropped."""

_ID = re.compile(rf"(?<!\w)(?:{ID}|{NOTHING})(?!\w)")
MAKES_LINKS = ("(", ":")
"""What would make a link of a mark that it stands behind."""


@dataclass(frozen=True, slots=True)
class Shown:
    """More of the text, and the passages that get a number in it for the first time."""

    text: str
    cited: tuple[tuple[int, Passage], ...] = ()


class Marks:
    """Turns the pieces of one answer into what is shown. `known` are the passages by their ids."""

    def __init__(self, known: Mapping[str, Passage]) -> None:
        self._known = known
        self._numbers: dict[str, int] = {}
        self._pending = ""
        self._new: list[tuple[int, Passage]] = []
        self._backslashes = 0
        self._after_mark = False
        self._in_number = False
        """Whether a bracket stands open, with nothing but digits behind it."""
        self._beside: set[int] = set()
        self.says_nothing = False
        """Whether the model has said that the documents do not say."""
        self.unknown: list[str] = []
        """Ids that it cited, but that do not exist."""

    @property
    def numbered(self) -> dict[int, Passage]:
        """The passages that were cited, by their numbers."""
        return {number: self._known[name] for name, number in self._numbers.items()}

    def take(self, text: str) -> Shown:
        """The next piece of what the model writes."""
        self._pending += text
        out: list[str] = []
        while self._pending:
            opening = _OPENS.search(self._pending)
            if opening is None or opening.start():
                before = opening.start() if opening else len(self._pending)
                out.append(self._plain(self._cut(before)))
                continue
            piece = self._bracket()
            if piece is None:
                break
            out.append(piece)
        return self._shown(out)

    def finish(self) -> Shown:
        """The rest, when there will be no more; half of a tag is dropped."""
        rest = self._cut(len(self._pending))
        return self._shown([] if _HALF.fullmatch(rest) else [self._plain(rest)])

    def _shown(self, out: list[str]) -> Shown:
        cited, self._new = tuple(self._new), []
        return Shown("".join(out), cited)

    def _cut(self, length: int) -> str:
        """Take this much off what is pending."""
        piece, self._pending = self._pending[:length], self._pending[length:]
        return piece

    def _bracket(self) -> str | None:
        """What the bracket that is pending becomes; None while that is undecided."""
        if tag := _TAG.match(self._pending) or _CHINESE.match(self._pending):
            self._cut(tag.end())
            marks = "".join(map(self._mark, _ID.findall(self._resolvable(tag[1]))))
            return marks or self._apart()
        bare = _BARE.match(self._pending)
        if bare and all(name in self._known for name in _ID.findall(bare[1])):
            self._cut(bare.end())
            return "".join(map(self._mark, _ID.findall(bare[1])))
        if number := _NUMBER.match(self._pending):
            escape = "" if self._backslashes % 2 else "\\"
            return self._plain(escape + self._cut(number.end()))
        if _UNDECIDED.fullmatch(self._pending):
            return None
        if broken := _DAGGER.match(self._pending) or _BROKEN.match(self._pending):
            self.unknown.append(self._cut(broken.end()))
            return self._apart()
        return self._plain(self._cut(1))

    def _apart(self) -> str:
        """What stands for a tag that is dropped: it must not make a mark of what is around it."""
        return self._plain(" ") if self._in_number else ""

    def _resolvable(self, inside: str) -> str:
        """What stands in a tag; remembers it where it names nothing that exists."""
        names = _ID.findall(inside)
        self.unknown += [name for name in names if name != NOTHING and name not in self._known]
        if not names:
            self.unknown.append(inside.strip())
        return inside

    def _mark(self, name: str) -> str:
        """The mark of an id: none where it names no passage, or stands there already."""
        if name == NOTHING:
            self.says_nothing = True
            return ""
        if name not in self._known:
            return ""
        number = self._numbers.get(name)
        if number is None:
            number = self._numbers[name] = len(self._numbers) + 1
            self._new.append((number, self._known[name]))
        if number in self._beside:
            return ""
        self._beside.add(number)
        apart = " " if self._backslashes else ""
        self._backslashes = 0
        self._after_mark = True
        self._in_number = False
        return f"{apart}[{number}]"

    def _plain(self, text: str) -> str:
        """Text between tags; what would make a link of the mark before it is escaped."""
        if not text:
            return ""
        escape = "\\" if self._after_mark and text.startswith(MAKES_LINKS) else ""
        self._after_mark = False
        if not text.isspace():
            self._beside.clear()
        _, opened, rest = text.rpartition("[")
        self._in_number = (bool(opened) or self._in_number) and (not rest or rest.isdigit())
        stripped = text.rstrip("\\")
        run = len(text) - len(stripped)
        self._backslashes = run if stripped else self._backslashes + run
        return escape + text
