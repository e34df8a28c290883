"""What a reader is told of what a model has read, and has not."""

from __future__ import annotations

from dataclasses import replace

from docmind.export.what_was_read import what_was_read
from docmind.model import Ledger, Mode
from tests.unit.export import made

READ = made.answer(made.document()).ledger
WHOLE = replace(
    READ, mode=Mode.WHOLE, reason="it fits", window_tokens=32_768, prompt_tokens=2_000,
    pages_total=120, pages_read=120, pages_without_text=(), seconds=2.0,
)  # fmt: skip


def in_part(*parts: str) -> Ledger:
    return replace(
        WHOLE, mode=Mode.RETRIEVE, reason="too large", pages_read=3, pages_partly_read=parts
    )


def test_who_quotes_sentences_reads_the_pages_that_have_text() -> None:
    assert what_was_read(READ) == (
        "no engine; 1 of 2 pages read; 1,234 tokens; 0.0 s; no text on page 2"
    )


def test_a_whole_document_is_told_with_what_it_takes_of_the_window() -> None:
    cached = replace(WHOLE, cached_tokens=1_900)

    assert what_was_read(cached) == (
        "it fits; 120 of 120 pages read; 2,000 of 32,768 tokens used, 1,900 of them cached; 2.0 s"
    )
    assert "about 2,000 of 32,768" in what_was_read(replace(WHOLE, tokens_estimated=True))


def test_what_was_left_out_is_named() -> None:
    ledger = replace(in_part("a.pdf: pages 3-5", "b.pdf: not read"), history_turns_dropped=1)
    words = what_was_read(ledger)

    assert "3 of 120 pages read; only a.pdf: pages 3-5; 1 document not read; 1 earlier" in words


def test_of_very_many_documents_the_first_are_named_and_the_others_counted() -> None:
    words = what_was_read(in_part(*[f"{number}.pdf: page 1" for number in range(9)]))

    assert "4.pdf: page 1 and 4 more" in words


def test_under_a_chinese_answer_the_ledger_is_chinese() -> None:
    ledger = replace(
        in_part("a.pdf：第 3-5 页", "b.pdf：未读"), reason="放不下", history_turns_dropped=1,
        cached_tokens=1_900, pages_without_text=(2, 3),
    )  # fmt: skip

    assert what_was_read(ledger, "zh") == (
        "放不下；已读 3 页，共 120 页；只读了 a.pdf：第 3-5 页；1 份文档未读；"
        "因篇幅所限略去 1 个先前的问题；词元：2,000 / 32,768，其中 1,900 个来自缓存；"
        "2.0 秒；第 2-3 页没有文字"
    )
    assert what_was_read(READ, "zh").endswith("1,234 个词元；0.0 秒；第 2 页没有文字")
