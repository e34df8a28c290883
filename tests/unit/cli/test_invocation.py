"""What was typed, made ready to use."""

from __future__ import annotations

import pytest

from docmind.cli.flags import Flags, takes_value
from docmind.cli.invocation import page_range
from docmind.errors import UsageError


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        pytest.param("7", [7], [6, 8], id="one page"),
        pytest.param("10-20", [10, 20], [9, 21], id="range"),
        pytest.param("10-", [10, 5_000], [9], id="from a page on"),
    ],
)
def test_a_range_of_pages_includes_both_ends(
    text: str, inside: list[int], outside: list[int]
) -> None:
    pages = page_range(text)

    assert pages is not None
    assert all(page in pages for page in inside)
    assert not any(page in pages for page in outside)


def test_without_a_range_every_page_is_meant() -> None:
    assert page_range(None) is None


@pytest.mark.parametrize("text", ["", "0", "5-3", "a-b", "-3", "1-2-3", "1.5"])
def test_what_is_no_range_of_pages_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="no range of pages"):
        page_range(text)


def test_only_flags_that_were_typed_are_settings() -> None:
    assert Flags().settings() == {}
    assert Flags(ocr="off", passages=3, json=True).settings() == {
        "reading": {"ocr": "off"},
        "retrieval": {"passages": 3},
    }


def test_flags_about_the_model_are_settings() -> None:
    flags = Flags(
        model="Qwen", mode="whole", role="lawyer", max_output=64, temperature=0.0, top_p=0.5
    )

    assert flags.settings() == {
        "engine": {"model": "Qwen"},
        "context": {"mode": "whole"},
        "generation": {
            "role": "lawyer",
            "max_output_tokens": 64,
            "temperature": 0.0,
            "top_p": 0.5,
        },
    }


def test_who_types_an_address_wants_that_server_and_no_other_engine() -> None:
    url = "http://127.0.0.1:8000/v1"

    assert Flags(base_url=url).settings()["engine"] == {"name": "openai", "base_url": url}
    both = Flags(base_url=url, engine="auto").settings()["engine"]
    assert both == {"name": "auto", "base_url": url}


def test_it_is_known_which_flags_take_a_value() -> None:
    assert takes_value("--ocr")
    assert takes_value("-k")
    assert not takes_value("--json")
    assert not takes_value("--ocr=off")
