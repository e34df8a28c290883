"""Are the answers right, and do their quotations stand in the file?

The samples' question files (right page among the citations, unanswerable ones refused) and the
questions of mmlongbench, asked through the same desk that the commands use. Every citation is
looked for again in what pdftotext, an extractor that docmind does not use, makes of the file:
letters and digits only, on the cited page or the two beside it.

    python -m benchmarks.answers --data ../shared/data
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import platformdirs

from docmind.answers.events import Answered
from docmind.config import Folders
from docmind.model import Answer, Citation, Status
from docmind.settings import OcrMode, ReadingSettings, Settings
from docmind.workspace import Loaded, Workspace

HEAD = (
    "| questions | right page cited | wrongly declined | unanswerable refused "
    "| refused or marked weak | citations verified | found again by pdftotext |\n"
    "|---|---|---|---|---|---|---|"
)
ASSETS = Path(__file__).parent.parent / "assets"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its gold pages; none where the document does not answer."""

    text: str
    answerable: bool
    pages: frozenset[int]


@dataclass(slots=True)
class Tally:
    """Counts of one set of questions."""

    answerable: int = 0
    right_page: int = 0
    declined: int = 0
    unanswerable: int = 0
    refused: int = 0
    weak: int = 0
    citations: int = 0
    found_again: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    misses: list[str] = field(default_factory=list)

    def add(self, asked: Asked, answer: Answer, document: Path) -> None:
        """Count one answer."""
        pages = {citation.page for citation in answer.citations}
        if asked.answerable:
            self.answerable += 1
            self.right_page += bool(pages & asked.pages)
            self.declined += not answer.found
            if not pages & asked.pages:
                self.misses.append(f"{document.name}: {asked.text} {sorted(asked.pages)} {pages}")
        else:
            self.unanswerable += 1
            self.refused += not answer.found
            self.weak += answer.weak
            if answer.found:
                self.misses.append(
                    f"{document.name}: NOT REFUSED {asked.text}: {answer.text[:150]}"
                )
        for citation in answer.citations:
            self.citations += 1
            self.statuses[citation.status] += 1
            if stands_in_file(citation, document):
                self.found_again += 1
            else:
                self.misses.append(f"{document.name} p.{citation.page}: {citation.quote[:300]!r}")

    def row(self, name: str) -> str:
        """The counts as a line of a Markdown table."""
        verified = self.statuses[Status.EXACT] + self.statuses[Status.NORMALIZED]
        return (
            f"| {name} | {_share(self.right_page, self.answerable)} "
            f"| {_share(self.declined, self.answerable)} "
            f"| {_share(self.refused, self.unanswerable)} "
            f"| {_share(self.refused + self.weak, self.unanswerable)} "
            f"| {_share(verified, self.citations)} "
            f"| {_share(self.found_again, self.citations)} |"
        )


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}% ({part}/{whole})" if whole else "-"


def alphanumerics(text: str) -> str:
    """A text's letters and digits, compatibility forms and case folded."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum())


ORDERS = ((), ("-raw",), ("-layout",))
"""pdftotext's ways to order the words of a page: as read, as drawn, as they stand."""


@cache
def pages_of(document: Path, order: tuple[str, ...]) -> list[str]:
    """The letters and digits of each page as pdftotext has them."""
    command = ["pdftotext", "-q", *order, str(document), "-"]
    output = subprocess.run(command, capture_output=True, check=False).stdout
    return [alphanumerics(page) for page in output.decode(errors="replace").split("\f")]


def stands_in_file(citation: Citation, document: Path) -> bool:
    """Whether pdftotext finds the quotation's letters and digits about where docmind says.

    In one piece, in any of its orders.
    """
    number = citation.page or 1
    for order in ORDERS:
        nearby = "".join(pages_of(document, order)[max(0, number - 2) : number + 1])
        if alphanumerics(citation.quote) in nearby or _by_pieces(citation.quote, nearby):
            return True
    return False


def _by_pieces(quote: str, nearby: str) -> bool:
    """Whether each cell of a table's row stands there: extractors differ in the order of cells."""
    cells = [alphanumerics(cell) for cell in re.split(r" \| |\n", quote)]
    return len(cells) > 1 and all(cell in nearby for cell in cells)


def questions_of(path: Path) -> list[Asked]:
    """The questions of a JSON-lines file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [
        Asked(each["question"], each["answerable"], frozenset(each["pages"]))
        for each in map(json.loads, lines)
    ]


def answers(
    workspace: Workspace, document: Path, questions: list[Asked], *, dense: bool
) -> Iterator[tuple[Asked, Answer]]:
    """Each question with docmind's answer."""
    loaded = [event for event in workspace.load([document]) if isinstance(event, Loaded)]
    if not loaded:
        return
    desk = workspace.desk(dense=dense)
    desk.add(loaded[0].document, tokens=loaded[0].tokens)
    if dense:
        desk.wait_for_vectors(1200)
    for asked in questions:
        for event in desk.ask(asked.text):
            if isinstance(event, Answered):
                yield asked, event.answer


def mmlongbench(data: Path) -> Iterator[tuple[Path, list[Asked]]]:
    """The documents of mmlongbench, each with its questions."""
    folder = data / "mmlongbench"
    by_document: dict[str, list[Asked]] = {}
    for line in (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines():
        each = json.loads(line)
        asked = Asked(each["question"], each["answerable"], frozenset(each["pages"]))
        by_document.setdefault(each["document"], []).append(asked)
    for name, asked_of in by_document.items():
        yield folder / "pdf" / name, asked_of


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument(
        "--cache", type=Path, default=platformdirs.user_cache_path("docmind-benchmarks")
    )
    parser.add_argument("--samples-only", action="store_true")
    parser.add_argument("--lexical", action="store_true", help="without the dense arm")
    parser.add_argument("--misses", action="store_true", help="print what went wrong")
    arguments = parser.parse_args()
    folders = Folders(arguments.cache, arguments.cache, None)
    settings = Settings(reading=ReadingSettings(ocr=OcrMode.OFF))
    sets: dict[str, list[tuple[Path, list[Asked]]]] = {
        path.stem.removesuffix(".questions"): [
            (path.with_name(path.name.replace(".questions.jsonl", ".pdf")), questions_of(path))
        ]
        for path in sorted(ASSETS.glob("*.questions.jsonl"))
    }
    if not arguments.samples_only:
        sets["mmlongbench"] = list(mmlongbench(arguments.data))
    print(HEAD)
    with Workspace(settings, folders) as workspace:
        for name, documents in sets.items():
            tally = Tally()
            for document, asked_of in documents:
                for asked, answer in answers(
                    workspace, document, asked_of, dense=not arguments.lexical
                ):
                    tally.add(asked, answer, document)
            print(tally.row(name), flush=True)
            if arguments.misses:
                print("\n".join(f"    {miss}" for miss in tally.misses))


if __name__ == "__main__":
    main()
