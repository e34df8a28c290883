"""What a machine has for a model: read through NVML, or described by a count and a size."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest

from docmind.errors import UsageError
from docmind.serving.machine import machine_of, read_machine

GIB = 1024**3


class NvmlError(Exception):
    """What the library raises for everything."""


@dataclass
class FakeNvml:
    """The part of pynvml that is used: two GPUs of 24 GiB, of which something may be broken."""

    NVMLError = NvmlError
    nvmlMemory_v2 = 2  # noqa: N815

    driver: bool = True
    lost: tuple[int, ...] = ()
    old: bool = False
    names: tuple[str, ...] = ("RTX 4090", "RTX 3090")
    open_: int = field(default=0)

    def nvmlInit(self) -> None:  # noqa: N802
        if not self.driver:
            raise NvmlError("Driver Not Loaded")
        self.open_ += 1

    def nvmlShutdown(self) -> None:  # noqa: N802
        self.open_ -= 1

    def nvmlDeviceGetCount(self) -> int:  # noqa: N802
        return len(self.names)

    def nvmlDeviceGetHandleByIndex(self, index: int) -> int:  # noqa: N802
        if index in self.lost:
            raise NvmlError("GPU is lost")
        return index

    def nvmlDeviceGetMemoryInfo(  # noqa: N802
        self, handle: int, version: int | None = None
    ) -> SimpleNamespace:
        if version and self.old:
            raise NvmlError("Argument Version Mismatch")
        reserved = {"reserved": GIB // 2} if version else {}
        return SimpleNamespace(total=24 * GIB, free=(20 + 4 * handle) * GIB, **reserved)

    def nvmlDeviceGetCudaComputeCapability(self, handle: int) -> tuple[int, int]:  # noqa: N802
        return 8, 9 - 3 * handle

    def nvmlDeviceGetName(self, handle: int) -> str:  # noqa: N802
        return self.names[handle]

    def nvmlDeviceGetUUID(self, handle: int) -> str:  # noqa: N802
        return f"GPU-{handle}a2b"


def test_every_gpu_is_read_with_the_memory_that_programs_can_have() -> None:
    nvml = FakeNvml()
    first, second = read_machine({}, nvml).gpus

    assert (first.name, first.total_gib, first.free_gib) == ("RTX 4090", 23.5, 20)
    assert (second.free_gib, second.compute_capability) == (23.5, (8, 6))
    assert nvml.open_ == 0


def test_a_driver_that_does_not_tell_what_it_keeps_is_allowed_for() -> None:
    first = read_machine({}, FakeNvml(old=True)).gpus[0]

    assert first.total_gib == pytest.approx(23.52)


def test_without_a_driver_or_a_gpu_there_are_none_and_the_rest_is_told() -> None:
    for nvml in (FakeNvml(driver=False), FakeNvml(names=())):
        machine = read_machine({}, nvml)

        assert machine.gpus == ()
        assert machine.cpu_count >= 1
        assert machine.ram_gib > 0


def test_this_machine_can_be_read_whatever_it_has() -> None:
    assert read_machine({}).cpu_count >= 1


def test_a_gpu_that_is_lost_is_passed_over() -> None:
    assert [gpu.index for gpu in read_machine({}, FakeNvml(lost=(0,))).gpus] == [1]


@pytest.mark.parametrize(
    ("visible", "indices"),
    [
        ("", []),
        ("1", [1]),
        ("1,0", [1, 0]),
        ("GPU-1a", [1]),
        ("0,7,1", [0]),
        ("-1", []),
        ("0,0", [0]),
        ("GPU-", []),
        ("MIG-77", []),
    ],
)
def test_only_what_cuda_would_show_is_seen(visible: str, indices: list[int]) -> None:
    machine = read_machine({"CUDA_VISIBLE_DEVICES": visible}, FakeNvml())

    assert [gpu.index for gpu in machine.gpus] == indices


@pytest.mark.parametrize(
    ("size", "count", "gib"),
    [
        ("1x24", 1, 24),
        ("2x80", 2, 80),
        ("24", 1, 24),
        ("4 x 16 GiB", 4, 16),
        ("1X140.4gb", 1, 140.4),
    ],
)
def test_a_machine_is_described_by_count_and_size(size: str, count: int, gib: float) -> None:
    machine = machine_of(size)

    assert [gpu.index for gpu in machine.gpus] == list(range(count))
    assert all(0.95 * gib < gpu.total_gib < gib for gpu in machine.gpus)


@pytest.mark.parametrize("size", ["", "x", "0x24", "1x0", "99x24", "1x24x2", "one"])
def test_what_describes_no_machine_is_refused_with_an_example(size: str) -> None:
    with pytest.raises(UsageError) as caught:
        machine_of(size)

    assert "--gpu 1x24" in caught.value.hint
