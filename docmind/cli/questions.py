"""The questions of a run, from the command line, stdin or a file, checked before anything is read.

Checked first on purpose: whoever mistypes the last of a hundred questions should not learn of it
when the ninety-ninth has been answered.
"""

from __future__ import annotations

import sys
from pathlib import Path

from docmind.answers.question import checked
from docmind.disk import exists, is_file
from docmind.errors import MissingInput, UsageError


def questions_and_paths(
    words: tuple[str, ...], file: Path | None, command: str, *, library: bool = False
) -> tuple[list[str], list[Path]]:
    """Split the words in grep order: a question (unless a file has them), then the paths.

    A question to the library has no paths.
    """
    if file is not None:
        questions, names = _from_file(file), words
    else:
        if not words:
            raise UsageError("There is no question.", f'Try: docmind {command} "…" FILE')
        questions, names = [_from_word(words[0], words[1:])], words[1:]
    if library and names:
        raise UsageError(
            f"--library asks all that was added; {names[0]} is one too many.",
            f"Try: docmind {command} … without --library, or without {names[0]}",
        )
    if not names and not library and file is None and is_file(words[0]):
        raise UsageError(
            f"{words[0]} is a file; there is no question.",
            f'Try: docmind {command} "…" {words[0]}, or docmind open {words[0]}',
        )
    if not names and not library:
        raise UsageError(
            "There is no file or folder to read.",
            f'Try: docmind {command} "…" report.pdf, or --library for all that was added',
        )
    return questions, [Path(name) for name in names]


def _from_word(word: str, names: tuple[str, ...]) -> str:
    if names and is_file(word) and not any(exists(name) for name in names):
        raise UsageError(
            f"{word} is a file; the question comes first.", "Try: docmind ask QUESTION FILE…"
        )
    if word != "-":
        return checked(word, "The question")
    try:
        return checked(_typed(), "The question")
    except UnicodeDecodeError as error:
        raise UsageError(
            "The question on stdin is not UTF-8.", "Try: … | iconv -t UTF-8 | docmind ask - FILE"
        ) from error


def _typed() -> str:
    """What comes on stdin: UTF-8, whatever the locale would make of it."""
    return sys.stdin.buffer.read().decode("utf-8-sig")


def _from_file(file: Path) -> list[str]:
    try:
        text = _typed() if str(file) == "-" else file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise MissingInput(
            f"The questions in {file} cannot be read: {error.strerror}.", "Check the path."
        ) from error
    except UnicodeDecodeError as error:
        raise UsageError(
            f"The questions in {file} are not UTF-8.", "Save the file as UTF-8."
        ) from error
    questions = [
        checked(line, f"{file}, line {number}: the question")
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip()
    ]
    if not questions:
        raise UsageError(f"There is no question in {file}.", "Write one a line.")
    return questions
