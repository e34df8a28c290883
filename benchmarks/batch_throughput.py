"""How busy a batch keeps a server, against a bare client that sends the same requests.

    python -m benchmarks.batch_throughput URL [--documents 24] [--rounds 3]

Each round writes new documents, summarizes them as `docmind summarize` does, and then sends the
very bodies that were sent, with a bare HTTP client and as many connections, under a salt that
keeps the server from finding anything in its caches of prompts and grammars. Tokens are those that
the server counted.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.batch_documents import write_documents
from docmind.batch.build import Build, Order, Settled
from docmind.batch.inputs import Input
from docmind.batch.judging import Terms
from docmind.batch.making import make_all
from docmind.batch.recipe import Recipe
from docmind.batch.servers import Servers
from docmind.cli.batch_maker import Maker, cores
from docmind.cli.summarizing import Told
from docmind.config import configure
from docmind.desk.summarizing import Written
from docmind.engines.address import Address, address_of
from docmind.engines.chat import ServerEngine
from docmind.engines.connecting import connect
from docmind.model import EngineName
from docmind.ports import ChatEvent, ChatFinished, ChatMessage, ChatRequest
from docmind.settings import EngineSettings
from docmind.summaries.events import SummaryOptions
from docmind.summaries.telling import Bounds
from docmind.tokens.qwen import QwenTokenCounter
from docmind.workspace import Workspace

_SHORT = Bounds(points=1, key_points=1, overview=1, facts=0, characters=80)


def main() -> None:
    """Measure, and print a row a round."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--documents", type=int, default=24)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=16)
    given = parser.parse_args()
    address = address_of(given.url)
    counter = QwenTokenCounter()
    engine = Recording(connect(address, EngineSettings(), counter))
    ratios = []
    for number in range(given.rounds):
        with tempfile.TemporaryDirectory(prefix="docmind-batch-") as folder:
            batch = _batch(Path(folder), given.documents, given.jobs, engine, counter)
        bare = _bare(address, engine, given.jobs, salt=f"{time.time_ns()}")
        ratios.append(batch.tokens_per_second / bare.tokens_per_second)
        print(f"round {number + 1}: batch {batch}, bare {bare}, {ratios[-1]:.2f}")
        engine.requests.clear()
    print(f"median of {given.rounds}: {statistics.median(ratios):.2f}")


@dataclass(frozen=True, slots=True)
class Pace:
    """Tokens a second, and the processor time that the client itself took."""

    tokens_per_second: float
    seconds: float
    processor_seconds: float

    @staticmethod
    def now() -> tuple[float, float]:
        """What both clocks say."""
        return time.monotonic(), time.process_time()

    @classmethod
    def of(cls, tokens: int, began: tuple[float, float]) -> Pace:
        """The pace since then."""
        seconds = time.monotonic() - began[0]
        return cls(tokens / seconds, seconds, time.process_time() - began[1])

    def __str__(self) -> str:
        processor = f"{self.processor_seconds:.1f} of {self.seconds:.0f} s on the processor"
        return f"{self.tokens_per_second:,.0f} tokens/s ({processor})"


@dataclass
class Recording:
    """The engine, which notes what it is asked and how many tokens that took."""

    engine: ServerEngine
    requests: list[ChatRequest] = field(default_factory=list)
    tokens: int = 0

    @property
    def name(self) -> EngineName:
        """The engine's."""
        return self.engine.name

    @property
    def window_tokens(self) -> int:
        """The engine's."""
        return self.engine.window_tokens

    @property
    def constrains(self) -> bool:
        """The engine's."""
        return self.engine.constrains

    @property
    def shapes(self) -> bool:
        """The engine's."""
        return self.engine.shapes

    @property
    def tokenizer(self) -> str:
        """The engine's."""
        return self.engine.tokenizer

    @property
    def estimates(self) -> bool:
        """The engine's."""
        return self.engine.estimates

    def count(self, messages: Sequence[ChatMessage]) -> int:
        """The engine's."""
        return self.engine.count(messages)

    def stream(self, request: ChatRequest) -> Iterator[ChatEvent]:
        """Ask, and note."""
        self.requests.append(request)
        for event in self.engine.stream(request):
            if isinstance(event, ChatFinished):
                self.tokens += (event.prompt_tokens or 0) + (event.output_tokens or 0)
            yield event


def _batch(
    folder: Path, documents: int, jobs: int, engine: Recording, counter: QwenTokenCounter
) -> Pace:
    """A batch over new documents, which are in the cache of parsed ones."""
    write_documents(folder / "files", documents, random.Random(time.time_ns()))
    paths = sorted((folder / "files").rglob("*.md"))
    inputs = [Input(path, path.name) for path in paths]
    configuration = configure({}, {}, home=folder / "home", config=None)
    settings = configuration.settings
    with Workspace(settings, configuration.folders) as workspace:
        telling = Written(settings, counter, Servers([("", engine)]).for_document, _SHORT)
        told = Told(telling, SummaryOptions())
        maker = Maker(workspace, Recipe("", "", "", "", ""), told, jobs, indented=True)
        for _ in make_all(inputs, maker.count, cores()):
            pass
        order = Order(maker.make, Terms(maker.recipe), jobs=maker.threads)
        before, began = engine.tokens, Pace.now()
        with Build(folder / "out", "summary") as build:
            for event in build.run(inputs, (), order):
                if isinstance(event, Settled) and event.error is not None:
                    raise event.error
        return Pace.of(engine.tokens - before, began)


def _salted(body: bytes, salt: str) -> dict[str, Any]:
    """The body, in which neither the prompt nor the grammar is one that the server knows."""
    content: dict[str, Any] = json.loads(body) | {"cache_salt": salt}
    content["response_format"]["json_schema"]["schema"]["title"] = salt
    return content


def _bare(address: Address, engine: Recording, connections: int, salt: str) -> Pace:
    """The same requests, sent as fast as they are taken."""
    bodies = [_salted(engine.engine._body(request), salt) for request in engine.requests]
    with address.client(600.0) as client, ThreadPoolExecutor(connections) as pool:

        def send(body: dict[str, Any]) -> int:
            url = f"{address.base_url}/chat/completions"
            usage: dict[str, int] = {}
            with client.stream("POST", url, json=body) as response:
                for line in response.iter_lines():
                    if line.startswith("data: {"):
                        usage = json.loads(line[6:]).get("usage") or usage
            return usage["prompt_tokens"] + usage["completion_tokens"]

        began = Pace.now()
        return Pace.of(sum(pool.map(send, bodies)), began)


if __name__ == "__main__":
    main()
