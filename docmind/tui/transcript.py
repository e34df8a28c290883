"""Turns as rows of text: what the answers pane shows, before anything is drawn.

A finished answer is a handful of rows in one virtual list, not a tree of widgets: 300 of them cost
nothing. Rows name a role for each piece ("quote", "ledger"); colours are the widget's business.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from docmind.model import Answer, Citation, Claim, Ledger, Status
from docmind.tui.conversation import Turn, TurnState
from docmind.tui.plain import fitted, shown, width_of
from docmind.tui.wrapping import line_span, wrap

QUESTION_LINES = 6
"""Longer questions are cut in the transcript; they are asked as they are."""

_INDENT = "  "


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the transcript: (role, text) pieces, and what it stands for."""

    pieces: tuple[tuple[str, str], ...] = ()
    turn: int = -1
    citation: int | None = None


def turn_rows(turn: Turn, width: int, *, named: bool, waits_for: str) -> list[Row]:
    """All rows of a turn. `named`: citations say which document; `waits_for`: why it waits."""
    rows = _question(turn, width)
    if turn.answer is not None and not turn.answer.found:
        rows += _wrapped(
            turn, (("refusal", turn.answer.text or "The document does not say."),), width
        )
    else:
        bullet = "• " if len(turn.claims) > 1 else ""
        for claim in turn.claims:
            rows += _wrapped(turn, _claim_pieces(claim), width, bullet)
    if turn.citations:
        rows.append(Row(turn=turn.id))
        rows += _citations(turn, width, named=named)
    rows += _outcome(turn, width, waits_for)
    rows.append(Row(turn=turn.id))
    return rows


def welcome_rows(names: Sequence[str], width: int) -> list[Row]:
    """What stands there before anything is asked."""
    subject = names[0] if len(names) == 1 else f"these {len(names)} documents"
    lines = (
        ("question", f"Ask {subject} a question."),
        ("note", "Answers are sentences of the text; tab, then 1-9 shows them on the page."),
        ("note", "f2 goes to the document · / searches in it · : goes to a page"),
        ("note", "f1 shows every key · nothing leaves this machine"),
    )
    return [Row(((role, _INDENT + fitted(text, width - 2)),)) for role, text in lines]


def place_of(citation: Citation, *, named: bool) -> str:
    """Where a citation stands, short: "p.38 (printed 36)", "lines 3-5"."""
    if citation.lines:
        first, last = citation.lines
        place = f"line {first}" if first == last else f"lines {first}-{last}"
    else:
        place = f"p.{citation.page}"
        if citation.page_label and citation.page_label != str(citation.page):
            place += f" (printed {citation.page_label})"
    name = citation.document.rsplit("/", 1)[-1]
    return f"{name} {place}" if named else place


def ledger_line(answer: Answer) -> str:
    """What was read for an answer, in one line."""
    ledger = answer.ledger
    parts = [str(ledger.mode)]
    if answer.engine.name != ledger.mode:
        parts.append(answer.engine.name)
    parts.append(ledger.retrieval.replace("+", " + "))
    parts.append(f"{ledger.document_tokens:,} tokens")
    parts += _pages_read(ledger, found=answer.found)
    parts.append(f"{ledger.seconds:.1f} s")
    return " · ".join(part for part in parts if part)


def _pages_read(ledger: Ledger, *, found: bool) -> list[str]:
    parts = []
    if ledger.pages_total > 1:
        verb = "read" if found else "searched"
        parts.append(f"{verb} {ledger.pages_read:,} of {ledger.pages_total:,} pages")
    if ledger.pages_without_text:
        parts.append(f"{len(ledger.pages_without_text):,} not readable")
    return parts


def _question(turn: Turn, width: int) -> list[Row]:
    text = turn.question[: QUESTION_LINES * width]
    starts = wrap(text, width - 4)
    rows = []
    for line in range(min(len(starts), QUESTION_LINES)):
        start, end = line_span(starts, line, text)
        rows.append(Row((("bar", "▍ "), ("question", shown(text[start:end]))), turn.id))
    rows.append(Row(turn=turn.id))
    return rows


def _claim_pieces(claim: Claim) -> tuple[tuple[str, str], ...]:
    # No-break spaces: a mark alone on a line would belong to nothing.
    marks = "".join(f"\N{NO-BREAK SPACE}[{number}]" for number in claim.citations)
    return (("claim", " ".join(claim.text.split())), ("mark", marks))


def _wrapped(
    turn: Turn, pieces: Sequence[tuple[str, str]], width: int, bullet: str = ""
) -> list[Row]:
    """Pieces as one paragraph, indented; each keeps its role over the lines."""
    text = "".join(piece for _, piece in pieces)
    starts = wrap(text, width - 4 - len(bullet))
    rows = []
    for line in range(len(starts)):
        start, end = line_span(starts, line, text)
        lead = bullet if line == 0 else " " * len(bullet)
        parts: list[tuple[str, str]] = [("note", _INDENT + lead)]
        offset = 0
        for role, piece in pieces:
            part = piece[max(start - offset, 0) : max(end - offset, 0)]
            offset += len(piece)
            if part:
                parts.append((role, shown(part)))
        rows.append(Row(tuple(parts), turn.id))
    return rows


def _citations(turn: Turn, width: int, *, named: bool) -> list[Row]:
    """One line each, the quotes aligned."""
    citations = [turn.citations[number] for number in sorted(turn.citations)]
    places = [fitted(_place_and_tags(c, named=named), width // 2) for c in citations]
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


def _place_and_tags(citation: Citation, *, named: bool) -> str:
    tags = ["OCR"] if citation.ocr else []
    if citation.status is not Status.EXACT:
        tags.append(str(citation.status))
    return " · ".join([place_of(citation, named=named), *tags])


def _outcome(turn: Turn, width: int, waits_for: str) -> list[Row]:
    """How it stands or ended: the ledger, or why there is none yet."""
    room = width - 3
    lines: list[tuple[str, str]] = []
    match turn.state:
        case TurnState.WAITING:
            lines.append(("note", waits_for))
        case TurnState.RUNNING:
            lines.append(("note", f"searching ({turn.arms.replace('+', ' + ')})"))
        case TurnState.STOPPED:
            lines.append(("note", "stopped" + ("; what had come is kept" if turn.claims else "")))
        case TurnState.FAILED:
            lines += [("error", f"! {turn.error}"), ("note", turn.hint)]
        case TurnState.DONE:
            pass
    if turn.answer is not None:
        lines.append(("ledger", ledger_line(turn.answer)))
        lines += [("warning", f"! {warning}") for warning in turn.answer.warnings]
    return [
        Row((("claim", _INDENT), (role, fitted(text, room))), turn.id)
        for role, text in lines
        if text
    ]
