"""Asks a server how it is, over its Unix socket or its loopback port.

http.client and not the HTTP library of the engines: the supervisor lives as long as the server,
and `running()` is asked before every question.
"""

from __future__ import annotations

import http.client
import json
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_SAMPLE = re.compile(r"vllm:(\w+)(?:\{.*\})? ([\d.eE+-]+)$")

PROBE_SECONDS = 5.0
"""How long a server that is busy with other things may take to say so."""


@dataclass(frozen=True, slots=True)
class ServedModel:
    """A line of /v1/models: the name to ask for, what was loaded, and its window."""

    id: str
    root: str
    window_tokens: int | None


class _Connection(http.client.HTTPConnection):
    def __init__(self, uds: str, port: int, seconds: float) -> None:
        super().__init__("127.0.0.1", port or None, timeout=seconds)
        self._uds = uds

    def connect(self) -> None:
        """Over the socket where there is one."""
        if not self._uds:
            super().connect()
            return
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._uds)


class Probe:
    """Speaks to one server; every call opens a connection of its own."""

    def __init__(
        self, uds: str, port: int, api_key: str = "", *, seconds: float = PROBE_SECONDS
    ) -> None:
        self._uds, self._port, self._seconds = uds, port, seconds
        self._headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}

    def healthy(self) -> bool | None:
        """Whether it says that it is; None where nobody answers."""
        status, _ = self._get("/health")
        return None if status is None else status == http.client.OK

    def version(self) -> str:
        """vLLM's version; empty where the server does not tell."""
        found = self._json("/version")
        return str(found.get("version", "")) if isinstance(found, dict) else ""

    def models(self) -> list[ServedModel]:
        """What it serves, adapters included."""
        found = self._json("/v1/models")
        lines = found.get("data") if isinstance(found, dict) else None
        return [
            ServedModel(
                str(each.get("id", "")), str(each.get("root", "")), each.get("max_model_len")
            )
            for each in lines or []
            if isinstance(each, dict)
        ]

    def metrics(self) -> Mapping[str, float]:
        """The sum of each metric's samples, without the prefix vllm: and the suffix _total."""
        status, body = self._get("/metrics")
        sums: dict[str, float] = {}
        if status != http.client.OK:
            return sums
        for line in body.decode("utf-8", "replace").splitlines():
            if sample := _SAMPLE.match(line):
                key = sample[1].removesuffix("_total")
                sums[key] = sums.get(key, 0.0) + float(sample[2])
        return sums

    def _json(self, path: str) -> Any:
        status, body = self._get(path)
        try:
            return json.loads(body) if status == http.client.OK else None
        except ValueError:
            return None

    def _get(self, path: str) -> tuple[int | None, bytes]:
        """Status and body; no status where nobody answers."""
        connection = _Connection(self._uds, self._port, self._seconds)
        try:
            connection.request("GET", path, headers=self._headers)
            response = connection.getresponse()
            return response.status, response.read()
        except (OSError, http.client.HTTPException):
            return None, b""
        finally:
            connection.close()


def why_unusable(port: int) -> str:
    """Why no server can listen on a loopback port; empty where one can."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", port))
        except OSError as error:
            return error.strerror or str(error)
    return ""
