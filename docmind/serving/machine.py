"""What this machine has for a model: GPUs, processors, memory.

No driver, no library and no GPU are answers, never errors: docmind has to work there too. What a
GPU has is what CUDA can hand out, not what its box says: the driver keeps a part for itself, and
a window that is planned with that part does not start.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from docmind.errors import UsageError

_GIB = 1024**3
_CUDA_SHARE = 0.98
"""What CUDA hands out of a GPU's nominal memory; a 24 GiB card reports 23.5 to programs."""
_SIZE = re.compile(r"(?:(\d{1,2})\s*[x×*])?\s*(\d{1,4}(?:\.\d+)?)\s*(?:gi?b?)?", re.IGNORECASE)
_SHARED_MEMORY = Path("/dev/shm")


@dataclass(frozen=True, slots=True)
class Gpu:
    """One GPU. `index` is NVML's, which is that of CUDA_DEVICE_ORDER=PCI_BUS_ID."""

    index: int
    name: str
    total_gib: float
    free_gib: float
    compute_capability: tuple[int, int] | None = None
    uuid: str = ""


@dataclass(frozen=True, slots=True)
class Machine:
    """What a server could use. `shm_gib` is /dev/shm, where vLLM keeps what it offloads."""

    gpus: tuple[Gpu, ...]
    cpu_count: int
    ram_gib: float
    shm_gib: float


def read_machine(environment: Mapping[str, str], nvml: Any | None = None) -> Machine:
    """This machine; of its GPUs those that CUDA_VISIBLE_DEVICES shows, in that order.

    `nvml` is the module pynvml, or something with the same functions.
    """
    gpus = tuple(_gpus(nvml if nvml is not None else _pynvml()))
    visible = environment.get("CUDA_VISIBLE_DEVICES")
    return Machine(
        gpus=gpus if visible is None else _shown(gpus, visible),
        cpu_count=psutil.cpu_count() or 1,
        ram_gib=psutil.virtual_memory().total / _GIB,
        shm_gib=_size_gib(_SHARED_MEMORY),
    )


def machine_of(size: str) -> Machine:
    """The machine that "1x24" means: so many GPUs with so many GiB; raises UsageError."""
    match = _SIZE.fullmatch(size.strip())
    count, gib = (int(match[1] or 1), float(match[2])) if match else (0, 0.0)
    if not match or not 1 <= count <= 16 or gib <= 0:
        raise UsageError(f"--gpu {size!r} is no count and size.", "Try: --gpu 1x24, or --gpu 2x80")
    usable = gib * _CUDA_SHARE
    gpus = tuple(Gpu(index, f"{gib:g} GiB", usable, usable) for index in range(count))
    # Nothing is known of the rest; a machine for such GPUs commonly has at least this.
    return Machine(gpus, cpu_count=8, ram_gib=64.0, shm_gib=32.0)


def _pynvml() -> Any | None:
    # Imported here because a machine without a GPU does without it.
    with suppress(ImportError):
        import pynvml

        return pynvml
    return None


def _gpus(nvml: Any | None) -> Iterator[Gpu]:
    """Every GPU that answers. One that does not (it fell off the bus) is passed over."""
    if nvml is None:
        return
    try:
        nvml.nvmlInit()
    except nvml.NVMLError:
        return
    try:
        for index in range(nvml.nvmlDeviceGetCount()):
            with suppress(nvml.NVMLError):
                yield _gpu(nvml, index)
    except nvml.NVMLError:
        return
    finally:
        with suppress(nvml.NVMLError):
            nvml.nvmlShutdown()


def _gpu(nvml: Any, index: int) -> Gpu:
    handle = nvml.nvmlDeviceGetHandleByIndex(index)
    total, free = _memory(nvml, handle)
    capability = None
    with suppress(nvml.NVMLError):
        capability = nvml.nvmlDeviceGetCudaComputeCapability(handle)
    return Gpu(
        index=index,
        name=nvml.nvmlDeviceGetName(handle),
        total_gib=total / _GIB,
        free_gib=free / _GIB,
        compute_capability=capability,
        uuid=nvml.nvmlDeviceGetUUID(handle),
    )


def _memory(nvml: Any, handle: Any) -> tuple[float, float]:
    """Bytes that CUDA can hand out, and those of them that nobody has; older drivers estimate."""
    try:
        memory = nvml.nvmlDeviceGetMemoryInfo(handle, version=nvml.nvmlMemory_v2)
    except nvml.NVMLError:
        memory = nvml.nvmlDeviceGetMemoryInfo(handle)
        return memory.total * _CUDA_SHARE, min(memory.free, memory.total * _CUDA_SHARE)
    usable = memory.total - memory.reserved
    return usable, min(memory.free, usable)


def _shown(gpus: tuple[Gpu, ...], visible: str) -> tuple[Gpu, ...]:
    """The GPUs that are named, by number or by the beginning of their UUID.

    As for CUDA itself, nothing counts from the first name on that means no GPU.
    """
    shown: list[Gpu] = []
    for name in (part.strip() for part in visible.split(",")):
        named = [
            gpu
            for gpu in gpus
            if name == str(gpu.index) or (name.startswith("GPU-") and gpu.uuid.startswith(name))
        ]
        if len(named) != 1 or named[0] in shown:
            break
        shown.append(named[0])
    return tuple(shown)


def _size_gib(folder: Path) -> float:
    try:
        return psutil.disk_usage(str(folder)).total / _GIB
    except OSError:
        return 0.0
