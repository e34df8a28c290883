"""A question to a language model: what it reads is planned, what it writes is shown and checked.

A generator like `docmind.answers.ask`. Everything that the model writes goes through `Marks` while
it streams and through `review` after it: nothing that it claims about sources is taken on trust.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace

from docmind.answers.ask import words_in
from docmind.answers.asking import Tally, closed_early, patient
from docmind.answers.citations import cite
from docmind.answers.events import (
    Answered,
    AnswerEvent,
    Planned,
    Prefilling,
    Searching,
    TextAdded,
)
from docmind.answers.every_part import EveryPart, Everything
from docmind.answers.marks import Marks, Shown
from docmind.answers.options import AskOptions
from docmind.answers.question import analyse, checked
from docmind.answers.reading import Reading
from docmind.answers.refining import Helper
from docmind.answers.repetition import LOOPS, LoopWatch
from docmind.answers.review import Reviewed, Written, review, unsupported_note
from docmind.answers.support import Support
from docmind.answers.writing import Writing
from docmind.context.asked import Asked
from docmind.context.budget import MOST_OUTPUT_TOKENS, output_tokens
from docmind.context.plan import Plan, make_plan
from docmind.context.tags import citation_tags, tags_of
from docmind.errors import EngineError
from docmind.model import Answer, Citation, Hit, Ledger, Mode
from docmind.ports import WITHHELD, ChatFinished, ChatText, ChatWaiting

HITS_RANKED = 400
"""How many passages are ranked: enough to fill the largest share of pages that is retrieved."""

_TOO_LONG = {
    "en": "The answer reached the longest length of {:,} tokens and is cut off{}",
    "zh": "回答达到长度上限（{:,} 个词元），已被截断{}",
}
_MORE = {"en": "; --max-output allows more.", "zh": "；可用 --max-output 增加。"}
_NO_MORE = {"en": ". Ask for less at a time.", "zh": "。请分几次提问。"}
_DOES_NOT_SAY = {"en": "The document does not say.", "zh": "文档中没有说明。"}
_DO_NOT_SAY = {"en": "The documents do not say.", "zh": "这些文档中没有说明。"}
_REPEATS = {
    "en": "The model began to repeat itself and was stopped; what it repeated is left out.",
    "zh": "模型开始重复同样的内容，已被停止；重复的部分已略去。",
}
_WITHHELD = {
    "en": "The server withheld some of what the model wrote; the answer is not whole.",
    "zh": "服务器扣留了模型所写的部分内容，回答不完整。",
}
_WROTE_NOTHING = {"en": "The model wrote nothing.", "zh": "模型没有写出任何内容。"}
_UNKNOWN_IDS = {
    "en": "The model cited {} that {} not exist; the marks were left out.",
    "zh": "模型引用了 {} 处不存在的出处，已删去。",
}


def write(
    text: str, reading: Reading, writing: Writing, options: AskOptions
) -> Generator[AnswerEvent, None, None]:
    """Answer a question with a language model; closing the iterator aborts it on the server.

    Raises UsageError for a question that cannot be asked, DoesNotFit where all of it must be read
    and cannot be, and EngineError, after Answered where something was written before.
    """
    return _Answer(checked(text), reading, writing, options).events()


class _Answer:
    """One question on its way to an answer."""

    def __init__(self, text: str, reading: Reading, writing: Writing, options: AskOptions) -> None:
        self._begun = time.monotonic()
        self._question = analyse(text)
        self._reading = reading
        self._writing = writing
        self._options = options
        self._text = ""
        self._first_seconds = 0.0
        self._arms = reading.retriever.arms
        wanted = options.language or writing.answers.language
        self._language = words_in(wanted, self._question.language)
        self._everything: Everything | None = None

    def events(self) -> Generator[AnswerEvent, None, None]:
        """See `write`."""
        yield Searching(self._arms)
        asked, plan = yield from self._plan()
        known = self._ledger(plan, ChatFinished(""))
        yield Planned(plan.mode, plan.reason, plan.prompt_tokens, plan.window_tokens, known)
        marks = Marks({name: each for sheet in plan.sheets for name, each in sheet.ids()})
        if plan.mode is Mode.EVERY_PART:
            self._everything = yield from self._every_part(asked, plan)
            plan, marks = self._everything.plan, Marks(self._everything.known)
        failure: EngineError | None = None
        finished = ChatFinished("")
        try:
            finished = yield from self._streamed(plan, marks)
        except EngineError as error:
            if not self._text:
                raise
            failure = error
        if finished.reason != LOOPS:
            yield from self._shown(marks.finish())
        answer = self._answer(plan, marks, finished)
        if not answer.found and self._everything and self._everything.incomplete:
            raise self._everything.incomplete
        yield Answered(answer)
        if failure is not None:
            raise failure

    def _every_part(self, asked: Asked, plan: Plan) -> Generator[AnswerEvent, None, Everything]:
        """Read every part; the plan for the answer is what comes of it."""
        writing, reading = self._writing, self._reading
        support = Support(reading.documents, reading.retriever)
        sampling = writing.sampling(self._options)
        return (yield from EveryPart(asked, plan, writing, sampling, support).read())

    def _plan(self) -> Generator[AnswerEvent, None, tuple[Asked, Plan]]:
        """What the model is going to read; where that is a part, it may help to find it."""
        question, options = self._question.text, self._options
        writing, retriever = self._writing, self._reading.retriever
        hits = retriever.search(question, limit=HITS_RANKED, pages=options.pages)
        asked, plan = self._planned(hits)
        helper = Helper(writing.engine, writing.retrieval, retriever, self._language)
        if plan.mode is Mode.RETRIEVE and helper.wanted:
            found = yield from helper.refine(question, hits, options.history, options.pages)
            asked, plan = self._planned(found.hits)
            plan = replace(plan, reason=helper.reason(plan.reason, found))
        return asked, plan

    def _planned(self, hits: Sequence[Hit]) -> tuple[Asked, Plan]:
        options, writing = self._options, self._writing
        asked = Asked(
            question=self._question.text,
            copies=writing.copies,
            hits=tuple(hits),
            output_tokens=options.max_output_tokens or writing.generation.max_output_tokens,
            role=writing.role_for(options),
            history=options.history,
            mode=options.mode or writing.context.mode,
            require_whole=options.require_whole,
            language=self._language,
            symbols=writing.symbols,
        )
        return asked, make_plan(asked, writing.engine, writing.counter, writing.context)

    def _streamed(self, plan: Plan, marks: Marks) -> Generator[AnswerEvent, None, ChatFinished]:
        """Everything up to the model's last word."""
        writing, everything = self._writing, self._everything
        if everything is not None and everything.listed is not None:
            yield from self._written(everything.listed, marks)
            return ChatFinished("stop", 0, 0, 0)
        tags = tags_of(everything.known) if everything else citation_tags(plan.sheets)
        request = writing.sampling(self._options).request(
            plan.messages, plan.output_tokens, tags if writing.engine.constrains else None
        )
        loop = LoopWatch()
        # What was read of many parts is not lost to a server that is busy for a moment.
        stream = patient(writing.engine, request, writing.patience) if everything else None
        with closed_early(stream or writing.engine.stream(request)) as events:
            for event in events:
                match event:
                    case ChatWaiting(seconds):
                        # Also while it writes: whoever closes us is heard only when we yield.
                        yield TextAdded("") if self._text else Prefilling(seconds)
                    case ChatText(text):
                        yield from self._written(text, marks)
                        if start := loop.start(self._text):
                            self._text = self._text[:start]
                            return ChatFinished(LOOPS)
                    case ChatFinished():
                        return event
        return ChatFinished("")

    def _written(self, text: str, marks: Marks) -> Iterator[AnswerEvent]:
        """Some more of what the model writes; it counts from its first character."""
        if not self._first_seconds:
            self._first_seconds = time.monotonic() - self._begun
        yield from self._shown(marks.take(text))

    def _shown(self, shown: Shown) -> Iterator[TextAdded]:
        """What is to be seen of it, with the citations that are new, not yet narrowed."""
        if not shown.text and not shown.cited:
            return
        self._text += shown.text
        citations: list[Citation] = []
        for number, passage in shown.cited:
            document = self._reading.documents[passage.document]
            span = (passage.start, passage.end)
            citation = cite(document, document.page(passage.page), span, passage.id)
            citations.append(replace(citation, number=number))
        yield TextAdded(shown.text, tuple(citations))

    def _answer(self, plan: Plan, marks: Marks, finished: ChatFinished) -> Answer:
        """The answer, checked."""
        reading = self._reading
        partial = finished.reason != "stop"
        written = Written(self._text, marks.numbered, marks.says_nothing, cut=partial)
        everything = self._everything
        within = everything.known.values() if everything else None
        support = Support(reading.documents, reading.retriever, within)
        result = review(written, reading.documents, support, self._options.pages)
        language = self._language
        return Answer(
            question=self._question.text,
            found=result.found,
            text=result.text or self._own_words(marks, language),
            claims=result.claims,
            citations=result.citations,
            ledger=self._ledger(plan, finished),
            engine=self._writing.engine.name,
            warnings=(
                *((_too_long(plan, language),) if finished.reason == "length" else ()),
                *((_REPEATS[language],) if finished.reason == LOOPS else ()),
                *((_WITHHELD[language],) if finished.reason == WITHHELD else ()),
                *((_WROTE_NOTHING[language],) if not (self._text.strip() or partial) else ()),
                *_warnings(result, marks, language),
                *plan.warnings,
                *reading.warnings(self._options.pages, language, searched=False),
            ),
            weak=result.found and not any(claim.supported for claim in result.claims),
            partial=partial,
            language=language,
        )

    def _own_words(self, marks: Marks, language: str) -> str:
        """What is said where the model has only pointed out that nothing is."""
        if not marks.says_nothing:
            return ""
        return (_DOES_NOT_SAY if len(self._reading.documents) == 1 else _DO_NOT_SAY)[language]

    def _ledger(self, plan: Plan, finished: ChatFinished) -> Ledger:
        """What was read; the server's own numbers where it tells them."""
        engine, reading = self._writing.engine, self._reading
        counted, output = finished.prompt_tokens, finished.output_tokens
        written = self._writing.counter.count(self._text) if output is None else output
        guessed = output is None or (engine.estimates and counted is None)
        parts = self._everything.tally if self._everything else Tally()
        return Ledger(
            mode=plan.mode,
            reason=plan.reason,
            window_tokens=plan.window_tokens,
            document_tokens=reading.document_tokens,
            prompt_tokens=parts.prompt_tokens
            + (plan.prompt_tokens if counted is None else counted),
            cached_tokens=parts.cached_tokens + (finished.cached_tokens or 0),
            output_tokens=parts.output_tokens + written,
            tokenizer=engine.tokenizer,
            pages_total=len(reading.pages),
            pages_read=plan.pages_read,
            pages_without_text=reading.pages_without_text,
            first_token_seconds=round(self._first_seconds, 4),
            seconds=round(time.monotonic() - self._begun, 4),
            retrieval=self._arms,
            tokens_estimated=guessed or parts.estimated,
            evidence_passages=plan.evidence_passages,
            history_turns=plan.history_turns,
            history_turns_dropped=plan.history_turns_dropped,
            pages_partly_read=plan.pages_partly_read,
            parts_total=plan.parts_total,
            parts_read=plan.parts_read,
        )


def _too_long(plan: Plan, language: str) -> str:
    """That the answer is cut off, and whether a flag could help."""
    most = output_tokens(plan.window_tokens, MOST_OUTPUT_TOKENS)
    then = _MORE if plan.output_tokens < most else _NO_MORE
    return _TOO_LONG[language].format(plan.output_tokens, then[language])


def _warnings(result: Reviewed, marks: Marks, language: str) -> Iterator[str]:
    """What the review found that a reader must know."""
    if note := unsupported_note(result.claims, language):
        yield note
    if unknown := len(marks.unknown):
        passages = f"{unknown} passage{'' if unknown == 1 else 's'}"
        counted = passages if language == "en" else str(unknown)
        yield _UNKNOWN_IDS[language].format(counted, "does" if unknown == 1 else "do")
