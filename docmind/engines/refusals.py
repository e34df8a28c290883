"""What a server's refusals and failures mean, as errors of docmind's own.

Servers say the same thing in many words, so numbers and names are looked for in them, and what is
not understood is shown as the server wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx2
import msgspec

from docmind.engines.address import Address
from docmind.errors import EngineError, ServerBusy, ServerDied, ServerRefused, ServerUnreachable

_SHOWN_CHARACTERS = 400
_GRAMMAR = re.compile(r"structural_tag|response_format|grammar|structured output", re.IGNORECASE)
_BUSY = (429, 503)
_LONGEST_SECONDS = 86_400.0
"""What a server may ask for; who asks for more is not waited for anyway."""
_TOO_LONG = re.compile(
    r"context (?:length|size|window)|input_tokens|input_text|exceed\w* the \w+ context|n_ctx",
    re.IGNORECASE,
)
_WINDOW = re.compile(
    r'(?:context (?:length|size|window)\D{0,20}|"n_ctx":\s*)(\d[\d,]*)', re.IGNORECASE
)
_PROMPT = re.compile(
    r'(?:at least |resulted in |"n_prompt_tokens":\s*|request \(|provided is )(\d[\d,]*)',
    re.IGNORECASE,
)


class _Problem(msgspec.Struct):
    message: str = ""
    code: int | str | None = None


class _Refusal(msgspec.Struct):
    error: _Problem | str = ""
    message: str = ""
    detail: msgspec.Raw = msgspec.Raw()


def refusal(
    status: int,
    body: bytes,
    address: Address,
    *,
    model: str,
    models: Sequence[str],
    retry_after: str = "",
) -> EngineError:
    """What an HTTP status with an error's body means; `models` are those that the server has.

    `retry_after` is the header of that name.
    """
    said = message_of(body)
    if status in (401, 403):
        return _no_key(address)
    if status == 404:
        return _not_found(address, model, models, said)
    if status in (400, 413, 422):
        return _not_like_this(address, said, body.decode("utf-8", "replace"))
    if status in _BUSY:
        return _busy(address, said, seconds_until(retry_after))
    kind = ServerDied if status >= 500 else ServerRefused
    return kind(f"{_name(address)} answered with status {status}{_quoted(said)}", _DOCTOR)


def _busy(address: Address, said: str, seconds: float) -> ServerBusy:
    when = f"in {seconds:,.0f} seconds" if seconds else "in a moment"
    busy = ServerBusy(f"{_name(address)} is busy{_quoted(said)}", f"Try again {when}.")
    busy.retry_after_seconds = seconds
    return busy


def seconds_until(retry_after: str, now: datetime | None = None) -> float:
    """What a Retry-After header says (seconds, or a date), a day at most; 0 for nothing."""
    if retry_after.strip().isdecimal():
        return min(float(retry_after), _LONGEST_SECONDS)
    try:
        when = parsedate_to_datetime(retry_after)
    except (ValueError, OverflowError):
        return 0.0
    aware = when if when.tzinfo else when.replace(tzinfo=UTC)
    seconds = (aware - (now or datetime.now(UTC))).total_seconds()
    return max(0.0, min(seconds, _LONGEST_SECONDS))


def message_of(body: bytes) -> str:
    """The server's own words in an error's body, on a line of bounded length."""
    try:
        found = msgspec.json.decode(body, type=_Refusal)
    except (msgspec.DecodeError, msgspec.ValidationError):
        text = body.decode("utf-8", "replace")
    else:
        problem = found.error if isinstance(found.error, str) else found.error.message
        text = problem or found.message or bytes(found.detail).decode("utf-8", "replace")
    text = " ".join(text.split())
    if text.startswith("<"):
        return "(a web page)"
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"


_DOCTOR = "Try: docmind doctor"


def _quoted(said: str) -> str:
    """The server's words as the end of a sentence."""
    return f": {said}" if said else "."


def _name(address: Address) -> str:
    return f"The server at {address.shown}"


def _no_key(address: Address) -> ServerRefused:
    if address.api_key:
        return ServerRefused(
            f"{_name(address)} does not take the API key.",
            "Put the right one on the first line of the file that [engine] api_key_file names.",
        )
    return ServerRefused(
        f"{_name(address)} wants an API key.",
        "Name a file whose first line is the key: [engine] api_key_file in config.toml",
    )


