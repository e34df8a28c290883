"""How an answer stands or ended, in words: what runs, what was read, what to know about it."""

from __future__ import annotations

from collections import Counter

from docmind.model import Answer, Ledger, Mode, Status
from docmind.tui.conversation import Turn, TurnState
from docmind.tui.plain import fitted, width_of
from docmind.tui.support import elsewhere, other_warnings

MODE_WORDS = {
    Mode.WHOLE: "whole document",
    Mode.RETRIEVE: "pages that rank best",
    Mode.EVERY_PART: "every part",
    Mode.EXTRACTIVE: "extractive",
}

Lines = list[tuple[str, str]]
"""A role and a text for each line."""


def outcome_lines(turn: Turn, width: int, waits_for: str) -> Lines:
    """What stands below the citations of a turn."""
    lines: Lines = []
    match turn.state:
        case TurnState.WAITING:
            lines.append(("note", waits_for))
        case TurnState.RUNNING:
            lines.append(("note", f"{progress(turn)} · esc stops"))
        case TurnState.STOPPED:
            kept = "; what had come is kept" if turn.has_words else ""
            lines.append(("warning", f"■ stopped{kept} · tab, then r asks again"))
        case TurnState.FAILED:
            lines += [("error", f"! {turn.error}"), ("note", turn.hint)]
        case TurnState.DONE:
            pass
    if turn.answer is not None:
        lines.append(("ledger", ledger_line(turn.answer, width)))
        lines += _judgement(turn.answer)
        if turn.while_loading:
            lines.append(("note", "Sentences of the text: the model is still loading. "
                                  "Ask again (tab, then r) when it is ready."))  # fmt: skip
    return [(role, text) for role, text in lines if text]


def progress(turn: Turn) -> str:
    """What is being done for a question that is being answered."""
    if turn.text:
        return "writing"
    if turn.plan is not None:
        since = "" if turn.reading is None else f", {turn.reading:.0f} s"
        what = f"{turn.plan.prompt_tokens:,} tokens ({MODE_WORDS[turn.plan.mode]})"
        return f"the model reads {what}{since}"
    if turn.searching is None:
        return "searching"
    arms = turn.searching.arms.replace("+", " + ")
    done = turn.searching.vectors_done
    return f"searching ({arms})" + (f", vectors {done:.0%}" if done < 1 else "")


def citation_heading(turn: Turn) -> str:
    """How many citations there are, how well they are verified, and how to see them."""
    count = len(turn.citations)
    noun = "citation" if count == 1 else "citations"
    if turn.answer is None:
        return f"{count} {noun} so far, not checked yet"
    statuses = Counter(citation.status for citation in turn.citations.values())
    if set(statuses) == {Status.EXACT}:
        checked = "exact" if count == 1 else "all exact"
    else:
        checked = ", ".join(f"{number} {status}" for status, number in statuses.items())
    it = "it" if count == 1 else "one"
    return f"{count} {noun}, {checked} · tab, then {digits(turn)} shows {it} on its page"


def digits(turn: Turn) -> str:
    """The digits that mean something: "1", "1-5"."""
    last = min(max(turn.citations, default=1), 9)
    return "1" if last == 1 else f"1-{last}"


def ledger_line(answer: Answer, width: int = 1000) -> str:
    """What was read for an answer, in one line; as many facts as fit, f3 tells the others."""
    ledger = answer.ledger
    parts = [MODE_WORDS[ledger.mode]]
    parts += ["weak evidence"] if answer.weak else []
    parts += ["incomplete"] if answer.partial else []
    if ledger.mode is Mode.EXTRACTIVE:
        parts += [ledger.retrieval.replace("+", " + "), f"{ledger.document_tokens:,} tokens"]
    else:
        parts.append(_tokens(ledger))
    parts += _pages_read(ledger, found=answer.found)
    parts.append(f"{ledger.seconds:.1f} s")
    if ledger.cached_tokens:
        parts.append(f"{ledger.cached_tokens:,} cached")
    if answer.engine.model:
        parts.append(answer.engine.model.rsplit("/", 1)[-1])
    line = fitted(parts[0], width)
    for part in parts[1:]:
        longer = f"{line} · {fitted(part, width)}"
        line = longer if width_of(longer) <= width else line
    return line


def _tokens(ledger: Ledger) -> str:
    about = "about " if ledger.tokens_estimated else ""
    window = f" of {ledger.window_tokens:,}" if ledger.window_tokens else ""
    return f"{about}{ledger.prompt_tokens:,}{window} tokens"


def _pages_read(ledger: Ledger, *, found: bool) -> list[str]:
    parts = []
    if ledger.pages_total > 1:
        verb = "read" if found or ledger.mode is not Mode.EXTRACTIVE else "searched"
        parts.append(f"{verb} {ledger.pages_read:,} of {ledger.pages_total:,} pages")
    if ledger.pages_without_text:
        parts.append(f"{len(ledger.pages_without_text):,} not readable")
    return parts


def _judgement(answer: Answer) -> Lines:
    """What a reader must know before he believes it."""
    lines: Lines = []
    unsupported = sum(not claim.supported for claim in answer.claims)
    if unsupported:
        are = "1 statement is" if unsupported == 1 else f"{unsupported} statements are"
        lines.append(("warning", f"! {are} marked [?]: no support was found in what was read."))
        lines += [("warning", f"[?] “{claim.text}”") for claim in elsewhere(answer)]
    lines += [("warning", f"! {warning}") for warning in other_warnings(answer)]
    return lines
