"""Servers of language models on this machine, looked for where they usually listen.

Only the loopback interface is asked, and nobody is asked twice: looking takes as long as the
slowest answer, and what does not answer within a moment is not there.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import MappingProxyType

from docmind.engines.abilities import Abilities, find_abilities
from docmind.engines.address import address_of
from docmind.engines.inquiry import Inquiry
from docmind.errors import EngineError, ServerRefused

USUAL_ADDRESSES: Mapping[str, str] = MappingProxyType(
    {
        "vllm": "http://127.0.0.1:8000/v1",
        "ollama": "http://127.0.0.1:11434/v1",
        "llama.cpp": "http://127.0.0.1:8080/v1",
        "lm-studio": "http://127.0.0.1:1234/v1",
    }
)
"""Where each sort of server listens, unless somebody told it otherwise."""

_CONNECT_SECONDS = 0.5
_ANSWER_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class LocalServer:
    """A server that answers. Without abilities it refuses to tell, and `refusal` says why."""

    base_url: str
    abilities: Abilities | None
    refusal: str = ""


def look(addresses: Mapping[str, str] = USUAL_ADDRESSES) -> list[LocalServer]:
    """The servers that answer at these addresses."""
    with ThreadPoolExecutor(len(addresses)) as pool:
        found = list(pool.map(_asked, addresses.values()))
    return [each for each in found if each is not None]


def _asked(base_url: str) -> LocalServer | None:
    address = address_of(base_url)
    try:
        with Inquiry(
            address, timeout_seconds=_ANSWER_SECONDS, connect_seconds=_CONNECT_SECONDS
        ) as inquiry:
            return LocalServer(base_url, find_abilities(inquiry, None))
    except ServerRefused as error:
        # Something else may well listen there; only what says that it wants a key is one of ours.
        return LocalServer(base_url, None, str(error)) if "API key" in str(error) else None
    except EngineError:
        return None
