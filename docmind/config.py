"""Where settings come from: defaults < config.toml < environment < flags; and docmind's folders.

All state lives under one folder, the home, so that deleting it leaves no trace. Every value
remembers where it came from: `docmind config show` says so, and an error can name the place.
"""

from __future__ import annotations

import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, is_dataclass, replace
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

from docmind.disk import home_error, is_file
from docmind.errors import ConfigError
from docmind.settings import RoleSettings, Settings

Values = Mapping[str, Mapping[str, object]]
"""Raw values by table and field, as a file, the environment or the flags give them."""


@dataclass(frozen=True, slots=True)
class Folders:
    """Where docmind keeps its own files. `config_file` is None where there is none."""

    home: Path
    cache: Path
    config_file: Path | None

    @property
    def history(self) -> Path:
        """The file of the sessions."""
        return self.home / "sessions.sqlite"


@dataclass(frozen=True, slots=True)
class Configuration:
    """Settings, folders, and by "table.field" where each value that is no default came from."""

    settings: Settings
    folders: Folders
    origins: Mapping[str, str]


def configure(
    flags: Values, environment: Mapping[str, str], *, home: Path | None, config: Path | None
) -> Configuration:
    """Everything that is set, from all four sources; nothing is created on disk.

    Raises ConfigError, naming the place and the nearest key that is known.
    """
    folders = find_folders(environment, home=home, config=config)
    settings, origins = Settings(), {}
    sources = [
        (str(folders.config_file), _read(folders.config_file)),
        ("the environment", _from_environment(environment)),
        ("the command line", flags),
    ]
    for origin, values in sources:
        settings = _overlaid(settings, values, origin)
        origins.update({f"{table}.{key}": origin for table in values for key in values[table]})
    role = settings.generation.role
    if role and role not in settings.roles:
        origin = origins["generation.role"]
        typed = origin == "the command line"
        raise ConfigError(
            f"There is no role {role!r}." if typed else f"{origin}: there is no role {role!r}.",
            f"Known: {', '.join(settings.roles)}",
        )
    return Configuration(settings, folders, origins)


def find_folders(
    environment: Mapping[str, str], *, home: Path | None, config: Path | None
) -> Folders:
    """Where docmind's folders are, and the configuration file: the one named, or the home's."""
    if home is None and environment.get("DOCMIND_HOME"):
        home = Path(environment["DOCMIND_HOME"])
    if home is None:
        # Imported here because only a run without a home of its own needs it.
        from platformdirs import user_data_path

        home = user_data_path("docmind", appauthor=False)
    try:
        home = home.expanduser().absolute()
    except RuntimeError as error:
        raise ConfigError(f"There is no user whose home {home} could be in.") from error
    default = home / "config.toml"
    found = config if config is not None else default if is_file(default) else None
    return Folders(home, home / "cache", found)


def prepare(folders: Folders) -> None:
    """Create the folders and prove that they can be written; raises HomeError if not."""
    try:
        folders.cache.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folders.home, prefix=".probe-") as probe:
            probe.write(b"docmind")
            probe.flush()
    except OSError as error:
        raise home_error(folders.home, error) from error


def _read(path: Path | None) -> Values:
    if path is None:
        return {}
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(
            f"The configuration file {path} cannot be read: {error.strerror}.",
            "Try: docmind config init, which writes one with every setting and its default",
        ) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: this is not TOML: {error}.") from error
    for table, values in content.items():
        if not isinstance(values, dict):
            raise ConfigError(
                f'{path}: "{table}" stands outside of any table.',
                _nearest(table, (f"[{name}] {key}" for name, key in _known())),
            )
    return content


def variable(table: str, key: str) -> str:
    """The environment variable of a setting: DOCMIND_READING_OCR for reading.ocr."""
    return f"DOCMIND_{table}_{key}".upper()


def _known() -> Iterator[tuple[str, str]]:
    """Every setting that is one value, as table and field."""
    for table in fields(Settings):
        values = getattr(Settings(), table.name)
        types = get_type_hints(type(values)) if is_dataclass(values) else {}
        for name, kind in types.items():
            if not has_tables(kind):
                yield table.name, name


def has_tables(kind: Any) -> bool:
    """Whether a setting of this type is an array of tables, and not one value."""
    return get_origin(kind) is tuple and is_dataclass(get_args(kind)[0])


def _from_environment(environment: Mapping[str, str]) -> Values:
    """What variables set. A name that is almost a setting is a mistake; others are not ours."""
    known = {variable(table, key): (table, key) for table, key in _known()}
    tables = tuple(f"DOCMIND_{table.name}_".upper() for table in fields(Settings))
    values: dict[str, dict[str, object]] = {}
    for name, text in environment.items():
        if name in known:
            table, key = known[name]
            values.setdefault(table, {})[key] = text
        elif name.startswith(tables) or (
            name.startswith("DOCMIND_") and get_close_matches(name, known, cutoff=0.85)
        ):
            raise ConfigError(f"{name} in the environment is no setting.", _nearest(name, known))
    return values


