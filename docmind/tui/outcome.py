"""How an answer stands or ended, in words: what runs, what was read, what to know about it."""

from __future__ import annotations

from collections import Counter

from docmind.export.answer_words import words_of
from docmind.model import Answer, Ledger, Mode, Status
from docmind.numbers import counted
from docmind.tui import answer_words as words
from docmind.tui.conversation import Turn, TurnState
from docmind.tui.key_names import HintKeys
from docmind.tui.plain import fitted, width_of
from docmind.tui.support import elsewhere, other_warnings

UNSET = HintKeys()
"""The keys where none is set."""

MODE_WORDS = words.MODES["en"]

Lines = list[tuple[str, str]]
"""A role and a text for each line."""


def outcome_lines(turn: Turn, width: int, waits_for: str, keys: HintKeys = UNSET) -> Lines:
    """What stands below the citations of a turn."""
    lines: Lines = []
    match turn.state:
        case TurnState.WAITING:
            lines.append(("note", waits_for))
        case TurnState.RUNNING:
            lines.append(("note", f"{progress(turn)} · {keys.stop} stops"))
        case TurnState.STOPPED:
            kept = "; what had come is kept" if turn.has_words else ""
            again = f"{keys.pane}, then {keys.again} asks again"
            lines.append(("warning", f"■ stopped{kept} · {again}"))
        case TurnState.FAILED:
            lines += [("error", f"! {turn.error}"), ("note", turn.hint)]
        case TurnState.DONE:
            pass
    if turn.answer is not None:
        lines += _of_answer(turn, turn.answer, width, keys)
    return [(role, text) for role, text in lines if text]


def _of_answer(turn: Turn, answer: Answer, width: int, keys: HintKeys) -> Lines:
    """What was read for it, what to know of it, and what the reader thinks of it."""
    lines: Lines = [("ledger", ledger_line(answer, width, turn.waited)), *_judgement(answer)]
    if turn.rating is not None:
        lines.append(("note", words.RATED[turn.language][turn.rating]))
    if turn.correction:
        lines.append(("note", words.SHOULD_SAY[turn.language].format(turn.correction)))
    if turn.while_loading:
        lines.append(("note", words.STILL_LOADING[turn.language].format(**keys._asdict())))
    return lines


def progress(turn: Turn) -> str:
    """What is being done for a question that is being answered."""
    if turn.text:
        return "writing"
    if turn.parts is not None and turn.parts.done < turn.parts.total:
        parts = turn.parts
        return f"the model reads every part: {parts.done:,} of {parts.total:,}"
    if turn.plan is not None:
        since = "" if turn.reading is None else f", {turn.reading:.0f} s"
        what = f"{turn.plan.prompt_tokens:,} tokens ({MODE_WORDS[turn.plan.mode]})"
        return f"the model reads {what}{since}"
    if turn.searching is None:
        return "searching"
    if turn.searching.doing:
        return f"searching: {turn.searching.doing}"
    arms = turn.searching.arms.replace("+", " + ")
    done = turn.searching.vectors_done
    return f"searching ({arms})" + (f", vectors {done:.0%}" if done < 1 else "")


def citation_heading(turn: Turn, keys: HintKeys = UNSET) -> str:
    """How many citations there are, how well they are verified, and how to see them."""
    count = len(turn.citations)
    if turn.answer is None:
        return f"{counted(count, 'citation')} so far, not checked yet"
    language = turn.language
    said = words_of(language)
    names = said.statuses
    statuses = Counter(citation.status for citation in turn.citations.values())
    if set(statuses) == {Status.EXACT}:
        checked = names[Status.EXACT] if count == 1 else words.ALL_EXACT[language]
    else:
        each = (f"{number} {names[status]}" for status, number in statuses.items())
        checked = said.marks_apart.join(each)
    shows = words.SHOWS[language][count > 1].format(pane=keys.pane, digits=digits(turn))
    return f"{counted(count, 'citation', language)}{said.marks_apart}{checked} · {shows}"


def digits(turn: Turn) -> str:
    """The digits that mean something: "1", "1-5"."""
    last = min(max(turn.citations, default=1), 9)
    return "1" if last == 1 else f"1-{last}"


def doubt(turn: Turn) -> str:
    """What a reader must know before the first word of an answer; empty: nothing."""
    if turn.answer is None or not turn.answer.weak:
        return ""
    return words.WEAK[turn.language][turn.answer.ledger.mode is not Mode.EXTRACTIVE]


def ledger_line(answer: Answer, width: int = 1000, waited: float = 0.0) -> str:
    """What was read for an answer, in one line; as many facts as fit, f3 tells the others.

    `waited` is for how many seconds the reader did, which may be longer than it took to answer.
    """
    ledger, language = answer.ledger, answer.language
    parts = [words.MODES[language][ledger.mode]]
    parts += [words.INCOMPLETE[language]] if answer.partial else []
    if ledger.mode is Mode.EXTRACTIVE:
        tokens = counted(ledger.document_tokens, "token", language)
        parts += [ledger.retrieval.replace("+", " + "), tokens]
    else:
        parts.append(_tokens(ledger, language))
    parts += _pages_read(answer)
    parts.append(words.SECONDS[language].format(max(ledger.seconds, waited)))
    if ledger.cached_tokens:
        parts.append(words.CACHED[language].format(ledger.cached_tokens))
    if answer.engine.model:
        parts.append(answer.engine.model.rsplit("/", 1)[-1])
    line = fitted(parts[0], width)
    for part in parts[1:]:
        longer = f"{line} · {fitted(part, width)}"
        line = longer if width_of(longer) <= width else line
    return line


def _tokens(ledger: Ledger, language: str) -> str:
    about = words.ABOUT[language] if ledger.tokens_estimated else ""
    window = words.OF_WINDOW[language].format(ledger.window_tokens) if ledger.window_tokens else ""
    return words.TOKENS[language].format(about, ledger.prompt_tokens, window)


def _pages_read(answer: Answer) -> list[str]:
    ledger, language = answer.ledger, answer.language
    parts = []
    if ledger.pages_total > 1:
        read = answer.found or ledger.mode is not Mode.EXTRACTIVE
        verb = words.READ if read else words.SEARCHED
        parts.append(verb[language].format(ledger.pages_read, ledger.pages_total))
    if ledger.pages_without_text:
        parts.append(words.NOT_READABLE[language].format(len(ledger.pages_without_text)))
    return parts


def _judgement(answer: Answer) -> Lines:
    """What a reader must know before he believes it."""
    lines: Lines = []
    unsupported = sum(not claim.supported for claim in answer.claims)
    if unsupported:
        told = words.UNSUPPORTED[answer.language][unsupported > 1].format(unsupported)
        lines.append(("warning", told))
        lines += [("warning", f"[?] “{claim.text}”") for claim in elsewhere(answer)]
    lines += [("warning", f"! {warning}") for warning in other_warnings(answer)]
    return lines
