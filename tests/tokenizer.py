"""Qwen2.5's own tokenizer, to which a written-out control token is one; docmind sends none."""

from __future__ import annotations

import unicodedata

from docmind.tokens.qwen import encoding


def encoded_with_control(text: str) -> list[int]:
    """Token ids as the model's own tokenizer gives them."""
    return encoding().encode(unicodedata.normalize("NFC", text), allowed_special="all")
