"""What is found out about a server by asking it."""

from __future__ import annotations

from pathlib import Path

import pytest

from docmind.engines.abilities import Abilities, ServerKind, find_abilities
from docmind.engines.address import Address, address_of
from docmind.engines.counting import Counting
from docmind.engines.inquiry import Inquiry
from docmind.errors import ConfigError, ServerRefused
from docmind.ports import ChatMessage
from tests.contracts.test_chat_engine import COUNTER, engine_at
from tests.fake_server import MODEL, Behaviour, FakeServer


def abilities(behaviour: Behaviour, model: str = "", window_tokens: int = 0) -> Abilities:
    with (
        FakeServer(behaviour) as server,
        Inquiry(address_of(server.base_url)) as inquiry,
    ):
        return find_abilities(inquiry, COUNTER, model=model, window_tokens=window_tokens)


def test_vllm_tells_everything() -> None:
    found = abilities(Behaviour(window_tokens=131_072))

    assert found == Abilities(
        ServerKind.VLLM,
        MODEL,
        131_072,
        models=(MODEL,),
        counting=Counting.HERE,
        constrains=True,
        version="0.32.0",
    )


def test_vllm_with_another_tokenizer_is_asked_to_count() -> None:
    with FakeServer(Behaviour(tokens_factor=1.3)) as server:
        engine = engine_at(address_of(server.base_url))
        messages = (ChatMessage("user", "How many tokens are these? " * 20),)

        assert engine.abilities.counting is Counting.THERE
        assert engine.count(messages) == engine.count(messages)
        assert engine.estimates is False
        assert server.paths.count("/tokenize") == 2


@pytest.mark.parametrize(
    ("kind", "told", "modelfile", "used"),
    [
        pytest.param("ollama", 32_768, 0, 32_768, id="Ollama, loaded"),
        pytest.param("ollama", 0, 16_384, 16_384, id="Ollama, set in the Modelfile"),
        pytest.param("ollama", 0, 0, 4_096, id="Ollama"),
        pytest.param("llama.cpp", 9_000, 0, 9_000, id="llama.cpp"),
        pytest.param("lm-studio", 9_000, 0, 9_000, id="LM Studio, loaded"),
        pytest.param("lm-studio", 0, 0, 4_096, id="LM Studio"),
        pytest.param("openai", 0, 0, 8_192, id="unknown"),
    ],
)
def test_each_sort_of_server_tells_its_window_or_little_is_assumed(
    kind: str, told: int, modelfile: int, used: int
) -> None:
    found = abilities(Behaviour(kind=kind, window_tokens=told, num_ctx=modelfile))

    assert (found.kind, found.window_tokens) == (kind, used)
    assert bool(found.warnings) is (used not in (told, modelfile))
    assert found.constrains is False
    assert found.counting is Counting.ESTIMATED


def test_a_window_that_is_configured_stands_where_the_server_tells_none() -> None:
    found = abilities(Behaviour(kind="openai"), window_tokens=65_536)

    assert (found.window_tokens, found.warnings) == (65_536, ())


@pytest.mark.parametrize(("configured", "used"), [(8_192, 8_192), (100_000, 32_768)])
def test_a_window_that_is_configured_can_only_make_a_known_one_smaller(
    configured: int, used: int
) -> None:
    assert abilities(Behaviour(), window_tokens=configured).window_tokens == used


def test_a_model_is_chosen_by_name() -> None:
    behaviour = Behaviour(models=("base", "contracts"))

    assert abilities(behaviour).model == "base"
    assert abilities(behaviour, "contracts").model == "contracts"
    with pytest.raises(ServerRefused, match="it has base, contracts") as caught:
        abilities(behaviour, "contract")
    assert caught.value.hint == "Try: --model base"


def test_a_model_of_ollama_may_be_named_without_its_tag() -> None:
    behaviour = Behaviour(kind="ollama", models=("qwen2.5:latest",))

    assert abilities(behaviour, "qwen2.5").model == "qwen2.5:latest"


def test_a_server_without_a_model_says_so() -> None:
    with pytest.raises(ServerRefused, match="no model that is loaded"):
        abilities(Behaviour(models=()))


def test_estimates_are_on_the_high_side() -> None:
    with FakeServer(Behaviour(kind="openai")) as server:
        engine = engine_at(address_of(server.base_url))

    messages = (ChatMessage("system", "x"), ChatMessage("user", "fee " * 1_000))
    assert engine.count(messages) > 1.1 * COUNTER.count("fee " * 1_000)
    assert engine.tokenizer == "qwen2.5 x 1.15"


@pytest.mark.parametrize(
    ("typed", "base_url"),
    [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000/v1"),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000/v1"),
        ("http://127.0.0.1:8000/v1/", "http://127.0.0.1:8000/v1"),
        ("https://box/api/openai/v1/chat/completions", "https://box/api/openai/v1"),
        (" http://127.0.0.1:8000/v1/models\n", "http://127.0.0.1:8000/v1"),
        ("unix:/run/vllm.sock", "http://localhost/v1"),
    ],
)
def test_an_address_may_be_typed_in_several_ways(typed: str, base_url: str) -> None:
    assert address_of(typed).base_url == base_url


@pytest.mark.parametrize(
    ("typed", "tried"),
    [
        ("", "http://127.0.0.1:8000/v1"),
        ("localhost", "http://localhost"),
        ("box.local:8000/v1", "http://box.local:8000/v1"),
        ("ftp://x/v1", "http://127.0.0.1:8000/v1"),
        ("http://", "http://127.0.0.1:8000/v1"),
        ("http://[::1", "http://127.0.0.1:8000/v1"),
        ("http://a box/v1", "http://127.0.0.1:8000/v1"),
        ("8000", "http://127.0.0.1:8000/v1"),
        ("unix:", "http://127.0.0.1:8000/v1"),
    ],
)
def test_what_is_no_address_is_refused(typed: str, tried: str) -> None:
    with pytest.raises(ConfigError, match="no address of a server") as caught:
        address_of(typed)
    assert caught.value.hint == f"Try: --base-url {tried}"


def test_an_adapter_has_the_window_of_its_model() -> None:
    found = abilities(Behaviour(adapters=("law",)), "law")

    assert (found.model, found.window_tokens, found.warnings) == ("law", 32_768, ())


def test_a_password_in_an_address_is_not_shown() -> None:
    assert address_of("http://me:secret@box:8000").shown == "http://box:8000"


@pytest.mark.parametrize(
    ("address", "host"),
    [
        (Address("http://127.0.0.1:8000/v1"), ""),
        (Address("http://localhost/v1", Path("/run/sock")), ""),
        (Address("https://user:pass@box.example:8443/v1"), "box.example:8443"),
        (Address("http://192.168.1.7/v1"), "192.168.1.7"),
    ],
)
def test_another_machine_is_named(address: Address, host: str) -> None:
    assert address.remote_host == host
