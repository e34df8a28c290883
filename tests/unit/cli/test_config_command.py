"""`docmind config`: what is in force, where the file is, and a file to start from."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from docmind.cli.config_file import documented, effective, literal
from docmind.config import configure
from docmind.settings import AdapterSettings, RoleSettings, ServerSettings, Settings
from tests.unit.cli.conftest import Command


def test_show_names_where_each_value_comes_from(
    docmind: Command, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "config.toml").write_text("[reading]\nocr_dpi = 300\n", encoding="utf-8")
    monkeypatch.setenv("DOCMIND_READING_MEMORY_MIB", "512")

    lines = docmind("config", "show").stdout.splitlines()

    assert f"ocr_dpi = 300  # {home / 'config.toml'}" in lines
    assert "memory_mib = 512  # the environment" in lines
    assert 'ocr = "auto"  # default' in lines


def test_show_as_json_has_settings_and_origins(docmind: Command, home: Path) -> None:
    (home / "config.toml").write_text("[reading]\nocr_dpi = 300\n", encoding="utf-8")

    record = json.loads(docmind("config", "show", "--json").stdout)

    assert record["settings"]["reading"]["ocr_dpi"] == 300
    assert record["origins"] == {"reading.ocr_dpi": str(home / "config.toml")}


def test_what_show_prints_is_toml_that_gives_the_same_settings(
    docmind: Command, home: Path
) -> None:
    (home / "config.toml").write_text('[reading]\nocr_languages = "a\\"b"\n', encoding="utf-8")

    shown = tomllib.loads(docmind("config", "show").stdout)

    assert shown["reading"]["ocr_languages"] == 'a"b'


def test_tables_inside_of_tables_are_shown_and_documented_as_toml_that_means_the_same(
    home: Path,
) -> None:
    settings = replace(
        Settings(),
        keys={"reading.outline": "t,f5"},
        roles={**Settings().roles, "tax man": RoleSettings("Say  so.\n\\ " + 60 * 'quo"te ')},
        server=ServerSettings(adapters=(AdapterSettings("a", "/a b"), AdapterSettings("c", "d"))),
    )
    for index, text in enumerate((documented(settings), effective(settings, {}))):
        file = home / f"{index}.toml"
        file.write_text(text, encoding="utf-8")

        assert configure({}, {}, home=home, config=file).settings == settings


def test_path_is_the_file_of_the_home(docmind: Command, home: Path) -> None:
    assert docmind("config", "path").stdout == f"{home / 'config.toml'}\n"


def test_init_writes_a_file_that_is_read_and_changes_nothing(docmind: Command, home: Path) -> None:
    result = docmind("config", "init", "--json")
    path = home / "config.toml"

    assert json.loads(result.stdout) == {"path": str(path), "exists": True}
    assert path.read_text(encoding="utf-8") == documented(Settings())
    shown = json.loads(docmind("config", "show", "--json").stdout)
    defaults = json.loads(docmind("config", "show", "--json", "--defaults").stdout)
    assert shown["settings"] == defaults["settings"]


def test_init_never_overwrites(docmind: Command, home: Path) -> None:
    (home / "config.toml").write_text("[reading]\n", encoding="utf-8")

    result = docmind("config", "init")

    assert result.exit_code == 2
    assert "is there already" in result.stderr
    assert (home / "config.toml").read_text(encoding="utf-8") == "[reading]\n"


def test_init_in_a_home_that_cannot_be_written_says_so(docmind: Command, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")

    result = docmind("config", "init", "--home", tmp_path / "file")

    assert result.exit_code == 2
    assert "cannot be written" in result.stderr


@pytest.mark.parametrize("value", ["plain", 'quo"te', "new\nline", "第\x7f", "", True, 3, 2.5])
def test_a_value_is_written_as_toml_reads_it(value: object) -> None:
    assert tomllib.loads(f"value = {literal(value)}")["value"] == value


def test_keys_lists_every_key_by_its_name_and_what_is_set(docmind: Command, home: Path) -> None:
    (home / "config.toml").write_text('[keys]\n"reading.outline" = "f5"\n', encoding="utf-8")

    listed = tomllib.loads(docmind("config", "keys").stdout)["keys"]

    assert listed["reading.outline"] == "f5"
    assert listed["reading.find"] == "ctrl+f"


def test_a_key_of_no_name_is_refused_when_keys_are_listed(docmind: Command, home: Path) -> None:
    (home / "config.toml").write_text('[keys]\n"reading.outlin" = "f5"\n', encoding="utf-8")

    result = docmind("config", "keys")

    assert result.exit_code == 2
    assert "Did you mean reading.outline?" in result.stderr
