"""A sentence-transformers model of a few kilobytes with drawn weights, written without torch."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

WIDTH = 16
_CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789.,?!租金是多少每月付"


def write_tiny_embedder(folder: Path, *, query_prompt: str = "") -> Path:
    """A BERT of one layer that reads single characters, Chinese ones among them."""
    folder.mkdir(parents=True)
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    pieces += [mark + each for each in _CHARACTERS for mark in ("", "##")]
    (folder / "vocab.txt").write_text("\n".join(pieces) + "\n", encoding="utf-8")
    _write(
        folder / "config.json",
        {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "vocab_size": len(pieces),
            "hidden_size": WIDTH,
            "intermediate_size": 2 * WIDTH,
            "num_hidden_layers": 1,
            "num_attention_heads": 2,
            "max_position_embeddings": 64,
        },
    )
    _write(folder / "tokenizer_config.json", {"tokenizer_class": "BertTokenizer"})
    _write(
        folder / "modules.json",
        [
            {
                "idx": 0,
                "name": "0",
                "path": "",
                "type": "sentence_transformers.models.Transformer",
            },
            {
                "idx": 1,
                "name": "1",
                "path": "1_Pooling",
                "type": "sentence_transformers.models.Pooling",
            },
        ],
    )
    _write(folder / "sentence_bert_config.json", {"max_seq_length": 64})
    _write(
        folder / "config_sentence_transformers.json",
        {"prompts": {"query": query_prompt, "document": ""}},
    )
    (folder / "1_Pooling").mkdir()
    pooling = {"word_embedding_dimension": WIDTH, "pooling_mode_mean_tokens": True}
    _write(folder / "1_Pooling" / "config.json", pooling)
    save_file(_weights(len(pieces)), folder / "model.safetensors", {"format": "pt"})
    return folder


def _write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content), encoding="utf-8")


def _weights(words: int) -> dict[str, np.ndarray]:
    """Every tensor of such a BERT, by the names that it has in files."""
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (words, WIDTH),
        "embeddings.position_embeddings.weight": (64, WIDTH),
        "embeddings.token_type_embeddings.weight": (2, WIDTH),
    }
    layer = "encoder.layer.0"
    for name, rows, columns in (
        (f"{layer}.attention.self.query", WIDTH, WIDTH),
        (f"{layer}.attention.self.key", WIDTH, WIDTH),
        (f"{layer}.attention.self.value", WIDTH, WIDTH),
        (f"{layer}.attention.output.dense", WIDTH, WIDTH),
        (f"{layer}.intermediate.dense", 2 * WIDTH, WIDTH),
        (f"{layer}.output.dense", WIDTH, 2 * WIDTH),
        ("pooler.dense", WIDTH, WIDTH),
    ):
        shapes |= {f"{name}.weight": (rows, columns), f"{name}.bias": (rows,)}
    chance = np.random.default_rng(3)
    weights = {name: chance.normal(0, 0.5, size=shape) for name, shape in shapes.items()}
    for place in ("embeddings", f"{layer}.attention.output", f"{layer}.output"):
        weights[f"{place}.LayerNorm.weight"] = np.ones(WIDTH)
        weights[f"{place}.LayerNorm.bias"] = np.zeros(WIDTH)
    return {name: each.astype(np.float32) for name, each in weights.items()}
