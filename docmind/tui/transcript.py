"""Turns as rows of text: what the answers pane shows, before anything is drawn.

A finished answer is a handful of rows in one virtual list, not a tree of widgets: 300 of them cost
nothing. Rows name a role for each piece ("quote", "ledger"); colours are the widget's business.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from docmind.export.answer_words import words_of
from docmind.model import Citation, Claim, Status
from docmind.numbers import line_list, ranges
from docmind.tui.answer_words import NO_ANSWER, PAGE
from docmind.tui.conversation import Notice, Turn
from docmind.tui.key_names import HintKeys
from docmind.tui.outcome import UNSET, citation_heading, doubt, outcome_lines
from docmind.tui.pieces import Line, Piece, hung, wrapped
from docmind.tui.plain import fitted, width_of

QUESTION_LINES = 6
"""Longer questions are cut in the transcript; they are asked as they are."""

OUTCOME_LINES = 3
"""A warning that needs more lines than this is cut; `f3` shows all of it."""

_FEWEST_NAME_CELLS = 4
"""A document's name in fewer cells than this tells nothing."""

_WELCOME_LINES = 3
"""Who answers, and why no other, is told in at most so many lines."""

_SAMPLE = "This is a sample contract, made up for docmind."
_SUCH_AS = ": When does it end?"
_THEN_OPEN = "then docmind open FILE (or FOLDER)"
_INDENT = "  "
_MARK = re.compile(r"\[(\d+)\]")


class Row(NamedTuple):
    """One line of the transcript: (role, text) pieces, and what it stands for."""

    pieces: Line = ()
    turn: int = -1
    citation: int | None = None

    def citation_at(self, x: int) -> int | None:
        """The citation that a click on this cell means: that of a mark, or the row's own."""
        for role, text in self.pieces:
            for match in _MARK.finditer(text) if role == "mark" else ():
                first = width_of(text[: match.start()])
                if first <= x < first + len(match.group()):
                    return int(match.group(1))
            x -= width_of(text)
        return self.citation


def turn_rows(
    turn: Turn,
    width: int,
    *,
    names: Mapping[str, str],
    waits_for: str,
    keys: HintKeys = UNSET,
) -> list[Row]:
    """All rows of a turn; `waits_for` says why it waits.

    `names` are what citations call their documents; empty where there is only one.
    """
    doubts = _outcome("warning", doubt(turn), width) if doubt(turn) else []
    lines = [*_question(turn, width), (), *doubts, *_answer(turn, width - 4)]
    rows = [Row(line, turn.id) for line in lines]
    if turn.citations:
        heading = fitted(citation_heading(turn, keys), width - 3)
        rows += [Row(turn=turn.id), Row((("note", _INDENT + heading),), turn.id)]
        rows += _citations(turn, width, names)
    for role, text in outcome_lines(turn, width - 3, waits_for, keys):
        rows += [Row(line, turn.id) for line in _outcome(role, text, width)]
    rows.append(Row(turn=turn.id))
    return rows


def notice_rows(notices: Iterable[Notice], width: int) -> list[Row]:
    """What happened beside the questions, a blank row below it."""
    rows: list[Row] = []
    for notice in notices:
        role, mark = ("note", "") if notice.calm else ("error", "! ")
        rows += map(Row, _outcome(role, mark + notice.message, width))
        hint = _outcome("note", notice.hint, width - 2) if notice.hint else []
        rows += [Row((("note", _INDENT), *line)) for line in hint]
    return [*rows, Row()] if rows else []


def welcome_rows(
    names: Sequence[str],
    who_answers: str,
    width: int,
    *,
    sample: bool = False,
    keys: HintKeys = UNSET,
) -> list[Row]:
    """What stands there before anything is asked; `who_answers` is a line of it, if known.

    Of a `sample` it says that it is one, what to ask it, and how to open something else.
    """
    subject = names[0] if len(names) == 1 else f"these {len(names)} documents"
    told = wrapped([("note", who_answers)], width - 2)[:_WELCOME_LINES] if who_answers else []
    lines = (
        *([("question", _SAMPLE)] if sample else []),
        ("question", f"Ask {subject} a question{_SUCH_AS if sample else '.'}"),
        *(("note", "".join(text for _, text in line)) for line in told),
        ("note", f"Answers cite the text; {keys.pane}, then 1-9 shows a citation on its page."),
        (
            "note",
            f"{keys.document} goes to the document · {keys.find} searches in it"
            f" · {keys.page} goes to a page",
        ),
        ("note", f"{keys.help} shows every key · nothing leaves this machine"),
        *([("note", f"Your own: {keys.quit}, {_THEN_OPEN}")] if sample else []),
    )
    return [Row(((role, _INDENT + fitted(text, width - 2)),)) for role, text in lines]


