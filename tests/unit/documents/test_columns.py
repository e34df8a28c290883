"""An empty cell keeps its column."""

from __future__ import annotations

from pathlib import Path

from docmind.documents.columns import columns_of
from docmind.documents.hyphens import Vocabulary
from docmind.documents.layout import Layout, lay_out
from docmind.documents.lines import Line
from docmind.model import BlockKind
from tests.unit.documents.conftest import Reading

ROOT = Path(__file__).parents[3]


def test_cells_are_placed_by_the_rows_that_lack_none() -> None:
    whole = [(0.0, 40.0), (100.0, 130.0), (200.0, 230.0)]
    assert columns_of([whole, whole, [(0.0, 30.0), (210.0, 230.0)], [(105.0, 125.0)]]) == [
        ((0, 1, 2), 3),
        ((0, 1, 2), 3),
        ((0, 2), 3),
        None,
    ]


def test_rows_that_disagree_about_the_columns_say_nothing() -> None:
    one = [(0.0, 40.0), (100.0, 130.0), (200.0, 230.0)]
    other = [(0.0, 40.0), (150.0, 210.0), (240.0, 260.0)]
    assert columns_of([one, other, [(0.0, 40.0), (100.0, 130.0)]]) == [None, None, None]


def line(y: float, x: float, *texts: str) -> Line:
    """A line of words; each is ten points high and six points wide for every character."""
    words = []
    for text in texts:
        words.append((x, y, x + 6 * len(text), y + 10, text))
        x += 6 * len(text) + 4
    return Line(words)


def rows(layout: Layout) -> list[tuple[BlockKind, str]]:
    return [(draft.kind, layout.text[draft.start : draft.end]) for draft in layout.drafts]


def table(y: float, *cells: tuple[str, str, str]) -> list[Line]:
    return [
        line(y + 14 * down, 50 + 120 * across, text)
        for down, texts in enumerate(cells)
        for across, text in enumerate(texts)
        if text
    ]


def test_an_empty_cell_is_written_where_it_stands() -> None:
    layout = lay_out(
        table(
            100,
            ("", "2024", "2023"),
            ("Sales", "10", "20"),
            ("Rent", "", "4"),
            ("Fees", "3", ""),
            ("Total", "13", "24"),
        ),
        Vocabulary(),
    )
    assert [text for _, text in rows(layout)] == [
        "| 2024 | 2023",
        "Sales | 10 | 20",
        "Rent | | 4",
        "Fees | 3 |",
        "Total | 13 | 24",
    ]


def test_a_caption_or_a_second_head_begins_another_table() -> None:
    first = table(100, ("Post", "Number", "Share"), ("Sales", "418", "7%"), ("Rest", "366", "6%"))
    captioned = [line(142, 50, "Table", "2:", "Degrees")]
    second = [("Degree", "Number", "Share"), ("Master", "583", "9%"), ("Rest", "95", "1%")]
    heads = [BlockKind.TABLE_HEAD, BlockKind.TABLE_ROW, BlockKind.TABLE_ROW]
    kinds = [kind for kind, _ in rows(lay_out([*first, *table(142, *second)], Vocabulary()))]
    assert kinds == heads * 2
    layout = lay_out([*first, *captioned, *table(156, *second)], Vocabulary())
    assert [kind for kind, _ in rows(layout)] == [*heads, BlockKind.PARAGRAPH, *heads]
    assert rows(layout)[3][1] == "Table 2: Degrees"


def test_the_stacked_tables_of_the_report_are_two(reading: Reading) -> None:
    page = reading.document(ROOT / "assets" / "annual-report-zh.pdf").page(12)
    heads = [block for block in page.blocks if block.kind is BlockKind.TABLE_HEAD]
    assert [page.text[block.start : block.end] for block in heads] == [
        "岗位 | 人数 | 占比",
        "学历 | 人数 | 占比",
    ]
