"""What a question to a model is answered with: the engine, what there is to read, what is set."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from docmind.answers.options import AskOptions
from docmind.answers.patience import Patience
from docmind.context.sheets import Copy
from docmind.context.symbols import Symbols
from docmind.ports import ChatEngine, ChatMessage, ChatRequest, CitationTags, TokenCounter
from docmind.settings import (
    AnswerSettings,
    ContextSettings,
    GenerationSettings,
    Language,
    RetrievalSettings,
)

WRITE_IN = {
    Language.ENGLISH: "Answer in English.",
    Language.CHINESE: "Answer in Chinese (中文).",
}


class Chosen(Protocol):
    """Options that may say how words are chosen; None means what is set."""

    @property
    def temperature(self) -> float | None:
        """How freely."""
        ...

    @property
    def top_p(self) -> float | None:
        """Among how many."""
        ...


@dataclass(frozen=True, slots=True)
class Writing:
    """What answers with a model: the engine, what it reads, and what is set."""

    engine: ChatEngine
    copies: tuple[Copy, ...]
    counter: TokenCounter
    answers: AnswerSettings
    context: ContextSettings
    generation: GenerationSettings
    role: str = ""
    """Instructions of the role that is set; a question may bring its own."""
    symbols: Symbols = field(default_factory=Symbols)
    """What the copies define, where they are a repository."""
    retrieval: RetrievalSettings = field(default_factory=RetrievalSettings)
    patience: Patience = field(default_factory=Patience)
    """With a server that does not answer at once, where several requests are made."""

    def role_for(self, options: AskOptions) -> str:
        """The role's instructions, and the language to answer in where one is wanted."""
        language = options.language or self.answers.language
        role = options.role or self.role
        return "\n".join(filter(None, (role, WRITE_IN.get(language, ""))))

    def sampling(self, options: Chosen | None = None) -> Sampling:
        """How words are chosen: as these options say, else as it is set."""
        generation = self.generation
        temperature = None if options is None else options.temperature
        top_p = None if options is None else options.top_p
        return Sampling(
            generation.temperature if temperature is None else temperature,
            generation.top_p if top_p is None else top_p,
        )


@dataclass(frozen=True, slots=True)
class Sampling:
    """How a model chooses its words."""

    temperature: float
    top_p: float

    def request(
        self,
        messages: tuple[ChatMessage, ...],
        max_output_tokens: int,
        citations: CitationTags | None = None,
        json_schema: str | None = None,
    ) -> ChatRequest:
        """These messages, asked for so much, with marks or as JSON."""
        return ChatRequest(
            messages,
            max_output_tokens,
            self.temperature,
            self.top_p,
            citations,
            json_schema=json_schema,
        )
