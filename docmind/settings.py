"""What can be set: a frozen dataclass for each table of config.toml, a docstring per field.

`config.toml` beside the package shows every one of these with its default; a test holds the two
equal. Where the values come from is the business of `docmind.config`, not of this module.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class OcrMode(StrEnum):
    """When pages are read by OCR."""

    AUTO = "auto"
    OFF = "off"
    FORCE = "force"


class RetrievalArms(StrEnum):
    """Which retrievers rank the passages."""

    AUTO = "auto"
    LEXICAL = "lexical"
    HYBRID = "hybrid"


class Language(StrEnum):
    """The language of docmind's own words in an answer."""

    AUTO = "auto"
    ENGLISH = "en"
    CHINESE = "zh"


@dataclass(frozen=True, slots=True)
class ReadingSettings:
    """[reading]: how files are parsed."""

    ocr: OcrMode = OcrMode.AUTO
    """auto: pages without text, where tesseract is installed; off: never; force: every page."""

    ocr_languages: str = "eng"
    """Tesseract's language codes, joined by +, such as "eng+chi_sim"."""

    ocr_dpi: int = 200
    """Resolution at which pages are rendered for OCR; 300 reads small print better but slower."""

    timeout_seconds: float = 60.0
    """How long the parser may be silent (no further page) before it is stopped."""

    memory_mib: int = 2048
    """Address space that the parser may take."""

    password_file: str = ""
    """File whose first line is the password for encrypted PDFs; empty: none."""


@dataclass(frozen=True, slots=True)
class RetrievalSettings:
    """[retrieval]: how passages are ranked."""

    arms: RetrievalArms = RetrievalArms.AUTO
    """auto: BM25 at once, joined by dense vectors as soon as they are ready; lexical: BM25 alone;
    hybrid: wait for the vectors."""

    passages: int = 10
    """How many passages a search shows, unless -k says otherwise."""


@dataclass(frozen=True, slots=True)
class AnswerSettings:
    """[answers]: what an answer looks like."""

    max_claims: int = 5
    """The most statements that the extractive engine makes."""

    language: Language = Language.AUTO
    """Language of docmind's own words in an answer: en, zh; auto: that of the question."""


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """[engine]: what writes the answers."""

    name: str = "auto"
    """auto, extractive, or the name of a server."""


@dataclass(frozen=True, slots=True)
class InterfaceSettings:
    """[interface]: the terminal."""

    theme: str = ""
    """A Textual theme; empty: its default, or an ANSI theme where NO_COLOR is set."""

    animations: bool = False
    """Whether scrolling is animated; costs much over SSH."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set."""

    reading: ReadingSettings = field(default_factory=ReadingSettings)
    retrieval: RetrievalSettings = field(default_factory=RetrievalSettings)
    answers: AnswerSettings = field(default_factory=AnswerSettings)
    engine: EngineSettings = field(default_factory=EngineSettings)
    interface: InterfaceSettings = field(default_factory=InterfaceSettings)
