"""Where a server of language models listens, and the HTTP client that speaks to it.

Proxies that the environment names are never used, and redirects never followed: what a reader asks
goes to the address that was typed, and nowhere else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx2

from docmind.errors import ConfigError

_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_UNIX = "unix:"
_ENDINGS = ("/chat/completions", "/completions", "/models")
"""What a server has below its base URL; people copy it along."""

_HOST = re.compile(r"(?!\d+$)[\w.-]+(:\d+)?(/v1)?/?")


@dataclass(frozen=True, slots=True)
class Address:
    """`base_url` ends where "/chat/completions" begins. With `uds` it only names the path."""

    base_url: str
    uds: Path | None = None
    api_key: str = field(default="", repr=False)

    @property
    def root(self) -> str:
        """The address without /v1, below which servers have what is their own."""
        return self.base_url.removesuffix("/v1")

    @property
    def shown(self) -> str:
        """How messages call it: without a password that may stand in it."""
        if self.uds:
            return f"the socket {self.uds}"
        parts = urlsplit(self.root)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()

    @property
    def ends_in_v1(self) -> bool:
        """Whether it has the ending that most servers want."""
        return self.base_url.endswith("/v1")

    @property
    def uses_tls(self) -> bool:
        """Whether what is sent is encrypted."""
        return self.base_url.lower().startswith("https:")

    @property
    def remote_host(self) -> str:
        """The other machine, with its port; empty where the server is on this one."""
        parts = urlsplit(self.base_url)
        return "" if self.uds or parts.hostname in _LOOPBACK else parts.netloc.rpartition("@")[2]

    def client(self, timeout_seconds: float, *, connect_seconds: float = 5.0) -> httpx2.Client:
        """A client of this server; `timeout_seconds` is how long it may be silent."""
        return httpx2.Client(
            transport=httpx2.HTTPTransport(
                # Without TLS the certificates, which take longer to load than to ask, are left.
                verify=self.uses_tls,
                trust_env=False,
                uds=str(self.uds) if self.uds else None,
                # A connection for each request: closing it is how an answer is cancelled.
                limits=httpx2.Limits(max_keepalive_connections=0),
            ),
            base_url=self.root,
            headers=self._headers(),
            timeout=httpx2.Timeout(timeout_seconds, connect=connect_seconds),
            trust_env=False,
        )

    def _headers(self) -> dict[str, str]:
        headers = {"User-Agent": "docmind", "Accept-Encoding": "identity"}
        return headers | ({"Authorization": f"Bearer {self.api_key}"} if self.api_key else {})


def address_of(text: str, api_key: str = "") -> Address:
    """The address that a user typed: a URL, with or without /v1, or unix:/path/to/socket.

    Raises ConfigError.
    """
    text = text.strip()
    if text.startswith(_UNIX) and text.strip("/") != _UNIX:
        path = Path("/" + text.removeprefix(_UNIX).lstrip("/"))
        return Address("http://localhost/v1", path, api_key)
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or len(text.split()) != 1:
        raise ConfigError(f"{text!r} is no address of a server.", f"Try: --base-url {_near(text)}")
    bare = text.partition("?")[0].partition("#")[0].rstrip("/")
    for ending in _ENDINGS:
        bare = bare.removesuffix(ending)
    return Address(bare if urlsplit(bare).path else f"{bare}/v1", None, api_key)


def _near(text: str) -> str:
    """An address that may have been meant, or an example."""
    return f"http://{text}" if _HOST.fullmatch(text) else "http://127.0.0.1:8000/v1"
