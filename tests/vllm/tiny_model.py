"""A Qwen2 of random weights that is real in every other way, for a real server to serve.

The tokenizer is Qwen2.5's own, made from the ranks that docmind counts with; so are the chat
template's format, the vocabulary's size and the ids of the control tokens. Only the words that it
writes mean nothing. Don't make it smaller: vLLM's kernels want heads of at least 32 dimensions.
"""

from __future__ import annotations

import json
import sys
from base64 import b64decode
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import torch
from safetensors.torch import save_file

from docmind.tokens.qwen import PATTERN, SPECIAL_TOKENS

HIDDEN, INTERMEDIATE, LAYERS, HEADS, KV_HEADS = 128, 256, 2, 4, 2
VOCABULARY = 152_064
"""That of Qwen2.5-7B: 151,665 tokens and padding."""

NAME = "tiny-qwen2-instruct"

_ENDS = (151_645, 151_643)
"""<|im_end|> and <|endoftext|>."""

_CONFIG = {
    "architectures": ["Qwen2ForCausalLM"],
    "model_type": "qwen2",
    "vocab_size": VOCABULARY,
    "hidden_size": HIDDEN,
    "intermediate_size": INTERMEDIATE,
    "num_hidden_layers": LAYERS,
    "num_attention_heads": HEADS,
    "num_key_value_heads": KV_HEADS,
    "hidden_act": "silu",
    "max_position_embeddings": 32_768,
    "max_window_layers": LAYERS,
    "initializer_range": 0.02,
    "rms_norm_eps": 1e-6,
    "rope_theta": 1_000_000.0,
    "tie_word_embeddings": True,
    "use_cache": True,
    "use_sliding_window": False,
    "attention_dropout": 0.0,
    "bos_token_id": 151_643,
    "eos_token_id": 151_645,
    "torch_dtype": "bfloat16",
}

_TEMPLATE = (
    "{%- if messages[0]['role'] != 'system' -%}"
    "{{ '<|im_start|>system\nYou are Qwen, created by Alibaba Cloud."
    " You are a helpful assistant.<|im_end|>\n' }}"
    "{%- endif -%}"
    "{%- for message in messages -%}"
    "{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}"
    "{%- endfor -%}"
    "{%- if add_generation_prompt -%}{{ '<|im_start|>assistant\n' }}{%- endif -%}"
)


def make(folder: Path) -> Path:
    """Write the model into a new folder of this one, or find it there; gives the folder."""
    model = folder / NAME
    if (model / "model.safetensors").is_file():
        return model
    model.mkdir(parents=True, exist_ok=True)
    (model / "config.json").write_text(json.dumps(_CONFIG), encoding="utf-8")
    generation = {"eos_token_id": _ENDS, "temperature": 0.7, "top_p": 0.8}
    (model / "generation_config.json").write_text(json.dumps(generation), encoding="utf-8")
    _write_tokenizer(model)
    save_file(_weights(), model / "model.safetensors", metadata={"format": "pt"})
    return model


def _weights() -> dict[str, torch.Tensor]:
    """Random weights by the names that Qwen2 gives them; the same every time."""
    generator = torch.Generator().manual_seed(2)
    head = HIDDEN // HEADS
    shapes: dict[str, tuple[int, ...]] = {
        "model.embed_tokens.weight": (VOCABULARY, HIDDEN),
        "model.norm.weight": (HIDDEN,),
    }
    for layer in range(LAYERS):
        at = f"model.layers.{layer}."
        shapes |= {
            f"{at}input_layernorm.weight": (HIDDEN,),
            f"{at}post_attention_layernorm.weight": (HIDDEN,),
            f"{at}self_attn.q_proj.weight": (HEADS * head, HIDDEN),
            f"{at}self_attn.q_proj.bias": (HEADS * head,),
            f"{at}self_attn.k_proj.weight": (KV_HEADS * head, HIDDEN),
            f"{at}self_attn.k_proj.bias": (KV_HEADS * head,),
            f"{at}self_attn.v_proj.weight": (KV_HEADS * head, HIDDEN),
            f"{at}self_attn.v_proj.bias": (KV_HEADS * head,),
            f"{at}self_attn.o_proj.weight": (HIDDEN, HEADS * head),
            f"{at}mlp.gate_proj.weight": (INTERMEDIATE, HIDDEN),
            f"{at}mlp.up_proj.weight": (INTERMEDIATE, HIDDEN),
            f"{at}mlp.down_proj.weight": (HIDDEN, INTERMEDIATE),
        }
    weights = {
        name: torch.ones(shape, dtype=torch.bfloat16)
        if "norm" in name
        else (torch.randn(shape, generator=generator) * 0.02).to(torch.bfloat16)
        for name, shape in shapes.items()
    }
    # The most probable token is never an end: otherwise a greedy answer's length would depend on
    # how the processor rounds.
    weights["model.embed_tokens.weight"][list(_ENDS)] = 0
    return weights


