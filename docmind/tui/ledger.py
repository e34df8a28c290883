"""The ledger of an answer in words: everything that is known about how it came to be."""

from __future__ import annotations

from docmind.model import Answer, Ledger, Mode
from docmind.numbers import counted
from docmind.tui.conversation import Turn, TurnState
from docmind.tui.outcome import MODE_WORDS, progress
from docmind.tui.refusal import refusal_facts
from docmind.tui.support import elsewhere, other_warnings

_SAME_SECONDS = 0.1
"""A wait that is longer than the answer took by less than this is told as one number."""

Fact = tuple[str, str]
"""What it is about, and what is said of it."""


def ledger_facts(turn: Turn) -> list[Fact]:
    """One fact a line, the question first."""
    facts = [("question", turn.question)]
    if turn.manner:
        facts.append(("set", turn.manner))
    if turn.answer is not None:
        facts += refusal_facts(turn, turn.answer)
        facts += _read(turn.answer.ledger, turn.answer)
        facts += _seconds(turn.answer.ledger, turn.waited)
        facts += _doubts(turn.answer)
    elif turn.plan is not None:
        plan = turn.plan
        facts += [
            ("mode", MODE_WORDS[plan.mode]),
            ("because", plan.reason),
            ("tokens", f"{plan.prompt_tokens:,} of a window of {plan.window_tokens:,}"),
        ]
    if not turn.state.over:
        facts.append(("now", progress(turn)))
    elif turn.state is TurnState.STOPPED:
        facts.append(("ended", "stopped; what had come is kept"))
    if turn.error:
        facts.append(("error", f"{turn.error} {turn.hint}".strip()))
    return facts


def _read(ledger: Ledger, answer: Answer) -> list[Fact]:
    engine = answer.engine
    facts = [
        ("mode", MODE_WORDS[ledger.mode]),
        ("because", ledger.reason),
        ("engine", f"{engine.name}, {engine.model}" if engine.model else engine.name),
        ("pages", _pages(ledger)),
    ]
    facts += [("", f"partly: {part}") for part in ledger.pages_partly_read]
    if ledger.pages_without_text:
        pages = ", ".join(map(str, ledger.pages_without_text))
        facts.append(("", f"no text that can be read: {pages}"))
    about = "about " if ledger.tokens_estimated else ""
    facts.append(("tokens", f"{about}{ledger.document_tokens:,} in the documents"))
    if ledger.mode is not Mode.EXTRACTIVE:
        facts += [("", text) for text in _model_tokens(ledger, about)]
    if ledger.tokenizer:
        guess = ", an estimate: the server counts in its own way" if about else ""
        facts.append(("", f"counted by {ledger.tokenizer}{guess}"))
    return [*facts, ("retrieval", _retrieval(ledger)), *_history(ledger)]


def _pages(ledger: Ledger) -> str:
    verb = "searched" if ledger.mode is Mode.EXTRACTIVE else "read"
    parts = f", in {ledger.parts_read:,} of {counted(ledger.parts_total, 'part')}"
    pages = f"{verb} {ledger.pages_read:,} of {ledger.pages_total:,}"
    return pages + (parts if ledger.parts_total else "")


def _model_tokens(ledger: Ledger, about: str) -> list[str]:
    window = f", of a window of {ledger.window_tokens:,}" if ledger.window_tokens else ""
    read = ledger.prompt_tokens
    # Rounded down: "100%" has to mean all of them.
    share = f" ({ledger.cached_tokens * 1000 // read / 10:.1f}%)" if read else ""
    return [
        f"{about}{ledger.prompt_tokens:,} read by the model{window}",
        f"{ledger.cached_tokens:,} of them cached{share}",
        f"{ledger.output_tokens:,} written",
    ]


def _retrieval(ledger: Ledger) -> str:
    arms = ledger.retrieval.replace("+", " + ")
    if not ledger.evidence_passages:
        return arms
    return f"{arms}; {counted(ledger.evidence_passages, 'passage')} recited before the question"


def _history(ledger: Ledger) -> list[Fact]:
    if not ledger.history_turns and not ledger.history_turns_dropped:
        return []
    words = f"{counted(ledger.history_turns, 'earlier question')} seen"
    if ledger.history_turns_dropped:
        words += f", {ledger.history_turns_dropped} dropped for want of room"
    return [("history", words)]


def _seconds(ledger: Ledger, waited: float) -> list[Fact]:
    """How long was waited, with what came before this question's turn, and how long it took."""
    took = f"{ledger.seconds:.1f}; the first word after {ledger.first_token_seconds:.1f}"
    if waited - ledger.seconds < _SAME_SECONDS:
        return [("seconds", took)]
    return [("seconds", f"{waited:.1f} from the question to the end of its answer"),
            ("", f"answering took {took}")]  # fmt: skip


def _doubts(answer: Answer) -> list[Fact]:
    facts: list[Fact] = []
    if answer.partial:
        facts.append(("doubts", "the answer is incomplete"))
    if answer.weak:
        facts.append(("doubts", "the evidence is weak: close to the question, perhaps no answer"))
    unsupported = sum(not claim.supported for claim in answer.claims)
    if unsupported:
        facts.append(
            (
                "doubts",
                f"{unsupported} of {counted(len(answer.claims), 'statement')} without support",
            )
        )
    facts += [("", f"[?] “{claim.text}”") for claim in elsewhere(answer)]
    facts += [("warning", warning) for warning in other_warnings(answer)]
    return facts
