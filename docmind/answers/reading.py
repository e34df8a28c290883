"""The documents that a question is asked of, and what a reader must know about them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from docmind.model import Document, Page
from docmind.numbers import page_list
from docmind.ports import Retriever

_HAN = re.compile(r"[\u3400-\u9fff]")
_SAMPLE_CHARACTERS = 20_000
_OTHER_LANGUAGE = {
    ("en", "en"): "The question is in English, but the documents are in Chinese{}. Ask in"
    " Chinese{}.",
    ("zh", "en"): "The question is in Chinese, but the documents are not{}. Ask in their"
    " language{}.",
    ("en", "zh"): "问题是英文，文档却是中文{}。请用中文提问{}。",
    ("zh", "zh"): "问题是中文，文档却不是{}。请用文档的语言提问{}。",
}
"""By the language of the question, and that in which it is told."""

_WORDS_ALONE = {
    "en": (
        ": words alone find nothing there",
        "; or set a model that reads both (embedding_model under [retrieval] in config.toml)",
    ),
    "zh": ("，仅凭词语无法找到", "；也可以在设置中换用能读两种语言的向量模型"),
}
"""What is added where no vectors were compared."""
NO_ENGINE = {
    "en": "no language model engine is running; the best sentences of the text are quoted",
    "zh": "没有运行语言模型；引用文中最合适的句子",
}
_ONLY_SEARCHED = {
    "en": ("Only {} was searched.", "Only {} were searched."),
    "zh": ("只检索了{}。", "只检索了{}。"),
}
_ONLY_READ = {
    "en": ("Only {} was read.", "Only {} were read."),
    "zh": ("只读了{}。", "只读了{}。"),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """The documents that a question is asked of, and what is known about them.

    `settled` is false while another arm of retrieval may still join: then only an answer that is
    sure is given.
    """

    documents: Mapping[str, Document]
    retriever: Retriever
    document_tokens: int
    tokenizer: str
    settled: bool = True
    reason: Mapping[str, str] = field(default_factory=lambda: NO_ENGINE)
    """Why the extractive engine answers, by language."""
    notes: tuple[str, ...] = ()
    """Warnings that stand before those of the documents."""

    @property
    def pages(self) -> tuple[Page, ...]:
        """The pages of all documents."""
        return tuple(page for document in self.documents.values() for page in document.pages)

    @property
    def pages_without_text(self) -> tuple[int, ...]:
        """Those of one document; of several, their warnings tell, because a number is no place."""
        if len(self.documents) != 1:
            return ()
        (document,) = self.documents.values()
        return document.unreadable_pages

    def warnings(self, pages: range | None, language: str, *, searched: bool) -> tuple[str, ...]:
        """What a reader of an answer must know; where `pages` are given, only those were read.

        Or `searched`, by what quotes sentences.
        """
        warnings = (*self.notes, *warnings_of(self.documents.values(), language))
        if pages is None:
            return warnings
        last = max(len(document.pages) for document in self.documents.values())
        looked_at = range(pages.start, max(pages.start, min(pages.stop - 1, last)) + 1)
        one, several = (_ONLY_SEARCHED if searched else _ONLY_READ)[language]
        only = one if len(looked_at) == 1 else several
        return (*warnings, only.format(page_list(looked_at, language)))

    def language_note(self, asked: str, told: str, *, by_words: bool) -> tuple[str, ...]:
        """That no document is in the question's language ("en", "zh"), where that is so.

        Or that it was looked for `by_words` alone.
        """
        others = {language_of(document) for document in self.documents.values()}
        if asked in others or not others:
            return ()
        words = _WORDS_ALONE[told] if by_words else ("", "")
        return (_OTHER_LANGUAGE[asked, told].format(*words),)


def language_of(document: Document) -> str:
    """ "zh" where a document is written in Chinese, else "en"."""
    sample = ""
    for page in document.pages:
        sample += "".join(page.text.split())
        if len(sample) > _SAMPLE_CHARACTERS:
            break
    return "zh" if len(_HAN.findall(sample)) * 4 > len(sample) else "en"


def warnings_of(documents: Collection[Document], language: str = "en") -> tuple[str, ...]:
    """The documents' own warnings; where there are several, each says whose it is."""
    return tuple(
        warning if len(documents) == 1 else f"{document.name}: {warning}"
        for document in documents
        for warning in document.warnings_in(language)
    )