def place_of(citation: Citation, language: str) -> str:
    """Where in its document a citation stands, short: "p.38 (printed 36)", "lines 3-5"."""
    if citation.lines:
        first, last = citation.lines
        return line_list(range(first, last + 1), language)
    page = PAGE[language].format(citation.page)
    if citation.page_label and citation.page_label != str(citation.page):
        return page + words_of(language).printed.format(citation.page_label)
    return page


def _question(turn: Turn, width: int) -> list[Line]:
    text = turn.question[: QUESTION_LINES * width]
    lines = wrapped([("question", text)], width - 4)[:QUESTION_LINES]
    return [(("bar", "▍ "), *line) for line in lines]


def _answer(turn: Turn, width: int) -> list[Line]:
    """The answer as far as it has come, indented."""
    lines: list[Line] = []
    if turn.text:
        lines += [
            (("note", _INDENT), *(_known(piece, turn) for piece in line))
            for line in turn.text.lines(width)
        ]
    elif turn.answer is not None and not turn.answer.found:
        words = turn.answer.text or NO_ANSWER[turn.language]
        lines += _indented([("refusal", words)], width)
    else:
        bullet = "• " if len(turn.claims) > 1 else ""
        for claim in turn.claims:
            text = _indented(_claim_pieces(claim), width, bullet)
            lines += _code(claim, width) if claim.code else text
    return lines


def _known(piece: Piece, turn: Turn) -> Piece:
    """A mark that no citation belongs to is only text."""
    role, text = piece
    match = _MARK.search(text) if role == "mark" else None
    return ("claim", text) if match and int(match.group(1)) not in turn.citations else piece


def _marks(claim: Claim) -> str:
    # No-break spaces: a mark alone on a line would belong to nothing.
    return "".join(f"\N{NO-BREAK SPACE}[{number}]" for number in claim.citations)


def _code(claim: Claim, width: int) -> list[Line]:
    """Lines of code as they stand, their marks after the last one."""
    lines = wrapped([("code", claim.text), ("mark", _marks(claim))], width - len(_INDENT))
    return hung(lines, ("note", _INDENT * 2), _INDENT * 2)


def _claim_pieces(claim: Claim) -> list[Piece]:
    marks = _marks(claim)
    unsupported = "" if claim.supported else "\N{NO-BREAK SPACE}[?]"
    return [
        ("claim", " ".join(claim.text.split())), ("mark", marks), ("unsupported", unsupported)
    ]  # fmt: skip


def _indented(pieces: Sequence[Piece], width: int, bullet: str = "") -> list[Line]:
    """One paragraph, its lines below each other."""
    lines = wrapped(pieces, width - len(bullet))
    return hung(lines, ("note", _INDENT + bullet), _INDENT + " " * len(bullet))


def _citations(turn: Turn, width: int, names: Mapping[str, str]) -> list[Row]:
    """One line each, the quotes aligned."""
    citations = [turn.citations[number] for number in sorted(turn.citations)]
    places = [_place(c, names, turn.language, width // 2) for c in citations]
    place_width = max(map(width_of, places))
    number_width = max(len(f"[{c.number}]") for c in citations)
    rows = []
    for citation, place in zip(citations, places, strict=True):
        number = f"[{citation.number}]".rjust(number_width)
        padding = " " * (place_width - width_of(place))
        room = width - 2 - number_width - 1 - place_width - 2 - 2
        pieces = (
            ("cursor", _INDENT),
            ("mark", f"{number} "),
            ("place", f"{place}{padding}  "),
            ("quote", f"“{fitted(citation.quote, max(room, 1))}”"),
        )
        rows.append(Row(pieces, turn.id, citation.number))
    return rows


def _place(citation: Citation, names: Mapping[str, str], language: str, width: int) -> str:
    """Which document, where in it, and how it was read; the document's name gives way."""
    tags = ["OCR"] if citation.ocr else []
    if citation.status is not Status.EXACT:
        tags.append(words_of(language).statuses[citation.status])
    lines = citation.lines if names and citation.code else None
    where = ranges(range(lines[0], lines[1] + 1)) if lines else place_of(citation, language)
    place = fitted(" · ".join([where, *tags]), width)
    room = width - width_of(place) - 1
    if not names or room < _FEWEST_NAME_CELLS:
        return place
    name = names.get(citation.document, citation.document.rsplit("/", 1)[-1])
    return f"{fitted(name, room)}{':' if lines else ' '}{place}"


def _outcome(role: str, text: str, width: int) -> list[Line]:
    """A line below an answer: wrapped where it has to be, but not for ever."""
    room = width - 5
    lines = wrapped([(role, fitted(text, OUTCOME_LINES * room - 8))], room)
    return hung(lines[:OUTCOME_LINES], ("note", _INDENT), _INDENT + "  ")
