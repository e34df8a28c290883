"""Regular expressions that mean the same to a grammar as to a validator.

A grammar generates the whole string; a validator searches in it. The two agree on patterns that
stand between ^ and $ and look neither ahead nor back, so those are the ones that are taken.
"""

from __future__ import annotations

import re

_SPECIAL = re.compile(r"\(\?|\\[bBAZzpPkGKQE1-9]|[*+?}][+]")
_SKIPPED = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)

Fault = tuple[str, str]
"""What is wrong with a pattern, and what to do about it."""


def pattern_fault(pattern: str) -> Fault | None:
    """Why a regular expression cannot be used; None where it can."""
    if special := _SPECIAL.search(pattern):
        return (
            f"has {special.group()}, which no grammar can follow",
            r"Use characters, [classes], \d, \w, groups (…|…) and repetitions.",
        )
    bare = _SKIPPED.sub("x", pattern)
    if not (bare.startswith("^") and bare.endswith("$")):
        return "does not describe the whole string", f"Write ^{pattern.strip('^$')}$."
    if set("^$") & set(bare[1:-1]):
        return "has ^ or $ in its middle", "Put them at its two ends only."
    if _has_outer_choice(bare):
        return "chooses between alternatives with one end each", "Write ^(…|…)$."
    return None


def _has_outer_choice(bare: str) -> bool:
    """Whether a | stands outside of all brackets."""
    depth = 0
    for character in bare:
        depth += (character == "(") - (character == ")")
        if character == "|" and depth == 0:
            return True
    return False
