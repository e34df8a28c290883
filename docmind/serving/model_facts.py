"""What a model costs and can do, from its config.json and the size of its weights.

The forms of Qwen2.5-7B-Instruct are known by heart, so that `docmind serve plan` answers before
anything is downloaded. Everything else is read from the model's own files: no name is believed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from docmind.errors import NoServer
from docmind.serving.model_files import ModelFolder, find_model, missing_model
from docmind.settings import ServerSettings

LONGEST_WINDOW_TOKENS = 131_072
"""What docmind serves at most; YaRN with factor 4 over Qwen2.5's 32,768."""

YARN_FROM_TOKENS = 32_768
"""What Qwen was trained for, and YaRN stretches."""

_YARN_TYPES = frozenset({"qwen2", "qwen3"})
"""Architectures whose makers say that YaRN stretches them to 131,072."""

_KV_BYTES = {"auto": 2.0, "float16": 2.0, "bfloat16": 2.0, "int4_per_token_head": 0.5 + 4 / 128}
_SCALE_BYTES = 4 / 128


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """A model in one form (bf16, awq, …) and where its weights are, None: not on this machine.

    `native_window` is what it was trained for, `longest_window` what it can be served with.
    """

    name: str
    weight_bytes: int
    layers: int
    heads: int
    kv_heads: int
    head_dim: int
    hidden: int
    intermediate: int
    vocabulary: int
    native_window: int
    longest_window: int
    rope_theta: float
    quantization: str = ""
    rope_stretched: bool = False
    folder: Path | None = None
    revision: str = ""

    @property
    def form(self) -> str:
        """What the weights are in, in a word."""
        return self.quantization or "bf16"

    def kv_bytes_per_token(self, kv_type: str = "auto") -> float:
        """Bytes that one token takes in the cache: keys and values of every layer and head.

        A type that is not known counts as 16 bits, so that a plan never promises too much.
        """
        if kv_type.endswith("_per_token_head") and kv_type not in _KV_BYTES:
            size = 1 + _SCALE_BYTES
        elif kv_type.startswith("fp8"):
            size = 1.0
        else:
            size = _KV_BYTES.get(kv_type, 2.0)
        return 2 * self.layers * self.kv_heads * self.head_dim * size


_QWEN = ModelFacts(
    name="Qwen/Qwen2.5-7B-Instruct",
    weight_bytes=15_231_233_024,
    layers=28,
    heads=28,
    kv_heads=4,
    head_dim=128,
    hidden=3_584,
    intermediate=18_944,
    vocabulary=152_064,
    native_window=32_768,
    longest_window=LONGEST_WINDOW_TOKENS,
    rope_theta=1_000_000.0,
)
# 6.525e9 parameters of the layers in 4 (8) bits, with a scale of 16 bits and a zero of 4 (8) for
# each 128 of them; the embedding and the head, 2.18e9 bytes, stay as they are.
KNOWN: tuple[ModelFacts, ...] = (
    _QWEN,
    replace(_QWEN, name=f"{_QWEN.name}-AWQ", quantization="awq", weight_bytes=5_570_000_000),
    replace(
        _QWEN, name=f"{_QWEN.name}-GPTQ-Int4", quantization="gptq", weight_bytes=5_575_000_000
    ),
    replace(
        _QWEN, name=f"{_QWEN.name}-GPTQ-Int8", quantization="gptq", weight_bytes=8_860_000_000
    ),
)
"""The models whose figures are known before they are downloaded."""


def candidates(settings: ServerSettings, environment: Mapping[str, str]) -> tuple[ModelFacts, ...]:
    """The model that is set and its smaller forms, the best first; at least one.

    Smaller forms are offered only for a model that is named, not for a folder. Raises NoServer
    where the model is none that can answer, or nothing is known of it.
    """
    names = [settings.model]
    if settings.model == _QWEN.name:
        smaller = KNOWN[1:3]
        names += [each.name for each in smaller]
        if settings.quantization in {each.quantization for each in smaller}:
            names = [each.name for each in smaller if each.quantization == settings.quantization]
    first, *others = names
    return (
        _facts(first, settings, environment),
        *(_offered(name, settings, environment) for name in others),
    )


