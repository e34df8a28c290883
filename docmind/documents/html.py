"""HTML: the words of a page with its headings, lists and tables, without what browsers hide.

The parser is the standard library's: it never fails on broken markup, needs no further dependency,
and takes no part of the worker's memory limit. One walk writes the text and the blocks, so that
the spans fit; scripts, styles, navigation and hidden parts are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from docmind.documents.characters import clean
from docmind.documents.frames import Parsed, Request
from docmind.documents.outline import outline_of_headings
from docmind.documents.prose import decode
from docmind.documents.titles import choose_title
from docmind.documents.warnings import Warnings
from docmind.errors import NoTextInput
from docmind.model import Block, BlockKind, Document, Page
from docmind.ports import PagesRead

_SKIPPED = frozenset(
    "script style noscript template nav svg iframe object canvas audio video select button".split()
)
_BLOCKS = frozenset(
    (
        "address article aside blockquote body caption center dd details dialog div dl dt "
        "fieldset figcaption figure footer form header hr html legend main ol p pre section "
        "summary table tbody tfoot thead ul"
    ).split()
)
_ENDED_BY: dict[str, frozenset[str]] = {
    "p": _BLOCKS | {"h1", "h2", "h3", "h4", "h5", "h6", "li"},
    "li": frozenset({"li"}),
    "dt": frozenset({"dt", "dd"}),
    "dd": frozenset({"dt", "dd"}),
    "tr": frozenset({"tr", "tbody", "tfoot"}),
    "td": frozenset({"td", "th", "tr", "tbody", "tfoot"}),
    "th": frozenset({"td", "th", "tr", "tbody", "tfoot"}),
}
"""Elements that need no end tag, and the start tags that end them (HTML standard, 13.1.2.4)."""

_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([a-zA-Z0-9_:.-]+)""", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"""\s*<\?xml[^>]*encoding=["']([a-zA-Z0-9_:.-]+)""")
_SPACES = re.compile(r"[ \t\r\n\f]+")
_SPACELESS = "[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]"
_SPACELESS_BREAK = re.compile(rf"(?<={_SPACELESS})\s*\n\s*(?={_SPACELESS})")
_LISTS = ("ul", "ol")
_ROW_LIKE = frozenset((BlockKind.TABLE_HEAD, BlockKind.TABLE_ROW, BlockKind.ITEM))
_HEADING = re.compile("h[1-6]")


