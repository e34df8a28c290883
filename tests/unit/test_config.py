"""Where settings come from, which source wins, and what a mistake is answered with."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from pathlib import Path

import pytest

from docmind.config import Configuration, configure, find_folders, prepare, variable
from docmind.disk import home_error
from docmind.errors import ConfigError, HomeError
from docmind.settings import (
    AdapterSettings,
    OcrMode,
    RetrievalArms,
    RoleSettings,
    Settings,
)


def configured(
    home: Path,
    text: str | None = None,
    environment: Mapping[str, str] | None = None,
    flags: Mapping[str, Mapping[str, object]] | None = None,
) -> Configuration:
    if text is not None:
        (home / "config.toml").write_text(text, encoding="utf-8")
    return configure(flags or {}, environment or {}, home=home, config=None)


def test_without_any_source_the_defaults_hold(home: Path) -> None:
    found = configured(home)

    assert found.settings == Settings()
    assert found.origins == {}
    assert found.folders.config_file is None


def test_the_file_beats_the_defaults_the_environment_the_file_and_flags_both(home: Path) -> None:
    text = '[reading]\nocr = "off"\nocr_dpi = 300\nmemory_mib = 512\n'
    environment = {"DOCMIND_READING_OCR_DPI": "150", "DOCMIND_READING_MEMORY_MIB": "256"}
    found = configured(home, text, environment, {"reading": {"memory_mib": 128}})

    assert found.settings.reading.ocr is OcrMode.OFF
    assert found.settings.reading.ocr_dpi == 150
    assert found.settings.reading.memory_mib == 128
    assert found.origins == {
        "reading.ocr": str(home / "config.toml"),
        "reading.ocr_dpi": "the environment",
        "reading.memory_mib": "the command line",
    }


def test_text_from_the_environment_becomes_the_type_of_its_setting(home: Path) -> None:
    environment = {
        "DOCMIND_RETRIEVAL_ARMS": "hybrid",
        "DOCMIND_READING_TIMEOUT_SECONDS": "2.5",
        "DOCMIND_INTERFACE_ANIMATIONS": "Yes",
    }
    settings = configured(home, environment=environment).settings

    assert settings.retrieval.arms is RetrievalArms.HYBRID
    assert settings.reading.timeout_seconds == 2.5
    assert settings.interface.animations is True


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        pytest.param("[readng]\n", "no table [readng]", "[reading]", id="table"),
        pytest.param("[reading]\nocr_dip = 1\n", "no reading.ocr_dip", "ocr_dpi", id="key"),
        pytest.param('[reading]\nocr = "maybe"\n', "reading.ocr is 'maybe'", "force", id="choice"),
        pytest.param("[reading]\nocr_dpi = 1.5\n", "a whole number above 0", "", id="fraction"),
        pytest.param("[reading]\nocr_dpi = 0\n", "above 0, and is 0", "", id="zero"),
        pytest.param("[reading]\ntimeout_seconds = nan\n", "a number above 0", "", id="nan"),
        pytest.param("[reading]\nocr_dpi = true\n", "a whole number above 0", "", id="switch"),
        pytest.param("[reading]\nocr_languages = 3\n", "must be text", "", id="text"),
        pytest.param("[interface]\nanimations = 3\n", "animations is 3", "true, false", id="bool"),
        pytest.param('ocr = "off"\n', "outside of any table", "[reading] ocr", id="no table"),
        pytest.param("[reading\n", "not TOML", "", id="syntax"),
        pytest.param("[roles]\nme = 3\n", "roles.me must be a table", "", id="role"),
        pytest.param("[keys]\na = 3\n", "keys.a must be a key", "", id="key"),
        pytest.param("[roles.me]\n", "instructions is missing", "", id="empty role"),
        pytest.param(
            '[roles.me]\ninstruction = "x"\n', "no instruction.", "instructions", id="role's key"
        ),
        pytest.param(
            '[generation]\nrole = "lawer"\n', "no role 'lawer'", "lawyer", id="unknown role"
        ),
        pytest.param(
            '[server]\nadapters = "x"\n', "must be tables", "[[server.adapters]]", id="no tables"
        ),
        pytest.param(
            '[[server.adapters]]\nname = "a"\n', "adapters 1: path is missing", "", id="adapter"
        ),
        pytest.param(
            '[[server.adapters]]\nname = "a"\npath = 3\n', "path must be text", "", id="its path"
        ),
        pytest.param(
            2 * '[[server.adapters]]\nname = "a"\npath = "b"\n', "2 of them", "", id="twice"
        ),
    ],
)
def test_a_mistake_in_the_file_names_file_and_key_and_the_nearest(
    home: Path, text: str, message: str, hint: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        configured(home, text)

    assert str(home / "config.toml") in str(caught.value)
    assert message in str(caught.value)
    assert hint in caught.value.hint


def test_a_role_of_the_file_joins_those_there_are_or_takes_the_place_of_one(home: Path) -> None:
    text = '[roles.lawyer]\ninstructions = "Be short."\n[roles."tax man"]\ninstructions = "Ask."\n'
    found = configured(home, text + '[generation]\nrole = "tax man"\n')

    assert found.settings.roles["lawyer"] == RoleSettings("Be short.")
    assert found.settings.roles["tax man"] == RoleSettings("Ask.")
    assert found.settings.roles["analyst"] == Settings().roles["analyst"]
    assert found.origins["roles.lawyer"] == str(home / "config.toml")


def test_keys_are_set_by_name(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[keys]\n"reading.outline" = "f5"\n')

    found = configure({}, {}, home=tmp_path, config=None)

    assert found.settings.keys == {"reading.outline": "f5"}
    assert found.origins["keys.reading.outline"] == str(tmp_path / "config.toml")


def test_adapters_are_tables_of_their_own(home: Path) -> None:
    text = "[server]\nport = 8000\n"
    for name in ("a", "b"):
        text += f'[[server.adapters]]\nname = "{name}"\npath = "/{name}"\n'
    server = configured(home, text).settings.server

    assert server.adapters == (AdapterSettings("a", "/a"), AdapterSettings("b", "/b"))
    assert server.port == 8000


def test_what_is_a_table_is_no_variable(home: Path) -> None:
    for name in ("DOCMIND_SERVER_ADAPTERS", "DOCMIND_ROLES_LAWYER"):
        with pytest.raises(ConfigError, match=name):
            configured(home, environment={name: "x"})


def test_a_file_that_is_no_text_is_a_configuration_error(home: Path) -> None:
    (home / "config.toml").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(ConfigError, match="not TOML"):
        configured(home)


def test_a_variable_that_is_almost_a_setting_is_a_mistake(home: Path) -> None:
    with pytest.raises(ConfigError, match="DOCMIND_READING_OCRR") as caught:
        configured(home, environment={"DOCMIND_READING_OCRR": "off"})
    assert "DOCMIND_READING_OCR" in caught.value.hint

    with pytest.raises(ConfigError, match="DOCMIND_READNG_OCR"):
        configured(home, environment={"DOCMIND_READNG_OCR": "off"})


def test_variables_of_others_are_left_alone(home: Path) -> None:
    environment = {"DOCMIND_VERSION": "1", "DOCMIND_HOME": str(home), "PATH": "/bin"}

    assert configured(home, environment=environment).settings == Settings()


def test_a_named_file_that_is_missing_is_an_error_and_never_ignored(home: Path) -> None:
    for name in ("mine.toml", "x" * 5_000):
        with pytest.raises(ConfigError, match="cannot be read"):
            configure({}, {}, home=home, config=home / name)


def test_the_flag_beats_the_variable_for_the_home(tmp_path: Path) -> None:
    environment = {"DOCMIND_HOME": str(tmp_path / "variable")}

    by_variable = find_folders(environment, home=None, config=None)
    by_flag = find_folders(environment, home=tmp_path / "flag", config=None)

    assert by_variable.home == tmp_path / "variable"
    assert by_flag.home == tmp_path / "flag"
    assert by_flag.cache == tmp_path / "flag" / "cache"


def test_without_a_wish_the_home_is_where_the_platform_keeps_data() -> None:
    assert find_folders({}, home=None, config=None).home.name == "docmind"


def test_folders_are_created_when_they_are_prepared_and_not_before(tmp_path: Path) -> None:
    folders = configure({}, {}, home=tmp_path / "new", config=None).folders
    assert not folders.home.exists()

    prepare(folders)

    assert folders.cache.is_dir()
    assert [path.name for path in folders.home.iterdir()] == ["cache"]


def test_a_home_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    folders = find_folders({}, home=tmp_path / "file" / "home", config=None)

    with pytest.raises(HomeError, match=r"file/home cannot be written") as caught:
        prepare(folders)
    assert "--home" in caught.value.hint


@pytest.mark.parametrize(
    ("code", "words"),
    [
        pytest.param(errno.ENOSPC, "disk is full", id="full"),
        pytest.param(errno.EROFS, "read-only", id="read-only"),
        pytest.param(errno.EACCES, "permission", id="permission"),
        pytest.param(errno.EIO, "Input/output error", id="other"),
    ],
)
def test_what_is_wrong_with_the_home_is_said_in_words(code: int, words: str) -> None:
    assert words in str(home_error(Path("home"), OSError(code, "Input/output error")))


def test_the_variable_of_a_setting_is_its_table_and_field() -> None:
    assert variable("reading", "ocr_dpi") == "DOCMIND_READING_OCR_DPI"


def test_the_home_of_a_user_who_is_not_there_is_an_error_of_the_configuration() -> None:
    with pytest.raises(ConfigError, match="no user"):
        find_folders({}, home=Path("~no-such-user-here/docmind"), config=None)


def test_a_role_that_is_typed_and_not_there_is_told_with_those_that_are(home: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        configure({"generation": {"role": "judge"}}, {}, home=home, config=None)

    assert str(caught.value) == "There is no role 'judge'."
    assert caught.value.hint.startswith("Known: ")


def test_a_list_of_texts_comes_from_a_file_or_from_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[server]\nbase_urls = ["http://a", "http://b"]\n', encoding="utf-8")

    written = configure({}, {}, home=tmp_path, config=file)
    exported = configure(
        {}, {"DOCMIND_SERVER_BASE_URLS": "http://a http://b"}, home=tmp_path, config=None
    )

    assert written.settings.server.base_urls == ("http://a", "http://b")
    assert exported.settings.server == written.settings.server


@pytest.mark.parametrize("value", ["[1]", "7"])
def test_what_is_no_list_of_texts_is_refused(tmp_path: Path, value: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(f"[server]\nbase_urls = {value}\n", encoding="utf-8")

    with pytest.raises(ConfigError, match=r"server\.base_urls must be a list"):
        configure({}, {}, home=tmp_path, config=file)
