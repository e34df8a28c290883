"""Short questions to a server about itself: which models, which window, how many tokens.

What a server does not know is an empty answer, because finding out what it can means asking for
paths that most servers do not have.
"""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

import httpx2
import msgspec

from docmind.engines.address import Address
from docmind.engines.refusals import failure, refusal
from docmind.errors import ServerRefused


class Inquiry:
    """Asks one server; a context manager that ends the connection."""

    def __init__(
        self, address: Address, *, timeout_seconds: float = 30.0, connect_seconds: float = 5.0
    ) -> None:
        self.address = address
        self._timeout_seconds = timeout_seconds
        self._client = address.client(timeout_seconds, connect_seconds=connect_seconds)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _where: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the server."""
        self._client.close()

    def models(self) -> list[dict[str, Any]]:
        """The entries of the server's list of models. Raises EngineError, for there must be one.

        An address without /v1 where the list is, or with a path of its own, is asked as it stands.
        """
        response = self._send("GET", f"{self.address.base_url}/models")
        if response.status_code != httpx2.codes.OK:
            raise refusal(
                response.status_code, response.content, self.address, model="", models=()
            )
        entries = _object(response).get("data")
        if not isinstance(entries, list):
            raise ServerRefused(
                f"What answers at {self.address.shown} is no server of language models.",
                "Try: docmind doctor, which looks for servers",
            )
        return [
            each for each in entries if isinstance(each, dict) and isinstance(each.get("id"), str)
        ]

    def asked(self, path: str) -> dict[str, Any]:
        """The JSON object at a path of the server's own; empty where there is none."""
        return self._object_at("GET", path, None)

    def posted(self, path: str, body: object) -> dict[str, Any]:
        """The JSON object that answers a JSON body; empty where there is none."""
        return self._object_at("POST", path, msgspec.json.encode(body))

    def _object_at(self, method: str, path: str, body: bytes | None) -> dict[str, Any]:
        response = self._send(method, self.address.root + path, body)
        return _object(response) if response.status_code == httpx2.codes.OK else {}

    def _send(self, method: str, url: str, body: bytes | None = None) -> httpx2.Response:
        headers = {"Content-Type": "application/json"} if body is not None else None
        try:
            return self._client.request(method, url, content=body, headers=headers)
        except httpx2.HTTPError as error:
            raise failure(error, self.address, timeout_seconds=self._timeout_seconds) from error


def _object(response: httpx2.Response) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(response.content)
    except msgspec.DecodeError:
        return {}
    return found if isinstance(found, dict) else {}
