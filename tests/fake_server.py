"""A small OpenAI-compatible server in a thread, which can be told to misbehave.

It counts tokens as Qwen2.5 does, says the words that it was given, and notices at once when the
other side is gone. tests/contracts/test_chat_engine.py holds it to what a real vLLM does.
"""

from __future__ import annotations

import json
import re
import select
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, Self

from docmind.ports import ChatMessage
from docmind.tokens.chats import ChatCounter
from docmind.tokens.qwen import QwenTokenCounter
from docmind.tokens.remembered import RememberedCounts

MODEL = "Qwen/Qwen2.5-7B-Instruct"
_POLL_SECONDS = 0.02
_COUNTER = ChatCounter(RememberedCounts(QwenTokenCounter()))


class Gone(Exception):
    """The other side has closed the connection, or the server was told to die."""


@dataclass
class Behaviour:
    """What the server is and does; a test changes what it wants to see go wrong.

    `kind` is vllm, ollama, llama.cpp, lm-studio or openai. `window_tokens` of 0 is not told.
    """

    kind: str = "vllm"
    models: tuple[str, ...] = (MODEL,)
    adapters: tuple[str, ...] = ()
    """LoRA adapters of the first model; vLLM lists them without a window."""

    window_tokens: int = 32_768
    words: tuple[str, ...] = ("The", " fee", " is", " EUR", " 4,500", ".")
    api_key: str = ""
    num_ctx: int = 0
    tokens_factor: float = 1.0
    """Times as many tokens as Qwen2.5 needs are counted."""

    writes: Callable[[str], bytes] = field(default=lambda data: f"data: {data}\n\n".encode())
    """How an event becomes bytes."""

    split: bool = False
    """Whether every byte is sent on its own."""

    refuses: tuple[int, str] | None = None
    """The status and the body of every answer to a chat."""

    retry_after: str = ""
    """When a client that is refused may come back, if the server says so."""

    error_after: int = -1
    """After how many words an error object comes; the last word of bad news is `error`."""

    error: object = None
    dies_after: int = -1
    """After how many words the connection is torn down."""

    reason: str = ""
    """Why it stops; empty: stop, or length where it has more to say."""


class FakeServer:
    """Listens on a loopback port, or on a Unix socket; a context manager."""

    def __init__(self, behaviour: Behaviour | None = None, *, uds: Path | None = None) -> None:
        self.behaviour = Behaviour() if behaviour is None else behaviour
        self.uds = uds
        self.requests: list[dict[str, Any]] = []
        """The bodies of all chats, in the order in which they came."""

        self.paths: list[str] = []
        self.speak = threading.Event()
        """While it is clear, the server reads the prompt, and says nothing."""

        self.speak.set()
        self.running = 0
        self._lock = threading.Lock()
        self._server = _listening(self, uds)
        self._name = self._server.socket.getsockname()
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(_POLL_SECONDS,), daemon=True
        )

    @property
    def base_url(self) -> str:
        """What a user would type."""
        if self.uds:
            return f"unix:{self.uds}"
        return f"http://127.0.0.1:{self._name[1]}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.speak.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def run(self, change: int) -> None:
        """One request more, or one less, is being computed."""
        with self._lock:
            self.running += change


