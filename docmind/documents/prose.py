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
    text, warnings = decode(content, request.name)
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
        warnings=warnings,
    )
    yield Parsed(document)


def decode(
    content: bytes, name: str, *, may_hold_nul: bool = False
) -> tuple[str, tuple[str, ...]]:
    """The text, and a warning where its encoding had to be guessed.

    Raises UnsupportedInput for a NUL, unless it is known from its beginning to be text.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            text = content.decode(encoding, errors="replace")
            return text, ("The file is UTF-16, not UTF-8; it was read as such.",)
    if b"\0" in content and not may_hold_nul:
        raise UnsupportedInput(f"{name} is a binary file.", "Convert it to PDF or text first.")
    with suppress(UnicodeDecodeError):
        return content.decode("utf-8-sig"), ()
    if _is_chinese(content):
        with suppress(UnicodeDecodeError):
            return content.decode("gb18030"), ("The file is not UTF-8; it was read as GB18030.",)
    warning = "The file is not UTF-8; it was read as Latin-1, so some letters may be wrong."
    return content.decode("latin-1"), (warning,)


def _is_chinese(content: bytes) -> bool:
    """Whether the bytes beyond ASCII are what frequent Chinese characters are in GB encodings."""
    pairs = len(_COMMON_PAIR.findall(content))
    return 2 * pairs >= _COMMON_SHARE * len(_HIGH_BYTE.findall(content))
