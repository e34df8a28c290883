"""HTML, and the EPUBs that are made of it."""

from __future__ import annotations

import zipfile
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docmind.documents.html import decode_html, read_html
from docmind.documents.warnings import Warnings
from docmind.errors import DamagedInput, EncryptedInput, NoTextInput, ParserLimit
from docmind.model import BlockKind, Coverage
from tests.unit.documents.conftest import Reading

PAGE = """<!doctype html><html><head><title>The Deed &amp; more</title><style>p{}</style></head>
<body><nav>Home | About</nav><h1>Deed of <em>Trust</em></h1>
<p>First   line<br>second line with <b>bold</b> words.</p><script>var x = "<p>no</p>";</script>
<div hidden>secret</div><ul><li>one</li><li><p>two</p></li></ul>
<table><tr><th>Name</th><th>Fee</th></tr><tr><td>Oak</td><td>12
 euro</td></tr></table><h2 id="end">The end</h2>text\x1b[31m\u202e after</body></html>"""


def test_what_a_browser_shows_is_read_in_blocks() -> None:
    text, blocks = read_html(PAGE).result()
    assert [(block.kind, text[block.start : block.end]) for block in blocks] == [
        (BlockKind.HEADING, "Deed of Trust"),
        (BlockKind.PARAGRAPH, "First line\nsecond line with bold words."),
        (BlockKind.ITEM, "one"),
        (BlockKind.ITEM, "two"),
        (BlockKind.TABLE_HEAD, "Name | Fee"),
        (BlockKind.TABLE_ROW, "Oak | 12 euro"),
        (BlockKind.HEADING, "The end"),
        (BlockKind.PARAGRAPH, "text[31m after"),
    ]


def test_chinese_source_lines_are_joined_without_a_space() -> None:
    text, _ = read_html("<p>甲方应当\n  赔偿。</p>").result()
    assert text == "甲方应当赔偿。"


@given(
    st.lists(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<td>",
                "<tr>",
                "</table>",
                "<li>",
                "<h2>",
                "<nav>",
                "</nav>",
                "a ",
                "<",
                "b",
            ]
        )
    ).map("".join)
)
def test_broken_markup_gives_blocks_that_cover_the_text(source: str) -> None:
    text, blocks = read_html(source).result()
    for block, following in pairwise(blocks):
        assert text[block.end : following.start] in ("\n", "\n\n")
    if blocks:
        assert (blocks[0].start, blocks[-1].end) == (0, len(text))
    assert bool(blocks) == bool(text)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        pytest.param("<p>1<p hidden>x<p>2</p><p>3</p>", "1\n\n2\n\n3", id="paragraph"),
        pytest.param("<ul><li hidden>x<li>2</ul><p>3</p>", "2\n\n3", id="item"),
        pytest.param("<div><p hidden>x</div><p>3</p>", "3", id="end of what it stands in"),
        pytest.param("<nav><p>x</nav><p>3</p>", "3", id="navigation"),
    ],
)
def test_a_hidden_element_without_an_end_tag_hides_only_itself(source: str, text: str) -> None:
    assert read_html(source).result()[0] == text


def test_the_title_of_a_drawing_is_not_that_of_the_page() -> None:
    page = read_html("<title>A</title><svg><title>Icon</title></svg><p>1</p>")
    assert page.title == "A"


@pytest.mark.parametrize("charset", ["undefined", "idna", "no-such-thing"])
def test_an_encoding_that_cannot_be_used_is_not_believed(charset: str) -> None:
    content = f'<meta charset="{charset}"><p>naïve..words</p>'.encode()
    assert decode_html(content, "a.html") == (content.decode(), Warnings())


def test_the_title_outline_and_encoding_of_a_page(tmp_path: Path, reading: Reading) -> None:
    source = '<meta charset="gbk"><title>合同范本</title><h1>甲方</h1><p>乙方</p>'
    (tmp_path / "a.html").write_bytes(source.encode("gbk"))
    document = reading.document(tmp_path / "a.html")
    assert document.page(1).text == "甲方\n\n乙方"
    assert document.title == "合同范本"
    assert [(item.title, item.start) for item in document.outline] == [("甲方", 0)]


