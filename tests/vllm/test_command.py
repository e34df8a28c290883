"""The command lines that docmind makes, as vLLM's own parser and configuration understand them.

Offloading runs on GPUs only; its command line is taken as far as any machine can check it. One
interpreter parses all of them, because importing vLLM takes longer than everything else here.
"""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from docmind.serving.command import POLLED, Launch, Listen, Means, launch_of
from docmind.serving.machine import machine_of
from docmind.serving.model_facts import KNOWN, read_facts
from docmind.serving.model_files import Adapter, ModelFolder
from docmind.serving.plan import plan
from docmind.settings import ServerSettings

LONG = 131_072

PARSER = """
import dataclasses, json, sys
from vllm.engine.arg_utils import AsyncEngineArgs
from vllm.utils.argparse_utils import FlexibleArgumentParser
try:
    from vllm.entrypoints.launchers.cli_args import make_arg_parser
except ImportError:
    from vllm.entrypoints.openai.cli_args import make_arg_parser

def plain(value):
    if dataclasses.is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    return str(value)

found = {}
for name, words in json.load(sys.stdin).items():
    parsed = make_arg_parser(FlexibleArgumentParser()).parse_args(words)
    values = vars(parsed)
    if name.startswith("window"):
        model = AsyncEngineArgs.from_cli_args(parsed).create_model_config()
        values["window"] = model.max_model_len
    found[name] = values
print(json.dumps(found, default=plain))
"""


def launched(
    model: Path, settings: ServerSettings, need: int, *, socket: bool = True, machine: str = "1x80"
) -> Launch:
    facts = replace(read_facts(ModelFolder("tiny", model, "abc")), name=KNOWN[0].name)
    return launch_of(
        settings,
        plan(machine_of(machine), (facts,), settings, need),
        Means(
            Listen(uds=Path("/tmp/vllm.sock")) if socket else Listen(port=8123),
            Path("python"),
            Path("/tmp/kv"),
            (
                Adapter("law", Path("/adapters/a b"), 9),
                Adapter("tax", Path("/adapters/t"), 8),
            ),
        ),
    )


@pytest.fixture(scope="module")
def launches(tiny_model: Path) -> dict[str, Launch]:
    tight = ServerSettings(kv_cache_type="fp8", prefix_caching=False, max_batched_tokens=1_024)
    return {
        "window long": launched(tiny_model, ServerSettings(), LONG),
        "window middle": launched(tiny_model, ServerSettings(), 50_000, socket=False),
        "window native": launched(tiny_model, ServerSettings(), 0),
        "ram": launched(tiny_model, ServerSettings(kv_offload_ram_gib=2.5), LONG),
        "disk": launched(tiny_model, ServerSettings(kv_offload_disk_gib=50), LONG),
        "split": launched(tiny_model, ServerSettings(tensor_parallel=2), LONG, machine="2x24"),
        "tight": launched(tiny_model, tight, LONG),
        "more": launched(tiny_model, ServerSettings(extra_arguments="--seed 7"), LONG),
    }


@pytest.fixture(scope="module")
def parsed(vllm_python: Path, launches: dict[str, Launch]) -> dict[str, dict[str, Any]]:
    """What vLLM makes of each command line."""
    lines = {name: launch.command[3:] for name, launch in launches.items()}
    done = subprocess.run(
        [vllm_python, "-c", PARSER],
        input=json.dumps(lines),
        env=os.environ | {"HF_HUB_OFFLINE": "1", "VLLM_LOGGING_STREAM": "ext://sys.stderr"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4_000:]
    found: dict[str, dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_the_window_is_the_one_that_was_planned(
    parsed: dict[str, dict[str, Any]], launches: dict[str, Launch]
) -> None:
    windows = {name: values["window"] for name, values in parsed.items() if "window" in values}

    assert windows == {"window long": LONG, "window middle": 65_536, "window native": 32_768}
    assert windows == {name: launches[name].window_tokens for name in windows}


def test_it_listens_where_it_was_told(parsed: dict[str, dict[str, Any]]) -> None:
    assert parsed["window long"]["uds"] == "/tmp/vllm.sock"
    middle = parsed["window middle"]
    assert (middle["uds"], middle["host"], middle["port"]) == (None, "127.0.0.1", 8123)
    assert all(values["api_key"] is None for values in parsed.values())


def test_what_every_server_has_is_understood(parsed: dict[str, dict[str, Any]]) -> None:
    for values in parsed.values():
        assert values["served_model_name"] == [KNOWN[0].name]
        assert values["generation_config"] == "vllm"
        assert values["scheduling_policy"] == "priority"
        assert values["enable_prompt_tokens_details"] is True
        assert values["disable_access_log_for_endpoints"].split(",") == list(POLLED)
        outputs = values["structured_outputs_config"]
        assert (outputs["backend"], outputs["disable_any_whitespace"]) == ("xgrammar", True)


def test_settings_arrive(parsed: dict[str, dict[str, Any]]) -> None:
    tight = parsed["tight"]

    assert tight["kv_cache_dtype"] == "fp8"
    assert tight["enable_prefix_caching"] is False
    assert tight["max_num_batched_tokens"] == 1_024
    assert parsed["window long"]["enable_prefix_caching"] is True
    assert parsed["split"]["tensor_parallel_size"] == 2
    assert parsed["more"]["seed"] == 7


def test_adapters_arrive_with_their_paths(parsed: dict[str, dict[str, Any]]) -> None:
    values = parsed["window long"]

    assert (values["enable_lora"], values["max_lora_rank"]) == (True, 16)
    assert [module["path"] for module in values["lora_modules"]] == [
        "/adapters/a b",
        "/adapters/t",
    ]


def test_offloading_to_ram_and_disk_is_understood(parsed: dict[str, dict[str, Any]]) -> None:
    assert parsed["ram"]["kv_offloading_size"] == 2.5
    assert parsed["ram"]["kv_offloading_backend"] == "native"
    transfer = parsed["disk"]["kv_transfer_config"]
    extra = transfer["kv_connector_extra_config"]

    assert transfer["kv_connector"] == "OffloadingConnector"
    assert transfer["kv_load_failure_policy"] == "recompute"
    assert extra["spec_name"] == "TieringOffloadingSpec"
    assert extra["secondary_tiers"][0]["root_dir"].startswith("/tmp/kv/long-")
