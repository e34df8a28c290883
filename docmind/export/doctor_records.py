"""What the doctor found, as docmind writes it."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Severity(StrEnum):
    """How much a check's outcome matters: fail means that docmind cannot do its work."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


class Check(msgspec.Struct, frozen=True):
    """One thing that was looked at; `remedy` is what to type next, empty where all is well."""

    name: str
    severity: Severity
    message: str
    remedy: str = ""


class DoctorRecord(msgspec.Struct, frozen=True, tag_field="schema", tag="docmind.doctor/1"):
    """What works on this machine, what does not, and which engine would answer."""

    docmind: str
    ok: bool
    engine: str
    engine_reason: str
    checks: tuple[Check, ...]
