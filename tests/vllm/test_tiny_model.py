"""The server is real, and so is its tokenizer: what the other tests of this lane rely on."""

from __future__ import annotations

import pytest

from docmind.tokens.qwen import SPECIAL_TOKENS, QwenTokenCounter
from tests.vllm.real_server import RealServer


@pytest.mark.parametrize(
    "text",
    [
        "Hello world 你好",
        "第三条　违约责任：乙方应支付 12,500.00 元。",
        "def f(x):\n\treturn x ** 2  # ²\r\n\r\n\n   end",
        "🙂👩‍👩‍👧 e\u0301 \u200b\x01\x7f   \t\t .. 1234567",
    ],
)
def test_it_cuts_text_into_the_tokens_that_docmind_counts(server: RealServer, text: str) -> None:
    with server.client() as client:
        body = {"model": server.model, "prompt": text, "add_special_tokens": False}
        tokens = client.post("/tokenize", json=body).json()["tokens"]

    assert tokens == QwenTokenCounter().encode(text)


def test_every_control_token_of_the_model_is_one_token(server: RealServer) -> None:
    with server.client() as client:
        for token, number in SPECIAL_TOKENS.items():
            body = {"model": server.model, "prompt": token, "add_special_tokens": False}
            assert client.post("/tokenize", json=body).json()["tokens"] == [number]


def test_it_serves_the_long_window(server: RealServer) -> None:
    with server.client() as client:
        models = client.get("/v1/models").json()["data"]

    assert models[0]["max_model_len"] == server.window_tokens
