"""What docmind's serving costs and gains, with a real vLLM on the processor and a tiny model.

The words of the model mean nothing; prompts, prefix cache, grammar and streams are real. Four
tables, all from one server in one run:

    first token    a 100,000-token document: the first question, the second, and the first of
                   another document that was prefilled when it was opened
    overhead       docmind's answer beside a bare streaming request of the same prompt, in pairs
    citations      answers at temperature 1 under the grammar of a document with 5,000 passages;
                   the three tokens of a citation's opening are made likely, so that there are many
    tokens         the plan's count of random prompts beside the server's

    python -m benchmarks.serving --vllm ENVIRONMENT/bin/python
"""

from __future__ import annotations

import argparse
import json
import random
import re
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import httpx2

from docmind.answers.events import Answered, TextAdded
from docmind.config import Folders
from docmind.context.neutral import neutralized
from docmind.context.prompt import PREFIX_MESSAGES
from docmind.context.sheets import Copy, copy_of
from docmind.context.tags import NOTHING, citation_tags
from docmind.desk.desk import Desk
from docmind.model import Answer, Block, BlockKind, Document, EngineName, Kind, Page
from docmind.passages.split import split_document
from docmind.ports import (
    ChatEngine,
    ChatEvent,
    ChatFinished,
    ChatMessage,
    ChatRequest,
    EngineState,
)
from docmind.settings import (
    ContextSettings,
    EngineSettings,
    GenerationSettings,
    RetrievalArms,
    RetrievalSettings,
    Settings,
)
from docmind.tokens.qwen import QwenTokenCounter
from docmind.tokens.remembered import RememberedCounts
from docmind.workspace import Workspace
from tests.vllm.real_server import RealServer, serving
from tests.vllm.tiny_model import make

DOCUMENT_TOKENS = 100_000
PASSAGES = 5_000
ANSWERS = 1_000
ANSWER_TOKENS = 32
PROMPTS = 200
PAIRS = 20
QUESTIONS = ("Who may end the agreement?", "What does clause 40 say about fees?")

_WORDS = (
    "party agreement notice fee supplier customer term clause payment invoice delivery service "
    "liability breach written thirty days month year shall may terminate renew confidential data "
    "律师 合同 甲方 乙方 应当 支付 违约 责任 期限 通知"
).split()
_LIKELY = 16.0
"""Added to the logits of a citation's opening: without it a random model never begins one."""


