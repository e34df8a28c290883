"""How documents are read, found and answered from."""

from __future__ import annotations

from dataclasses import dataclass

from docmind.settings.bounds import at_least
from docmind.settings.choices import Images, Language, OcrMode, ReadingMode, RetrievalArms


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

    embedding_model: str = ""
    """What makes the vectors: a folder with a sentence-transformers model, or a name in Hugging
    Face's cache, such as "Qwen/Qwen3-Embedding-0.6B" for about a hundred languages; empty: the one
    that comes with docmind, which reads Latin scripts. Nothing is downloaded."""

    rewrite: bool = False
    """Whether a language model writes further search queries, where a document is not read
    whole; costs a short request before every answer."""

    rerank: bool = False
    """Whether a language model puts the 20 best passages in order, where a document is not read
    whole; costs a request of about 2,000 tokens before every answer."""


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """[store]: where the library's vectors are."""

    url: str = ""
    """Address of a Chroma server, such as "http://127.0.0.1:8000"; empty: docmind's own folder."""


@dataclass(frozen=True, slots=True)
class AnswerSettings:
    """[answers]: what an answer looks like."""

    max_claims: int = 5
    """The most statements that the extractive engine makes."""

    language: Language = Language.AUTO
    """Language of docmind's own words in an answer: en, zh; auto: that of the question."""


@dataclass(frozen=True, slots=True)
class ContextSettings:
    """[context]: what a language model gets to read."""

    mode: ReadingMode = ReadingMode.AUTO
    """auto: the whole documents where they fit, else what the question needs; whole; every-part:
    all of it, one part after the other; retrieve: the pages that rank best."""

    whole_up_to_tokens: int = at_least(0, 0)
    """Largest documents that are read whole, in tokens; 0: whatever fits the window."""

    every_part_up_to_tokens: int = at_least(0, 1_000_000)
    """Largest documents of which every part is read because of the question alone; 0: none."""

    part_tokens: int = 16_000
    """The largest part that is read at once where every part is; a small window makes it less."""

    retrieved_tokens: int = 56_000
    """How many tokens of whole pages are read where the documents do not fit."""

    evidence_tokens: int = at_least(0, 3_000)
    """How many tokens of the best passages are recited before the question; 0: none."""

    history_tokens: int = at_least(0, 8_000)
    """How many tokens of earlier questions and answers a question sees; 0: none."""

    prefill: bool = True
    """Whether the server reads the documents as soon as they are open, before any question."""


@dataclass(frozen=True, slots=True)
class GenerationSettings:
    """[generation]: how a language model writes."""

    max_output_tokens: int = 2_048
    """The longest answer; 8192 at most."""

    temperature: float = at_least(0, 0.2)
    """0 takes the most probable word each time; 2 is the wildest."""

    top_p: float = 0.8
    """Words outside of this share of the probability are never taken."""

    role: str = ""
    """The role that answers, a table [roles.NAME]; empty: none."""

    concurrency: int = 8
    """How many parts a model reads at the same time."""


@dataclass(frozen=True, slots=True)
class InterfaceSettings:
    """[interface]: the terminal."""

    theme: str = ""
    """A Textual theme; empty: its default. Where NO_COLOR is set, only an ANSI theme counts."""

    animations: bool = False
    """Whether scrolling is animated; never over SSH, where it costs much."""

    images: Images = Images.AUTO
    """How v shows a page as a picture: kitty (its graphics protocol), sixel, halfcell (coarse, in
    any terminal), or off. auto: what the terminal is known for by its name, off inside tmux. The
    terminal is never asked, because one that does not answer would eat what is typed."""

    viewer: str = ""
    """What o opens a PDF with, as in "zathura -P {page} {file}"; not a shell's line. Empty: what
    the desktop opens such files with (xdg-open, open), which cannot be told the page."""

    history: bool = True
    """Whether questions and answers are kept between runs, in docmind's own folder."""
