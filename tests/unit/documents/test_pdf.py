"""What is made of PDFs: text, blocks, boxes, labels, outline, coverage."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from docmind.documents.ocr_plan import tessdata_folder
from docmind.errors import DamagedInput, EmptyInput, EncryptedInput, NoTextInput
from docmind.model import BlockKind, Coverage, Document, Page
from docmind.settings import OcrMode, ReadingSettings
from tests.unit.documents.conftest import Reading

ALL_READABLE = (
    "columns",
    "hyphens",
    "running",
    "table",
    "rotated",
    "labels",
    "clauses",
    "chinese",
    "controls",
    "contents",
    "superscript",
)
needs_tesseract = pytest.mark.skipif(
    tessdata_folder(["eng"]) is None, reason="tesseract's data are not installed"
)


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Reading:
    """Parses each file once: no test changes one, and a process for each takes long."""
    return Reading(tmp_path_factory.mktemp("cache"))


def blocks_of(page: Page) -> list[tuple[BlockKind, str]]:
    return [(block.kind, page.text[block.start : block.end]) for block in page.blocks]


def kinds(page: Page, kind: BlockKind) -> list[str]:
    return [text for found, text in blocks_of(page) if found is kind]


@pytest.mark.parametrize("name", ALL_READABLE)
def test_blocks_cover_the_text_in_order_without_overlap(
    name: str, pdfs: Path, reading: Reading
) -> None:
    for page in reading.document(pdfs / f"{name}.pdf").pages:
        assert page.blocks[0].start == 0
        assert page.blocks[-1].end == len(page.text)
        for block, following in pairwise(page.blocks):
            assert block.start < block.end < following.start
            assert page.text[block.end : following.start].isspace()


@pytest.mark.parametrize("name", ALL_READABLE)
def test_every_character_has_a_box_on_the_page(name: str, pdfs: Path, reading: Reading) -> None:
    for page in reading.document(pdfs / f"{name}.pdf").pages:
        for offset in range(len(page.text)):
            (box,) = page.words.boxes_of(offset, offset + 1)
            assert 0 <= box[0] < box[2] <= page.width
            assert 0 <= box[1] < box[3] <= page.height


def test_columns_are_read_one_after_the_other(pdfs: Path, reading: Reading) -> None:
    page = reading.document(pdfs / "columns.pdf").page(1)
    left, right = (text for _, text in blocks_of(page))
    assert (left[:15], left[-11:]) == ("The left column", "whatsoever.")
    assert (right[:16], right[-7:]) == ("The right column", "office.")


def test_divided_words_are_joined_and_compounds_keep_their_hyphen(
    pdfs: Path, reading: Reading
) -> None:
    text = reading.document(pdfs / "hyphens.pdf").page(1).text
    assert "the document, and every docufied figure" in text
    assert "for the long-term parties" in text
    assert "the self-imposed limits" in text


def test_a_joined_word_keeps_a_box_on_each_of_its_lines(pdfs: Path, reading: Reading) -> None:
    page = reading.document(pdfs / "hyphens.pdf").page(1)
    start = page.text.index("document")
    above, below = page.words.boxes_of(start, start + len("document"))
    assert above[0] > below[0]
    assert above[1] < below[1]


def test_running_heads_and_feet_are_marked_and_kept(pdfs: Path, reading: Reading) -> None:
    for page in reading.document(pdfs / "running.pdf").pages:
        assert kinds(page, BlockKind.RUNNING) == [
            "Master Services Agreement",
            f"Page {page.number} of 6",
        ]


def test_the_outline_points_to_where_its_titles_stand(pdfs: Path, reading: Reading) -> None:
    document = reading.document(pdfs / "running.pdf")
    for item in document.outline:
        assert document.page(item.page).text[item.start :].startswith(item.title)
    assert [item.page for item in document.outline] == [1, 2]


def test_without_an_outline_one_is_made_of_the_headings(pdfs: Path, reading: Reading) -> None:
    document = reading.document(pdfs / "clauses.pdf")
    assert [(item.title, item.level) for item in document.outline] == [
        ("ARTICLE 5 TERMINATION", 1)
    ]


def test_the_title_is_that_of_the_metadata_or_the_first_heading_or_the_name(
    pdfs: Path, reading: Reading
) -> None:
    titles = [
        reading.document(pdfs / f"{name}.pdf").title for name in ("running", "clauses", "columns")
    ]
    assert titles == ["A Sample Agreement", "ARTICLE 5 TERMINATION", "columns"]


def test_a_table_keeps_its_heading_and_its_rows(pdfs: Path, reading: Reading) -> None:
    page = reading.document(pdfs / "table.pdf").page(1)
    assert blocks_of(page)[1:-1] == [
        (BlockKind.TABLE_HEAD, "Service | Unit | Price"),
        (BlockKind.TABLE_ROW, "Hosting | month | $1,200.00"),
        (BlockKind.TABLE_ROW, "Support | hour | $95.50"),
        (BlockKind.TABLE_ROW, "Training | day | $840.00"),
    ]


def test_clauses_and_list_items_stand_alone(pdfs: Path, reading: Reading) -> None:
    page = reading.document(pdfs / "clauses.pdf").page(1)
    items = kinds(page, BlockKind.ITEM)
    assert [item.split()[0] for item in items[:3]] == ["5.1", "(a)", "(b)"]
    assert items[0].endswith("after the first anniversary.")
    assert len(items) == 4


def test_a_table_of_contents_is_neither_a_table_nor_headings(pdfs: Path, reading: Reading) -> None:
    page = reading.document(pdfs / "contents.pdf").page(1)
    assert kinds(page, BlockKind.HEADING) == ["Contents"]
    assert kinds(page, BlockKind.ITEM)[1] == "2. Term and termination ... 4"
    assert not kinds(page, BlockKind.TABLE_ROW)


def test_a_footnote_mark_is_not_a_digit_of_the_amount(pdfs: Path, reading: Reading) -> None:
    assert "1,234¹ at the end" in reading.document(pdfs / "superscript.pdf").page(1).text


def test_chinese_lines_are_joined_without_a_space_and_keep_their_punctuation(
    pdfs: Path, reading: Reading
) -> None:
    page = reading.document(pdfs / "chinese.pdf").page(1)
    assert blocks_of(page)[0] == (BlockKind.HEADING, "第一章 总则")
    assert "签订，双方应当全面履行各自的义务；违约方" in page.text
    start = page.text.index("义务")
    (box,) = page.words.boxes_of(start, start + 2)
    assert box[2] - box[0] == pytest.approx(22, abs=1)


def test_turned_pages_read_and_have_boxes_like_others(pdfs: Path, reading: Reading) -> None:
    turned, sideways = reading.document(pdfs / "rotated.pdf").pages
    assert (turned.width, turned.height) == (842, 595)
    assert turned.text.startswith("Rotated line 0 reads from left to right")
    (box,) = turned.words.boxes_of(0, len("Rotated line"))
    assert box[2] - box[0] > box[3] - box[1]
    assert len(sideways.blocks) == 1
    (box,) = sideways.words.boxes_of(0, len("Sideways"))
    assert box[3] - box[1] > box[2] - box[0]


def test_printed_page_numbers_are_the_labels(pdfs: Path, reading: Reading) -> None:
    pages = reading.document(pdfs / "labels.pdf").pages
    assert [page.label for page in pages] == ["i", "ii", "1", "2", "3"]


def test_control_characters_of_a_font_do_not_get_into_the_text(
    pdfs: Path, reading: Reading
) -> None:
    text = reading.document(pdfs / "controls.pdf").page(1).text
    assert not set(text) & set("\x1b\u202e")


def warnings_of(document: Document) -> str:
    return " ".join(document.warnings)


def test_pages_that_are_images_are_named_with_the_way_to_read_them(
    pdfs: Path, reading: Reading
) -> None:
    document = reading.document(pdfs / "mixed.pdf")
    coverage = [page.coverage for page in document.pages]
    assert coverage == [Coverage.TEXT, *[Coverage.IMAGE] * 3, Coverage.EMPTY]
    assert "Pages 2-4 have no text" in warnings_of(document)
    assert "--ocr auto" in warnings_of(document)


def test_a_document_of_images_alone_says_how_to_read_it(pdfs: Path, reading: Reading) -> None:
    with pytest.raises(NoTextInput, match="2 pages, none of them with text") as caught:
        reading.document(pdfs / "image.pdf")
    assert "--ocr auto" in caught.value.hint


@needs_tesseract
def test_images_are_read_by_ocr_and_marked_as_such(pdfs: Path, reading: Reading) -> None:
    settings = ReadingSettings(ocr=OcrMode.AUTO, ocr_dpi=150)
    document = reading.document(pdfs / "mixed.pdf", settings)
    assert document.page(1).coverage is Coverage.TEXT
    assert document.page(2).coverage is Coverage.OCR
    assert "warranty" in document.page(2).text
    assert len(document.page(2).words) == 2


@needs_tesseract
def test_clauses_of_a_scan_are_whole_whichever_way_it_lies(pdfs: Path, reading: Reading) -> None:
    settings = ReadingSettings(ocr=OcrMode.AUTO, ocr_dpi=200)
    boxes = []
    for name in ("scan.pdf", "scan-turned.pdf"):
        page = reading.document(pdfs / name, settings).page(1)
        assert (page.width, page.height) == (420, 300)
        texts = [page.text[block.start : block.end] for block in page.blocks]
        assert len(texts) == 2
        assert texts[0].endswith("whom it engages on our sea runs is suitably qualified and has "
                                 "passed the screening.")  # fmt: skip
        start = page.text.index("screening")
        boxes.append(page.words.boxes_of(start, start + 9)[0])
    assert boxes[0] == pytest.approx((40, 74, 90, 82), abs=6)
    assert boxes[1] == pytest.approx(boxes[0], abs=3)


def test_a_language_without_data_is_named_with_the_package_that_has_it(
    pdfs: Path, reading: Reading
) -> None:
    settings = ReadingSettings(ocr=OcrMode.AUTO, ocr_languages="eng+tlh")
    with pytest.raises(NoTextInput) as caught:
        reading.document(pdfs / "image.pdf", settings)
    assert "apt-get install tesseract-ocr" in caught.value.hint


def test_an_encrypted_document_asks_for_a_password_file(pdfs: Path, reading: Reading) -> None:
    with pytest.raises(EncryptedInput, match="is encrypted") as caught:
        reading.document(pdfs / "encrypted.pdf")
    assert "--password-file" in caught.value.hint


def test_a_wrong_password_is_not_repeated_in_the_error(
    pdfs: Path, reading: Reading, tmp_path: Path
) -> None:
    (tmp_path / "password").write_text("hunter2\n", encoding="utf-8")
    settings = ReadingSettings(password_file=str(tmp_path / "password"))
    with pytest.raises(EncryptedInput, match="wrong") as caught:
        reading.document(pdfs / "encrypted.pdf", settings)
    assert "hunter2" not in str(caught.value) + caught.value.hint


def test_the_right_password_opens_and_nothing_is_left_in_the_cache(
    pdfs: Path, tmp_path: Path
) -> None:
    reading = Reading(tmp_path / "cache")
    (tmp_path / "password").write_text("open sesame\nsecond line\n", encoding="utf-8")
    settings = ReadingSettings(password_file=str(tmp_path / "password"))
    document = reading.document(pdfs / "encrypted.pdf", settings)
    assert document.page(1).text == "The secret clause stands here."
    assert not [path for path in reading.cache_folder.rglob("*") if path.is_file()]


def test_a_document_with_an_empty_password_opens_by_itself(pdfs: Path, reading: Reading) -> None:
    assert "secret clause" in reading.document(pdfs / "owner-locked.pdf").page(1).text


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("damaged", DamagedInput),
        ("no-pages", EmptyInput),
        ("blank", NoTextInput),
        ("truncated", NoTextInput),
    ],
)
def test_what_cannot_be_read_is_named_in_one_line_with_a_hint(
    name: str, error: type[Exception], pdfs: Path, reading: Reading
) -> None:
    with pytest.raises(error) as caught:
        reading.document(pdfs / f"{name}.pdf")
    assert "\n" not in str(caught.value)
    assert caught.value.hint  # type: ignore[attr-defined]
