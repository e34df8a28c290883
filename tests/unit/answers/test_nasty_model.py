"""Whatever a model writes, and wherever it breaks off: text, claims and citations agree."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from docmind.answers.events import Answered
from docmind.desk import Desk
from docmind.errors import ServerDied
from docmind.export.markdown import answer_markdown
from docmind.model import Answer, Block, BlockKind, Document, Kind, Page
from docmind.settings import Settings
from docmind.tokens.qwen import QwenTokenCounter
from docmind.tokens.remembered import RememberedCounts
from docmind.tui.support import marked_text
from tests.fakes import FakeChatEngine, FakeEngines

TABLE = "# Fees\r\n\r\nThe tenant pays 900 pounds.\r\n\r\n| a | b |\r\n|---|---|\r\n| x | 12 |\r\n"


def paged(name: str, *texts: str) -> Document:
    pages = tuple(
        Page(number, text, blocks=(Block(BlockKind.PARAGRAPH, 0, len(text)),))
        for number, text in enumerate(texts, start=1)
    )
    return Document("0" * 64, name, Kind.PDF, name, pages)


def in_lines() -> Document:
    spans = (
        Block(BlockKind.HEADING, 0, 6, 1),
        Block(BlockKind.PARAGRAPH, 10, 37),
        Block(BlockKind.TABLE_HEAD, 41, 50),
        Block(BlockKind.TABLE_ROW, 63, 73),
    )
    return Document("1" * 64, "notes.md", Kind.MARKDOWN, "n", (Page(1, TABLE, blocks=spans),))


DOCUMENTS = {
    each.name: each
    for each in (
        paged("a/lease.pdf", "The landlord repairs the roof.", "", "Pets are not allowed."),
        paged("b/lease.pdf", "本合同期限为三年，自2024年1月1日起。租金为每月九百元。"),
        in_lines(),
    )
}
ENGINES = FakeEngines()
DESK = Desk(Settings(), RememberedCounts(QwenTokenCounter()), engines=ENGINES)
DESK.add(*DOCUMENTS.values())

WRITTEN = (
    "[cite:A1a]", "[cite:B1a]", "[cite:C1a]", "[cite:none]", "[cite:A9z]", "[cite:A1ab]",
    "[cite:nonesuch]", "[cite:[cite:A1a]]", "[cite:A1a, B1a; C1a]", "[A1a]", "[CITE:A1A]",
    "[cite:A1a]" * 50, "9" * 90, "3]",
    "[cite:", "[cite:A1", "[cite", "[1", "[", "]", "]]", "[3]", "[20240101]",
    "[1[cite:A1a]]", "[٣]", "![x](http://e)", "[x][cite:A1a]", "(http://e)", "(见下)", ": x",
    "The landlord repairs the roof.", "The landlord repairs the roof", "本合同期限为三年。",
    "租金为每月九百元", "Pets are not allowed.", "Pets are allowed.", "The moon is cheese.",
    "The document does not say.", "| x | 12 |\n", "|---|---|\n", "```\nx[0][1] [cite:A1a]\n```\n",
    "# ", "- ", "> ", "1. ", "**", "_", "`", "\\", " ", "\n", "\n\n", "\r\n", ". ", "。", "！",
    "<b>bold</b>", "<script>", "\x1b[31mred\x1b[0m", "\x1b]0;t\x07", "\u2028", "\u202e", "\x0c",
)  # fmt: skip


def answered(engine: FakeChatEngine) -> Answer | None:
    """The answer; None where the model died before its first word."""
    ENGINES.chat = engine
    answer = None
    try:
        for event in DESK.ask("Who repairs what?"):
            answer = event.answer if isinstance(event, Answered) else answer
    except ServerDied:
        assert answer is None or answer.partial
    return answer


@settings(max_examples=200, deadline=None)
@given(
    written=st.lists(st.sampled_from(WRITTEN) | st.text(max_size=2), max_size=9).map("".join),
    constrains=st.booleans(),
    reason=st.sampled_from(("stop", "length")),
    dies_after=st.none() | st.integers(0, 60),
)
def test_no_number_dangles_and_every_quote_is_the_pages_own_words(
    written: str, constrains: bool, reason: str, dies_after: int | None
) -> None:
    engine = FakeChatEngine(lambda _: written, constrains=constrains, reason=reason)
    if dies_after is not None:
        engine.error, engine.fails_after = ServerDied("It went away."), dies_after
    answer = answered(engine)
    if answer is None:
        return

    numbers = [citation.number for citation in answer.citations]
    marks = {int(mark) for mark in re.findall(r"(?<!\\)\[(\d+)\]", answer.text)}
    assert numbers == list(range(1, len(numbers) + 1))
    assert marks == set(numbers)
    assert {number for claim in answer.claims for number in claim.citations} <= marks
    assert answer.found == bool(numbers)
    for citation in answer.citations:
        page = DOCUMENTS[citation.document].page(citation.page or 1)
        assert page.text[citation.start : citation.end] == citation.quote != ""
    assert not re.search(r"(?<!\\)\[\d+\][(:]", answer.text)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\u202e]", answer_markdown(answer))
    marked_text(answer)
