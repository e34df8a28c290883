"""The flags, each defined once, and what was typed of them.

A flag that was not typed is None, so that config.toml and the environment keep their say.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import Any

import click

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

_FILE = click.Path(path_type=Path)


@dataclass(frozen=True, slots=True)
class Flags:
    """What was typed; a command that does not take a flag leaves it as it is here."""

    config: Path | None = None
    home: Path | None = None
    engine: str | None = None
    base_url: str | None = None
    model: str | None = None
    quiet: bool = False
    verbose: bool = False
    no_color: bool = False
    json: bool = False
    ocr: str | None = None
    password_file: Path | None = None
    retrieval: str | None = None
    pages: str | None = None
    passages: int | None = None
    library: bool = False
    language: str | None = None
    mode: str | None = None
    require_whole: bool = False
    rewrite: bool | None = None
    rerank: bool | None = None
    role: str | None = None
    max_output: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    no_animation: bool = False

    def settings(self) -> dict[str, dict[str, object]]:
        """The flags that stand for settings, by table and field."""
        # Who types an address wants that server, and no other engine where it does not answer.
        engine = "openai" if self.engine is None and self.base_url is not None else self.engine
        typed = {
            ("reading", "ocr"): self.ocr,
            ("reading", "password_file"): self.password_file and str(self.password_file),
            ("retrieval", "arms"): self.retrieval,
            ("retrieval", "passages"): self.passages,
            ("retrieval", "rewrite"): self.rewrite,
            ("retrieval", "rerank"): self.rerank,
            ("answers", "language"): self.language,
            ("engine", "name"): engine,
            ("engine", "base_url"): self.base_url,
            ("engine", "model"): self.model,
            ("context", "mode"): self.mode,
            ("generation", "role"): self.role,
            ("generation", "max_output_tokens"): self.max_output,
            ("generation", "temperature"): self.temperature,
            ("generation", "top_p"): self.top_p,
            ("interface", "animations"): False if self.no_animation else None,
        }
        values: dict[str, dict[str, object]] = {}
        for (table, key), value in typed.items():
            if value is not None:
                values.setdefault(table, {})[key] = value
        return values


SHARED: tuple[Decorator, ...] = (
    click.option("--config", type=_FILE, metavar="FILE", help="Configuration file to read."),
    click.option(
        "--home", type=_FILE, metavar="DIR", help="docmind's own folder (also: DOCMIND_HOME)."
    ),
    click.option(
        "--engine", metavar="NAME", help="What answers: auto, extractive, vllm, openai or ollama."
    ),
    click.option("--base-url", metavar="URL", help="Address of a language model server."),
    click.option("--model", metavar="NAME", help="Model that the server is asked for."),
    click.option("-q", "--quiet", is_flag=True, help="No progress and no warnings on stderr."),
    click.option("-v", "--verbose", is_flag=True, help="Causes and tracebacks of errors."),
    click.option("--no-color", is_flag=True, help="No colours (also: NO_COLOR)."),
    click.option("--json", is_flag=True, help="JSON on stdout; see docmind schema."),
)

READING: tuple[Decorator, ...] = (
    click.option(
        "--ocr",
        type=click.Choice(["auto", "off", "force"]),
        help="OCR: of pages without text, never, or of every page.",
    ),
    click.option(
        "--password-file",
        type=_FILE,
        metavar="FILE",
        help="File whose first line is the password of encrypted PDFs.",
    ),
)

ARMS: Decorator = click.option(
    "--retrieval",
    type=click.Choice(["auto", "lexical", "hybrid"]),
    help="BM25, joined by vectors when they are ready; BM25 alone; or wait for the vectors.",
)

LANGUAGE: Decorator = click.option(
    "--language",
    type=click.Choice(["auto", "en", "zh"]),
    help="Language of docmind's own words; auto: that of the question.",
)

ROLE: Decorator = click.option(
    "--role", metavar="NAME", help="Who answers: a table [roles.NAME] of the configuration."
)

RETRIEVING: tuple[Decorator, ...] = (
    ARMS,
    click.option("--pages", metavar="10-20", help="Only these physical pages: 7, 10-20 or 10-."),
    click.option(
        "-k",
        "passages",
        type=click.IntRange(min=1),
        metavar="N",
        help="How many passages to look at.",
    ),
)

LIBRARY: Decorator = click.option(
    "--library", is_flag=True, help="All that was added (docmind add), instead of PATH."
)

MODE: Decorator = click.option(
    "--mode",
    type=click.Choice(["auto", "whole", "every-part", "retrieve"]),
    help="How the documents are read for an answer; every-part: all of them, one part after "
    "the other.",
)

WRITING: tuple[Decorator, ...] = (
    ROLE,
    LANGUAGE,
    click.option(
        "--max-output",
        type=click.IntRange(1, 8192),
        metavar="TOKENS",
        help="Longest answer, 8192 at most.",
    ),
    click.option(
        "--temperature", type=click.FloatRange(0, 2), metavar="X", help="Sampling temperature."
    ),
    click.option(
        "--top-p",
        type=click.FloatRange(0, 1, min_open=True),
        metavar="X",
        help="Nucleus sampling.",
    ),
)

ANSWERING: tuple[Decorator, ...] = (
    MODE,
    click.option(
        "--require-whole", is_flag=True, help="Refuse instead of reading less than everything."
    ),
    click.option(
        "--rewrite/--no-rewrite",
        default=None,
        help="Let the model write search queries too, where not all is read.",
    ),
    click.option(
        "--rerank/--no-rerank",
        default=None,
        help="Let the model put the best passages in order, where not all is read.",
    ),
    *WRITING,
)


ANIMATION: Decorator = click.option(
    "--no-animation", is_flag=True, help="Scroll at once, whatever interface.animations says."
)


def with_flags(*options: Decorator) -> Decorator:
    """Give a command these options and the shared ones, collected into one Flags argument."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def collected(**values: Any) -> Any:
            names = {each.name for each in fields(Flags)} & values.keys()
            flags = Flags(**{name: values.pop(name) for name in names})
            return function(flags, **values)

        command: Callable[..., Any] = collected
        for option in reversed((*options, *SHARED)):
            command = option(command)
        return command

    return decorate


def takes_value(word: str) -> bool:
    """Whether a flag, as typed, is followed by its value in the next word."""

    @with_flags(*READING, *RETRIEVING, *ANSWERING)
    def every(_flags: Flags) -> None: ...

    parameters = click.command()(every).params
    return any(
        word in parameter.opts and not getattr(parameter, "is_flag", False)
        for parameter in parameters
    )
