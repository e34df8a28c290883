"""What a model is asked to tell of a part, or of the notes of all parts, and how it writes it.

JSON under a grammar: lists of statements, each with the ids of the passages that say it, and only
ids that were shown exist in it. Every list and every text is bounded, because a model may never
end one of its own accord, and JSON that is cut off is worth nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Any

import msgspec

from docmind.context.neutral import neutralized
from docmind.context.tags import id_pattern
from docmind.summaries.events import Length

SORTS = {
    "party": "parties",
    "person": "people",
    "organization": "organizations",
    "date": "dates",
    "amount": "amounts",
    "definition": "definitions",
}
"""What a fact can be, and the list of a summary that it belongs to."""

_NEVER_EMPTY = ("overview", "key_points")
_MOST_IDS = 4
_VALUE_CHARACTERS = 160
_KIND_CHARACTERS = 40
_CHARACTERS_A_TOKEN = 2.5
"""Between English (4) and Chinese (1.5): bounds are made so that neither is cut off."""

_FRAME_TOKENS = 40
"""What a statement takes beside its words: names of fields, ids, brackets."""

_FEWEST_CHARACTERS = 80


@dataclass(frozen=True, slots=True)
class Bounds:
    """The most that is written: statements of each list, facts, and characters of a statement.

    `points` and `facts` are those of one part.
    """

    points: int
    key_points: int
    overview: int
    facts: int
    characters: int
    runs: int = 8
    """Sections of a document that has none of its own."""

    @property
    def tokens(self) -> int:
        """What all of this can take."""
        statements = self.points + self.key_points + self.overview
        fact = int((_VALUE_CHARACTERS + _KIND_CHARACTERS) / _CHARACTERS_A_TOKEN)
        return statements * self.tokens_of_one + self.facts * (fact + _FRAME_TOKENS)

    @property
    def tokens_of_one(self) -> int:
        """What one statement can take."""
        return int(self.characters / _CHARACTERS_A_TOKEN) + _FRAME_TOKENS

    def times(self, parts: int) -> Bounds:
        """For all of a document at once, which is as much as so many parts."""
        several = max(1, parts)
        return replace(self, points=self.points * several, facts=self.facts * several)

    @property
    def halved(self) -> Bounds:
        """Half of everything, one of each at least."""
        fewer = self._scaled(1 / 2)
        return replace(fewer, characters=max(_FEWEST_CHARACTERS, self.characters // 2))

    def within(self, tokens: int) -> Bounds:
        """The same, or so much less that it can be written in so many tokens."""
        bounds = self if self.tokens <= tokens else self._scaled(tokens / self.tokens)
        while bounds.tokens > tokens and bounds.halved != bounds:
            bounds = bounds.halved
        return bounds

    def _scaled(self, share: float) -> Bounds:
        """A share of each list."""
        return replace(
            self,
            points=max(1, int(self.points * share)),
            key_points=max(1, int(self.key_points * share)),
            overview=max(1, int(self.overview * share)),
            facts=int(self.facts * share),
        )


BOUNDS = {
    Length.SHORT: Bounds(points=3, key_points=4, overview=2, facts=10, characters=240, runs=4),
    Length.MEDIUM: Bounds(points=6, key_points=8, overview=3, facts=20, characters=320, runs=8),
    Length.LONG: Bounds(points=12, key_points=15, overview=5, facts=30, characters=400, runs=12),
}


class ToldPoint(msgspec.Struct, frozen=True):
    """A statement as a model writes it."""

    text: str
    ids: list[str]


class ToldFact(msgspec.Struct, frozen=True):
    """A fact as a model writes it."""

    sort: str
    value: str
    ids: list[str]
    kind: str = ""


class Told(msgspec.Struct, frozen=True):
    """What a model writes; a list that was not asked for is empty."""

    points: list[ToldPoint] = []
    key_points: list[ToldPoint] = []
    overview: list[ToldPoint] = []
    facts: list[ToldFact] = []


@dataclass(frozen=True, slots=True)
class Wanted:
    """Lists of a summary, each with the most that it may have: what one request asks for."""

    lists: Mapping[str, int]
    characters: int

    @classmethod
    def of(cls, bounds: Bounds, *names: str) -> Wanted:
        """These lists, in this order."""
        return cls({name: getattr(bounds, name) for name in names}, bounds.characters)

    def schema(self, names: Iterable[str]) -> str:
        """The JSON Schema, where these ids may be cited."""
        ids = {
            "type": "array",
            "items": {"type": "string", "pattern": id_pattern(names)},
            "minItems": 1,
            "maxItems": _MOST_IDS,
        }
        text = {"type": "string", "minLength": 1, "maxLength": self.characters}
        value = {"type": "string", "minLength": 1, "maxLength": _VALUE_CHARACTERS}
        kind = {"type": "string", "maxLength": _KIND_CHARACTERS}
        reference = {"$ref": "#/$defs/ids"}
        point = _object(text=text, ids=reference)
        fact = _object(sort={"enum": list(SORTS)}, value=value, kind=kind, ids=reference)
        items = {name: fact if name == "facts" else point for name in self.lists}
        lists = {
            name: {
                "type": "array",
                "items": items[name],
                # Of a part there may be nothing to tell; of a document there is.
                "minItems": int(name in _NEVER_EMPTY),
                "maxItems": most,
            }
            for name, most in self.lists.items()
        }
        return json.dumps({**_object(**lists), "$defs": {"ids": ids}})


def _object(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


class Read(Enum):
    """What a model has read when it tells."""

    DOCUMENT = auto()
    PART = auto()
    NOTES = auto()


_TOLD = {
    "points": "what {it} says, in its order: up to {most} statements",
    "key_points": "what matters most in all of the document: up to {most} statements",
    "overview": "what the document is, who made it for what, and what comes of it: up to {most} "
    "statements that are read first",
    "facts": "up to {most} facts that matter: parties, people, organizations, dates, amounts and "
    "definitions (value: term: meaning). The value is copied as it stands in the passage; kind "
    'says in a word or two which it is ("supplier", "end of term", "cap"), or is empty',
}
_SHAPES = {
    "facts": '[{"sort": "party|person|organization|date|amount|definition", "value": "…", '
    '"kind": "…", "ids": ["…"]}]'
}
_POINTS = '[{"text": "…", "ids": ["…"]}]'
_TASK = """\
Do not answer a question: {do}. Write JSON alone, without a word around it:
{shape}
{lists}
Each text is one plain sentence of at most {characters} characters in {language} that is \
understood by itself, without Markdown. Its ids are those of the passages that say it; ids stand \
nowhere else. Numbers, dates, names and conditions stay as they are. Say nothing that {it} does \
not say.{focus}"""
_FOCUS = "\nWhat matters most to this reader: {}"
_DO = {
    Read.DOCUMENT: ("summarize the document above", "the document"),
    Read.PART: ("summarize the part of a document that stands above", "this part"),
    Read.NOTES: (
        "the notes above were made of all parts of a document; summarize the document from them",
        "the notes",
    ),
}
_LANGUAGES = {"en": "English", "zh": "Chinese (中文)"}


def task(wanted: Wanted, read: Read, language: str, focus: str = "") -> str:
    """What the model is asked for, in words, of what it has read."""
    do, it = _DO[read]
    shapes = (f'"{name}": {_SHAPES.get(name, _POINTS)}' for name in wanted.lists)
    lists = (
        f"- {name}: {_TOLD[name].format(it=it, most=most)}." for name, most in wanted.lists.items()
    )
    return _TASK.format(
        do=do,
        it=it,
        shape="{" + ", ".join(shapes) + "}",
        lists="\n".join(lists),
        characters=wanted.characters,
        language=_LANGUAGES[language],
        focus=_FOCUS.format(neutralized(focus)) if focus else "",
    )


def told(text: str, names: Sequence[str] | Mapping[str, object]) -> Told | None:
    """What was written; None where it is not what was asked for.

    Ids that do not exist are left out, and with them what cites nothing else: a grammar admits
    none, but not every server has one. Tabs may stand in texts, where a grammar lets them.
    """
    try:
        written = msgspec.convert(json.loads(text, strict=False), Told)
    except (ValueError, RecursionError):  # msgspec's errors are ValueErrors
        return None
    return Told(
        *(
            [
                msgspec.structs.replace(each, ids=known)
                for each in getattr(written, name)
                if (known := [one for one in dict.fromkeys(each.ids) if one in names])
            ]
            for name in Told.__struct_fields__
        )
    )


def together(some: Iterable[Told]) -> Told:
    """What was told of several parts, one after the other."""
    parts = list(some)
    return Told(
        *(
            [each for part in parts for each in getattr(part, name)]
            for name in Told.__struct_fields__
        )
    )


def plain(text: str) -> str:
    """Words of a model on one line; halves of characters are replaced."""
    return " ".join(text.encode("utf-8", "replace").decode().split())