class HtmlText(HTMLParser):
    """Collects a page's text and blocks while it is fed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title = ""
        self.anchors: dict[str, int] = {}
        self._waiting: list[str] = []
        self._parts: list[str] = []
        self._length = 0
        self._blocks: list[Block] = []
        self._pending: list[str] = []
        self._kind = BlockKind.PARAGRAPH
        self._level = 0
        self._skipping: list[str] = []
        self._cells: list[str] | None = None
        self._all_heads = True
        self._in_title = False
        self._preformatted = 0
        self._lists = 0

    def result(self) -> tuple[str, tuple[Block, ...]]:
        """The text and its blocks, once all is fed."""
        self.close()
        self._flush()
        return "".join(self._parts), tuple(self._blocks)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a block, a cell or something that is skipped."""
        attributes = dict(attrs)
        while self._skipping and tag in _ENDED_BY.get(self._skipping[-1], ()):
            self._skipping.pop()
        self._in_title = tag == "title" and not self._skipping
        if self._skipping or tag in _SKIPPED or _is_hidden(attributes):
            if tag not in _VOID:
                self._skipping.append(tag)
            return
        self._open(tag)
        anchor = attributes.get("id") or (attributes.get("name") if tag == "a" else None)
        if anchor:
            self._waiting.append(anchor)

    def _open(self, tag: str) -> None:
        if tag == "br":
            self._pending.append("\n" if self._cells is None else " ")
        elif tag == "tr":
            self._flush()
            self._cells, self._all_heads = [], True
        elif tag in ("td", "th"):
            self._end_cell()
            self._all_heads = self._all_heads and tag == "th"
        elif self._cells is not None:
            self._pending.append(" ")
        elif tag == "li":
            self._begin(BlockKind.ITEM, max(1, self._lists))
        elif _HEADING.fullmatch(tag):
            self._begin(BlockKind.HEADING, int(tag[1]))
        elif tag in _BLOCKS:
            in_item = self._kind is BlockKind.ITEM and tag == "p"
            self._begin(*((BlockKind.ITEM, self._level) if in_item else (BlockKind.PARAGRAPH, 0)))
            self._preformatted += tag == "pre"
            self._lists += tag in _LISTS

    def handle_endtag(self, tag: str) -> None:
        """End what the tag began."""
        if tag == "title":
            self._in_title = False
        if self._skipping and tag in self._skipping:
            while self._skipping.pop() != tag:
                pass
            return
        if self._skipping and self._skipping[0] not in _ENDED_BY:
            return
        self._skipping.clear()  # the end of what they stand in ends elements without an end tag
        if tag in ("tr", "table") and self._cells is not None:
            self._end_row()
        elif tag in ("td", "th"):
            self._end_cell()
        elif self._cells is None and (tag in _BLOCKS or tag == "li" or _HEADING.fullmatch(tag)):
            self._preformatted = max(0, self._preformatted - (tag == "pre"))
            self._lists = max(0, self._lists - (tag in _LISTS))
            self._begin(BlockKind.PARAGRAPH)

    def handle_data(self, data: str) -> None:
        """Take in text."""
        if self._in_title:
            self.title += data
        elif not self._skipping:
            self._pending.append(data if self._preformatted else _flow(data))

    def _begin(self, kind: BlockKind, level: int = 0) -> None:
        self._flush()
        self._kind, self._level = kind, level

    def _taken(self) -> str:
        """The pending text, cleaned, with single spaces; line breaks stay."""
        text = clean("".join(self._pending))
        self._pending = []
        if self._preformatted:
            return text.strip("\n").rstrip()
        return "\n".join(filter(None, (" ".join(line.split()) for line in text.split("\n"))))

    def _flush(self) -> None:
        text = self._taken()
        if text:
            self._write(text, self._kind, self._level)
        self._kind, self._level = BlockKind.PARAGRAPH, 0

    def _end_cell(self) -> None:
        if self._cells is None:
            self._cells = []
        text = self._taken().replace("\n", " ")
        if text:
            self._cells.append(text)

    def _end_row(self) -> None:
        self._end_cell()
        cells, self._cells = self._cells or [], None
        if cells:
            kind = BlockKind.TABLE_HEAD if self._all_heads else BlockKind.TABLE_ROW
            self._write(" | ".join(cells), kind, 0)

    def _write(self, text: str, kind: BlockKind, level: int) -> None:
        if self._blocks:
            close = _ROW_LIKE.issuperset((kind, self._blocks[-1].kind))
            separator = "\n" if close else "\n\n"
            self._parts.append(separator)
            self._length += len(separator)
        for anchor in self._waiting:
            self.anchors.setdefault(anchor, self._length)
        self._waiting = []
        self._blocks.append(Block(kind, self._length, self._length + len(text), level))
        self._parts.append(text)
        self._length += len(text)


def _flow(data: str) -> str:
    """Source line breaks as browsers show them: a space, or nothing between Chinese characters."""
    return _SPACES.sub(" ", _SPACELESS_BREAK.sub("", data))


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    style = (attributes.get("style") or "").replace(" ", "").lower()
    return (
        "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or "display:none" in style
        or "visibility:hidden" in style
    )


def read_html(source: str) -> HtmlText:
    """A whole HTML source, taken in."""
    reader = HtmlText()
    reader.feed(source)
    return reader


def decode_html(content: bytes, name: str) -> tuple[str, Warnings]:
    """The source as text: by its byte order mark, by what it declares, or as other files."""
    declared = _CHARSET.search(content[:4096]) or _XML_ENCODING.match(content)
    if declared and not content.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        try:
            return content.decode(declared[1].decode("ascii")), Warnings()
        except (LookupError, UnicodeError):
            pass  # a codec may raise a UnicodeError of its own (idna, undefined)
    return decode(content, name)


def parse_html(request: Request) -> Iterator[PagesRead | Parsed]:
    """The file as one page. Raises InputError."""
    source, told = decode_html(Path(request.path).read_bytes(), request.name)
    reader = read_html(source)
    text, blocks = reader.result()
    if not text:
        raise NoTextInput(
            f"{request.name} shows no text.", "If a program in the page writes it, save it as PDF."
        )
    page = Page(number=1, text=text, blocks=blocks)
    yield PagesRead((page,), 1)
    document = Document(
        sha256=request.sha256,
        name=request.name,
        kind=request.kind,
        title=choose_title(reader.title, [page]),
        pages=(page,),
        outline=tuple(outline_of_headings([page])),
        warnings=told.en,
        warnings_zh=told.zh,
    )
    yield Parsed(document)
