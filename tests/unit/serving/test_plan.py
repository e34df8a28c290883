"""What fits: a table of GPUs, the rules behind it, and what a plan says of itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docmind.errors import ConfigError
from docmind.serving.machine import Gpu, Machine, machine_of
from docmind.serving.memory import GIB
from docmind.serving.model_facts import KNOWN, ModelFacts
from docmind.serving.plan import ServingPlan, plan
from docmind.serving.ways import tensor_parallel_sizes, wanted_window, ways
from docmind.settings import AdapterSettings, Profile, ServerSettings

FORMS = KNOWN[:3]
LONG = 131_072
DEFAULTS = ServerSettings()


def planned(
    machine: str | Machine,
    need: int = LONG,
    settings: ServerSettings = DEFAULTS,
    forms: tuple[ModelFacts, ...] = FORMS,
) -> ServingPlan:
    found = machine_of(machine) if isinstance(machine, str) else machine
    return plan(found, forms, settings, need)


def machine_with(*gpus: Gpu) -> Machine:
    return Machine(gpus, cpu_count=8, ram_gib=64, shm_gib=32)


@pytest.mark.parametrize(
    ("machine", "form", "tensor_parallel", "window"),
    [
        ("1x8", "awq", 1, 32_768),
        ("1x16", "awq", 1, LONG),
        ("1x24", "awq", 1, LONG),
        ("1x32", "bf16", 1, LONG),
        ("1x48", "bf16", 1, LONG),
        ("1x80", "bf16", 1, LONG),
        ("1x141", "bf16", 1, LONG),
        ("2x8", "awq", 2, LONG),
        ("2x16", "bf16", 2, LONG),
        ("2x24", "bf16", 2, LONG),
        ("2x32", "bf16", 1, LONG),
        ("2x48", "bf16", 1, LONG),
        ("2x80", "bf16", 1, LONG),
        ("2x141", "bf16", 1, LONG),
        ("4x8", "bf16", 4, LONG),
        ("4x16", "bf16", 2, LONG),
        ("4x24", "bf16", 2, LONG),
        ("4x32", "bf16", 1, LONG),
        ("4x48", "bf16", 1, LONG),
        ("4x80", "bf16", 1, LONG),
        ("4x141", "bf16", 1, LONG),
    ],
)
def test_the_longest_window_on_each_machine(
    machine: str, form: str, tensor_parallel: int, window: int
) -> None:
    found = planned(machine)

    assert found.fits
    assert found.model.form == form
    assert (found.tensor_parallel, found.window_tokens) == (tensor_parallel, window)


@pytest.mark.parametrize(
    ("machine", "tokens", "form"),
    [
        ("1x24", 111_000, "bf16"), ("1x32", 245_000, "bf16"), ("1x48", 456_000, "bf16"),
        ("1x80", 1_050_000, "bf16"), ("1x141", 1_950_000, "bf16"), ("1x16", 144_000, "awq"),
        ("1x24", 280_000, "awq"), ("2x16", 215_000, "bf16"), ("4x24", 1_240_000, "bf16"),
    ],
)  # fmt: skip
def test_the_tokens_that_fit_are_near_to_what_was_worked_out_by_hand(
    machine: str, tokens: int, form: str
) -> None:
    """Within 15%: the hand's activations are one round figure, ours follow the settings."""
    found = ways(machine_of(machine), FORMS, DEFAULTS, LONG)
    as_set = next(
        each
        for each in found
        if each.model.form == form and each.level == 0 and len(each.gpus) == int(machine[0])
    )

    assert as_set.memory.fitting_tokens == pytest.approx(tokens, rel=0.15)


def test_24_gib_reach_the_longest_window_in_16_bits_where_those_weights_are_here() -> None:
    here = replace(KNOWN[0], folder=Path("here"))
    found = planned("1x24", forms=(here, *FORMS[1:]))

    assert found.model == here
    assert found.window_tokens == LONG
    assert found.tuning is not None
    assert found.tuning.gpu_share == 0.96
    assert any("gpu_memory_share = 0.96" in reason for reason in found.reasons)
    assert any("close what else" in warning for warning in found.warnings)


def test_24_gib_say_how_close_16_bits_come() -> None:
    said = " ".join(planned("1x24").reasons)

    assert "With bf16 weights 115,572 tokens fit (0.8 GiB short)" in said
    assert "all 131,072 with gpu_memory_share = 0.96" in said


