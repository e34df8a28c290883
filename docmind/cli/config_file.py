"""The settings as a commented config.toml, from the docstrings in `docmind.settings`.

The words live once, under the fields that they describe; this reads them from the source, so that
the file in the repository, `config init` and the settings cannot disagree.
"""

from __future__ import annotations

import ast
import inspect
import json
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import asdict, fields, is_dataclass
from itertools import pairwise
from typing import Any, get_type_hints

from docmind.config import has_tables
from docmind.settings import AdapterSettings, RoleSettings, Settings

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
    parts = [_HEAD]
    for table in fields(Settings):
        values = getattr(settings, table.name)
        if table.name == "keys":
            parts.append(_documented_keys(values))
            continue
        if not is_dataclass(values):
            parts += _documented_roles(table.name, values, _description(RoleSettings))
            continue
        about, described = _description(type(values))
        parts.append(f"\n# {about}\n[{table.name}]\n")
        types = get_type_hints(type(values))
        for field in fields(values):
            value, text = getattr(values, field.name), _comment(described[field.name])
            if has_tables(types[field.name]):
                parts.append(_documented_list(f"{table.name}.{field.name}", value, text))
            else:
                parts.append(f"{text}{field.name} = {literal(value)}\n")
    return "".join(parts)


def _documented_list(name: str, entries: tuple[Any, ...], text: str) -> str:
    """An array of tables. Where there are none, an example that is a comment.

    It stands behind all other settings of its table, because it ends them.
    """
    shown = entries or (AdapterSettings("contracts", "~/adapters/contracts"),)
    lines = "".join(
        f"[[{name}]]\n"
        + "".join(f"{key} = {literal(value)}\n" for key, value in asdict(each).items())
        for each in shown
    )
    return text + (lines if entries else textwrap.indent(lines, "# "))


def _documented_roles(
    name: str, roles: Mapping[str, RoleSettings], words: tuple[str, dict[str, str]]
) -> Iterator[str]:
    about, described = words
    about = f"{about} {described['instructions']}"
    yield f"\n{_comment(about)}"
    for role, settings in roles.items():
        yield f"[{name}.{_key(role)}]\ninstructions = {_wrapped(settings.instructions)}\n"


def _documented_keys(keys: Mapping[str, str]) -> str:
    """The keys that were set; an example that is a comment where there are none."""
    words = (
        "Keys of the terminal application, by the name of what they do, several with commas: "
        "docmind config keys lists every name with the keys that it has. A key that is set "
        "replaces those before."
    )
    lines = "".join(f"{_key(name)} = {literal(key)}\n" for name, key in keys.items())
    return f"\n{_comment(words)}[keys]\n" + (lines or '# "reading.outline" = "t,f5"\n')


def _comment(text: str) -> str:
    return textwrap.fill(text, _WIDTH, initial_indent="# ", subsequent_indent="# ") + "\n"


def _wrapped(text: str) -> str:
    """A long value over several lines, as TOML joins them again."""
    lines = textwrap.wrap(text, _WIDTH - 4, break_long_words=False, break_on_hyphens=False)
    if len(lines) < 2 or " ".join(lines) != text:
        return literal(text)
    return '"""\\\n' + " \\\n".join(literal(line)[1:-1] for line in lines) + '"""'


def effective(settings: Settings, origins: Mapping[str, str]) -> str:
    """All settings as they are in force, each with where its value comes from."""
    parts: list[str] = []
    for table in fields(Settings):
        values = getattr(settings, table.name)
        if not is_dataclass(values):
            parts += _effective_entries(table.name, values, origins)
            continue
        parts.append(f"[{table.name}]")
        types = get_type_hints(type(values))
        for field in fields(values):
            name, value = f"{table.name}.{field.name}", getattr(values, field.name)
            origin = origins.get(name, "default")
            if has_tables(types[field.name]):
                for each in value:
                    parts += [f"[[{name}]]  # {origin}", *_pairs(each)]
            else:
                parts.append(f"{field.name} = {literal(value)}  # {origin}")
        parts.append("")
    return "\n".join(parts)


def _effective_entries(
    table: str, entries: Mapping[str, Any], origins: Mapping[str, str]
) -> Iterator[str]:
    """A table whose names are the user's: keys, one line each, or roles, one table each."""
    if table == "keys":
        yield "[keys]"
        for name, key in entries.items():
            yield f"{_key(name)} = {literal(key)}  # {origins.get(f'keys.{name}', 'default')}"
        yield ""
        return
    for name, role in entries.items():
        origin = origins.get(f"{table}.{name}", "default")
        yield f"[{table}.{_key(name)}]  # {origin}"
        yield from _pairs(role)
        yield ""


def _pairs(entry: Any) -> list[str]:
    return [f"{key} = {literal(value)}" for key, value in asdict(entry).items()]


def _key(name: str) -> str:
    """A key as TOML writes it: bare where it can be."""
    bare = name.isascii() and name.replace("-", "").replace("_", "").isalnum()
    return name if bare else literal(name)


def literal(value: object) -> str:
    """A value as TOML writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    # JSON's strings are TOML's, but that TOML wants DEL escaped.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _description(table: type) -> tuple[str, dict[str, str]]:
    """What a table is about, and the docstring under each of its fields."""
    (node,) = ast.parse(inspect.getsource(table)).body
    assert isinstance(node, ast.ClassDef)
    about = (ast.get_docstring(node) or "").partition(": ")[2]
    return about[:1].upper() + about[1:], _fields_of(node)


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
