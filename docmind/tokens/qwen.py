"""Tokens as Qwen2.5 counts them, offline: tiktoken with the model's own 151,643 ranks.

Special tokens written out in a document (`<|im_end|>`) are counted as the plain text that they are
there; they never become control tokens. Text is NFC first, as the model's tokenizer makes it.
"""

from __future__ import annotations

import unicodedata
from binascii import a2b_base64
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tiktoken

SPECIAL_TOKENS = {
    token: number
    for number, token in enumerate(
        (
            "<|endoftext|>",
            "<|im_start|>",
            "<|im_end|>",
            "<|object_ref_start|>",
            "<|object_ref_end|>",
            "<|box_start|>",
            "<|box_end|>",
            "<|quad_start|>",
            "<|quad_end|>",
            "<|vision_start|>",
            "<|vision_end|>",
            "<|vision_pad|>",
            "<|image_pad|>",
            "<|video_pad|>",
            "<tool_call>",
            "</tool_call>",
            "<|fim_prefix|>",
            "<|fim_middle|>",
            "<|fim_suffix|>",
            "<|fim_pad|>",
            "<|repo_name|>",
            "<|file_sep|>",
        ),
        start=151643,
    )
}
"""The control tokens of Qwen2.5 and their ids, from the model's tokenizer_config.json."""

PATTERN = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
"""How Qwen2 splits text before byte-pair merging, from the model's tokenizer.json."""


class QwenTokenCounter:
    """A TokenCounter (see `docmind.ports`)."""

    name = "qwen2.5"

    def count(self, text: str) -> int:
        """Tokens in the text, without any chat template around it."""
        return len(self.encode(text))

    def encode(self, text: str) -> list[int]:
        """Token ids of the text; what looks like a special token is encoded as plain text."""
        return encoding().encode_ordinary(unicodedata.normalize("NFC", text))


@cache
def encoding() -> tiktoken.Encoding:
    """The model's own, which never changes: loaded on first use, in about 0.3 s, and only once."""
    import tiktoken  # 40 ms that a process which counts nothing need not pay

    words = files("docmind.tokens").joinpath("qwen.tiktoken").read_bytes().split()
    ranks = dict(zip(map(a2b_base64, words[::2]), map(int, words[1::2]), strict=True))
    return tiktoken.Encoding(
        "qwen2.5", pat_str=PATTERN, mergeable_ranks=ranks, special_tokens=SPECIAL_TOKENS
    )
