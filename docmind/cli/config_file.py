"""The settings as a commented config.toml, from the docstrings in `docmind.settings`.

The words live once, under the fields that they describe; this reads them from the source, so that
the file in the repository, `config init` and the settings cannot disagree.
"""

from __future__ import annotations

import ast
import inspect
import json
import textwrap
from collections.abc import Mapping
from dataclasses import fields
from itertools import pairwise

import docmind.settings
from docmind.settings import Settings

_HEAD = """\
# docmind's configuration: every setting, with its default.
#
# docmind reads the file that --config names, or config.toml in its own folder, which
# `docmind config path` prints and to which `docmind config init` writes this. The environment
# beats this file (DOCMIND_READING_OCR for ocr in [reading]), and flags beat both.
"""
_WIDTH = 99


def documented(settings: Settings) -> str:
    """All settings with these values, each below its description."""
    tables = _descriptions()
    parts = [_HEAD]
    for table in fields(Settings):
        values = getattr(settings, table.name)
        about, described = tables[type(values).__name__]
        parts.append(f"\n# {about}\n[{table.name}]\n")
        for field in fields(values):
            text = textwrap.fill(
                described[field.name], _WIDTH, initial_indent="# ", subsequent_indent="# "
            )
            parts.append(f"{text}\n{field.name} = {literal(getattr(values, field.name))}\n")
    return "".join(parts)


def effective(settings: Settings, origins: Mapping[str, str]) -> str:
    """All settings as they are in force, each with where its value comes from."""
    parts = []
    for table in fields(Settings):
        parts.append(f"[{table.name}]")
        values = getattr(settings, table.name)
        for field in fields(values):
            origin = origins.get(f"{table.name}.{field.name}", "default")
            parts.append(f"{field.name} = {literal(getattr(values, field.name))}  # {origin}")
        parts.append("")
    return "\n".join(parts)


def literal(value: object) -> str:
    """A value as TOML writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    # JSON's strings are TOML's, but that TOML wants DEL escaped.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _descriptions() -> dict[str, tuple[str, dict[str, str]]]:
    """By class: what its table is about, and the docstring under each field."""
    found = {}
    for node in ast.parse(inspect.getsource(docmind.settings)).body:
        if isinstance(node, ast.ClassDef):
            about = (ast.get_docstring(node) or "").partition(": ")[2]
            found[node.name] = (about[:1].upper() + about[1:], _fields_of(node))
    return found


def _fields_of(node: ast.ClassDef) -> dict[str, str]:
    """The string that stands under each field."""
    described = {}
    for statement, below in pairwise(node.body):
        match statement, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(ast.Constant(str(text))):
                described[name] = inspect.cleandoc(text)
            case _:
                pass  # the docstring of the class, or a field that is a table
    return described
