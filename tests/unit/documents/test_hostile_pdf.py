"""Files that are built wrong, by accident or on purpose: a document or a clear error, in time.

Each is a class of what collections of broken PDFs hold, made here as small as it can be. All are
read by one worker, one after the other, as those of a folder are.
"""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest

from docmind.errors import InputError
from docmind.model import Document
from docmind.settings import OcrMode, ReadingSettings
from tests.unit.documents.conftest import Reading

WORDS = b"BT /F1 12 Tf 72 700 Td (The warranty lasts two years.) Tj ET"
CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
SETTINGS = ReadingSettings(ocr=OcrMode.OFF, timeout_seconds=20, memory_mib=1024)


def page(more: bytes = b"", box: bytes = b"[0 0 612 792]") -> bytes:
    return (
        b"<< /Type /Page /Parent 2 0 R /MediaBox " + box + b" /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> " + more + b" >> >>"
    )


def stream(content: bytes, entries: bytes = b"") -> bytes:
    head = b"<< /Length %d %s >>" % (len(content), entries)
    return head + b"\nstream\n" + content + b"\nendstream"


def pdf(*objects: bytes, trailer: bytes = b"", shift: int = 0) -> bytes:
    """A PDF of these objects, numbered from 1; `shift` makes its table of offsets wrong."""
    content = bytearray(b"%PDF-1.7\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(content) + shift)
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    at = len(content) + shift
    content += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    content += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    content += b"trailer << /Size %d /Root 1 0 R %s >>\n" % (len(objects) + 1, trailer)
    return bytes(content + b"startxref\n%d\n%%%%EOF\n" % at)


GOOD = (CATALOG, PAGES, page(), stream(WORDS), FONT)
OUTLINED = b"<< /Type /Catalog /Pages 2 0 R /Outlines 6 0 R >>"
CALLS_ITSELF = stream(b"/X Do", b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] "
                      b"/Resources << /XObject << /X 6 0 R >> >>")  # fmt: skip

READ_ALL_THE_SAME = {
    "offsets that are wrong": pdf(*GOOD, shift=77),
    "no table of offsets": pdf(*GOOD).partition(b"xref")[0],
    "words before the header": b"garbage\n" * 20 + pdf(*GOOD),
    "an outline that leads round in a circle": pdf(
        OUTLINED, *GOOD[1:], b"<< /First 7 0 R /Last 7 0 R /Count 1 >>",
        b"<< /Title (A) /Parent 6 0 R /Next 7 0 R /First 7 0 R /Dest [3 0 R /Fit] >>",
    ),
    "a drawing that draws itself": pdf(
        CATALOG, PAGES, page(b"/XObject << /X 6 0 R >>"), stream(WORDS + b" /X Do"), FONT,
        CALLS_ITSELF,
    ),
    "a font that is not there": pdf(CATALOG, PAGES, page(), stream(WORDS), b"null"),
    "a megabyte of nested arrays beside the page": pdf(*GOOD, b"[" * 500_000 + b"]" * 500_000),
}  # fmt: skip

BOMB = zlib.compress(b" " * 200_000_000, 9)
NOT_NECESSARILY = {
    "nothing but a header": b"%PDF-1.7\n",
    "half of a file": pdf(*GOOD)[:180],
    "pages that are their own children": pdf(
        CATALOG, b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>", *GOOD[2:]
    ),
    "no pages": pdf(CATALOG, b"<< /Type /Pages /Kids [] /Count 0 >>"),
    "less than no pages": pdf(CATALOG, b"<< /Type /Pages /Kids [] /Count -5 >>"),
    "a billion pages": pdf(
        CATALOG, b"<< /Type /Pages /Kids [3 0 R] /Count 999999999 >>", *GOOD[2:]
    ),
    "a page as large as a country": pdf(
        CATALOG, PAGES, page(box=b"[0 0 99999999999 99999999999]"), *GOOD[3:]
    ),
    "a page of nested arrays": pdf(CATALOG, PAGES, b"[" * 1_000_000),
    "a page that unpacks to 200 MB": pdf(
        CATALOG, PAGES, page(), stream(BOMB, b"/Filter /FlateDecode"), FONT
    ),
    "a root that is not there": pdf(b"null", *GOOD[1:]),
    "a table of offsets that is its own predecessor": pdf(*GOOD, trailer=b"/Prev 9"),
}  # fmt: skip


@pytest.mark.parametrize("flaw", READ_ALL_THE_SAME)
def test_a_flaw_beside_the_text_does_not_keep_it_from_being_read(
    flaw: str, tmp_path: Path, sharing: Reading
) -> None:
    path = tmp_path / "flawed.pdf"
    path.write_bytes(READ_ALL_THE_SAME[flaw])
    assert "The warranty lasts two years." in sharing.document(path, SETTINGS).page(1).text


@pytest.mark.parametrize("flaw", NOT_NECESSARILY)
def test_a_broken_file_is_a_document_or_an_error_in_one_line_with_a_hint(
    flaw: str, tmp_path: Path, sharing: Reading
) -> None:
    path = tmp_path / "broken.pdf"
    path.write_bytes(NOT_NECESSARILY[flaw])
    found = outcome(path, sharing)
    if isinstance(found, InputError):
        told = (str(found), found.hint)
        assert all(told)
        assert "\n" not in told[0]
    else:
        assert found.pages
    path.write_bytes(pdf(*GOOD))  # what follows is read as if nothing had been
    assert sharing.document(path, SETTINGS).page(1).text == "The warranty lasts two years."


def outcome(path: Path, sharing: Reading) -> Document | InputError:
    try:
        return sharing.document(path, SETTINGS)
    except InputError as error:
        return error


def test_an_encryption_that_nobody_knows_is_an_error_and_no_hang(
    tmp_path: Path, sharing: Reading
) -> None:
    encryption = b"/Encrypt << /Filter /Secret /V 99 /R 99 /O (x) /U (x) /P -1 >> /ID [(a) (a)]"
    path = tmp_path / "locked.pdf"
    path.write_bytes(pdf(*GOOD, trailer=encryption))
    with pytest.raises(InputError) as caught:
        sharing.document(path, SETTINGS)
    assert caught.value.hint
