"""A Ledger as one sentence for people: what was read for an answer, and what was not.

Long lists are cut to their beginning and say so; the JSON record has all of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from docmind.model import Ledger, Mode
from docmind.numbers import counted, page_list

_LISTED = 5
"""How many documents that were read in part are named."""


def what_was_read(ledger: Ledger) -> str:
    """The ledger as one sentence."""
    read = f"{ledger.pages_read:,} of {counted(ledger.pages_total, 'page')} read"
    if ledger.mode is Mode.EXTRACTIVE:
        facts = [ledger.reason, read, f"{ledger.document_tokens:,} tokens"]
    else:
        facts = [ledger.reason, read, *_left_out(ledger), _tokens(ledger)]
    facts.append(f"{ledger.seconds:.1f} s")
    if ledger.pages_without_text:
        facts.append(f"no text on {page_list(ledger.pages_without_text)}")
    return "; ".join(fact for fact in facts if fact)


def _tokens(ledger: Ledger) -> str:
    """What the question cost of the model's window."""
    about = "about " if ledger.tokens_estimated else ""
    window = f" of {ledger.window_tokens:,}" if ledger.window_tokens else ""
    cached = f", {ledger.cached_tokens:,} of them cached" if ledger.cached_tokens else ""
    return f"{about}{ledger.prompt_tokens:,}{window} tokens used{cached}"


def _left_out(ledger: Ledger) -> Iterator[str]:
    """What the model did not see."""
    parts = [part for part in ledger.pages_partly_read if not part.endswith(": not read")]
    if parts:
        yield f"only {_some(parts)}"
    if unread := len(ledger.pages_partly_read) - len(parts):
        yield f"{counted(unread, 'document')} not read"
    if dropped := ledger.history_turns_dropped:
        yield f"{counted(dropped, 'earlier question')} left out for want of room"


def _some(parts: Sequence[str]) -> str:
    """The first of the parts; where there are more, how many."""
    more = len(parts) - _LISTED
    named = ", ".join(parts[:_LISTED])
    return f"{named} and {more} more" if more > 0 else named
