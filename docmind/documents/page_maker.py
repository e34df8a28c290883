"""Makes copies and pictures of a PDF's pages, inside the worker process (see `page_tasks`)."""

from __future__ import annotations

from typing import Any

import msgspec

from docmind.documents.frames import Request
from docmind.documents.page_links import links_of
from docmind.documents.page_tasks import Highlight, Links, MarkedCopy, PageTask, Picture
from docmind.documents.pdf import import_pymupdf, open_pdf
from docmind.errors import DamagedInput
from docmind.model import Box

_AUTHOR = "docmind"
_FRAME = (0.85, 0.1, 0.1)
_FRAME_POINTS = 1.5
_FRAME_MARGIN_POINTS = 2.0


def make_of_pages(request: Request, task: PageTask) -> bytes:
    """A PDF, a PNG, or links. Raises InputError."""
    pymupdf = import_pymupdf()
    document, _ = open_pdf(pymupdf, request)
    try:
        match task:
            case MarkedCopy(highlights):
                return _copy(pymupdf, document, highlights)
            case Picture():
                return _picture(pymupdf, document, task)
            case Links(page):
                return msgspec.msgpack.encode(links_of(pymupdf, document, page))
    except MemoryError:
        raise
    except Exception as exc:  # PyMuPDF raises many classes, RuntimeError among them
        raise DamagedInput(
            f"{request.name} is damaged: its pages cannot be drawn.",
            "Its text can be read: docmind show",
        ) from exc


def _copy(pymupdf: Any, document: Any, highlights: tuple[Highlight, ...]) -> bytes:
    for highlight in highlights:
        page = document[highlight.page - 1]
        # Boxes are those of the page as it is shown, annotations stand on the page as it was made.
        quads = [(pymupdf.Rect(box).quad * page.derotation_matrix) for box in highlight.boxes]
        if quads:
            mark = page.add_highlight_annot(quads=quads)
            mark.set_info(title=_AUTHOR, content=highlight.note)
            mark.update()
    copy: bytes = document.tobytes(encryption=pymupdf.PDF_ENCRYPT_KEEP)
    return copy


def _picture(pymupdf: Any, document: Any, task: Picture) -> bytes:
    page = document[task.page - 1]
    zoom = min(task.width / page.rect.width, task.height / page.rect.height)
    shape = page.new_shape()
    for box in task.boxes:
        shape.draw_rect(_framed(pymupdf, box) * page.derotation_matrix)
    shape.finish(color=_FRAME, width=_FRAME_POINTS)
    shape.commit()
    picture: bytes = page.get_pixmap(matrix=pymupdf.Matrix(zoom, zoom), alpha=False).tobytes("png")
    return picture


def _framed(pymupdf: Any, box: Box) -> Any:
    x0, y0, x1, y1 = box
    margin = _FRAME_MARGIN_POINTS
    return pymupdf.Rect(x0 - margin, y0 - margin, x1 + margin, y1 + margin)