def test_a_share_that_somebody_chose_is_never_exceeded() -> None:
    found = ways(machine_of("1x24"), FORMS, ServerSettings(gpu_memory_share=0.5), LONG)

    assert {attempt.tuning.gpu_share for attempt in found} == {0.5}


@pytest.mark.parametrize(
    ("need", "window", "profile", "factor"),
    [
        (0, 32_768, Profile.NATIVE, 1),
        (32_768, 32_768, Profile.NATIVE, 1),
        (32_769, 65_536, Profile.LONG, 2),
        (65_536, 65_536, Profile.LONG, 2),
        (65_537, LONG, Profile.LONG, 4),
        (900_000, LONG, Profile.LONG, 4),
    ],
)
def test_the_profile_follows_what_is_needed(
    need: int, window: int, profile: Profile, factor: float
) -> None:
    found = planned("1x80", need)

    assert (found.window_tokens, found.profile, found.yarn_factor) == (window, profile, factor)
    assert any("rank best" in reason for reason in found.reasons) == (need > LONG)


def test_a_profile_that_is_set_holds_whatever_is_needed() -> None:
    assert planned("1x80", LONG, ServerSettings(profile=Profile.NATIVE)).window_tokens == 32_768
    assert planned("1x80", 0, ServerSettings(profile=Profile.LONG)).window_tokens == LONG


def test_a_window_that_is_set_holds_and_is_refused_where_it_cannot_be() -> None:
    found = planned("1x80", LONG, ServerSettings(window_tokens=50_000))
    assert (found.window_tokens, found.yarn_factor) == (50_000, 2)

    for settings in (
        ServerSettings(window_tokens=200_000),
        ServerSettings(window_tokens=40_000, profile=Profile.NATIVE),
    ):
        with pytest.raises(ConfigError, match="window_tokens"):
            planned("1x80", LONG, settings)


def test_a_model_with_a_long_window_of_its_own_is_never_stretched() -> None:
    model = replace(KNOWN[0], native_window=262_144, longest_window=262_144)
    found = planned("1x80", 100_000, forms=(model,))

    assert (found.window_tokens, found.profile, found.yarn_factor) == (LONG, Profile.NATIVE, 1)


def test_a_window_that_does_not_fit_whole_is_cut_and_says_what_is_lacking() -> None:
    found = planned("1x8")

    assert found.window_tokens < found.wanted_tokens
    assert any("131,072 tokens lack" in reason and "fp8" in reason for reason in found.reasons)


def test_where_nothing_fits_the_plan_says_what_would() -> None:
    found = planned("1x4")

    assert not found.fits
    assert found.window_tokens == 0
    assert any("A GPU with 16 GiB serves" in reason for reason in found.reasons)


def test_a_model_that_no_gpu_holds_says_so() -> None:
    huge = replace(KNOWN[0], weight_bytes=900 * GIB)

    assert any("No single GPU" in reason for reason in planned("1x24", forms=(huge,)).reasons)


def test_without_a_gpu_there_is_no_plan_but_for_a_command_of_the_users_own() -> None:
    without = planned(machine_with())
    own = planned(machine_with(), settings=ServerSettings(command="vllm serve"))

    assert not without.fits
    assert any("No GPU was found" in reason for reason in without.reasons)
    assert own.fits
    assert (own.window_tokens, own.tuning, own.memory) == (LONG, None, None)


@pytest.mark.parametrize("asked", [3, 7, 8, 16])
def test_a_split_that_leaves_a_rest_is_refused_with_those_that_do_not(asked: int) -> None:
    with pytest.raises(ConfigError, match="28 heads") as caught:
        planned("4x24", settings=ServerSettings(tensor_parallel=asked))

    assert caught.value.hint == "Known: 1, 2, 4"


def test_a_split_over_more_gpus_than_there_are_does_not_fit() -> None:
    found = planned("1x80", settings=ServerSettings(tensor_parallel=2))

    assert not found.fits
    assert "tensor_parallel = 2" in found.reasons[0]


def test_a_split_that_is_set_is_taken() -> None:
    assert planned("4x80", settings=ServerSettings(tensor_parallel=4)).tensor_parallel == 4


def test_idle_gpus_are_named_with_the_setting_that_would_use_them() -> None:
    assert any("3 of 4 GPUs stay free" in reason for reason in planned("4x80").reasons)