def _overlaid(settings: Settings, values: Values, origin: str) -> Settings:
    """The settings with these values in place of the present ones."""
    changed: dict[str, Any] = {}
    for table, entries in values.items():
        if table not in {each.name for each in fields(Settings)}:
            names = [f"[{each.name}]" for each in fields(Settings)]
            raise ConfigError(f"{origin}: there is no table [{table}].", _nearest(table, names))
        current = getattr(settings, table)
        if isinstance(current, Mapping):
            added = {
                name: _entry(table, entry, f"{origin}: {table}.{name}")
                for name, entry in entries.items()
            }
            changed[table] = {**current, **added}
            continue
        types = get_type_hints(type(current))
        for key in entries:
            if key not in types:
                raise ConfigError(f"{origin}: there is no {table}.{key}.", _nearest(key, types))
        minimums = {each.name: each.metadata.get("minimum") for each in fields(current)}
        typed = {
            key: _converted(value, types[key], f"{origin}: {table}.{key}", minimums[key])
            for key, value in entries.items()
        }
        changed[table] = replace(current, **typed)
    return replace(settings, **changed)


def _entry(table: str, entry: object, where: str) -> Any:
    """What stands under a name of the user's: a role, or keys (which are checked in the TUI)."""
    if table == "roles":
        return _filled(RoleSettings, entry, where)
    if not isinstance(entry, str) or not entry.strip():
        raise ConfigError(f"{where} must be a key, and is {entry!r}.", 'Try: "ctrl+t", or "t,f5"')
    return entry


def _filled(kind: Any, entry: object, where: str) -> Any:
    """A table inside of a table, all of whose fields are text that must be there."""
    if not isinstance(entry, dict):
        raise ConfigError(f"{where} must be a table, and is {entry!r}.")
    names = [each.name for each in fields(kind)]
    for key, value in entry.items():
        if key not in names:
            raise ConfigError(f"{where}: there is no {key}.", _nearest(key, names))
        if not isinstance(value, str):
            raise ConfigError(f"{where}: {key} must be text, and is {value!r}.")
    for name in names:
        if not str(entry.get(name, "")).strip():
            raise ConfigError(f"{where}: {name} is missing.")
    return kind(**entry)


def _listed(value: object, kind: Any, where: str) -> tuple[Any, ...]:
    """An array of tables, each with a name of its own."""
    if not isinstance(value, list):
        raise ConfigError(f"{where} must be tables.", f"Try: [[{where.rpartition(' ')[2]}]]")
    found = [_filled(kind, entry, f"{where} {index}") for index, entry in enumerate(value, 1)]
    names = [each.name for each in found]
    for name in names:
        if names.count(name) > 1:
            raise ConfigError(f"{where}: {names.count(name)} of them are called {name!r}.")
    return tuple(found)


def _texts(value: object, where: str) -> tuple[str, ...]:
    """An array of texts; from the environment, what white space separates."""
    entries = value.split() if isinstance(value, str) else value
    if not isinstance(entries, list) or not all(isinstance(each, str) for each in entries):
        raise ConfigError(f"{where} must be a list of texts, and is {value!r}.")
    return tuple(entries)


def _nearest(name: str, known: Mapping[str, object] | Iterator[str] | list[str]) -> str:
    """A hint that names the nearest known name, or all of them."""
    names = list(known)
    close = get_close_matches(name, names, n=1, cutoff=0.5)
    return f"Did you mean {close[0]}?" if close else f"Known: {', '.join(names)}"


def _converted(value: object, kind: Any, where: str, minimum: float | None) -> object:
    """A raw value (text from the environment, typed from TOML) as what the setting takes."""
    if has_tables(kind):
        return _listed(value, get_args(kind)[0], where)
    if get_origin(kind) is tuple:
        return _texts(value, where)
    if issubclass(kind, StrEnum):
        choices = [each.value for each in kind]
        if value not in choices:
            raise ConfigError(f"{where} is {value!r}.", f"Known: {', '.join(choices)}")
        return kind(value)
    if kind is bool:
        return _switch(value, where)
    if kind is str:
        if not isinstance(value, str):
            raise ConfigError(f"{where} must be text, and is {value!r}.")
        return value
    return _number(value, kind, where, minimum)


def _switch(value: object, where: str) -> bool:
    words = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
    if isinstance(value, bool):
        return value
    if not isinstance(value, str) or value.lower() not in words:
        raise ConfigError(f"{where} is {value!r}.", "Known: true, false")
    return words[value.lower()]


def _number(
    value: object, kind: type[int] | type[float], where: str, minimum: float | None
) -> int | float:
    """A finite number of at least `minimum`, or above zero where there is none."""
    number: int | float | None = None
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        with suppress(ValueError, OverflowError):
            number = kind(value)
    # A fraction where a whole number is wanted is refused rather than cut off.
    cut = isinstance(value, float) and number != value
    if number is None or cut or not number < float("inf") or not _allowed(number, minimum):
        wanted = "a whole number" if kind is int else "a number"
        bound = "above 0" if minimum is None else f"of at least {minimum:g}"
        raise ConfigError(f"{where} must be {wanted} {bound}, and is {value!r}.")
    return number


def _allowed(number: float, minimum: float | None) -> bool:
    return number > 0 if minimum is None else number >= minimum
