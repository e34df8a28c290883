"""EPUB: a ZIP of XHTML files, one Page for each in reading order.

Sizes are checked while unpacking, not from what the archive says of itself: a ZIP bomb lies.
Only fonts may be "encrypted" (a known obfuscation); anything else under encryption means DRM.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urldefrag
from xml.etree import ElementTree

from docmind.documents.frames import Parsed, Request
from docmind.documents.html import decode_html, read_html
from docmind.documents.outline import outline_of_headings
from docmind.documents.titles import choose_title
from docmind.documents.warnings import DAMAGED_PARTS, Warnings
from docmind.errors import DamagedInput, EmptyInput, EncryptedInput, NoTextInput, ParserLimit
from docmind.model import Coverage, Document, OutlineItem, Page
from docmind.ports import PagesRead

_BATCH_PAGES = 16
_MEMBER_BYTES = 32 * 1024 * 1024
_TOTAL_BYTES = 256 * 1024 * 1024
_FONT_OBFUSCATION = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
_LAST_OUTLINE_LEVEL = 8


@dataclass(frozen=True, slots=True)
class _Package:
    """What the package file says: title, paths in reading order, the table of contents' path."""

    title: str
    spine: tuple[str, ...]
    contents: str


class _Archive:
    """The members of an EPUB, unpacked one by one within limits."""

    def __init__(self, request: Request) -> None:
        self._name = request.name
        self._left_bytes = _TOTAL_BYTES
        try:
            self._zip = zipfile.ZipFile(request.path)
        except (zipfile.BadZipFile, OSError, ValueError) as exc:
            raise self.damaged("it is no ZIP archive") from exc

    def damaged(self, what: str) -> DamagedInput:
        """The error for a broken EPUB."""
        return DamagedInput(f"{self._name} is damaged: {what}.", "Fetch it again.")

    def has(self, path: str) -> bool:
        """Whether there is such a member."""
        return path in self._zip.NameToInfo

    def read(self, path: str) -> bytes:
        """A member's content. Raises InputError if it is missing, broken, locked or too large."""
        limit = min(_MEMBER_BYTES, self._left_bytes)
        try:
            with self._zip.open(path) as member:
                content = member.read(limit + 1)
        except KeyError as exc:
            raise self.damaged(f"{path} is missing") from exc
        except RuntimeError as exc:
            raise EncryptedInput(
                f"{self._name} is encrypted.", "Unpack it with its password and pack it anew."
            ) from exc
        except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError) as exc:
            raise self.damaged(f"{path} cannot be unpacked") from exc
        except Exception as exc:  # zlib.error, lzma.LZMAError: no common class
            raise self.damaged(f"{path} cannot be unpacked") from exc
        if len(content) > limit:
            raise ParserLimit(
                f"{self._name} unpacks to more than it may ({path}).", "It may be a ZIP bomb."
            )
        self._left_bytes -= len(content)
        return content

    def xml(self, path: str) -> ElementTree.Element:
        """A member as XML. Raises InputError."""
        try:
            return ElementTree.fromstring(self.read(path))
        except (ElementTree.ParseError, ValueError) as exc:
            raise self.damaged(f"{path} is no XML") from exc


def parse_epub(request: Request) -> Iterator[PagesRead | Parsed]:
    """A page for each item of the spine, in batches, then the document. Raises InputError."""
    archive = _Archive(request)
    _refuse_drm(archive, request.name)
    package = _read_package(archive)
    if not package.spine:
        raise EmptyInput(f"{request.name} has no pages.", "Fetch it again.")
    pages: list[Page] = []
    anchors: list[dict[str, int]] = []
    failed: list[str] = []
    sent = 0
    for number, path in enumerate(package.spine, 1):
        page, found = _read_page(archive, path, number, failed)
        pages.append(page)
        anchors.append(found)
        if number in (1, len(package.spine)) or number - sent >= _BATCH_PAGES:
            yield PagesRead(tuple(pages[sent:]), len(package.spine))
            sent = number
    if not any(page.text for page in pages):
        raise NoTextInput(f"{request.name} holds no text.", "Its pages may be pictures.")
    outline = _outline(archive, package, pages, anchors) or outline_of_headings(pages)
    told = Warnings.of(DAMAGED_PARTS, len(failed), failed[0]) if failed else Warnings()
    yield Parsed(
        Document(
            sha256=request.sha256,
            name=request.name,
            kind=request.kind,
            title=choose_title(package.title, pages),
            pages=tuple(pages),
            outline=tuple(outline),
            warnings=told.en,
            warnings_zh=told.zh,
        )
    )


