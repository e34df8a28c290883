"""Whether pages can be read by OCR here, settled without loading a parser.

Debian's tesseract package is enough: MuPDF has the engine built in and only lacks its data. The
data's folder is looked for where TESSDATA_PREFIX says and where distributions put it.
"""

from __future__ import annotations

import os
from pathlib import Path

from docmind.documents.frames import OcrPlan
from docmind.model import Kind
from docmind.settings import OcrMode, ReadingSettings

_FOLDERS = (
    "/usr/share/tesseract-ocr/5/tessdata",
    "/usr/share/tesseract-ocr/4.00/tessdata",
    "/usr/share/tessdata",
    "/usr/local/share/tessdata",
    "/opt/homebrew/share/tessdata",
)


def plan_ocr(settings: ReadingSettings, kind: Kind) -> OcrPlan:
    """What OCR is to do for a file of this kind with what is installed here."""
    if kind is not Kind.PDF or settings.ocr is OcrMode.OFF:
        return OcrPlan("off", settings.ocr_languages, settings.ocr_dpi, "")
    languages = [code for code in settings.ocr_languages.split("+") if code]
    folder = tessdata_folder(languages)
    if folder is None:
        return OcrPlan("missing", settings.ocr_languages, settings.ocr_dpi, "", "tesseract-ocr")
    for code in languages:
        if not (folder / f"{code}.traineddata").is_file():
            package = "tesseract-ocr-" + code.replace("_", "-").lower()
            return OcrPlan("missing", settings.ocr_languages, settings.ocr_dpi, "", package)
    return OcrPlan(settings.ocr.value, "+".join(languages) or "eng", settings.ocr_dpi, str(folder))


def ocr_key(settings: ReadingSettings) -> str:
    """What tells apart which text OCR gives the pages of a PDF with what is installed here."""
    plan = plan_ocr(settings, Kind.PDF)
    return f"ocr {plan.key}" if plan.runs else "no ocr"


def tessdata_folder(languages: list[str]) -> Path | None:
    """A folder with tesseract's data, if possible one that has all of these languages."""
    candidates = [os.environ.get("TESSDATA_PREFIX", ""), *_FOLDERS]
    folders = [
        Path(place) for place in candidates if place and any(Path(place).glob("*.traineddata"))
    ]
    for folder in folders:
        if all((folder / f"{code}.traineddata").is_file() for code in languages):
            return folder
    return folders[0] if folders else None
