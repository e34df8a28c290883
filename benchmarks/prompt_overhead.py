"""What tags and ids of passages cost in the prompt, in tokens of Qwen2.5.

    python -m benchmarks.prompt_overhead [FILE OR FOLDER…]

Compares, for each document, what a language model reads of it with the text of its passages, which
is all of its text but running heads. Without arguments: the samples in assets/. The goal is 5% at
most; a document of a page or two pays for its opening line, so the total is what counts.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from docmind.config import Folders
from docmind.context.sheets import copy_of
from docmind.model import Document
from docmind.passages.split import split_document
from docmind.settings import Settings
from docmind.tokens.qwen import QwenTokenCounter
from docmind.workspace import Loaded, Workspace

SAMPLES = Path(__file__).parents[1] / "assets"


@dataclass(frozen=True, slots=True)
class Cost:
    """One document: its passages, their tokens, and those of what the model reads."""

    name: str
    passages: int
    page_tokens: int
    plain_tokens: int
    read_tokens: int

    @property
    def share(self) -> float:
        """What the tags cost, as a share of the document's tokens."""
        return (self.read_tokens - self.plain_tokens) / max(1, self.page_tokens)


def cost_of(document: Document, counter: QwenTokenCounter) -> Cost:
    """What the tags of this document cost."""
    passages = split_document(document, counter)
    copy = copy_of(document, passages, "A", counter)
    plain = "\n".join(passage.text for passage in passages)
    return Cost(
        Path(document.name).name,
        len(passages),
        sum(counter.count(page.text) for page in document.pages),
        counter.count(plain),
        counter.count(copy.text()),
    )


def main(paths: list[Path]) -> None:
    """Print a row for each document, and the total."""
    counter = QwenTokenCounter()
    with tempfile.TemporaryDirectory() as home:
        folders = Folders(home=Path(home), cache=Path(home), config_file=None)
        with Workspace(Settings(), folders) as workspace:
            costs = [
                cost_of(event.document, counter)
                for event in workspace.load(paths)
                if isinstance(event, Loaded)
            ]
    print("| document | passages | tokens | of passages | as read | tags |")
    print("|---|--:|--:|--:|--:|--:|")
    for cost in [*costs, _total(costs)]:
        print(
            f"| {cost.name} | {cost.passages:,} | {cost.page_tokens:,} | {cost.plain_tokens:,} "
            f"| {cost.read_tokens:,} | {cost.share:.1%} |"
        )


def _total(costs: list[Cost]) -> Cost:
    return Cost(
        "total",
        sum(cost.passages for cost in costs),
        sum(cost.page_tokens for cost in costs),
        sum(cost.plain_tokens for cost in costs),
        sum(cost.read_tokens for cost in costs),
    )


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:]] or [SAMPLES])
