"""A language model behind an OpenAI-compatible server: a ChatEngine (see `docmind.ports`).

Nothing is asked for twice: a request that failed is an error, never a second request, because a
prompt of 100,000 tokens that is computed in vain costs a minute.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing

import httpx2
import msgspec

from docmind.engines.abilities import Abilities, ServerKind
from docmind.engines.address import Address
from docmind.engines.chunks import StreamedAnswer
from docmind.engines.counting import Counting, EstimatingCounter, ServerCounter
from docmind.engines.inquiry import Inquiry
from docmind.engines.refusals import (
    failure,
    refusal,
    silently_cut,
)
from docmind.engines.streaming import PATIENCE_SECONDS, Answered, events
from docmind.errors import EngineError, ServerDied, ServerRefused, ServerUnreachable
from docmind.model import EngineName
from docmind.ports import (
    ChatEvent,
    ChatMessage,
    ChatRequest,
    ChatText,
    ChatWaiting,
    CitationTags,
    TokenCounter,
)
from docmind.tokens.chats import ChatCounter, sendable

_LOWEST_PRIORITY = 1_000_000
"""vLLM takes the request with the smallest number first; what people wait for has 0."""

_CUT_SHARE = 0.7
"""A server that counts less than this share of what we count has not read everything."""


class ServerEngine:
    """A ChatEngine. May be used from several threads.

    There is nothing to close: each request has a connection of its own, which ends with it.
    """

    def __init__(
        self,
        address: Address,
        abilities: Abilities,
        counter: TokenCounter,
        *,
        timeout_seconds: float,
        lost: Callable[[EngineError], None] | None = None,
    ) -> None:
        """`counter` counts plain text as Qwen2.5 does; `abilities` say what that is worth.

        `lost` is told when the server has gone, before the error is raised.
        """
        self.address = address
        self.abilities = abilities
        self._timeout_seconds = timeout_seconds
        self._lost = lost
        self._client = address.client(timeout_seconds)
        self._inquiry = Inquiry(address)
        self._plain = ChatCounter(counter)
        self._counter = self._counter_for(abilities, counter)

    def _counter_for(
        self, abilities: Abilities, counter: TokenCounter
    ) -> ChatCounter | ServerCounter | EstimatingCounter:
        if abilities.counting is Counting.HERE:
            return self._plain
        if abilities.counting is Counting.THERE:
            return ServerCounter(self._inquiry, abilities.model)
        return EstimatingCounter(counter)

    @property
    def name(self) -> EngineName:
        """What the ledger calls it: a server on another machine is named with it."""
        host = self.address.remote_host
        kind = str(self.abilities.kind)
        return EngineName(f"{kind} at {host}" if host else kind, self.abilities.model)

    @property
    def window_tokens(self) -> int:
        """Prompt and answer together may have this many tokens."""
        return self.abilities.window_tokens

    @property
    def constrains(self) -> bool:
        """Whether it honours CitationTags."""
        return self.abilities.constrains

    @property
    def shapes(self) -> bool:
        """Whether it honours a JSON Schema: every server that is known to docmind does."""
        return self.abilities.kind is not ServerKind.OTHER

    @property
    def tokenizer(self) -> str:
        """What counts its tokens."""
        return self._counter.name

    @property
    def estimates(self) -> bool:
        """Whether `count` is an estimate."""
        return self.abilities.counting is Counting.ESTIMATED

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the reader should know of this server."""
        return self.abilities.warnings

    def count(self, messages: Sequence[ChatMessage]) -> int:
        """Tokens of the prompt that these messages become."""
        return self._counter.count(messages)

    def stream(self, request: ChatRequest) -> Iterator[ChatEvent]:
        """Ask; ends with ChatFinished. See `docmind.ports`."""
        try:
            yield from self._stream(request)
        except (ServerDied, ServerUnreachable) as error:
            if self._lost is not None:
                self._lost(error)
            raise

    def _stream(self, request: ChatRequest) -> Iterator[ChatEvent]:
        if self.abilities.kind.cuts_silently:
            self._require_room(request)
        url = f"{self.address.base_url}/chat/completions"
        answer = StreamedAnswer(self.address)
        try:
            with closing(events(self._client, url, self._body(request))) as received:
                yield from self._told(received, answer)
        except Answered as error:
            raise self._refusal(error) from error
        except httpx2.HTTPError as error:
            raise failure(
                error, self.address, timeout_seconds=self._timeout_seconds, begun=answer.begun
            ) from error
        self._require_uncut(request, answer)
        yield answer.finished()

    def _told(self, received: Iterator[str | None], answer: StreamedAnswer) -> Iterator[ChatEvent]:
        """Text as it comes, and ChatWaiting whenever there was none for a moment."""
        told = quiet = time.monotonic()
        for data in received:
            text = "" if data is None else answer.take(data)
            if answer.over:
                return
            now = time.monotonic()
            if text:
                yield ChatText(text)
                told = quiet = time.monotonic()
            # A model that thinks sends much and says nothing: one must be able to cancel it.
            elif now - told >= PATIENCE_SECONDS * 0.9:
                yield ChatWaiting(now - quiet)
                told = time.monotonic()

    def _body(self, request: ChatRequest) -> bytes:
        abilities = self.abilities
        body: dict[str, object] = {
            "model": abilities.model,
            "messages": [
                {"role": each.role, "content": sendable(each.content)} for each in request.messages
            ],
            "temperature": request.temperature,
            "top_p": request.top_p,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        # The newer name is the only one that vLLM has not deprecated, and that older servers lack.
        limit = "max_completion_tokens" if abilities.kind is ServerKind.VLLM else "max_tokens"
        body[limit] = min(request.max_output_tokens, abilities.window_tokens)
        if abilities.prioritizes and request.background:
            body["priority"] = _LOWEST_PRIORITY
        if abilities.constrains and request.citations is not None:
            body["response_format"] = _structural_tag(request.citations)
        if self.shapes and request.json_schema is not None:
            body["response_format"] = _json_schema(request.json_schema)
        return msgspec.json.encode(body)

    def _refusal(self, answered: Answered) -> Exception:
        abilities = self.abilities
        return refusal(
            answered.status,
            answered.body,
            self.address,
            model=abilities.model,
            models=self._models() if answered.status == httpx2.codes.NOT_FOUND else (),
            retry_after=answered.retry_after,
        )

    def _models(self) -> tuple[str, ...]:
        """The models that the server has by now."""
        return tuple(str(each["id"]) for each in self._inquiry.models())

    def _require_room(self, request: ChatRequest) -> None:
        """Refuse, before it is sent, what the server would cut without a word."""
        tokens = self.count(request.messages)
        if tokens >= self.window_tokens:
            raise ServerRefused(
                f"The prompt has about {tokens:,} tokens, and {self.address.shown} "
                f"({self.abilities.kind}) reads {self.window_tokens:,}: it would cut the rest.",
                f"Give it more: {self.abilities.kind.how_to_widen}",
            )

    def _require_uncut(self, request: ChatRequest, answer: StreamedAnswer) -> None:
        """Refuse an answer to a prompt that the server shortened without a word."""
        read = answer.prompt_tokens
        if not read or not self.abilities.kind.cuts_silently:
            return
        sent = self._plain.count(request.messages)
        if read < sent * _CUT_SHARE:
            raise silently_cut(self.address, self.abilities.kind.how_to_widen, read, sent)


def _json_schema(schema: str) -> dict[str, object]:
    """JSON that is valid against this schema, and nothing around it."""
    named = {"name": "record", "schema": msgspec.Raw(schema.encode()), "strict": True}
    return {"type": "json_schema", "json_schema": named}


def _structural_tag(citations: CitationTags) -> dict[str, object]:
    """Free text in which, once a tag is begun, only what exists can be written."""
    tag = {
        "type": "tag",
        "begin": citations.begin,
        "content": {"type": "regex", "pattern": citations.pattern},
        "end": citations.end,
    }
    return {
        "type": "structural_tag",
        "format": {
            "type": "triggered_tags",
            "triggers": [citations.begin],
            "tags": [tag],
            # A model that must cite something cannot say that the document does not say.
            "at_least_one": False,
            "stop_after_first": False,
        },
    }