def no_such_model(address: Address, model: str, models: Sequence[str]) -> ServerRefused:
    """The server does not have the model; the hint is one that it has."""
    if not models:
        hint = "Load a model into the server first."
        return ServerRefused(f"{_name(address)} has no model that is loaded.", hint)
    has = ", ".join(models[:10])
    hint = f"Try: --model {models[0]}"
    return ServerRefused(f"{_name(address)} does not have {model!r}; it has {has}.", hint)


def _not_found(address: Address, model: str, models: Sequence[str], said: str) -> ServerRefused:
    if "model" in said.lower() and model not in models:
        return no_such_model(address, model, models)
    hint = f"The address often ends in /v1. Try: --base-url {address.root}/v1"
    return ServerRefused(
        f"There is no language model at {address.shown}{_quoted(said)}",
        "Try: docmind doctor, which looks for servers" if address.ends_in_v1 else hint,
    )


def _not_like_this(address: Address, said: str, body: str) -> ServerRefused:
    if _TOO_LONG.search(body):
        return ServerRefused(_too_long(address, body), "Try: --mode retrieve, or fewer documents")
    if _GRAMMAR.search(said):
        return ServerRefused(
            f"{_name(address)} does not take the grammar of citations: {said}",
            "A newer vLLM (0.32 or later) does. Try: docmind doctor",
        )
    return ServerRefused(f"{_name(address)} refused the request: {said}", _DOCTOR)


def _too_long(address: Address, body: str) -> str:
    window, prompt = _number(_WINDOW, body), _number(_PROMPT, body)
    has = f" has {prompt:,} tokens or more" if prompt else " is too long"
    limit = f"; the server's window has {window:,}" if window else " for its window"
    return f"The prompt for {address.shown}{has}{limit}."


def _number(pattern: re.Pattern[str], body: str) -> int:
    """The number that a server names; 0 where it names none."""
    found = pattern.search(body)
    return int(found[1].replace(",", "")) if found else 0


def failure(
    error: Exception, address: Address, *, timeout_seconds: float, begun: bool = False
) -> EngineError:
    """What an exception of httpx2 means; `begun`: something of an answer had come before."""
    if isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout):
        plain = "The server may be one without TLS: http://. " if address.uses_tls else ""
        return ServerUnreachable(
            f"Nothing answers at {address.shown}.",
            f"{plain}Start the server, or look for one: docmind doctor",
        )
    if isinstance(error, httpx2.TimeoutException):
        return ServerDied(
            f"{_name(address)} was silent for {timeout_seconds:,.0f} seconds.",
            "If it is only slow, raise [engine] timeout_seconds.",
        )
    if isinstance(error, httpx2.SSEError):
        return ServerRefused(f"{_name(address)} does not stream its answers: {error}", _DOCTOR)
    if not begun:
        return ServerUnreachable(
            f"{_name(address)} closed the connection before it answered.",
            "Start it again, or look for another: docmind doctor",
        )
    return died(address, str(error))


def died(address: Address, why: str) -> ServerDied:
    """The server went away, or gave up, in the middle of an answer."""
    reason = " ".join(why.split())[:_SHOWN_CHARACTERS].rstrip(".")
    return ServerDied(
        f"{_name(address)} went away in the middle of an answer{f': {reason}' if reason else ''}.",
        "See whether it still runs: docmind serve status"
        if address.uds
        else f"See whether it still runs at {address.shown}, or look for another: docmind doctor",
    )


def refusal_in_stream(error: object, address: Address) -> EngineError:
    """What an error object among the events of an answer means."""
    problem = error if isinstance(error, dict) else {"message": error}
    said = message_of(msgspec.json.encode({"error": str(problem.get("message") or "")}))
    code = problem.get("code")
    if isinstance(code, int) and 400 <= code < 500:
        return refusal(code, msgspec.json.encode({"error": said}), address, model="", models=())
    return died(address, said)


def silently_cut(address: Address, remedy: str, read: int, sent: int) -> ServerRefused:
    """The server read less than it was sent, and said nothing."""
    return ServerRefused(
        f"{_name(address)} read {read:,} of about {sent:,} tokens and cut the rest without a "
        "word; its answer is worth nothing.",
        f"Give it a larger window: {remedy}",
    )