def _write_tokenizer(model: Path) -> None:
    """tokenizer.json and its configuration, from the ranks that are docmind's package data."""
    lines = files("docmind.tokens").joinpath("qwen.tiktoken").read_bytes().splitlines()
    ranks = {b64decode(token): int(rank) for token, rank in map(bytes.split, lines)}
    letters = _byte_letters()
    added = [
        {
            "id": number,
            "content": token,
            "single_word": False,
            "lstrip": False,
            "rstrip": False,
            "normalized": False,
            # Qwen2.5 declares its chat tokens as special, tools and code infill as plain added.
            "special": number <= 151_656,
        }
        for token, number in SPECIAL_TOKENS.items()
    ]
    tokenizer = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": added,
        "normalizer": {"type": "NFC"},
        "pre_tokenizer": {
            "type": "Sequence",
            "pretokenizers": [
                {
                    "type": "Split",
                    "pattern": {"Regex": PATTERN},
                    "behavior": "Isolated",
                    "invert": False,
                },
                {
                    "type": "ByteLevel",
                    "add_prefix_space": False,
                    "trim_offsets": False,
                    "use_regex": False,
                },
            ],
        },
        "post_processor": None,
        "decoder": {
            "type": "ByteLevel",
            "add_prefix_space": False,
            "trim_offsets": False,
            "use_regex": False,
        },
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": "",
            "end_of_word_suffix": "",
            "fuse_unk": False,
            "byte_fallback": False,
            "vocab": {_spelled(token, letters): rank for token, rank in ranks.items()},
            "merges": [
                [_spelled(part, letters) for part in _parts(token, ranks)]
                for token in ranks
                if len(token) > 1
            ],
        },
    }
    path = model / "tokenizer.json"
    path.write_text(json.dumps(tokenizer, ensure_ascii=False), encoding="utf-8")
    configuration = {
        "tokenizer_class": "Qwen2Tokenizer",
        "add_prefix_space": False,
        "add_bos_token": False,
        "bos_token": None,
        "eos_token": "<|im_end|>",
        "pad_token": "<|endoftext|>",
        "unk_token": None,
        "errors": "replace",
        "split_special_tokens": False,
        "clean_up_tokenization_spaces": False,
        "model_max_length": 131_072,
        "chat_template": _TEMPLATE,
        "added_tokens_decoder": {
            str(each["id"]): {key: value for key, value in each.items() if key != "id"}
            for each in added
        },
    }
    path = model / "tokenizer_config.json"
    path.write_text(json.dumps(configuration, ensure_ascii=False), encoding="utf-8")


def _parts(token: bytes, ranks: dict[bytes, int]) -> list[bytes]:
    """The two tokens that merge into this one: what is left when only lower ranks may merge."""
    parts = [bytes([byte]) for byte in token]
    while len(parts) > 2:
        joined = [ranks.get(a + b) for a, b in pairwise(parts)]
        known = [(rank, at) for at, rank in enumerate(joined) if rank is not None]
        _, at = min(known)
        parts[at : at + 2] = [parts[at] + parts[at + 1]]
    return parts


def _byte_letters() -> list[str]:
    """The letter that byte-level BPE writes for each byte: itself where it can be printed."""
    printable = {*range(33, 127), *range(161, 173), *range(174, 256)}
    letters, spare = [], 256
    for byte in range(256):
        if byte in printable:
            letters.append(chr(byte))
        else:
            letters.append(chr(spare))
            spare += 1
    return letters


def _spelled(token: bytes, letters: list[str]) -> str:
    return "".join(letters[byte] for byte in token)


if __name__ == "__main__":
    make(Path(sys.argv[1]))
