"""Records as JSON text that is safe to print.

JSON escapes only the first 32 control characters. The others that a terminal would obey (C1,
bidirectional overrides) are escaped here too: a parser reads the same value, a terminal shows it.
"""

from __future__ import annotations

import re

import msgspec

from docmind.export.plain import UNSEEN_RANGES

_UNSEEN_IN_JSON = re.compile(
    "[\x7f" + "".join(f"{chr(first)}-{chr(last)}" for first, last in UNSEEN_RANGES) + "]"
)


def encode(record: object, *, indented: bool = False) -> str:
    """A record as JSON text, in which nothing that a terminal would obey is left unescaped."""
    data = msgspec.json.encode(record)
    if indented:
        data = msgspec.json.format(data, indent=2)
    # Such characters can only stand inside strings, where an escape means the same.
    return _UNSEEN_IN_JSON.sub(_escaped, data.decode())


def _escaped(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code > 0xFFFF:
        code -= 0x10000
        return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"
    return f"\\u{code:04x}"
