"""What is asked of the desk for a question, as opposed to the words that the reader typed.

The words stay with the turn and are kept; @names in them are looked up each time they are asked,
so that a question of an earlier run can be asked again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from docmind.answers.options import AskOptions, Stretch
from docmind.errors import UsageError
from docmind.tui.plain import fitted
from docmind.tui.shelf import OpenDocument, Shelf

_NAMED = re.compile(r'(?<![^\s(])@(?:"(?P<quoted>[^"\n]+)"|(?P<plain>[^\s"]+))')
_AFTER = ".,;:?!)。，；：？！）"
"""What may follow a name without being part of it."""

_LISTED = 6


@dataclass(frozen=True, slots=True)
class Request:
    """A question as it is asked: `words` are shown and kept, `text` is what is answered.

    `options` limit what is read; `stretch` is what is to be summarized, if that is what is asked.
    """

    words: str
    text: str
    options: AskOptions = field(default_factory=AskOptions)
    stretch: Stretch | None = None
    by_key: bool = False
    """Whether a key has asked it, so that the words alone do not say all of it."""

    @property
    def documents(self) -> tuple[str, ...]:
        """Names of the only documents that it is about; none: all that are open."""
        return (self.stretch.document,) if self.stretch is not None else self.options.documents


def request_of(words: str, shelf: Shelf) -> Request:
    """A question that was typed; @names limit it to documents.

    Raises UsageError for a name that no open document has.
    """
    found = [(match, *_document(match, shelf)) for match in _NAMED.finditer(words)]
    if not found:
        return Request(words, words)
    text = words
    for match, document, rest in reversed(found):
        edge = not words[: match.start()].strip() or not words[match.end() :].strip()
        called = rest if edge else document.short_name + rest
        text = text[: match.start()] + called + text[match.end() :]
    text = text.strip().lstrip(_AFTER).strip()
    if not text:
        raise UsageError("What do you want to know of it?", "Type the question after the name.")
    names = tuple(dict.fromkeys(document.name for _, document, _ in found))
    return Request(words, text, AskOptions(documents=names))


def completions(begun: str, shelf: Shelf) -> list[str]:
    """Names (as they are typed after @) of the documents that begin, or go on, like this."""
    wanted = begun.lstrip('"').casefold()
    names = [document.short_name for document in shelf.documents]
    first = [name for name in names if name.casefold().startswith(wanted)]
    return [typed_name(name) for name in first or [n for n in names if wanted in n.casefold()]]


def typed_name(name: str) -> str:
    """A document's name as it is typed after @."""
    return f'"{name}"' if " " in name else name


def _document(match: re.Match[str], shelf: Shelf) -> tuple[OpenDocument, str]:
    """The document that is meant, and what follows its name in the same word."""
    if match["quoted"]:
        document = _named(match["quoted"], shelf)
        if document is None:
            raise _unknown(match["quoted"], shelf)
        return document, ""
    word = match["plain"]
    name = word.rstrip(_AFTER)
    document = _named(word, shelf) or _named(name, shelf)
    if document is None:
        raise _unknown(name, shelf)
    return document, "" if document is _named(word, shelf) else word[len(name) :]


def _named(name: str, shelf: Shelf) -> OpenDocument | None:
    """The one document that is called so, or the only one whose name has this in it."""
    for document in shelf.documents:
        if name in (document.name, document.short_name):
            return document
    wanted = name.casefold()
    for fits in (str.startswith, str.__contains__):
        held = [d for d in shelf.documents if wanted and fits(d.short_name.casefold(), wanted)]
        if held:
            return held[0] if len(held) == 1 else None
    return None


def _unknown(name: str, shelf: Shelf) -> UsageError:
    held = [d.short_name for d in shelf.documents if name.casefold() in d.short_name.casefold()]
    names = held or [document.short_name for document in shelf.documents]
    more = f", and {len(names) - _LISTED:,} more" if len(names) > _LISTED else ""
    listed = ", ".join(fitted(each, 40) for each in names[:_LISTED])
    what = (
        f"Several documents are called like @{name}" if held else f"No document is called @{name}"
    )
    return UsageError(f"{what}.", f"Open is: {listed}{more}. In `backquotes` @ is only a letter.")