def _offered(name: str, settings: ServerSettings, environment: Mapping[str, str]) -> ModelFacts:
    """A form that nobody asked for: what is wrong with its files is no obstacle to the others."""
    try:
        return _facts(name, settings, environment)
    except NoServer:
        return next(each for each in KNOWN if each.name == name)


def _facts(name: str, settings: ServerSettings, environment: Mapping[str, str]) -> ModelFacts:
    """What the files say, else what is known by heart; raises NoServer where neither is."""
    found = find_model(name, settings.source, environment)
    if found is not None:
        return read_facts(found)
    for each in KNOWN:
        if each.name == name:
            return each
    raise missing_model(name, settings.source)


def read_facts(model: ModelFolder) -> ModelFacts:
    """The facts of a model that is on this machine; raises NoServer where its files lack them."""
    config = _read_json(model.path / "config.json")
    try:
        heads = int(config["num_attention_heads"])
        hidden = int(config["hidden_size"])
        native, stretched = _native_window(config)
        return ModelFacts(
            name=model.name,
            weight_bytes=_weight_bytes(model.path),
            layers=int(config["num_hidden_layers"]),
            heads=heads,
            kv_heads=int(config.get("num_key_value_heads") or heads),
            head_dim=int(config.get("head_dim") or hidden // heads),
            hidden=hidden,
            intermediate=int(config.get("intermediate_size") or 4 * hidden),
            vocabulary=int(config["vocab_size"]),
            native_window=native,
            longest_window=_longest_window(config, native),
            rope_theta=_rope_theta(config),
            quantization=str(_table(config, "quantization_config").get("quant_method", "")),
            rope_stretched=stretched,
            folder=model.path,
            revision=model.revision,
        )
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise NoServer(
            f"{model.path / 'config.json'} does not describe a language model ({error!r}).",
            "Try: a folder with the weights of Qwen2.5-7B-Instruct in [server] model",
        ) from error


def _native_window(config: Mapping[str, Any]) -> tuple[int, bool]:
    """The window without any stretching, and whether the file itself asks for stretching."""
    rope = _table(config, "rope_scaling") or _table(config, "rope_parameters")
    native = int(config["max_position_embeddings"])
    if rope.get("rope_type", rope.get("type")) != "yarn":
        # Qwen3 writes 40,960: 32,768 of which it was trained for, and room for the answer.
        return native, False
    return int(rope.get("original_max_position_embeddings") or native), True


def _longest_window(config: Mapping[str, Any], native: int) -> int:
    stretchable = config.get("model_type") in _YARN_TYPES and native >= YARN_FROM_TOKENS
    return max(native, LONGEST_WINDOW_TOKENS) if stretchable else native


def _rope_theta(config: Mapping[str, Any]) -> float:
    """Transformers 5 moved it into a table of its own."""
    inside = _table(config, "rope_parameters").get("rope_theta")
    return float(config.get("rope_theta") or inside or 10_000.0)


def _weight_bytes(folder: Path) -> int:
    index = folder / "model.safetensors.index.json"
    if index.is_file():
        total = _table(_read_json(index), "metadata").get("total_size")
        if isinstance(total, int | float):
            return int(total)
    return sum(file.stat().st_size for file in folder.glob("*.safetensors"))


def _table(values: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = values.get(key)
    return found if isinstance(found, dict) else {}


def _read_json(path: Path) -> Mapping[str, Any]:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise NoServer(
            f"{path} cannot be read: {error}.", "Download the model again, or name another folder"
        ) from error
    if not isinstance(values, dict):
        raise NoServer(f"{path} is no table of values.", "Download the model again")
    return values
