"""Makes folders that look like models: everything but the numbers in the weights."""

from __future__ import annotations

import json
from pathlib import Path

QWEN = {
    "model_type": "qwen2",
    "hidden_size": 3584,
    "intermediate_size": 18944,
    "num_hidden_layers": 28,
    "num_attention_heads": 28,
    "num_key_value_heads": 4,
    "max_position_embeddings": 32768,
    "rope_theta": 1000000.0,
    "vocab_size": 152064,
    "eos_token_id": 151645,
}
"""The config.json of Qwen2.5-7B-Instruct, as far as it matters here."""


def make_model(
    folder: Path, *, template: bool = True, weights_bytes: int = 1000, **config: object
) -> Path:
    """A complete model; `config` changes entries of config.json, None takes one away."""
    folder.mkdir(parents=True, exist_ok=True)
    values = {key: value for key, value in {**QWEN, **config}.items() if value is not None}
    (folder / "config.json").write_text(json.dumps(values), encoding="utf-8")
    (folder / "tokenizer.json").write_text("{}", encoding="utf-8")
    tokenizer = {"chat_template": "{{ messages }}"} if template else {}
    (folder / "tokenizer_config.json").write_text(json.dumps(tokenizer), encoding="utf-8")
    (folder / "model.safetensors").write_bytes(b"\0" * weights_bytes)
    return folder
