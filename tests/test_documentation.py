"""What is documented is true: help pages, config.toml, errors, versions, paths, commands."""

from __future__ import annotations

import re
import subprocess
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import get_type_hints

import pytest

import docmind
from docmind import errors
from docmind.cli.config_file import documented
from docmind.cli.main import COMMANDS
from docmind.config import configure, has_tables
from docmind.errors import DocmindError, ExitCode
from docmind.settings import Settings

ROOT = Path(__file__).parents[1]
PAGES = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "docs/cli.md", "docs/llama_index.md"]

_PATH = re.compile(
    r"(?<![\w/.<:])((?:docmind|tests|benchmarks|assets|docs|\.ci)/[\w./-]*[\w/]"
    r"|[\w-]+\.(?:toml|md|txt))(?![\w*<{])"
)
_MADE_BY_USERS = {"questions.txt"}


def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def every_error(base: type[DocmindError] = DocmindError) -> Iterator[type[DocmindError]]:
    for error in base.__subclasses__():
        yield error
        yield from every_error(error)


def test_every_command_has_its_page_of_help() -> None:
    page = text_of("docs/cli.md")

    assert [name for name in COMMANDS if f"\n## docmind {name}\n" not in page] == []


def test_the_readme_names_only_commands_that_exist() -> None:
    blocks = re.findall(r"^```console\n(.*?)^```", text_of("README.md"), re.DOTALL | re.MULTILINE)
    named = set(re.findall(r"\bdocmind ([a-z]+)(?=[\s)])", "".join(blocks)))

    assert {"open", "ask", "search", "show", "doctor"} <= named <= set(COMMANDS)


def test_config_toml_is_what_the_settings_say() -> None:
    assert text_of("config.toml") == documented(Settings()), "run: make docs"


def test_config_toml_changes_nothing() -> None:
    found = configure({}, {}, home=ROOT / "no home", config=ROOT / "config.toml")

    assert found.settings == Settings()


def test_every_setting_is_described() -> None:
    tables = tomllib.loads(text_of("config.toml"))

    assert list(tables) == [table.name for table in fields(Settings)]
    assert list(tables.pop("roles")) == list(Settings().roles)
    assert tables.pop("keys") == {}
    for table in tables:
        values = getattr(Settings(), table)
        names = [field.name for field in fields(values)]
        types = get_type_hints(type(values))
        lists = [name for name in names if has_tables(types[name])]
        assert list(tables[table]) == [name for name in names if name not in lists]
        for name in names:
            written = rf"# \[\[{table}\.{name}\]\]" if name in lists else f"{name} = "
            assert re.search(rf"^# .+\n{written}", text_of("config.toml"), re.MULTILINE), name


def test_every_error_is_in_the_drawn_tree_with_its_exit_code() -> None:
    tree = errors.__doc__ or ""
    drawn = dict(re.findall(r"[├└]── (\w+)\s+(\d+) ", tree))

    assert drawn == {error.__name__: str(int(error.exit_code)) for error in every_error()}


def test_every_error_has_an_exit_code_of_the_interface() -> None:
    allowed = {ExitCode.USAGE, ExitCode.NO_ENGINE, ExitCode.INPUT, ExitCode.DOES_NOT_FIT}

    assert {error.exit_code for error in every_error()} == allowed


def test_every_exit_code_is_documented() -> None:
    paragraph = re.search(r"Exit codes:.*?\n\n", text_of("docs/cli.md"), re.DOTALL)

    assert paragraph is not None
    assert {int(code) for code in re.findall(r"\b\d+\b", paragraph[0])} == set(ExitCode)


def test_the_changelog_begins_with_the_packages_version() -> None:
    versions = re.findall(r"^## \[([^\]]+)\]", text_of("CHANGELOG.md"), re.MULTILINE)

    assert versions[0] == docmind.__version__


@pytest.mark.parametrize("page", PAGES)
def test_every_path_that_a_page_names_exists(page: str) -> None:
    named = {match[1].rstrip(".") for match in _PATH.finditer(text_of(page))} - _MADE_BY_USERS

    assert sorted(path for path in named if not (ROOT / path).exists()) == []


@pytest.mark.parametrize("page", PAGES)
def test_every_command_in_a_page_is_shell_that_parses(page: str) -> None:
    blocks = re.findall(
        r"^```(?:console|sh|shell|bash)\n(.*?)^```", text_of(page), re.DOTALL | re.MULTILINE
    )
    for block in blocks:
        commands = re.sub(r"^\$ ", "", block, flags=re.MULTILINE)
        done = subprocess.run(
            ["bash", "-n"], input=commands, text=True, capture_output=True, check=False
        )
        assert done.returncode == 0, f"{done.stderr}\n{commands}"


def test_the_readme_has_the_command_that_passes_the_tests() -> None:
    block = re.search(r"<!-- test-command -->\s*```\w*\n(.*?)```", text_of("README.md"), re.DOTALL)

    assert block is not None
    assert "pip install -c constraints.txt" in block[1]
    assert "make check" in block[1]


def test_the_licence_is_the_one_that_is_declared() -> None:
    licence = text_of("LICENSE")

    assert "GNU AFFERO GENERAL PUBLIC LICENSE" in licence
    assert "END OF TERMS AND CONDITIONS" in licence
    assert 'license = "AGPL-3.0-or-later"' in text_of("pyproject.toml")


def test_every_dependency_is_pinned_without_an_address() -> None:
    project = tomllib.loads(text_of("pyproject.toml"))
    wanted = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    pins = [line for line in text_of("constraints.txt").splitlines() if not line.startswith("#")]
    pinned = {line.partition("==")[0].lower() for line in pins}

    assert all(re.fullmatch(r"[\w.-]+==[\w.]+", line) for line in pins)
    assert {re.split(r"[<>=\[]", name)[0].lower() for name in wanted} <= pinned
