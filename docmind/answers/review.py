"""A model's answer after its last word: each statement checked, each citation narrowed.

The numbers that have been shown stay what they are; only a citation that supports nothing is
replaced, and only where better evidence was found. What no evidence was found for is kept and
marked: the reader sees what the model wrote, and what it is worth.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from docmind.answers.citations import cite, verify
from docmind.answers.marks import MAKES_LINKS, MARK
from docmind.answers.statements import Statement, statements
from docmind.answers.support import Support
from docmind.model import Citation, Claim, Document, Passage, Status
from docmind.passages.sentences import Span, ends_sentence

_UNSUPPORTED = {
    "en": "{} {} of {} {} not found in the documents.",
    "zh": "{2} 条陈述中有 {0} 条在文档中没有找到依据。",
}
_SPACED_MARK = re.compile(r"[ \t]*" + MARK.pattern)


@dataclass(frozen=True, slots=True)
class Written:
    """What a model wrote, as it was shown: `numbered` are the passages behind its marks."""

    text: str
    numbered: Mapping[int, Passage]
    says_nothing: bool
    cut: bool = False
    """Whether it breaks off, so that its last words may be half of a statement."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The answer, checked: what the marks of `text` say is what `claims` and `citations` say."""

    text: str
    found: bool
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class _Checked:
    """A statement with the numbers that it has in the end, and what was found out about it."""

    statement: Statement
    numbers: tuple[int, ...]
    supported: bool


def review(
    written: Written,
    documents: Mapping[str, Document],
    support: Support,
    pages: range | None = None,
) -> Reviewed:
    """Check an answer; evidence for what cites none is looked for on `pages` where given."""
    return _Review(written, documents, support, pages).reviewed()


def unsupported_note(claims: Sequence[Claim], language: str) -> str:
    """How many statements nothing supports, in "en" or "zh"; empty where that is none."""
    lacking = sum(not claim.supported for claim in claims)
    if not lacking:
        return ""
    noun, verb = ("statement", "was") if lacking == 1 else ("statements", "were")
    return _UNSUPPORTED[language].format(lacking, noun, len(claims), verb)


class _Review:
    """One answer, with the passages and the spans that its numbers stand for."""

    def __init__(
        self,
        written: Written,
        documents: Mapping[str, Document],
        support: Support,
        pages: range | None,
    ) -> None:
        self._written = written
        self._documents = documents
        self._support = support
        self._pages = pages
        self._passages = dict(written.numbered)
        self._spans: dict[int, list[Span]] = {}

    def reviewed(self) -> Reviewed:
        """See `review`."""
        judged = [self._checked(each) for each in statements(self._written.text)]
        # "The policy does not cover floods" may be what a document says, or that it says nothing.
        checked = [each for each in judged if each.supported or not each.statement.denies]
        if self._written.cut and checked and _is_half(checked[-1]):
            checked.pop()
        if not self._found(checked):
            claims = _once(Claim(each.statement.text, (), each.supported) for each in checked)
            text = _without_marks(self._written.text).strip()
            return Reviewed(text=text, found=False, claims=claims, citations=())
        text = _with_marks(self._written.text, checked)
        citations = self._citations({int(mark[1]) for mark in MARK.finditer(text)})
        claims = _once(
            Claim(
                each.statement.text,
                tuple(number for number in each.numbers if number in citations),
                each.supported,
            )
            for each in checked
        )
        return _renumbered(text, claims, citations)

    def _found(self, checked: Iterable[_Checked]) -> bool:
        """Whether there is an answer: something cited, or said and confirmed.

        Where the model says that the documents do not say, only what it cites itself, and rightly,
        speaks against it.
        """
        if self._written.says_nothing:
            return any(each.supported and each.statement.numbers for each in checked)
        return bool(self._passages) or any(each.supported for each in checked)

    def _checked(self, statement: Statement) -> _Checked:
        """Judge a statement by what it cites; if that says nothing of it, search."""
        cited = {number: self._passages[number] for number in statement.numbers}
        verdict = self._support.judge(statement.text, tuple(cited.values()))
        if verdict.supported:
            self._narrow(zip(cited, verdict.spans, strict=True))
            return _Checked(statement, statement.numbers, supported=True)
        if evidence := self._support.search(statement.text, self._pages):
            passage, span = evidence
            number = self._number_of(passage)
            self._narrow([(number, span)])
            return _Checked(statement, (number,), supported=True)
        self._narrow(zip(cited, verdict.spans, strict=True))
        return _Checked(statement, statement.numbers, supported=False)

    def _narrow(self, spans: Iterable[tuple[int, Span | None]]) -> None:
        for number, span in spans:
            if span is not None:
                self._spans.setdefault(number, []).append(span)

    def _number_of(self, passage: Passage) -> int:
        """The number of a passage, which may be a new one."""
        for number, held in self._passages.items():
            if held == passage:
                return number
        number = max(self._passages, default=0) + 1
        self._passages[number] = passage
        return number

    def _citations(self, numbers: Iterable[int]) -> dict[int, Citation]:
        """The verified citations of these numbers, narrowed to what the statements are about."""
        citations: dict[int, Citation] = {}
        for number in sorted(numbers):
            passage = self._passages[number]
            spans = self._spans.get(number) or [(passage.start, passage.end)]
            span = (min(start for start, _ in spans), max(end for _, end in spans))
            document = self._documents[passage.document]
            citation = cite(document, document.page(passage.page), span, passage.id)
            status = verify(citation, document)
            if status is not Status.UNVERIFIED:
                citations[number] = replace(citation, number=number, status=status)
        return citations


def _once(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """Each claim once: said twice, it is no second claim."""
    return tuple(dict.fromkeys(claims))


def _is_half(last: _Checked) -> bool:
    """Whether the last statement of a text that breaks off may be only half of one."""
    statement = last.statement
    return not (last.supported or statement.numbers or ends_sentence(statement.text))


def _without_marks(text: str) -> str:
    """The text without its marks; what only looks like one when they are gone is escaped."""
    return MARK.sub(r"\\\g<0>", _SPACED_MARK.sub("", text))


def _with_marks(text: str, checked: Sequence[_Checked]) -> str:
    """The text with the marks that its statements have in the end."""
    for each in reversed(checked):
        statement = each.statement
        if each.numbers == statement.numbers:
            continue
        words = _without_marks(text[statement.start : statement.end])
        marks = "".join(f"[{number}]" for number in each.numbers)
        row = words.endswith("|")
        marked = f"{words[:-1].rstrip()} {marks} |" if row else f"{words} {marks}"
        apart = " " if text.startswith(MAKES_LINKS, statement.end) else ""
        text = text[: statement.start] + marked + apart + text[statement.end :]
    return text


def _renumbered(text: str, claims: Sequence[Claim], citations: Mapping[int, Citation]) -> Reviewed:
    """Numbers without gaps, where a citation has gone; else they stay as they were shown."""
    new = {old: position for position, old in enumerate(sorted(citations), start=1)}

    def mark(found: re.Match[str]) -> str:
        number = new.get(int(found[1]))
        return "" if number is None else f"[{number}]"

    return Reviewed(
        text=MARK.sub(mark, text).strip(),
        found=True,
        claims=tuple(
            replace(claim, citations=tuple(new[each] for each in claim.citations))
            for claim in claims
        ),
        citations=tuple(replace(each, number=new[old]) for old, each in citations.items()),
    )
