"""From settings to an engine: which server is meant, whether it is there, what it can."""

from __future__ import annotations

from collections.abc import Callable

from docmind.disk import expanded
from docmind.engines.abilities import find_abilities
from docmind.engines.address import Address, address_of
from docmind.engines.chat import ServerEngine
from docmind.engines.inquiry import Inquiry
from docmind.engines.local_servers import USUAL_ADDRESSES
from docmind.errors import ConfigError, EngineError
from docmind.ports import TokenCounter
from docmind.settings import EngineSettings


def named_address(settings: EngineSettings) -> Address | None:
    """The server that the settings name; None where they leave it to docmind.

    `base_url` names one, and so does the name of a sort of server (ollama), which stands for the
    address where it usually listens. Raises ConfigError.
    """
    name = settings.name
    if name in ("extractive", "vllm"):
        return None
    if name not in ("auto", "openai", *USUAL_ADDRESSES):
        known = ", ".join(("auto", "extractive", "vllm", "openai", *list(USUAL_ADDRESSES)[1:]))
        raise ConfigError(f"There is no engine called {name!r}.", f"Known: {known}")
    url = settings.base_url or USUAL_ADDRESSES.get(name, "")
    if not url and name == "openai":
        raise ConfigError(
            "The engine openai needs the address of a server.",
            "Try: --base-url http://127.0.0.1:8000/v1; docmind doctor looks for servers",
        )
    return address_of(url, read_key(settings.api_key_file)) if url else None


def read_key(file: str) -> str:
    """The first line of the file with the API key; empty where no file is named."""
    if not file:
        return ""
    try:
        with expanded(file).open(encoding="utf-8") as lines:
            key = next(lines, "").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"The file with the API key, {file}, cannot be read: {error}.",
            "See [engine] api_key_file in config.toml.",
        ) from error
    # A header can carry nothing else, and a key that is cut off would look like a wrong one.
    if not key.isascii() or not key.isprintable():
        raise ConfigError(f"The first line of {file} is no API key.")
    return key


def connect(
    address: Address,
    settings: EngineSettings,
    counter: TokenCounter,
    *,
    managed: bool = False,
    lost: Callable[[EngineError], None] | None = None,
) -> ServerEngine:
    """The engine of the server at this address. Raises EngineError where it is of no use.

    One that is `managed` takes priorities. `lost` is told when the server is gone.
    """
    with Inquiry(address) as inquiry:
        abilities = find_abilities(
            inquiry, counter, model=settings.model, window_tokens=settings.window_tokens
        )
    return ServerEngine(
        address,
        abilities.of_ours() if managed else abilities,
        counter,
        timeout_seconds=settings.timeout_seconds,
        lost=lost,
    )