def test_a_page_that_shows_nothing_is_refused(tmp_path: Path, reading: Reading) -> None:
    (tmp_path / "a.html").write_text("<html><script>app()</script></html>")
    with pytest.raises(NoTextInput):
        reading.document(tmp_path / "a.html")


CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OPS/book.opf"/></rootfiles></container>'
)
PACKAGE = (
    '<package xmlns="http://www.idpf.org/2007/opf"><metadata>'
    '<title xmlns="http://purl.org/dc/elements/1.1/">A Short Book</title></metadata><manifest>'
    '<item id="a" href="cover.xhtml"/><item id="b" href="one%20two.xhtml"/>'
    '<item id="n" href="nav.xhtml" properties="nav"/></manifest>'
    '<spine><itemref idref="a"/><itemref idref="b"/></spine></package>'
)
NAV = (
    '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:e="http://www.idpf.org/2007/ops"><body>'
    '<nav e:type="toc"><ol><li><a href="one%20two.xhtml">One</a><ol>'
    '<li><a href="one%20two.xhtml#mid">Middle</a></li></ol></li></ol></nav></body></html>'
)
MEMBERS = {
    "mimetype": "application/epub+zip",
    "META-INF/container.xml": CONTAINER,
    "OPS/book.opf": PACKAGE,
    "OPS/nav.xhtml": NAV,
    "OPS/cover.xhtml": '<html><body><img src="cover.png"/></body></html>',
    "OPS/one two.xhtml": "<html><h1>One</h1><p>Words.</p><h2 id='mid'>Middle</h2></html>",
}


def make_epub(path: Path, **changes: str) -> Path:
    members = {**MEMBERS, **{name.replace("__", "/"): text for name, text in changes.items()}}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return path


def test_an_epub_has_a_page_for_each_item_of_its_spine(tmp_path: Path, reading: Reading) -> None:
    document = reading.document(make_epub(tmp_path / "book.epub"))
    assert document.title == "A Short Book"
    assert [page.coverage for page in document.pages] == [Coverage.IMAGE, Coverage.TEXT]
    assert document.page(2).text == "One\n\nWords.\n\nMiddle"
    found = [(item.title, item.level, item.page, item.start) for item in document.outline]
    assert found == [("One", 1, 2, 0), ("Middle", 2, 2, 13)]


ENCRYPTION = (
    '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><EncryptedData>'
    '<EncryptionMethod Algorithm="{}"/></EncryptedData></encryption>'
)


def test_drm_is_named_and_obfuscated_fonts_are_none(tmp_path: Path, reading: Reading) -> None:
    locked = ENCRYPTION.format("http://www.w3.org/2001/04/xmlenc#aes128-cbc")
    path = make_epub(tmp_path / "a.epub", **{"META-INF__encryption.xml": locked})
    with pytest.raises(EncryptedInput, match="DRM"):
        reading.document(path)
    fonts = ENCRYPTION.format("http://www.idpf.org/2008/embedding")
    path = make_epub(tmp_path / "b.epub", **{"META-INF__encryption.xml": fonts})
    assert reading.document(path).title == "A Short Book"


def test_a_zip_bomb_and_a_broken_archive_are_refused(tmp_path: Path, reading: Reading) -> None:
    bomb = make_epub(tmp_path / "bomb.epub", **{"OPS__cover.xhtml": " " * (40 << 20)})
    with pytest.raises(ParserLimit, match="unpacks"):
        reading.document(bomb)
    broken = tmp_path / "broken.epub"
    broken.write_bytes(bomb.read_bytes()[:300])
    with pytest.raises(DamagedInput):
        reading.document(broken)


def test_a_missing_chapter_costs_only_itself(tmp_path: Path, reading: Reading) -> None:
    package = PACKAGE.replace('href="cover.xhtml"', 'href="gone.xhtml"')
    document = reading.document(make_epub(tmp_path / "a.epub", **{"OPS__book.opf": package}))
    assert document.page(1).coverage is Coverage.EMPTY
    assert "gone.xhtml" in document.warnings[0]