def _listening(fake: FakeServer, uds: Path | None) -> socketserver.TCPServer:
    class Handler(_Handler):
        server_of = fake

    kind = socketserver.ThreadingUnixStreamServer if uds else socketserver.ThreadingTCPServer
    kind.daemon_threads = True
    return kind(str(uds) if uds else ("127.0.0.1", 0), Handler)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    server_of: FakeServer
    protocol_version = "HTTP/1.1"
    # Each word leaves at once: with Nagle's algorithm the second one waits for 40 ms.
    disable_nagle_algorithm = False
    wbufsize = 0

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's
        """Say nothing."""

    @property
    def behaviour(self) -> Behaviour:
        return self.server_of.behaviour

    def do_GET(self) -> None:
        self.server_of.paths.append(self.path)
        if self.path.startswith("/v1") and not self._allowed():
            return
        found = _facts(self.behaviour).get(self.path)
        self._json(
            404 if found is None else 200, {"detail": "Not Found"} if found is None else found
        )

    def do_POST(self) -> None:
        self.server_of.paths.append(self.path)
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path.startswith("/v1") and not self._allowed():
            return
        if self.path == "/v1/chat/completions":
            self.server_of.requests.append(body)
            self.server_of.run(+1)
            try:
                self._chat(body)
            except (Gone, ConnectionError):
                self.close_connection = True
            finally:
                self.server_of.run(-1)
        elif self.path == "/tokenize" and self.behaviour.kind == "vllm":
            self._json(200, {"count": self._count(body)})
        elif self.path == "/api/show" and self.behaviour.kind == "ollama":
            lines = f"num_ctx    {self.behaviour.num_ctx}" if self.behaviour.num_ctx else ""
            self._json(200, {"parameters": f'stop  "<|im_end|>"\n{lines}'})
        else:
            self._json(404, {"detail": "Not Found"})

    def _allowed(self) -> bool:
        key = self.behaviour.api_key
        allowed = not key or self.headers.get("Authorization") == f"Bearer {key}"
        if not allowed:
            self._json(401, {"error": "Unauthorized"})
        return allowed

    def _json(self, status: int, content: object) -> None:
        text = content if isinstance(content, str) else json.dumps(content)
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text.encode())))
        if status >= 400 and self.behaviour.retry_after:
            self.send_header("Retry-After", self.behaviour.retry_after)
        self.end_headers()
        self.wfile.write(text.encode())

    def _count(self, body: dict[str, Any]) -> int:
        messages = [ChatMessage(each["role"], each["content"]) for each in body["messages"]]
        return int(_COUNTER.count(messages) * self.behaviour.tokens_factor)

    def _chat(self, body: dict[str, Any]) -> None:
        tokens = self._count(body)
        refused = self._refused(body, tokens)
        if refused is not None:
            self._json(*refused)
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for data in self._spoken(body, tokens):
            self._chunk(self.behaviour.writes(data))
        self._chunk(b"")

    def _refused(self, body: dict[str, Any], tokens: int) -> tuple[int, object] | None:
        behaviour = self.behaviour
        if behaviour.refuses is not None:
            return behaviour.refuses
        if body["model"] not in (*behaviour.models, *behaviour.adapters):
            return 404, _error(f"The model `{body['model']}` does not exist.", 404)
        window = behaviour.window_tokens
        if behaviour.kind in ("vllm", "llama.cpp") and window and tokens > window:
            text = f"This model's maximum context length is {window} tokens. However, your prompt "
            return 400, _error(f"{text}contains at least {tokens} input tokens.", 400)
        if not _compiles(body.get("response_format")):
            return 400, _error("Invalid response_format structural_tag specification.", 400)
        return None

    def _spoken(self, body: dict[str, Any], tokens: int) -> Iterator[str]:
        """The data of the events of one answer."""
        self._wait_for_leave()
        behaviour = self.behaviour
        limit = body.get("max_completion_tokens") or body["max_tokens"]
        words = behaviour.words[:limit]
        for number, word in enumerate(words):
            if number == behaviour.dies_after:
                raise Gone
            if number == behaviour.error_after:
                yield json.dumps({"error": behaviour.error})
                return
            self._wait_for_leave()
            delta = {"index": 0, "delta": {"content": word}, "finish_reason": None}
            yield json.dumps({"choices": [delta]})
        reason = behaviour.reason or ("stop" if len(words) == len(behaviour.words) else "length")
        yield json.dumps({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})
        usage: dict[str, object] = {"prompt_tokens": self._read(tokens)}
        usage["completion_tokens"] = len(words)
        if behaviour.kind == "vllm":
            usage["prompt_tokens_details"] = {"cached_tokens": 0}
        yield json.dumps({"choices": [], "usage": usage})
        yield "[DONE]"

    def _read(self, tokens: int) -> int:
        """How many tokens of the prompt it reads: some servers leave out what is too much."""
        window = self.behaviour.window_tokens
        vllm_like = self.behaviour.kind in ("vllm", "llama.cpp")
        return tokens if vllm_like or not window else min(tokens, window)

    def _wait_for_leave(self) -> None:
        """Wait until the server may speak; raises Gone when nobody listens any more."""
        while not self.server_of.speak.wait(_POLL_SECONDS):
            readable, _, _ = select.select([self.connection], [], [], 0)
            if readable and not self.connection.recv(1, 2):  # 2: MSG_PEEK
                raise Gone

    def _chunk(self, data: bytes) -> None:
        parts = [data[at : at + 1] for at in range(len(data))] if self.behaviour.split else [data]
        for part in parts:
            self.wfile.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")


def _facts(behaviour: Behaviour) -> dict[str, object]:
    """What GET answers, by path."""
    owner = {"vllm": "vllm", "ollama": "library"}.get(behaviour.kind, "someone")
    models: list[dict[str, object]] = [
        {"id": name, "object": "model", "owned_by": owner} for name in behaviour.models
    ]
    if behaviour.kind == "vllm":
        models = [each | {"max_model_len": behaviour.window_tokens} for each in models]
        models += [
            {"id": name, "owned_by": owner, "parent": behaviour.models[0], "max_model_len": None}
            for name in behaviour.adapters
        ]
    facts: dict[str, object] = {"/v1/models": {"object": "list", "data": models}, "/health": {}}
    window = behaviour.window_tokens
    name = behaviour.models[0] if behaviour.models else ""
    own: dict[str, dict[str, object]] = {
        "vllm": {"/version": {"version": "0.32.0"}},
        "ollama": {
            "/api/version": {"version": "0.12.3"},
            "/api/ps": {"models": [{"name": name, "context_length": window}] if window else []},
        },
        "llama.cpp": {"/props": {"default_generation_settings": {"n_ctx": window}}},
        "lm-studio": {
            "/api/v0/models": {"data": [{"id": name, "loaded_context_length": window or None}]}
        },
    }
    return facts | own.get(behaviour.kind, {})


def _compiles(response_format: Any) -> bool:
    """Whether the regular expressions of a grammar are any; a JSON Schema is taken as it is."""
    tags = (response_format or {}).get("format", {}).get("tags", ())
    for tag in tags:
        with suppress(re.error):
            re.compile(tag["content"]["pattern"])
            continue
        return False
    return True


def _error(message: str, code: int) -> dict[str, object]:
    return {"error": {"message": message, "type": "Error", "code": code}}
