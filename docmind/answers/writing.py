"""What a question to a model is answered with: the engine, what there is to read, what is set."""

from __future__ import annotations

from dataclasses import dataclass, field

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

    def sampling(self, options: AskOptions) -> Sampling:
        """How words are chosen: as the question says, else as it is set."""
        generation = self.generation
        given = (options.temperature, options.top_p)
        return Sampling(
            generation.temperature if given[0] is None else given[0],
            generation.top_p if given[1] is None else given[1],
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
    ) -> ChatRequest:
        """These messages, asked for so much."""
        return ChatRequest(messages, max_output_tokens, self.temperature, self.top_p, citations)
