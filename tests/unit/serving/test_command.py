"""The command line of the server: what is on it, and what docmind never puts there."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from docmind.errors import ConfigError, NoServer
from docmind.serving.command import Launch, Listen, Means, draft_of, launch_of
from docmind.serving.machine import Gpu, Machine, machine_of
from docmind.serving.model_facts import KNOWN, ModelFacts
from docmind.serving.model_files import Adapter
from docmind.serving.plan import ServingPlan, plan
from docmind.settings import ModelSource, Profile, ServerSettings

LONG = 131_072
SOCKET = Listen(uds=Path("/run/vllm.sock"))
HERE = replace(KNOWN[0], folder=Path("/models/qwen"), revision="abc")
DEFAULTS = ServerSettings()


def plan_for(
    settings: ServerSettings = DEFAULTS,
    need: int = LONG,
    machine: str = "1x80",
    model: ModelFacts = HERE,
) -> ServingPlan:
    return plan(machine_of(machine), (model,), settings, need)


def launched(
    settings: ServerSettings = DEFAULTS,
    serving: ServingPlan | None = None,
    listen: Listen = SOCKET,
    adapters: tuple[Adapter, ...] = (),
) -> Launch:
    return launch_of(
        settings,
        serving or plan_for(settings),
        Means(listen, Path("/own/python"), Path("/home/kv"), adapters),
    )


def value(launch: Launch, flag: str) -> str:
    return launch.command[launch.command.index(flag) + 1]


def table(launch: Launch, flag: str) -> Any:
    return json.loads(value(launch, flag))


def test_a_long_window_asks_for_yarn_and_for_the_positions_that_it_reaches() -> None:
    found = launched()

    assert table(found, "--hf-overrides") == {
        "max_position_embeddings": LONG,
        "rope_parameters": {
            "rope_type": "yarn",
            "factor": 4.0,
            "original_max_position_embeddings": 32_768,
            "rope_theta": 1_000_000.0,
        },
    }
    assert value(found, "--max-model-len") == str(LONG)
    assert (found.window_tokens, found.profile) == (LONG, Profile.LONG)


def test_a_window_of_half_the_length_is_stretched_by_two() -> None:
    overrides = table(launched(serving=plan_for(need=50_000)), "--hf-overrides")

    assert overrides["max_position_embeddings"] == 65_536
    assert overrides["rope_parameters"]["factor"] == 2.0


def test_the_native_window_changes_nothing_in_the_model() -> None:
    found = launched(serving=plan_for(need=1_000))

    assert "--hf-overrides" not in found.command
    assert value(found, "--max-model-len") == "32768"


def test_yarn_that_the_files_ask_for_is_taken_back_for_the_native_window() -> None:
    model = replace(HERE, rope_stretched=True)
    overrides = table(launched(serving=plan_for(need=1_000, model=model)), "--hf-overrides")

    assert overrides["max_position_embeddings"] == 32_768
    assert overrides["rope_parameters"]["rope_type"] == "default"


def test_every_server_counts_cached_tokens_keeps_grammars_and_takes_priorities() -> None:
    found = launched()

    assert found.command[:3] == ("/own/python", "-m", "vllm.entrypoints.openai.api_server")
    assert value(found, "--model") == "/models/qwen"
    assert value(found, "--served-model-name") == found.model == "Qwen/Qwen2.5-7B-Instruct"
    assert value(found, "--generation-config") == "vllm"
    assert value(found, "--scheduling-policy") == "priority"
    assert "/health" in value(found, "--disable-access-log-for-endpoints").split(",")
    assert "--enable-prompt-tokens-details" in found.command
    assert "--enable-prefix-caching" in found.command
    assert table(found, "--structured-outputs-config") == {
        "backend": "xgrammar",
        "disable_any_whitespace": True,
    }


def test_it_listens_on_a_socket_or_on_the_loopback_and_nowhere_else() -> None:
    assert launched().command[-2:] == ("--uds", "/run/vllm.sock")
    on_port = launched(listen=Listen(port=8123)).command
    assert on_port[-4:] == ("--host", "127.0.0.1", "--port", "8123")


@pytest.mark.parametrize(
    "text",
    [
        "--host 0.0.0.0",
        "--host=::",
        "--hos 0.0.0.0",
        "--api-key secret",
        "--api_key=secret",
        "--api-k x",
        "--port 80",
        "--uds /tmp/x",
        "--config f.yaml",
        "--max-model-len 1",
        "-tp 2",
        "--model other",
    ],
)
@pytest.mark.parametrize("key", ["extra_arguments", "command"])
def test_what_docmind_decides_is_refused_among_further_arguments(key: str, text: str) -> None:
    own = ServerSettings(command=f"vllm serve {text}")
    settings = own if key == "command" else ServerSettings(extra_arguments=text)

    with pytest.raises(ConfigError, match=f"server.{key}") as caught:
        launched(settings)

    assert "secret" not in caught.value.hint
    assert caught.value.hint


@pytest.mark.parametrize("text", ["'", "  "])
def test_arguments_that_are_no_words_are_an_error_of_the_configuration(text: str) -> None:
    with pytest.raises(ConfigError, match=r"server\.extra_arguments"):
        launched(ServerSettings(extra_arguments=text))


def test_further_arguments_are_split_as_a_shell_does_and_stand_before_where_to_listen() -> None:
    command = launched(ServerSettings(extra_arguments="--seed 7 --model-impl 'a b'")).command

    assert command[-6:] == ("--seed", "7", "--model-impl", "a b", "--uds", "/run/vllm.sock")


def test_a_command_of_the_users_own_takes_the_place_of_ours() -> None:
    served = launched(ServerSettings(command="uvx --from 'vllm==0.33.0' vllm serve")).command
    module = launched(ServerSettings(command="py -m vllm.entrypoints.openai.api_server")).command

    assert served[:6] == ("uvx", "--from", "vllm==0.33.0", "vllm", "serve", "/models/qwen")
    assert module[:5] == (
        "py",
        "-m",
        "vllm.entrypoints.openai.api_server",
        "--model",
        "/models/qwen",
    )


def test_without_a_gpu_nothing_is_said_of_its_memory() -> None:
    settings = ServerSettings(command="vllm serve", max_batched_tokens=512)
    nothing = Machine((), cpu_count=2, ram_gib=8, shm_gib=4)
    found = launched(settings, plan(nothing, (HERE,), settings, LONG))

    assert "--gpu-memory-utilization" not in found.command
    assert value(found, "--max-num-batched-tokens") == "512"
    assert value(found, "--max-model-len") == str(LONG)


def test_memory_is_used_as_planned() -> None:
    tight = launched(serving=plan_for(machine="1x20"))
    split = launched(serving=plan_for(ServerSettings(tensor_parallel=2), machine="4x24"))

    assert "--enforce-eager" in tight.command
    assert value(tight, "--gpu-memory-utilization") == "0.97"
    assert value(tight, "--max-num-batched-tokens") == "1024"
    assert value(tight, "--max-num-seqs") == "8"
    assert value(split, "--tensor-parallel-size") == "2"
    assert split.environment["CUDA_VISIBLE_DEVICES"] == "0,1"
    assert split.environment["CUDA_DEVICE_ORDER"] == "PCI_BUS_ID"


def test_types_and_switches_are_handed_on() -> None:
    settings = ServerSettings(
        kv_cache_type="fp8", prefix_caching=False, quantization="fp8", profile=Profile.LONG
    )
    found = launched(settings)

    assert value(found, "--kv-cache-dtype") == "fp8"
    assert value(found, "--quantization") == "fp8"
    assert "--no-enable-prefix-caching" in found.command


def test_what_the_weights_are_in_is_left_to_vllm_which_knows_faster_kernels() -> None:
    model = replace(HERE, quantization="awq")
    settings = ServerSettings(quantization="awq")

    assert "--quantization" not in launched(settings, plan_for(settings, model=model)).command


def test_a_gpu_without_bfloat16_gets_float16() -> None:
    turing = Machine((Gpu(0, "RTX 8000", 47, 47, (7, 5)),), cpu_count=8, ram_gib=64, shm_gib=32)

    assert value(launched(serving=plan(turing, (HERE,), DEFAULTS, LONG)), "--dtype") == "half"


@pytest.mark.parametrize(("rank", "room"), [(1, "1"), (9, "16"), (16, "16"), (512, "512")])
def test_adapters_are_served_beside_the_model_with_room_for_their_rank(
    rank: int, room: str
) -> None:
    adapters = (Adapter("law", Path("/a b"), rank), Adapter("tax", Path("/t"), 1))
    command = launched(adapters=adapters).command
    at = command.index("--lora-modules")

    assert value(launched(adapters=adapters), "--max-lora-rank") == room
    assert "--enable-lora" in command
    assert [json.loads(word)["path"] for word in command[at + 1 : at + 3]] == ["/a b", "/t"]


def test_ram_alone_is_offloaded_to_by_vllms_own_flag() -> None:
    found = launched(ServerSettings(kv_offload_ram_gib=12))

    assert value(found, "--kv-offloading-size") == "12"
    assert found.kv_folder is None


def test_disk_keeps_the_cache_between_runs_and_a_broken_block_is_computed_again() -> None:
    found = launched(ServerSettings(kv_offload_ram_gib=2, kv_offload_disk_gib=100))
    transfer = table(found, "--kv-transfer-config")
    extra = transfer["kv_connector_extra_config"]

    assert transfer["kv_connector"] == "OffloadingConnector"
    assert transfer["kv_load_failure_policy"] == "recompute"
    assert (extra["spec_name"], extra["blocks_per_chunk"]) == ("TieringOffloadingSpec", 16)
    assert extra["cpu_bytes_to_use"] == 2 * 1024**3
    assert extra["secondary_tiers"][0]["root_dir"] == str(found.kv_folder)
    assert "--kv-offloading-size" not in found.command


def test_no_two_profiles_weights_or_types_share_a_cache_on_disk() -> None:
    disk = ServerSettings(kv_offload_disk_gib=100)
    launches = [
        launched(disk),
        launched(disk, plan_for(need=1_000)),
        launched(disk, plan_for(need=50_000)),
        launched(disk, plan_for(model=replace(HERE, revision="def"))),
        launched(disk, plan_for(model=replace(HERE, quantization="awq"))),
        launched(replace(disk, kv_cache_type="fp8")),
        launched(disk, plan_for(replace(disk, tensor_parallel=2), machine="2x80")),
    ]
    folders = [launch.kv_folder for launch in launches]

    assert len(set(folders)) == len(launches)
    assert {folder.parent for folder in folders if folder} == {Path("/home/kv")}
    assert launched(disk).kv_folder == folders[0]


def test_nothing_is_fetched_or_reported() -> None:
    environment = launched().environment

    assert environment["HF_HUB_OFFLINE"] == "1"
    assert environment["VLLM_NO_USAGE_STATS"] == environment["DO_NOT_TRACK"] == "1"
    assert environment["VLLM_HOST_IP"] == "127.0.0.1"
    assert "VLLM_API_KEY" not in environment


def test_weights_that_are_missing_are_an_error_unless_the_server_may_fetch_them() -> None:
    absent = plan_for(model=KNOWN[0])
    online = ServerSettings(offline=False, source=ModelSource.MODELSCOPE)

    with pytest.raises(NoServer, match="not on this machine") as caught:
        launched(serving=absent)
    assert "hf download" in caught.value.hint

    found = launched(online, absent)
    assert value(found, "--model") == "Qwen/Qwen2.5-7B-Instruct"
    assert found.environment["VLLM_USE_MODELSCOPE"] == "true"
    assert "HF_HUB_OFFLINE" not in found.environment
    assert "VLLM_USE_MODELSCOPE" not in launched(online).environment


def test_a_plan_that_does_not_fit_starts_nothing_and_says_what_would() -> None:
    with pytest.raises(NoServer, match="A GPU with 24 GiB"):
        launched(serving=plan_for(machine="1x8"))


def test_without_vllm_there_is_a_command_to_look_at_and_none_to_run() -> None:
    nothing = Means(SOCKET, None, Path("kv"))
    with pytest.raises(NoServer, match="not installed") as caught:
        launch_of(DEFAULTS, plan_for(), nothing)
    assert "docmind serve install" in caught.value.hint
    shown = draft_of(DEFAULTS, plan_for(), nothing)
    assert shown.command[:3] == ("vllm", "serve", "/models/qwen")


def test_a_fingerprint_tells_servers_apart_and_nothing_else() -> None:
    same = launched()
    others = [
        launched(serving=plan_for(need=1_000)),
        launched(listen=Listen(port=8123)),
        launched(ServerSettings(extra_arguments="--seed 7")),
        launched(ServerSettings(offline=False)),
    ]

    assert launched().fingerprint == same.fingerprint
    assert len({same.fingerprint, *(other.fingerprint for other in others)}) == 5
