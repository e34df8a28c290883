"""Why an answer may be missing: what was looked at for it, what was not, and what to try.

A refusal is only worth as much as what was read for it, so that is told before anything else.
"""

from __future__ import annotations

from docmind.model import Answer, Ledger, Mode
from docmind.numbers import counted, page_list
from docmind.tui.conversation import Turn

Fact = tuple[str, str]

_TRY = {
    Mode.EXTRACTIVE: "the document's own words; a language model reads instead of comparing"
    " (docmind serve plan says what this machine can run)",
    Mode.RETRIEVE: "/mode every-part, which reads all pages, one part after the other",
}


def refusal_facts(turn: Turn, answer: Answer) -> list[Fact]:
    """Nothing for an answer that was found."""
    if answer.found:
        return []
    ledger = answer.ledger
    facts = [("found", "nothing that answers it"), ("looked at", _looked_at(ledger))]
    facts += [("", text) for text in _not_looked_at(turn, ledger)]
    if advice := _TRY.get(ledger.mode, ""):
        facts.append(("try", advice))
    return facts


def _looked_at(ledger: Ledger) -> str:
    pages = f"{ledger.pages_read:,} of {counted(ledger.pages_total, 'page')}"
    if ledger.mode is Mode.EXTRACTIVE:
        by_meaning = " and their meaning" if "dense" in ledger.retrieval else " alone, not meaning"
        return f"the sentences of {pages}, compared by their words{by_meaning}"
    if ledger.mode is Mode.EVERY_PART:
        parts = f"{ledger.parts_read:,} of {counted(ledger.parts_total, 'part')}"
        return f"{pages}, in {parts}, one after the other"
    if ledger.mode is Mode.RETRIEVE:
        return f"{pages}, those that rank best for the question"
    return f"{pages}, all at once"


def _not_looked_at(turn: Turn, ledger: Ledger) -> list[str]:
    told = []
    if ledger.pages_without_text:
        pages = page_list(ledger.pages_without_text)
        told.append(f"not {pages}: no text could be read there, and it may say so")
    told += [f"partly: {part}" for part in ledger.pages_partly_read]
    options = turn.request.options if turn.request is not None else None
    if options is not None and options.documents:
        told.append(f"only {', '.join(options.documents)}, as it was asked")
    return told
