"""An Answer as Markdown: what was found, then the numbered sources that it was found in.

Everything that comes from a document is escaped, so that a page cannot smuggle a link, an image
or a heading into the answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from textwrap import dedent

from docmind.export.answer_words import AnswerWords, words_of
from docmind.export.plain import neutralized, one_line
from docmind.export.records import FoundPassage, SearchRecord
from docmind.export.what_was_read import what_was_read
from docmind.model import Answer, Citation, Claim
from docmind.numbers import line_list, page_list, ranges
from docmind.passages.fences import fence_for

_INLINE = re.compile(
    r"[\\`*]"
    r"|(?<!\w)_|_(?!\w)"  # inside a word it is no markup
    r"|~(?=~)"
    r"|<(?=[A-Za-z/!?])"
    r"|&(?=#?\w+;)"
    r"|\[(?!\d+\](?!\())"  # but not the mark of a citation
)
MARK = re.compile(r"(?<!\\)\[(\d+)\]")
"""The mark of a citation, and its number; behind a backslash a model's own brackets stand."""
_ACTIVE = re.compile(
    r"<(?=[A-Za-z/!?])"
    r"|&(?=#?\w+;)"
    r"|(?<=\])[(:]"  # of a link, an image, or where one leads
    r"|^ {0,3}[-=](?=[-=]*\s*$)",  # what makes a heading of the line above
    re.MULTILINE,
)
_HEADING = re.compile(r"^ {0,3}#{1,6}\s+(.*?)[\s#]*$", re.MULTILINE)
_LINE_START = re.compile(
    r"^(\s*)(?:([>|]|#{1,6}(?=\s|$)|[-+](?=\s|$)|[-=]+(?=\s*$))|(\d+)(?=[.)](?:\s|$)))",
    re.MULTILINE,
)


def answer_markdown(answer: Answer, *, level: int = 2) -> str:
    """The answer, its sources, what was read for it, and its warnings; headings of this level."""
    words = words_of(answer.language)
    heading = "#" * level
    parts = [answer_text(answer).strip()]
    if answer.citations:
        parts.append(f"{heading} {words.sources}")
        parts.extend(
            _source(citation, answer.claims, answer.language) for citation in answer.citations
        )
    parts.extend(not_confirmed(answer.claims, f"{heading} {words.not_found}"))
    parts.append(answer_footer(answer))
    if answer.partial:
        parts.append(f"**{words.not_complete}**")
    parts.extend(
        f"**{words.warning}** {escaped(one_line(warning))}" for warning in answer.warnings
    )
    return "\n\n".join(parts) + "\n"


def answer_text(answer: Answer, mark: str = "[{}]") -> str:
    """A model writes Markdown; what is quoted only happens to look like it, marks and all.

    `mark` is how the number of a citation is written.
    """
    if answer.engine.model:
        return MARK.sub(lambda found: mark.format(found[1]), disarmed(answer.text))
    if not answer.claims:
        return escaped(answer.text)
    return "\n\n".join(
        _told(claim) + "".join(map(mark.format, claim.citations)) for claim in answer.claims
    )


def _told(claim: Claim) -> str:
    """A quoted claim up to its marks; code is a block, and they stand below it."""
    return f"{listing(claim.text, indent=0)}\n\n" if claim.code else f"{literal(claim.text)} "


def literal(text: str) -> str:
    """Text of a document, in which nothing is a citation mark either."""
    return MARK.sub(r"\\\g<0>", escaped(text))


def not_confirmed(claims: Iterable[Claim], heading: str) -> list[str]:
    """The statements that were found in none of the evidence."""
    items = [f"- {literal(one_line(claim.text))}" for claim in claims if not claim.supported]
    return [heading, "\n".join(items)] if items else []


def escaped(text: str) -> str:
    """Text that Markdown shows as it stands; citation marks such as [1] are kept."""
    inline = _INLINE.sub(r"\\\g<0>", neutralized(text))
    return _LINE_START.sub(_escaped_start, inline)


def disarmed(text: str) -> str:
    """A model's Markdown without what leads elsewhere, loads something, or looks like our sources.

    A document may have told the model to write links, images, HTML or a heading "Sources".
    """
    return _HEADING.sub(r"**\1**", _ACTIVE.sub(r"\\\g<0>", neutralized(text)))


def _escaped_start(match: re.Match[str]) -> str:
    """The start of what would be a heading, a quotation or a list; after a number, its dot."""
    space, mark, number = match.groups()
    return f"{space}\\{mark}" if mark else f"{space}{number}\\"


def place(found: Citation | FoundPassage, language: str = "en") -> str:
    """Where something stands: "contract.pdf, page 12 (printed 10)"; of code "src/a.py:12-20"."""
    if found.code and found.lines:
        first, last = found.lines
        return f"{found.document}:{ranges(range(first, last + 1))}"
    return words_of(language).place.format(found.document, where(found, language))


def where(found: Citation | FoundPassage, language: str = "en") -> str:
    """Where in its document something stands, in words: "page 12 (printed 10)"."""
    if found.lines:
        first, last = found.lines
        return line_list(range(first, last + 1), language)
    page = page_list([found.page or 1], language)
    if found.page_label and found.page_label != str(found.page):
        return page + words_of(language).printed.format(found.page_label)
    return page


def search_markdown(record: SearchRecord) -> str:
    """Ranked passages, each with its place and the sections that it stands in."""
    parts = [_passage(found) for found in record.passages]
    if not parts:
        parts.append("No passage matches.")
    parts.extend(f"**Warning:** {escaped(one_line(warning))}" for warning in record.warnings)
    return "\n\n".join(parts) + "\n"


def _passage(found: FoundPassage) -> str:
    sections = " > ".join(found.sections)
    head = f"{found.rank}. **{escaped(one_line(place(found)))}** ({found.score:.2f})"
    if sections:
        head += f" {escaped(one_line(sections))}"
    return f"{head}\n\n{_evidence(found.text, found.rank, code=found.code)}"


def _source(citation: Citation, claims: Iterable[Claim], language: str) -> str:
    """Place and status of a citation; its quote too, unless a claim has just said the same."""
    where = escaped(one_line(place(citation, language)))
    head = f"{citation.number}. {where}{verified_marks(citation, words_of(language))}"
    quote = one_line(citation.quote)
    if any(one_line(c.text) == quote and c.code == citation.code for c in claims):
        return head
    return f"{head}\n\n{_evidence(citation.quote, citation.number, code=citation.code)}"


def verified_marks(citation: Citation, words: AnswerWords) -> str:
    """How well it is verified, and how it was read."""
    marks = [words.statuses[citation.status], *(["OCR"] if citation.ocr else [])]
    return words.mark.format(words.marks_apart.join(marks))


def _evidence(text: str, number: int, *, code: bool) -> str:
    """A quotation that belongs to the list item with this number."""
    indent = len(str(number)) + 2
    return listing(text, indent=indent) if code else f"{' ' * indent}> {literal(one_line(text))}"


def listing(text: str, *, indent: int) -> str:
    """Lines of code as they stand, indented so that they belong to what is above them."""
    fence = fence_for(text)
    lines = [fence, *map(neutralized, dedent(text).splitlines()), fence]
    return "\n".join(f"{' ' * indent}{line}".rstrip() for line in lines)


def answer_footer(answer: Answer) -> str:
    """Who answered, and what was read."""
    engine = answer.engine.name
    if answer.engine.model:
        engine += f" ({answer.engine.model})"
    return f"*{escaped(engine)}: {escaped(what_was_read(answer.ledger, answer.language))}*"