class Recording:
    """An EngineSource and a ChatEngine in one: passes everything on, and keeps the requests."""

    def __init__(self, engine: ChatEngine, state: EngineState) -> None:
        self._engine = engine
        self.state = state
        self.requests: list[ChatRequest] = []

    def engine(self) -> Recording:
        """Itself."""
        return self

    @property
    def name(self) -> EngineName:
        """See `docmind.ports`; so are the next."""
        return self._engine.name

    @property
    def window_tokens(self) -> int:
        """Of the engine."""
        return self._engine.window_tokens

    @property
    def constrains(self) -> bool:
        """Of the engine."""
        return self._engine.constrains

    @property
    def shapes(self) -> bool:
        """Whether it honours a JSON Schema."""
        return self._engine.shapes

    @property
    def tokenizer(self) -> str:
        """Of the engine."""
        return self._engine.tokenizer

    @property
    def estimates(self) -> bool:
        """Of the engine."""
        return self._engine.estimates

    def count(self, messages: Sequence[ChatMessage]) -> int:
        """Of the engine."""
        return self._engine.count(messages)

    def stream(self, request: ChatRequest) -> Iterator[ChatEvent]:
        """Of the engine."""
        self.requests.append(request)
        return self._engine.stream(request)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: seconds to the first text and to the end, and the answer."""

    first: float
    whole: float
    answer: Answer


def settings_of(server: RealServer) -> Settings:
    """docmind as it is set, but for the server, short answers and words instead of vectors."""
    return Settings(
        retrieval=RetrievalSettings(arms=RetrievalArms.LEXICAL),
        engine=EngineSettings(base_url=f"unix:{server.uds}"),
        context=ContextSettings(prefill=False),
        generation=GenerationSettings(max_output_tokens=ANSWER_TOKENS),
    )


def made_document(tokens: int, seed: int) -> Document:
    """A document of about so many tokens: clauses of words that lawyers use, 20 on a page."""
    counter, draw = QwenTokenCounter(), random.Random(seed)
    pages: list[Page] = []
    total = 0
    while total < tokens:
        clauses = [
            f"{len(pages) + 1}.{number} " + " ".join(draw.choices(_WORDS, k=70)) + "."
            for number in range(1, 21)
        ]
        pages.append(_page(len(pages) + 1, clauses))
        total += counter.count(pages[-1].text)
    return Document(f"{seed:064x}", f"made-{seed}.pdf", Kind.PDF, f"Made {seed}", tuple(pages))


def _page(number: int, clauses: Sequence[str]) -> Page:
    text = "\n\n".join(clauses)
    blocks, at = [], 0
    for clause in clauses:
        blocks.append(Block(BlockKind.PARAGRAPH, at, at + len(clause)))
        at += len(clause) + 2
    return Page(number, text, blocks=tuple(blocks))


def ask(desk: Desk, question: str) -> Asked:
    """Ask as a front end does."""
    begun = time.perf_counter()
    first = 0.0
    for event in desk.ask(question):
        if isinstance(event, TextAdded) and not first:
            first = time.perf_counter() - begun
        if isinstance(event, Answered):
            return Asked(first, time.perf_counter() - begun, event.answer)
    raise AssertionError("no answer came")


def first_tokens(engines: Recording, settings: Settings) -> None:
    """The table of first tokens."""
    counter = RememberedCounts(QwenTokenCounter())
    cold_desk = Desk(settings, counter, engines=engines)
    cold_desk.add(made_document(DOCUMENT_TOKENS, seed=1))
    cold, warm = ask(cold_desk, QUESTIONS[0]), ask(cold_desk, QUESTIONS[1])
    prefix_tokens = engines.count(engines.requests[-1].messages[:PREFIX_MESSAGES])
    bare = replace(settings, context=replace(settings.context, evidence_tokens=0))
    silent_desk = Desk(bare, counter, engines=engines)
    silent_desk.add(made_document(DOCUMENT_TOKENS, seed=1))
    silent = ask(silent_desk, QUESTIONS[1])

    prefilling = replace(settings, context=replace(settings.context, prefill=True))
    desk = Desk(prefilling, counter, engines=engines)
    begun = time.perf_counter()
    desk.add(made_document(DOCUMENT_TOKENS, seed=2))
    desk.prefill()
    while not desk.prefill_state.over:
        time.sleep(0.05)
    prefill_seconds = time.perf_counter() - begun
    ahead = ask(desk, QUESTIONS[0])

    print(f"The documents' prefix has {prefix_tokens:,} tokens.\n")
    print("| question | prompt tokens | cached tokens | of the prefix | first token, s | sooner |")
    print("|---|--:|--:|--:|--:|--:|")
    for name, asked in (
        ("first, cold", cold),
        (f"second, {settings.context.evidence_tokens:,} tokens of evidence recited", warm),
        ("second, nothing recited", silent),
        (f"first, after {prefill_seconds:.1f} s of prefill", ahead),
    ):
        ledger = asked.answer.ledger
        share = min(1.0, ledger.cached_tokens / prefix_tokens)
        print(
            f"| {name} | {ledger.prompt_tokens:,} | {ledger.cached_tokens:,} | {share:.1%} "
            f"| {asked.first:.2f} | {cold.first / asked.first:.0f}x |"
        )
    print()


def overhead(engines: Recording, settings: Settings, server: RealServer) -> None:
    """The table of what docmind adds, on the document that is in the cache by now."""
    exact = replace(settings, generation=replace(settings.generation, temperature=0.0))
    desk = Desk(exact, RememberedCounts(QwenTokenCounter()), engines=engines)
    desk.add(made_document(DOCUMENT_TOKENS, seed=1))
    ask(desk, QUESTIONS[0])
    rows: list[tuple[float, float, float, float]] = []
    with server.client() as client:
        for number in range(PAIRS):
            question = f"{QUESTIONS[number % 2]} ({number})"
            ours = ask(desk, question)  # warms the question's own blocks for the bare request
            body = _body(engines.requests[-1], engines.name.model or "")
            # Which of the two goes first changes, because the second finds a busier server.
            again = ask(desk, question) if number % 2 else None
            first, whole = _bare(client, body)
            again = again or ask(desk, question)
            rows.append((first, whole, again.first, again.whole))
            assert ours.answer.ledger.prompt_tokens == again.answer.ledger.prompt_tokens
    print(f"| {PAIRS} pairs, median | bare, s | docmind, s | added, ms |\n|---|--:|--:|--:|")
    for name, bare, ours_at in (("first token", 0, 2), ("whole answer", 1, 3)):
        added = statistics.median(row[ours_at] - row[bare] for row in rows)
        print(
            f"| {name} | {statistics.median(row[bare] for row in rows):.3f} "
            f"| {statistics.median(row[ours_at] for row in rows):.3f} | {added * 1000:.0f} |"
        )
    print()


def _body(request: ChatRequest, model: str) -> dict[str, object]:
    """The request as one would write it by hand."""
    assert request.citations is not None
    return {
        "model": model,
        "messages": [{"role": each.role, "content": each.content} for each in request.messages],
        "max_completion_tokens": request.max_output_tokens,
        "temperature": request.temperature,
        "top_p": request.top_p,
        "stream": True,
        "response_format": structural_tag(request.citations.begin, request.citations.pattern),
    }


def structural_tag(begin: str, pattern: str) -> dict[str, object]:
    """The grammar of citations, written by hand."""
    content = {"type": "regex", "pattern": pattern}
    tag = {"type": "tag", "begin": begin, "content": content, "end": "]"}
    free = {"type": "triggered_tags", "triggers": [begin], "tags": [tag]}
    return {"type": "structural_tag", "format": free | {"at_least_one": False}}


def _bare(client: httpx2.Client, body: dict[str, object]) -> tuple[float, float]:
    """Seconds to the first text and to the end of a streaming request."""
    begun = time.perf_counter()
    first = 0.0
    with client.stream("POST", "/v1/chat/completions", json=body) as response:
        response.raise_for_status()
        for line in response.iter_lines():
            if line.startswith("data: {") and not first:
                choices = json.loads(line.removeprefix("data: "))["choices"]
                if choices and choices[0]["delta"].get("content"):
                    first = time.perf_counter() - begun
    return first, time.perf_counter() - begun


def citations(server: RealServer, model: str, answers: int) -> None:
    """The table of constrained answers."""
    copy = _copy_of_passages(PASSAGES)
    ids = {name for sheet in copy.sheets for name, _ in sheet.ids()} | {NOTHING}
    tags = citation_tags(copy.sheets)
    counter = QwenTokenCounter()
    opening = counter.encode(tags.begin)
    # A random model prefers one word to all numbers: what may begin that word is made unlikely.
    nothing = {counter.encode(NOTHING[:size])[0] for size in range(1, len(NOTHING) + 1)}
    with server.client() as client:

        def answer(number: int) -> str:
            body = {
                "model": model,
                "messages": [{"role": "user", "content": f"Question {number}"}],
                "max_completion_tokens": 60,
                "temperature": 1.0,
                "seed": number,
                "logit_bias": {str(each): _LIKELY for each in opening}
                | {str(each): -100.0 for each in nothing},
                "response_format": structural_tag(tags.begin, tags.pattern),
            }
            response = client.post("/v1/chat/completions", json=body)
            response.raise_for_status()
            return str(response.json()["choices"][0]["message"]["content"])

        with ThreadPoolExecutor(8) as pool:
            texts = list(pool.map(answer, range(answers)))
    cited = [found for text in texts for found in re.findall(r"\[cite:([^\]]*)\]", text)]
    unknown = [found for found in cited if found not in ids]
    print("| answers | ids that exist | citations written | different ones | to nothing that is |")
    print("|--:|--:|--:|--:|--:|")
    print(
        f"| {answers} | {len(ids):,} | {len(cited):,} | {len(set(cited)):,} | {len(unknown)} |\n"
    )


def _copy_of_passages(passages: int) -> Copy:
    """A document with so many passages, as the model reads it."""
    counter = RememberedCounts(QwenTokenCounter())
    document = made_document(passages * 170, seed=3)
    split = split_document(document, counter)[:passages]
    assert len(split) == passages
    return copy_of(document, split, "A", counter)


def tokens(engine: ChatEngine) -> None:
    """The table of token counts."""
    draw = random.Random(4)
    differences = []
    for _ in range(PROMPTS):
        messages = (
            ChatMessage("system", "You answer."),
            ChatMessage("user", neutralized(_noise(draw))),
        )
        events = engine.stream(ChatRequest(messages, 1, 0.0, 1.0))
        end = [event for event in events if isinstance(event, ChatFinished)][-1]
        differences.append((end.prompt_tokens or 0) - engine.count(messages))
    wrong = sum(each != 0 for each in differences)
    print("| random prompts | counted otherwise than by the server | largest difference |")
    print(f"|--:|--:|--:|\n| {PROMPTS} | {wrong} | {max(map(abs, differences))} |\n")


def _noise(draw: random.Random) -> str:
    """Chinese, code, emoji, control characters, and what looks like control tokens."""
    pieces = [
        "第三条 违约责任：",
        "def f(x):\n\treturn x**2\n",
        "🙂👩‍👩‍👧",
        "\x01\x07\x7f",
        "e\u0301ﬁ",
    ]
    pieces += ["  \r\n\n ", "<|im_end|>", "<|im_start|>system\n", "¶A12", "1,234.50", "Ω≈ç√"]
    pieces += ["word ", "[cite:A1a]"]
    return "".join(draw.choices(pieces, k=draw.randint(1, 200)))


def main() -> None:
    """Start a server, measure, print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--vllm", type=Path, required=True, help="an interpreter that has vLLM")
    parser.add_argument("--answers", type=int, default=ANSWERS)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        with serving(arguments.vllm, make(folder), folder) as server:
            measure(server, folder, arguments.answers)


def measure(server: RealServer, folder: Path, answers: int) -> None:
    """All tables, with this server."""
    settings = settings_of(server)
    with Workspace(settings, Folders(folder, folder / "cache", None)) as workspace:
        for _ in workspace.engines.wait():
            pass
        engine = workspace.engines.engine()
        assert engine is not None
        engines = Recording(engine, workspace.engines.state)
        first_tokens(engines, settings)
        overhead(engines, settings, server)
        tokens(engine)
    citations(server, server.model, answers)


if __name__ == "__main__":
    main()
