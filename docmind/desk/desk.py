"""The desk: documents that are open together, and what answers questions about them.

A document that is added can be asked at once, by BM25; its vectors are made by a thread of the
desk's own and join when they are complete.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from docmind.answers.ask import ask
from docmind.answers.events import Answered, AnswerEvent, Searching, TextAdded
from docmind.answers.options import AskOptions
from docmind.answers.reading import Reading
from docmind.answers.writing import Writing
from docmind.answers.written import write
from docmind.context.asked import Asked
from docmind.context.plan import make_plan
from docmind.context.prompt import PREFIX_MESSAGES
from docmind.desk.absence import AUTO, PRESENT, Absence, engine_of
from docmind.desk.copies import Copies
from docmind.desk.digest import Digest
from docmind.desk.prefill import Prefill, PrefillState
from docmind.desk.shelf import Shelf
from docmind.errors import ServerUnreachable, UsageError
from docmind.model import Document, Hit, Mode, Passage
from docmind.retrieval.lexical import Vocabulary
from docmind.retrieval.within import Within

if TYPE_CHECKING:
    from docmind.answers.options import Stretch
    from docmind.context.sheets import Copy
    from docmind.desk.meaning import Meaning
    from docmind.ports import ChatEngine, ChatMessage, EngineSource, Retriever, TokenCounter
    from docmind.retrieval.index import Index
    from docmind.settings import Settings

_PATIENCE_SECONDS = 0.2
_ANOTHER = "another docmind makes the vectors"
_AS_SET = AskOptions()


class Desk:
    """Documents open together. Safe to use from one thread while another adds to it."""

    def __init__(
        self,
        settings: Settings,
        counter: TokenCounter,
        meaning: Meaning | None = None,
        *,
        vocabulary: Vocabulary | None = None,
        engines: EngineSource | None = None,
    ) -> None:
        """`vocabulary` may know the documents' words already; without `engines`, it extracts."""
        self._settings = settings
        self._counter = counter
        self._meaning = meaning
        self._engines = engines
        self._shelf = Shelf(counter, Vocabulary() if vocabulary is None else vocabulary)
        self._copies = Copies(counter)
        self._prefill = None if engines is None else Prefill(engines)
        self._lock = threading.Lock()
        self._closed = False

    def close(self) -> None:
        """Stop what the desk does by itself: vectors, reading ahead. Safe to call twice."""
        self._closed = True
        if self._prefill is not None:
            self._prefill.cancel(forget=True)
        if self._meaning is not None:
            self._meaning.close()

    @property
    def documents(self) -> tuple[Document, ...]:
        """The documents on the desk, in the order in which they were added."""
        return self._shelf.documents

    @property
    def arms(self) -> str:
        """What ranks at this moment: "lexical" or "lexical+dense"."""
        return self._shelf.index.arms

    @property
    def retriever(self) -> Retriever:
        """What ranks the passages now; it stays as it is when a document is added."""
        return self._shelf.index

    @property
    def vectors_done(self) -> float:
        """Share of the passages that have vectors, 0 to 1; 1 where none are wanted."""
        return 1.0 if self._meaning is None else self._meaning.done

    @property
    def vectors_fault(self) -> str:
        """Why there are no vectors, where that has to be told; else empty."""
        return "" if self._meaning is None else self._meaning.fault

    def add(self, *documents: Document, tokens: int | None = None) -> None:
        """Put documents on the desk; when this returns they can be asked.

        One of the same name takes the older one's place. `tokens` is the number of tokens of one
        document, where it is known already; `count` tells it later.
        """
        with self._lock:
            self._shelf.put(documents)
            if tokens is not None:
                self._shelf.count(documents[0].name, tokens)
            if self._meaning is not None:
                self._meaning.turn_to(self._shelf.index)
            if self._prefill is not None:
                self._prefill.cancel(forget=True)

    def count(self, name: str, tokens: int) -> None:
        """How many tokens a document has, where that was not known when it was added."""
        self._shelf.count(name, tokens)

    def passages(self, name: str) -> tuple[Passage, ...]:
        """The passages of one document, in reading order."""
        return self._shelf.passages(name)

    def search(self, query: str, *, limit: int, pages: range | None = None) -> list[Hit]:
        """The best passages of all documents, best first."""
        return self._shelf.index.search(query, limit=limit, pages=pages)

    @property
    def prefill_state(self) -> PrefillState:
        """How far the server is with reading the documents ahead."""
        return PrefillState() if self._prefill is None else self._prefill.state

    def prefill(self) -> None:
        """Have the model read the documents as soon as it is ready; called when all are here.

        Does nothing where there is no model, or where it is not wanted. A question cancels it, a
        document that is added too.
        """
        wanted = self._settings.context.prefill and self.documents and not self._closed
        if self._prefill is not None and wanted:
            self._prefill.start(self._prefix)

    def _prefix(self, engine: ChatEngine) -> tuple[ChatMessage, ...]:
        """What every question begins with; nothing where each reads other pages."""
        asked = Asked(
            question="",
            copies=self._copies.of(self._shelf.index),
            hits=(),
            output_tokens=self._settings.generation.max_output_tokens,
            mode=self._settings.context.mode,
        )
        plan = make_plan(asked, engine, self._counter, self._settings.context)
        return plan.messages[:PREFIX_MESSAGES] if plan.mode is Mode.WHOLE else ()

    def ask(self, question: str, options: AskOptions = _AS_SET) -> Iterator[AnswerEvent]:
        """Answer a question with the model, or extract where there is none that is ready.

        Close the iterator to cancel. Raises UsageError, DoesNotFit, and EngineError where the
        model fails; only a server that is gone before it has begun is made good by extraction.
        """
        if self._prefill is not None:
            self._prefill.cancel()
        engine, absence = engine_of(self._engines, self._settings.engine.name)
        if engine is None:
            yield from self._extracted(question, options, absence)
            return
        index = self._shelf.index
        reading = self._reading(index, options)
        copies = self._copies.of(index, options.pages, options.documents)
        writing = self._writing(engine, copies)
        begun = False
        try:
            with closing(write(question, reading, writing, options)) as events:
                for event in events:
                    begun = begun or isinstance(event, TextAdded | Answered)
                    yield event
        except ServerUnreachable as error:
            insists = self._settings.engine.name != AUTO or options.require_whole
            if begun or insists:
                raise
            yield from self._extracted(question, options, Absence.of(error))

    def summarize(
        self, question: str, stretch: Stretch, options: AskOptions = _AS_SET
    ) -> Iterator[AnswerEvent]:
        """Summarize a stretch of a document: as `ask`, or in its own sentences without a model."""
        engine, absence = engine_of(self._engines, self._settings.engine.name)
        if engine is not None:
            within = replace(options, pages=stretch.pages, documents=(stretch.document,))
            yield from self.ask(question, within)
            return
        document = self._shelf.document(stretch.document)
        yield from Digest(
            document,
            self._shelf.passages(stretch.document),
            stretch,
            self._shelf.tokens((document,)),
            self._counter,
            absence.reason,
            absence.notes,
        ).events(question, options.language or self._settings.answers.language)

    def _writing(self, engine: ChatEngine, copies: tuple[Copy, ...]) -> Writing:
        settings = self._settings
        role = settings.roles.get(settings.generation.role)
        return Writing(
            engine,
            copies,
            self._counter,
            settings.answers,
            settings.context,
            settings.generation,
            role.instructions if role is not None else "",
            self._copies.symbols(copies),
            settings.retrieval,
        )

    def _extracted(
        self, question: str, options: AskOptions, absence: Absence
    ) -> Iterator[AnswerEvent]:
        """Answer with the best sentences.

        Where words alone find no answer that is sure, it waits for the vectors and asks again:
        before docmind says that a document does not say, it has searched by meaning too.
        """
        begun = time.monotonic()
        settings, pages = self._settings.answers, options.pages
        if options.language is not None:
            settings = replace(settings, language=options.language)
        reading = self._reading(self._shelf.index, options, absence)
        first = replace(reading, settled=not self._may_mean(question))
        answered = yield from ask(question, first, settings, pages=pages)
        if not answered:
            yield from self._meaning_made()
            reading = self._reading(self._shelf.index, options, absence)
            yield from ask(question, reading, settings, pages=pages, begun=begun)

    def _may_mean(self, question: str) -> bool:
        """Whether a dense arm that has no say yet may know better."""
        meaning = self._meaning
        return meaning is not None and not meaning.complete and meaning.reads(question)

    def _meaning_made(self) -> Iterator[Searching]:
        """Wait for the vectors, saying how far they are, often enough to be cancelled.

        Asked again and again, because a document that is added meanwhile begins them anew.
        """
        while self._meaning is not None and not self._meaning.wait(_PATIENCE_SECONDS):
            doing = _ANOTHER if self._meaning.made_by_another else ""
            yield Searching("lexical+dense", self.vectors_done, doing)

    def _reading(self, index: Index, options: AskOptions, absence: Absence = PRESENT) -> Reading:
        """What is on the desk, for one question, or what of it the question is limited to.

        The documents are those of the index, which another thread may replace meanwhile: a hit
        cited from another version of its document would be words of some other place.
        """
        fault, names = self.vectors_fault, options.documents
        documents = {
            each.name: each for each in index.documents if not names or each.name in names
        }
        if absent := [name for name in names if name not in documents]:
            there = ", ".join(each.name for each in index.documents)
            raise UsageError(f"{', '.join(absent)} is not open.", f"Open is: {there}")
        return Reading(
            documents=documents,
            retriever=Within(index, names) if names else index,
            document_tokens=self._shelf.tokens(tuple(documents.values())),
            tokenizer=self._counter.name,
            reason=absence.reason,
            notes=(*absence.notes, *([fault] if fault else [])),
        )

    def wait_for_vectors(self, timeout_seconds: float | None = None) -> bool:
        """Wait until the dense arm ranks too; False where it never will, or the time is over."""
        if self._meaning is None:
            return False
        return self._meaning.wait(timeout_seconds) and self.arms != "lexical"
