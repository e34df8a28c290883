"""What a result depends on, beside its file: change any of it, and the result is made anew.

What only decides how fast, or where, something is made has no place here: the address of a server,
the number of jobs. Nor has docmind's version, or every release would throw all results away.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from docmind.model import Kind

_KEY_DIGITS = 32


@dataclass(frozen=True, slots=True)
class Recipe:
    """How results are made. `maker` names the version of prompts and rules that make them.

    `ocr` is how pages without text are read here, which makes no difference but to PDFs.
    """

    record: str
    parser: str
    maker: str
    engine: str
    model: str
    options: Mapping[str, object] = field(default_factory=dict)
    ocr: str = ""

    @property
    def kind(self) -> str:
        """What is made, as it stands in the names of files: "docmind.summary/1" is "summary"."""
        return self.record.partition("/")[0].rpartition(".")[2]

    def key(self, sha256: str, kind: Kind | None) -> str:
        """What names the result for a file with this content."""
        parts = [
            self.record,
            self.parser,
            self.ocr if kind is Kind.PDF else "",
            self.maker,
            self.engine,
            self.model,
            dict(self.options),
            sha256,
        ]
        encoded = msgspec.json.encode(parts, order="deterministic")
        return hashlib.sha256(encoded).hexdigest()[:_KEY_DIGITS]
