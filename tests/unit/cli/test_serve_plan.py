"""`docmind serve plan`: for this machine or another, for a person and for a program."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import jsonschema
import pytest

from docmind.export.schema import schema_of
from tests.unit.cli.conftest import Command


@pytest.fixture(autouse=True)
def nothing_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No GPU and no weights, whatever the machine that runs the tests has."""
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.delenv("MODELSCOPE_CACHE", raising=False)


def test_without_a_gpu_it_says_so_and_how_to_plan_for_another_machine(docmind: Command) -> None:
    result = docmind("serve", "plan")

    assert result.exit_code == 0
    assert "No GPU was found" in result.stdout
    assert "docmind serve plan --gpu 1x24" in result.stdout
    assert "docmind serve install --cpu" in result.stdout
    assert "--max-model-len" not in result.stdout


def test_a_machine_that_is_named_gets_a_table_reasons_and_the_command(docmind: Command) -> None:
    page = docmind("serve", "plan", "--gpu", "1x24").stdout

    assert "| Qwen2.5-7B-Instruct-AWQ | 1 | 0.92 | 131,072 |" in page
    assert "gpu_memory_share = 0.96" in page
    assert "hf download Qwen/Qwen2.5-7B-Instruct-AWQ" in page
    assert "docmind serve start --profile long" in page
    assert "docmind serve install" in page


def test_the_command_that_is_shown_is_the_one_in_the_record(docmind: Command) -> None:
    shown = docmind("serve", "plan", "--gpu", "2x24").stdout
    record = json.loads(docmind("serve", "plan", "--gpu", "2x24", "--json").stdout)
    words = shlex.split(shown[shown.index("VLLM_NO_USAGE_STATS") :].replace("\\\n", ""))

    settings = [f"{key}={value}" for key, value in record["environment"].items()]
    assert words == [*settings, *record["command"]]


@pytest.mark.parametrize("gpu", ["1x24", "4x80", "1x4", None])
def test_the_record_is_what_its_schema_says(docmind: Command, gpu: str | None) -> None:
    machine = [] if gpu is None else ["--gpu", gpu]
    record = json.loads(docmind("serve", "plan", *machine, "--json").stdout)

    jsonschema.validate(record, schema_of("plan"))
    assert record["fits"] == (gpu in ("1x24", "4x80"))
    assert bool(record["command"]) == record["fits"]
    assert record["kv_bytes_per_token"] == 57_344


def test_more_than_can_be_served_is_told_as_it_was_asked(docmind: Command) -> None:
    asked = ("serve", "plan", "--gpu", "1x80", "--tokens", "500000")
    record = json.loads(docmind(*asked, "--json").stdout)

    assert (record["wanted_tokens"], record["window_tokens"]) == (500_000, 131_072)
    assert "the pages that rank best are read" in " ".join(docmind(*asked).stdout.split())


def test_tokens_decide_about_the_window(docmind: Command) -> None:
    def window(tokens: str) -> int:
        result = docmind("serve", "plan", "--gpu", "1x48", "--tokens", tokens, "--json")
        return int(json.loads(result.stdout)["window_tokens"])

    assert [window("1000"), window("50000"), window("100000")] == [32_768, 65_536, 131_072]


def test_documents_of_middle_length_are_not_promised_to_a_bare_start(docmind: Command) -> None:
    middle = docmind("serve", "plan", "--gpu", "1x48", "--tokens", "50000").stdout
    short = docmind("serve", "plan", "--gpu", "1x48", "--tokens", "5000").stdout

    assert "Documents that need it are served by this" in middle
    assert re.search(r"`docmind serve start` runs this", short)


def test_what_is_set_is_planned_with(docmind: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCMIND_SERVER_COMMAND", "uvx vllm serve")
    monkeypatch.setenv("DOCMIND_SERVER_PORT", "8123")
    monkeypatch.setenv("DOCMIND_SERVER_KV_CACHE_TYPE", "fp8")

    page = docmind("serve", "plan", "--gpu", "1x80").stdout
    without_gpu = docmind("serve", "plan").stdout

    assert "uvx vllm serve Qwen/Qwen2.5-7B-Instruct \\\n" in page
    assert "--host 127.0.0.1 \\\n  --port 8123" in page
    assert "**Warning:** kv_cache_type = fp8" in page
    assert "[server] command has to know" in without_gpu
    assert "uvx vllm serve" in without_gpu
    assert "serve install" not in page + without_gpu


@pytest.mark.parametrize(
    ("words", "message"),
    [(["--gpu", "big"], "no count and size"), (["--tokens", "0"], "--tokens")],
)
def test_what_makes_no_sense_is_refused(docmind: Command, words: list[str], message: str) -> None:
    result = docmind("serve", "plan", *words)

    assert result.exit_code == 2
    assert message in result.stderr


def test_a_base_model_is_refused_here_already(
    docmind: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCMIND_SERVER_MODEL", "Qwen/Qwen2.5-7B")
    result = docmind("serve", "plan", "--gpu", "1x24")

    assert result.exit_code == 3
    assert "Qwen/Qwen2.5-7B-Instruct" in result.stderr
