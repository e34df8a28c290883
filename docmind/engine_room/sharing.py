"""The servers that share the work of a batch, where the settings name several."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docmind.engines.address import address_of
from docmind.engines.connecting import connect, read_key
from docmind.errors import ConfigError, EngineError

if TYPE_CHECKING:
    from docmind.engines.chat import ServerEngine
    from docmind.ports import TokenCounter
    from docmind.settings import Settings


def connect_all(
    settings: Settings, counter: TokenCounter
) -> tuple[list[tuple[str, ServerEngine]], list[EngineError]]:
    """Those of [server] base_urls that answer, by address; and why others do not.

    Raises ConfigError for an address that is none, or where they serve different models: results
    would depend on who made them. Raises EngineError where not one answers.
    """
    found: list[tuple[str, ServerEngine]] = []
    failed: list[EngineError] = []
    key = read_key(settings.engine.api_key_file)
    for address in [address_of(url, key) for url in settings.server.base_urls]:
        try:
            found.append((address.shown, connect(address, settings.engine, counter)))
        except EngineError as error:
            failed.append(error)
    if not found:
        raise failed[0]
    models = {engine.name.model: name for name, engine in found}
    if len(models) > 1:
        told = ", ".join(f"{name}: {model}" for model, name in models.items())
        raise ConfigError(
            f"The servers of [server] base_urls have different models ({told}).",
            "Name the one that all of them have: --model NAME",
        )
    return found, failed
