"""Markdown and plain text: the file as it stands, and the structure that its lines show.

`Page.text` is the decoded file, character for character, line ends and all: places in such files
are offsets and lines, and people open them in an editor to check. Front ends make it safe to show.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from docmind.documents.frames import Parsed, Request
from docmind.documents.markup import blocks_of_markdown, blocks_of_text, title_of_markdown
from docmind.documents.warnings import AS_GB18030, AS_LATIN1, AS_UTF16, Warnings
from docmind.errors import NoTextInput, UnsupportedInput
from docmind.model import BlockKind, Document, Kind, OutlineItem, Page
from docmind.ports import PagesRead

_HIGH_BYTE = re.compile(rb"[\x80-\xff]")
_COMMON_PAIR = re.compile(rb"[\xa1-\xa3\xb0-\xd7][\xa1-\xfe]")
_COMMON_SHARE = 0.8
"""GB 2312 has punctuation and its 3,755 most frequent characters in these pairs of bytes; all but
all of a Chinese text is of them. Latin-1 has its high bytes alone, Cyrillic has them elsewhere."""

_BYTE_ORDER_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def parse_prose(request: Request) -> Iterator[PagesRead | Parsed]:
    """The file as one page. Raises InputError."""
    content = Path(request.path).read_bytes()
    text, told = decode(content, request.name)
    if not text.strip():
        raise NoTextInput(f"{request.name} holds nothing but white space.", "Check the file.")
    markdown = request.kind is Kind.MARKDOWN
    blocks = tuple(blocks_of_markdown(text) if markdown else blocks_of_text(text))
    page = Page(number=1, text=text, blocks=blocks)
    yield PagesRead((page,), 1)
    outline = tuple(
        OutlineItem(title_of_markdown(text[block.start : block.end]), block.level, 1, block.start)
        for block in blocks
        if block.kind is BlockKind.HEADING
    )
    document = Document(
        sha256=request.sha256,
        name=request.name,
        kind=request.kind,
        title=min(outline, key=lambda item: item.level).title if outline else "",
        pages=(page,),
        outline=outline,
        warnings=told.en,
        warnings_zh=told.zh,
    )
    yield Parsed(document)


def decode(content: bytes, name: str, *, may_hold_nul: bool = False) -> tuple[str, Warnings]:
    """The text, and a warning where its encoding had to be guessed.

    Raises UnsupportedInput for a NUL, unless it is known from its beginning to be text.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            text = content.decode(encoding, errors="replace")
            return text, Warnings.of(AS_UTF16)
    if b"\0" in content and not may_hold_nul:
        raise UnsupportedInput(f"{name} is a binary file.", "Convert it to PDF or text first.")
    with suppress(UnicodeDecodeError):
        return content.decode("utf-8-sig"), Warnings()
    if _is_chinese(content):
        with suppress(UnicodeDecodeError):
            return content.decode("gb18030"), Warnings.of(AS_GB18030)
    return content.decode("latin-1"), Warnings.of(AS_LATIN1)


def _is_chinese(content: bytes) -> bool:
    """Whether the bytes beyond ASCII are what frequent Chinese characters are in GB encodings."""
    pairs = len(_COMMON_PAIR.findall(content))
    return 2 * pairs >= _COMMON_SHARE * len(_HIGH_BYTE.findall(content))