def _read_page(
    archive: _Archive, path: str, number: int, failed: list[str]
) -> tuple[Page, dict[str, int]]:
    """One item of the spine; a damaged one is an empty page."""
    try:
        source, _ = decode_html(archive.read(path), path)
    except DamagedInput:
        failed.append(path)
        return Page(number, "", coverage=Coverage.EMPTY), {}
    reader = read_html(source)
    text, blocks = reader.result()
    if text:
        return Page(number, text, blocks=blocks), reader.anchors
    has_image = "<img" in source or "<image" in source
    return Page(number, "", coverage=Coverage.IMAGE if has_image else Coverage.EMPTY), {}


def _refuse_drm(archive: _Archive, name: str) -> None:
    locked = archive.has("META-INF/rights.xml")
    if archive.has("META-INF/encryption.xml"):
        for element in archive.xml("META-INF/encryption.xml").iter():
            if _local(element) == "EncryptedData":
                methods = [
                    part.get("Algorithm", "")
                    for part in element.iter()
                    if _local(part) == "EncryptionMethod"
                ]
                locked = locked or not methods or methods[0] not in _FONT_OBFUSCATION
    if locked:
        raise EncryptedInput(
            f"{name} is protected by DRM.", "docmind cannot open it; look for a copy without DRM."
        )


def _read_package(archive: _Archive) -> _Package:
    """The package file that META-INF/container.xml names. Raises InputError."""
    container = archive.xml("META-INF/container.xml")
    roots = [e.get("full-path", "") for e in container.iter() if _local(e) == "rootfile"]
    if not roots:
        raise archive.damaged("it names no package file")
    package = archive.xml(roots[0])
    folder = posixpath.dirname(roots[0])
    title = ""
    paths: dict[str, str] = {}
    contents = ""
    spine: list[str] = []
    for element in package.iter():
        match _local(element):
            case "title":
                title = title or "".join(element.itertext()).strip()
            case "item":
                paths[element.get("id", "")] = _resolve(folder, element.get("href", ""))[0]
                if "nav" in element.get("properties", "").split():
                    contents = paths[element.get("id", "")]
            case "spine":
                contents = contents or paths.get(element.get("toc", ""), "")
            case "itemref":
                spine.append(paths.get(element.get("idref", ""), ""))
            case _:
                pass
    return _Package(title, tuple(filter(None, spine)), contents)


def _outline(
    archive: _Archive, package: _Package, pages: list[Page], anchors: list[dict[str, int]]
) -> list[OutlineItem]:
    """The book's own table of contents (EPUB 3's nav or EPUB 2's ncx); empty where it has none."""
    if not package.contents or not archive.has(package.contents):
        return []
    try:
        root = archive.xml(package.contents)
    except DamagedInput:
        return []
    numbers = {path: number for number, path in reversed(list(enumerate(package.spine, 1)))}
    folder = posixpath.dirname(package.contents)
    items: list[OutlineItem] = []
    for title, href, level in _entries(root):
        path, fragment = _resolve(folder, href)
        number = numbers.get(path)
        if number and title:
            start = anchors[number - 1].get(fragment, 0) if fragment else 0
            items.append(
                OutlineItem(title, level, number, min(start, len(pages[number - 1].text)))
            )
    return items


def _entries(root: ElementTree.Element) -> Iterator[tuple[str, str, int]]:
    """Title, link and level of each entry of a nav or ncx."""
    maps = [e for e in root.iter() if _local(e) == "navMap"]
    if maps:
        yield from _walk(maps[0], 0, "navPoint")
        return
    navigations = [e for e in root.iter() if _local(e) == "nav"]
    wanted = [e for e in navigations if any(value == "toc" for value in e.attrib.values())]
    for navigation in (wanted or navigations)[:1]:
        yield from _walk(navigation, 0, "li")


def _walk(element: ElementTree.Element, level: int, entry: str) -> Iterator[tuple[str, str, int]]:
    for child in element:
        if _local(child) == entry:
            if level < _LAST_OUTLINE_LEVEL:
                title, href = _label(child)
                yield title, href, level + 1
                yield from _walk(child, level + 1, entry)
        elif _local(child) in ("ol", "ul"):
            yield from _walk(child, level, entry)


def _label(entry: ElementTree.Element) -> tuple[str, str]:
    """Title and link of an entry itself, not of those below it."""
    title = href = ""
    for child in entry:
        name = _local(child)
        if name in ("a", "span", "navLabel"):
            title = title or " ".join("".join(child.itertext()).split())
        href = href or child.get("href", "") or (child.get("src", "") if name == "content" else "")
    return title, href


def _resolve(folder: str, href: str) -> tuple[str, str]:
    """The archive's path and the fragment that a link means."""
    path, fragment = urldefrag(href)
    return posixpath.normpath(posixpath.join(folder, unquote(path))), fragment


def _local(element: ElementTree.Element) -> str:
    return str(element.tag).rpartition("}")[2]