def test_the_gpu_with_the_most_memory_to_give_is_taken() -> None:
    busy, free = Gpu(0, "A", 80, 3), Gpu(5, "B", 80, 80)
    found = planned(machine_with(busy, free))

    assert found.tensor_parallel == 1
    assert found.visible_devices == "5"


def test_a_gpu_that_others_use_gets_a_smaller_share_and_a_warning() -> None:
    found = planned(machine_with(Gpu(0, "A", 80, 40)))

    assert found.tuning is not None
    assert found.tuning.gpu_share == 0.5
    assert found.visible_devices == ""
    assert any("40.0 of 80.0 GiB free" in warning for warning in found.warnings)


def test_old_gpus_get_float16_and_those_that_are_too_old_nothing() -> None:
    turing = planned(machine_with(Gpu(0, "T4", 15, 15, (7, 5))))
    volta = planned(machine_with(Gpu(0, "V100", 31, 31, (7, 0))))

    assert (turing.fits, turing.data_type) == (True, "half")
    assert any("no bfloat16" in warning for warning in turing.warnings)
    assert not volta.fits
    assert any("older" in warning for warning in volta.warnings)


def test_what_is_set_and_breaks_answers_is_warned_of() -> None:
    settings = ServerSettings(kv_cache_type="fp8", kv_offload_ram_gib=500)
    said = " ".join(planned("1x80", settings=settings).warnings)
    without = planned(machine_with(), settings=replace(settings, command="x"))
    stretched = replace(KNOWN[0], rope_stretched=True)

    assert "nonsense" in said
    assert "/dev/shm" in said
    assert "needs CUDA" in " ".join(without.warnings)
    assert "overrides it" in " ".join(planned("1x80", forms=(stretched,)).warnings)
    assert planned("1x80").warnings == ()


def test_adapters_and_long_steps_take_room() -> None:
    adapters = (AdapterSettings("a", "b"),)
    rooms = [
        ways(machine_of("1x32"), FORMS[:1], settings, LONG)[0].memory.fitting_tokens
        for settings in (
            DEFAULTS,
            ServerSettings(adapters=adapters),
            ServerSettings(max_batched_tokens=16_384),
        )
    ]

    assert rooms[0] > max(rooms[1:])


SIZES = st.floats(min_value=2, max_value=200)
COUNTS = st.integers(min_value=1, max_value=8)
NEEDS = st.integers(min_value=0, max_value=200_000)


@given(gib=SIZES, count=COUNTS, need=NEEDS)
def test_a_window_is_never_over_what_memory_allows(gib: float, count: int, need: int) -> None:
    found = planned(f"{count}x{gib:.2f}", need)

    if found.fits:
        assert found.memory is not None
        assert 0 < found.window_tokens <= found.memory.fitting_tokens
        assert found.window_tokens <= found.wanted_tokens <= LONG
        memory = found.memory
        taken = (
            memory.weights_gib + memory.computing_gib + memory.cache_gib_of(found.window_tokens)
        )
        assert taken <= memory.usable_gib <= memory.total_gib
    else:
        assert found.window_tokens == 0


@given(gib=SIZES, more=SIZES, count=COUNTS, need=NEEDS)
def test_more_memory_never_gives_a_shorter_window(
    gib: float, more: float, count: int, need: int
) -> None:
    less = planned(f"{count}x{gib:.2f}", need)

    assert planned(f"{count}x{gib + more:.2f}", need).window_tokens >= less.window_tokens
    assert planned(f"{count + 1}x{gib:.2f}", need).window_tokens >= less.window_tokens


@given(heads=st.integers(1, 128), kv_heads=st.integers(1, 64))
def test_a_split_always_comes_out_even(heads: int, kv_heads: int) -> None:
    sizes = tensor_parallel_sizes(replace(KNOWN[0], heads=heads, kv_heads=kv_heads))

    assert 1 in sizes
    for size in sizes:
        assert heads % size == 0
        assert kv_heads % size == 0 or size % kv_heads == 0


@given(native=st.sampled_from([4_096, 32_768, 40_960, 131_072, 262_144]), need=NEEDS)
def test_what_is_wanted_holds_the_need_or_is_all_there_is(native: int, need: int) -> None:
    model = replace(
        KNOWN[0], native_window=native, longest_window=max(native, LONG if native > 5000 else 0)
    )
    window = wanted_window(model, DEFAULTS, need)

    assert window >= need or window == min(model.longest_window, LONG)
