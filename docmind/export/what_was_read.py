"""A Ledger as one sentence for people: what was read for an answer, and what was not.

Long lists are cut to their beginning and say so; the JSON record has all of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from docmind.context.places import NOT_READ
from docmind.model import Ledger, Mode
from docmind.numbers import counted, page_list

_LISTED = 5
"""How many documents that were read in part are named."""

_READ = {"en": "{:,} of {} read", "zh": "已读 {:,} 页，共 {}"}
_ABOUT = {"en": "about ", "zh": "约 "}
_USED = {"en": "{}{:,}{} tokens used{}", "zh": "词元：{}{:,}{}{}"}
_OF_WINDOW = {"en": " of {:,}", "zh": " / {:,}"}
_CACHED = {"en": ", {:,} of them cached", "zh": "，其中 {:,} 个来自缓存"}
_SECONDS = {"en": "{:.1f} s", "zh": "{:.1f} 秒"}
_NO_TEXT = {"en": "no text on {}", "zh": "{}没有文字"}
_ONLY = {"en": "only {}", "zh": "只读了 {}"}
_UNREAD = {"en": "{} not read", "zh": "{}未读"}
_DROPPED = {"en": "{} left out for want of room", "zh": "因篇幅所限略去 {}"}
_MORE = {"en": "{} and {} more", "zh": "{}，另有 {} 份"}
_NEXT = {"en": "; ", "zh": "；"}
_AND = {"en": ", ", "zh": "，"}


def what_was_read(ledger: Ledger, language: str = "en") -> str:
    """The ledger as one sentence, in "en" or "zh"."""
    pages = counted(ledger.pages_total, "page", language)
    read = _READ[language].format(ledger.pages_read, pages)
    if ledger.mode is Mode.EXTRACTIVE:
        facts = [ledger.reason, read, counted(ledger.document_tokens, "token", language)]
    else:
        facts = [ledger.reason, read, *_left_out(ledger, language), _tokens(ledger, language)]
    facts.append(_SECONDS[language].format(ledger.seconds))
    if ledger.pages_without_text:
        without = page_list(ledger.pages_without_text, language)
        facts.append(_NO_TEXT[language].format(without))
    return _NEXT[language].join(fact for fact in facts if fact)


def _tokens(ledger: Ledger, language: str) -> str:
    """What the question cost of the model's window."""
    about = _ABOUT[language] if ledger.tokens_estimated else ""
    window, cached = ledger.window_tokens, ledger.cached_tokens
    return _USED[language].format(
        about,
        ledger.prompt_tokens,
        _OF_WINDOW[language].format(window) if window else "",
        _CACHED[language].format(cached) if cached else "",
    )


def _left_out(ledger: Ledger, language: str) -> Iterator[str]:
    """What the model did not see."""
    not_read = tuple(NOT_READ.values())
    parts = [part for part in ledger.pages_partly_read if not part.endswith(not_read)]
    if parts:
        yield _ONLY[language].format(_some(parts, language))
    if unread := len(ledger.pages_partly_read) - len(parts):
        yield _UNREAD[language].format(counted(unread, "document", language))
    if dropped := ledger.history_turns_dropped:
        yield _DROPPED[language].format(counted(dropped, "earlier question", language))


def _some(parts: Sequence[str], language: str) -> str:
    """The first of the parts; where there are more, how many."""
    more = len(parts) - _LISTED
    named = _AND[language].join(parts[:_LISTED])
    return _MORE[language].format(named, more) if more > 0 else named
