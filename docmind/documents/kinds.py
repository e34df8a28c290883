"""What sort of file there is under a path, and why one cannot be read.

A kind gets decided by a file's first bytes, and by its name only where they say nothing: names
lie, and a PDF that is called `.txt` is still a PDF. A file is opened only after `stat` says that
it is a regular one, because opening a named pipe waits for ever.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from docmind.disk import is_folder
from docmind.documents.languages import is_script, is_source_name
from docmind.errors import EmptyInput, MissingInput, UnsupportedInput
from docmind.model import KIND_BY_SUFFIX, Kind

_FOREIGN = (
    (b"PK\x03\x04", "an Office file or a ZIP archive"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
    (b"{\\rtf", "an RTF file"),
    (b"%!PS", "a PostScript file"),
    (b"AT&TFORM", "a DjVu file"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"II*\x00", "an image"),
    (b"MM\x00*", "an image"),
    (b"\x1f\x8b", "a compressed file"),
    (b"7z\xbc\xaf", "a compressed file"),
    (b"BZh", "a compressed file"),
    (b"\x7fELF", "a program"),
)
HEAD_BYTES = 8192
_PDF_MAGIC_WITHIN = 1024  # ISO 32000-1, annex H.3, note 13: readers accept the header that late.
READABLE = "docmind reads PDF, EPUB, HTML, Markdown, plain text and source code."
_LINK_HINT = "Name the file itself, or make the link anew."


def has_name_in_utf8(path: str | Path) -> bool:
    """False for bytes that Python can carry but no record, pipe or terminal can be sent."""
    name = str(path)
    if name.isascii():
        return True
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def check(path: Path) -> os.stat_result:
    """The status of a regular file that is not empty. Raises InputError for anything else."""
    try:
        status = path.stat()
    except FileNotFoundError as exc:
        if path.is_symlink():
            raise MissingInput(
                f"{path} is a link to {path.readlink()}, which is not there.",
                _LINK_HINT,
            ) from exc
        raise MissingInput(f"There is no file {path}.", _neighbour_hint(path)) from exc
    except (OSError, ValueError) as exc:
        raise unopenable(path, exc) from exc
    if stat.S_ISDIR(status.st_mode):
        raise UnsupportedInput(f"{path} is a folder.", "Name a file in it.")
    if not stat.S_ISREG(status.st_mode):
        raise UnsupportedInput(f"{path} is not a regular file.", "Save it as a file first.")
    if status.st_size == 0:
        raise EmptyInput(f"{path} is empty.", "Check that it was saved or downloaded whole.")
    return status


def kind_of(path: Path) -> Kind:
    """What sort of file this is. Raises InputError for what docmind does not read."""
    check(path)
    if not has_name_in_utf8(path):
        raise UnsupportedInput(f"{path} has a name that is not UTF-8.", "Give it another name.")
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except OSError as exc:
        raise unopenable(path, exc) from exc
    return kind_by_head(path, head)


def may_tell_kind(head: bytes) -> bool:
    """Whether a file may be a PDF, an EPUB or a script by its first bytes alone; most are not."""
    return head.startswith((b"#!", b"PK")) or b"%PDF-" in head[:_PDF_MAGIC_WITHIN]


def kind_by_head(path: Path, head: bytes) -> Kind:
    """What sort of file begins so. Raises InputError for what docmind does not read."""
    named = Kind.CODE if is_source_name(path) else KIND_BY_SUFFIX.get(path.suffix.lower())
    return _kind_by_magic(head, named) or _kind_by_name(path, head, named)


def _kind_by_magic(head: bytes, suffix_kind: Kind | None) -> Kind | None:
    if b"%PDF-" in head[:_PDF_MAGIC_WITHIN] and suffix_kind in (None, Kind.PDF):
        return Kind.PDF
    if head.startswith(b"%PDF-"):
        return Kind.PDF
    if head.startswith(b"PK\x03\x04") and (
        b"application/epub+zip" in head[:100] or suffix_kind is Kind.EPUB
    ):
        return Kind.EPUB
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:200].lower()
    is_page = start.startswith((b"<!doctype html", b"<html"))
    if is_page and suffix_kind not in (Kind.MARKDOWN, Kind.CODE):
        return Kind.HTML
    return None


def _kind_by_name(path: Path, head: bytes, suffix_kind: Kind | None) -> Kind:
    if suffix_kind in (Kind.PDF, Kind.EPUB):
        return suffix_kind  # its parser will say what is wrong with it
    for magic, what in _FOREIGN:
        if head.startswith(magic):
            raise UnsupportedInput(f"{path} is {what}.", f"{READABLE} Convert it to PDF first.")
    if b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnsupportedInput(f"{path} is a binary file.", READABLE)
    return suffix_kind or (Kind.CODE if is_script(head) else Kind.TEXT)


def unopenable(path: Path, exc: Exception) -> MissingInput:
    """The error for a path that cannot be opened, named for its cause."""
    if isinstance(exc, PermissionError):
        mode = "u+rx" if is_folder(path) else "u+r"
        return MissingInput(f"{path} may not be read.", f"Try: chmod {mode} {str(path)!r}")
    if isinstance(exc, OSError) and exc.errno == errno.ELOOP:
        return MissingInput(f"{path} is a link that leads back to itself.", _LINK_HINT)
    reason = exc.strerror if isinstance(exc, OSError) and exc.strerror else str(exc)
    return MissingInput(f"{str(path)[:200]} cannot be opened: {reason}.", "Check the path.")


def _neighbour_hint(path: Path) -> str:
    """Names the closest file beside a missing one, if there is any."""
    from difflib import get_close_matches

    try:
        names = [entry.name for entry in path.parent.iterdir()]
    except OSError:
        return f"There is no folder {path.parent} either. Check the path."
    close = get_close_matches(path.name, names, n=1)
    return f"Did you mean {path.parent / close[0]}?" if close else "Check the path."
