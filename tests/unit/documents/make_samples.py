"""Writes the PDFs that the tests read, into the folder that is its argument.

A program of its own, because PyMuPDF must not be loaded in the process that runs the tests.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from docmind.documents.pdf import import_pymupdf

LEFT = (
    "The left column speaks of the tenant and of the rent that falls due on the first day of each "
    "month, payable in advance and without deduction of any kind whatsoever."
)
RIGHT = (
    "The right column speaks of the landlord and of the repairs that have to be made within "
    "thirty days after a written notice has been received at the registered office."
)


def main() -> None:
    """Write all samples."""
    folder = Path(sys.argv[1])
    pymupdf = import_pymupdf()
    for make in (
        _columns,
        _hyphens,
        _running,
        _table,
        _rotated,
        _labels,
        _image,
        _scans,
        _mixed,
        _encrypted,
        _clauses,
        _chinese,
        _controls,
        _blank,
        _contents,
        _superscript,
        _linked,
    ):
        make(pymupdf, folder)
    (folder / "damaged.pdf").write_bytes(b"%PDF-1.7\n" + bytes(range(256)) * 20)
    (folder / "truncated.pdf").write_bytes((folder / "running.pdf").read_bytes()[:700])
    (folder / "no-pages.pdf").write_bytes(
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
    )


def _columns(pymupdf: Any, folder: Path) -> None:
    document = pymupdf.open()
    page = document.new_page()
    page.insert_textbox((72, 72, 290, 500), LEFT, fontsize=11)
    page.insert_textbox((320, 72, 540, 500), RIGHT, fontsize=11)
    document.save(folder / "columns.pdf")


def _hyphens(pymupdf: Any, folder: Path) -> None:
    document = pymupdf.open()
    page = document.new_page()
    lines = (
        "A long-term lease needs the agreement of all who signed the docu-",
        "ment, and every docu\ufb01ed \ufb01gure in it counts for the long-",
        "term parties until the end of the year and of the self-",
        "imposed limits.",
    )
    font = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
    extra = {"fontname": "dv", "fontfile": font} if Path(font).exists() else {}
    for number, line in enumerate(lines):
        line = line if extra else line.replace("\ufb01", "fi")
        page.insert_text((72, 100 + 14 * number), line, fontsize=11, **extra)
    document.save(folder / "hyphens.pdf")


def _running(pymupdf: Any, folder: Path) -> None:
    document = pymupdf.open()
    for number in range(1, 7):
        page = document.new_page()
        page.insert_text((72, 40), "Master Services Agreement", fontsize=9)
        page.insert_text(
            (72, 100), f"{number}. Chapter of the agreement", fontsize=16, fontname="hebo"
        )
        for line in range(20):
            page.insert_text(
                (72, 130 + 14 * line),
                f"Body line {line} of chapter {number} says what the parties agreed upon here.",
                fontsize=11,
            )
        page.insert_text((290, 820), f"Page {number} of 6", fontsize=9)
    document.set_toc(
        [[1, "1. Chapter of the agreement", 1], [1, "2. Chapter of the agreement", 2]]
    )
    document.set_metadata({"title": "A Sample Agreement"})
    document.save(folder / "running.pdf")


def _table(pymupdf: Any, folder: Path) -> None:
    document = pymupdf.open()
    page = document.new_page()
    page.insert_text(
        (72, 80), "The prices of the services are set out in the table below.", fontsize=11
    )
    rows = (
        ("Service", "Unit", "Price"),
        ("Hosting", "month", "$1,200.00"),
        ("Support", "hour", "$95.50"),
        ("Training", "day", "$840.00"),
    )
    for number, row in enumerate(rows):
        font = "hebo" if number == 0 else "helv"
        for x, cell in zip((72, 250, 400), row, strict=True):
            page.insert_text((x, 110 + 16 * number), cell, fontsize=11, fontname=font)
    page.insert_text((72, 220), "All prices are net of value added tax.", fontsize=11)
    document.save(folder / "table.pdf")


def _rotated(pymupdf: Any, folder: Path) -> None:
    """A landscape page that is stored upright and shown turned, and a page with turned text."""
    document = pymupdf.open()
    page = document.new_page(width=595, height=842)
    for number in range(3):
        text = f"Rotated line {number} reads from left to right, and says so at some length."
        page.insert_text((100 + 14 * number, 770), text, rotate=90)
    page.set_rotation(90)
    page = document.new_page(width=595, height=842)
    for number in range(3):
        text = f"Sideways line {number} reads from the bottom up, and says so at some length."
        page.insert_text((100 + 14 * number, 770), text, rotate=90)
    document.save(folder / "rotated.pdf")


def _labels(pymupdf: Any, folder: Path) -> None:
    document = pymupdf.open()
    for number in range(5):
        document.new_page().insert_text(
            (72, 100), f"Words of leaf number {number + 1} stand here."
        )
    document.set_page_labels(
        [
            {"startpage": 0, "prefix": "", "style": "r", "firstpagenum": 1},
            {"startpage": 2, "prefix": "", "style": "D", "firstpagenum": 1},
        ]
    )
    document.save(folder / "labels.pdf")


SCANNED_LINES = (
    "5.1 The Supplier shall ensure that everyone whom it engages",
    "on our sea runs is suitably qualified and has passed the",
    "screening.",
    "5.2 The Supplier shall not remove any of the Key Personnel",
    "during the first twelve months of the assignment.",
)


def _picture(pymupdf: Any, text: str) -> Any:
    source = pymupdf.open()
    page = source.new_page(width=400, height=200)
    page.insert_text((20, 100), text, fontsize=28)
    return page.get_pixmap(dpi=150)


def _image(pymupdf: Any, folder: Path) -> None:
    document = pymupdf.open()
    for _ in range(2):
        page = document.new_page(width=400, height=200)
        page.insert_image(page.rect, pixmap=_picture(pymupdf, "Scanned warranty"))
    document.save(folder / "image.pdf")


def _scans(pymupdf: Any, folder: Path) -> None:
    """A page of clauses as a scanner makes it: upright, and lying on its side below a /Rotate."""
    source = pymupdf.open()
    written = source.new_page(width=420, height=300)
    for down, line in enumerate(SCANNED_LINES):
        written.insert_text((40, 50 + 16 * down + 12 * (down > 2)), line, fontsize=11)
    drawn = written.get_pixmap(dpi=200)
    for name, turn in (("scan.pdf", 0), ("scan-turned.pdf", 90)):
        document = pymupdf.open()
        width, height = (300, 420) if turn else (420, 300)
        page = document.new_page(width=width, height=height)
        page.insert_image(page.rect, pixmap=drawn, rotate=turn)
        page.set_rotation(turn)
        document.save(folder / name)


def _mixed(pymupdf: Any, folder: Path) -> None:
    document = pymupdf.open()
    document.new_page().insert_text((72, 100), "This page has words of its own.")
    for _ in range(3):
        page = document.new_page(width=400, height=200)
        page.insert_image(page.rect, pixmap=_picture(pymupdf, "Scanned warranty"))
    document.new_page()
    document.save(folder / "mixed.pdf")


def _encrypted(pymupdf: Any, folder: Path) -> None:
    document = pymupdf.open()
    document.new_page().insert_text((72, 100), "The secret clause stands here.")
    aes = pymupdf.PDF_ENCRYPT_AES_256
    document.save(folder / "encrypted.pdf", encryption=aes, user_pw="open sesame", owner_pw="o")
    document.save(folder / "owner-locked.pdf", encryption=aes, user_pw="", owner_pw="o")


def _clauses(pymupdf: Any, folder: Path) -> None:
    document = pymupdf.open()
    page = document.new_page()
    page.insert_text((72, 80), "ARTICLE 5 TERMINATION", fontsize=14, fontname="hebo")
    lines = (
        "5.1 Either party may terminate this agreement on thirty days notice in writing to the",
        "other party, given at any time after the first anniversary.",
        "(a) Notice is given by registered letter to the address that is stated in schedule one",
        "and takes effect when it is received there.",
        "(b) Notice by electronic mail has no effect whatsoever.",
        "\u2022 Nothing in this article limits a claim that arose before.",
    )
    for number, line in enumerate(lines):
        page.insert_text((72, 110 + 14 * number), line, fontsize=11)
    document.save(folder / "clauses.pdf")


def _chinese(pymupdf: Any, folder: Path) -> None:
    document = pymupdf.open()
    page = document.new_page()
    page.insert_text((72, 80), "第一章 总则", fontsize=16, fontname="china-s")
    lines = (
        "本合同由甲乙双方在平等自愿的基础上签订，双方应当全面履行各自的",
        "义务；违约方应当赔偿守约方因此受到的损失。",
    )
    for number, line in enumerate(lines):
        page.insert_text((72, 110 + 16 * number), line, fontsize=11, fontname="china-s")
    document.save(folder / "chinese.pdf")


def _controls(pymupdf: Any, folder: Path) -> None:
    """A page whose font claims that its letters are escape and bidi control characters."""
    document = pymupdf.open()
    page = document.new_page()
    page.insert_text((72, 100), "Plain words before and some words after the trick zq here.")
    font = page.get_fonts()[0][0]
    unicode_map = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def\n"
        b"1 begincodespacerange <00> <FF> endcodespacerange\n"
        b"2 beginbfchar <7A> <001B> <71> <202E> endbfchar\n"
        b"1 beginbfrange <20> <70> <0020> endbfrange\n1 beginbfrange <72> <79> <0072> endbfrange\n"
        b"endcmap end end"
    )
    xref = document.get_new_xref()
    document.update_object(xref, "<<>>")
    document.update_stream(xref, unicode_map)
    document.xref_set_key(font, "ToUnicode", f"{xref} 0 R")
    document.save(folder / "controls.pdf")


def _blank(pymupdf: Any, folder: Path) -> None:
    document = pymupdf.open()
    document.new_page()
    document.save(folder / "blank.pdf")


def _contents(pymupdf: Any, folder: Path) -> None:
    document = pymupdf.open()
    page = document.new_page()
    page.insert_text((72, 80), "Contents", fontsize=16, fontname="hebo")
    for number, title in enumerate(("Definitions", "Term and termination", "Fees", "Liability")):
        page.insert_text((72, 110 + 16 * number), f"{number + 1}. {title}", fontname="hebo")
        page.insert_text((250, 110 + 16 * number), ". " * 40 + str(number + 3))
    document.save(folder / "contents.pdf")


def _superscript(pymupdf: Any, folder: Path) -> None:
    document = pymupdf.open()
    page = document.new_page()
    page.insert_text((72, 100), "The reserve is 1,234", fontsize=12)
    width = pymupdf.get_text_length("The reserve is 1,234", fontsize=12)
    page.insert_text((72 + width, 95), "1", fontsize=7)
    page.insert_text((72 + width + 8, 100), "at the end of the year.", fontsize=12)
    document.save(folder / "superscript.pdf")


def _linked(pymupdf: Any, folder: Path) -> None:
    document = pymupdf.open()
    for number in (1, 2, 3):
        page = document.new_page()
        page.insert_text((72, 80), f"Part {number}", fontsize=16)
        page.insert_text((72, 400), f"Clause {number}.1 speaks of fees.")
        page.insert_text((72, 600), f"Clause {number}.2, see the fees above, or the web.")
    first, last = document[0], document[2]
    place = {"kind": pymupdf.LINK_GOTO, "page": 2, "to": pymupdf.Point(72, 388)}
    first.insert_link({**place, "from": pymupdf.Rect(72, 590, 127, 604)})
    first.insert_link({**place, "page": 1, "to": pymupdf.Point(0, 0), "from": first.rect * 0.2})
    web = {"kind": pymupdf.LINK_URI, "uri": "https://example.org/"}
    first.insert_link({**web, "from": pymupdf.Rect(300, 590, 340, 604)})
    last.insert_link({**place, "page": 0, "from": pymupdf.Rect(128, 590, 190, 604)})
    document.save(folder / "linked.pdf")


if __name__ == "__main__":
    main()
