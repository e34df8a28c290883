"""What a server is and can do, found out once by asking it.

Servers tell their windows in five different ways, and two of them cut a prompt that is too long
without a word. What a server does not tell is assumed to be little rather than much: a window that
is believed too small costs a retrieval, one that is believed too large costs the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from docmind.engines.counting import Counting, counts_as_we_do
from docmind.engines.inquiry import Inquiry
from docmind.engines.refusals import no_such_model
from docmind.ports import TokenCounter

SAFE_WINDOW_TOKENS = 8_192
"""Assumed of a server that does not tell its window."""

SMALL_WINDOW_TOKENS = 4_096
"""What Ollama and LM Studio give a model that nobody gave more."""


class ServerKind(StrEnum):
    """What sort of server it is, as the ledger calls it."""

    VLLM = "vllm"
    OLLAMA = "ollama"
    LLAMA_CPP = "llama.cpp"
    LM_STUDIO = "lm-studio"
    OTHER = "openai"

    @property
    def cuts_silently(self) -> bool:
        """Whether a prompt that is too long may be shortened rather than refused."""
        return self in (ServerKind.OLLAMA, ServerKind.LM_STUDIO, ServerKind.OTHER)

    @property
    def how_to_widen(self) -> str:
        """What gives the server a larger window."""
        return {
            ServerKind.VLLM: "vLLM's --max-model-len",
            ServerKind.OLLAMA: "OLLAMA_CONTEXT_LENGTH=32768 ollama serve",
            ServerKind.LLAMA_CPP: "llama-server --ctx-size 32768",
            ServerKind.LM_STUDIO: "lms load MODEL --context-length 32768",
            ServerKind.OTHER: "a larger context in the server's settings",
        }[self]


@dataclass(frozen=True, slots=True)
class Abilities:
    """What is known of a server and of the model that it is asked for.

    `constrains` says that it takes grammars of citations, `prioritizes` that it lets a request
    wait for others.
    """

    kind: ServerKind
    model: str
    window_tokens: int
    models: tuple[str, ...] = ()
    counting: Counting = Counting.ESTIMATED
    constrains: bool = False
    prioritizes: bool = False
    version: str = ""
    warnings: tuple[str, ...] = ()

    def of_ours(self) -> Abilities:
        """Those of a server that docmind started, with a queue that knows priorities."""
        return replace(self, prioritizes=True)


def find_abilities(
    inquiry: Inquiry, counter: TokenCounter | None, *, model: str = "", window_tokens: int = 0
) -> Abilities:
    """Ask a server what it can. `model` empty takes the first; `window_tokens` 0 asks for it.

    Without `counter`, which takes a moment to load, counting is not tried.
    Raises ServerUnreachable, or ServerRefused where the key or the model is not right.
    """
    listed = inquiry.models()
    models = tuple(str(each["id"]) for each in listed)
    name = _chosen(model, models, inquiry)
    own = _entry(listed, "id", name)
    # vLLM tells the window of its model, and not of the model's LoRA adapters.
    base = _entry(listed, "id", str(own.get("parent")))
    window = _number(own.get("max_model_len")) or _number(base.get("max_model_len"))
    found = replace(_examined(inquiry, name, own, window), models=models)
    if found.kind is ServerKind.VLLM and counter is not None:
        found = replace(found, counting=counts_as_we_do(inquiry, counter, name))
    return _with_window(found, window_tokens)


def _chosen(model: str, models: Sequence[str], inquiry: Inquiry) -> str:
    """The model's name as the server has it."""
    for name in (model, f"{model}:latest") if model else models[:1]:
        if name in models:
            return name
    raise no_such_model(inquiry.address, model, models)


def _examined(inquiry: Inquiry, model: str, own: dict[str, Any], window: int) -> Abilities:
    """What sort of server it is: the first that knows its own path."""
    version = inquiry.asked("/version").get("version")
    if version or own.get("owned_by") == "vllm":
        return Abilities(
            ServerKind.VLLM, model, window, constrains=True, version=str(version or "")
        )
    for examine in (_ollama, _llama_cpp, _lm_studio):
        found = examine(inquiry, model)
        if found is not None:
            return found
    # A router in front of vLLM may pass its list of models on, and nothing else.
    return Abilities(ServerKind.OTHER, model, window)


def _ollama(inquiry: Inquiry, model: str) -> Abilities | None:
    version = inquiry.asked("/api/version").get("version")
    if not version:
        return None
    # What is loaded has the window that it was given; what is not will get that of its file.
    loaded = _entry(inquiry.asked("/api/ps").get("models"), "name", model)
    shown = inquiry.posted("/api/show", {"model": model}).get("parameters")
    window = _number(loaded.get("context_length")) or _num_ctx(str(shown or ""))
    found = Abilities(ServerKind.OLLAMA, model, window, version=str(version))
    return found if window else _assumed(found, SMALL_WINDOW_TOKENS)


def _num_ctx(parameters: str) -> int:
    """num_ctx among the parameters of a model, lines of a name and a value; 0: not set."""
    for line in parameters.splitlines():
        name, _, value = line.strip().partition(" ")
        if name == "num_ctx":
            return _number(value)
    return 0


def _llama_cpp(inquiry: Inquiry, model: str) -> Abilities | None:
    defaults = inquiry.asked("/props").get("default_generation_settings")
    if not isinstance(defaults, dict):
        return None
    return Abilities(ServerKind.LLAMA_CPP, model, _number(defaults.get("n_ctx")))


def _lm_studio(inquiry: Inquiry, model: str) -> Abilities | None:
    own = _entry(inquiry.asked("/api/v0/models").get("data"), "id", model)
    if not own:
        return None
    window = _number(own.get("loaded_context_length"))
    found = Abilities(ServerKind.LM_STUDIO, model, window)
    return found if window else _assumed(found, SMALL_WINDOW_TOKENS)


def _entry(entries: object, key: str, value: str) -> dict[str, Any]:
    """The object in a list of JSON whose `key` has this value; empty where there is none."""
    for each in entries if isinstance(entries, list) else ():
        if isinstance(each, dict) and each.get(key) == value:
            return each
    return {}


def _number(value: object) -> int:
    """A whole number above 0, from JSON or from text; 0 where there is none."""
    text = str(value).strip()
    return int(text) if text.isdecimal() else 0


def _assumed(found: Abilities, window_tokens: int) -> Abilities:
    """With a window that the server did not tell, and the warning that says so."""
    warning = (
        f"The server ({found.kind}) does not tell its window; {window_tokens:,} tokens are "
        f"assumed. For more: {found.kind.how_to_widen}, and set [engine] window_tokens."
    )
    return replace(found, window_tokens=window_tokens, warnings=(warning,))


def _with_window(found: Abilities, configured: int) -> Abilities:
    """The window that is used: the smaller one, where both the server and the settings tell it."""
    told = 0 if found.warnings else found.window_tokens
    if configured:
        window_tokens = min(configured, told) if told else configured
        return replace(found, window_tokens=window_tokens, warnings=())
    return found if found.window_tokens else _assumed(found, SAFE_WINDOW_TOKENS)
