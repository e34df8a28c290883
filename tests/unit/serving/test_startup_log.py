"""What a starting vLLM's lines mean."""

from __future__ import annotations

import signal

import pytest

from docmind.serving.startup_log import StartPhase, StartupLog, failure

REAL = """\
(APIServer pid=71) INFO 11-21 05:43:07 [api_utils.py:347]  version 0.32.0
(APIServer pid=71) INFO 11-21 05:43:14 [model.py:2152] Using max model len 8192
(Worker pid=37) INFO 11-21 05:43:30 [cpu_model_runner.py:68] Starting to load model tiny...
Loading safetensors checkpoint shards:   0% Completed | 0/4 [00:00<?, ?it/s]
Loading safetensors checkpoint shards:  75% Completed | 3/4 [00:00<00:00,  8.75it/s]
(Worker pid=37) INFO 11-21 05:43:30 [default_loader.py:501] Loading weights took 0.12 seconds
(Worker pid=37) INFO 11-21 05:43:31 [gpu.py:87] Model loading took 14.2 GiB memory and 9 seconds
(Worker pid=37) INFO 11-21 05:43:31 [backends.py:1] Dynamo bytecode transform time: 7.50 s
(Worker pid=37) INFO 11-21 05:43:31 [gpu.py:2] Available KV cache memory: 50.10 GiB
(EngineCore pid=99) INFO 11-21 05:44:00 [kv_cache_utils.py:2327] GPU KV cache size: 131,088 \
tokens, Maximum concurrency for 8,192 tokens per request: 16.00x
Capturing CUDA graphs (mixed prefill-decode, PIECEWISE):  40%|####      | 4/10 [00:02<00:03]
(EngineCore pid=99) INFO 11-21 05:44:05 [core.py:402] init engine (profile, create kv cache, \
warmup model) took 34.02 s
(APIServer pid=71) INFO 11-21 05:44:07 [entry.py:140] Starting vLLM server on unix:/tmp/sock
"""


def test_the_phases_of_a_start_are_told_in_order_with_their_progress() -> None:
    log = StartupLog()
    told: list[tuple[StartPhase, float | None]] = []
    for line in REAL.splitlines():
        log.feed(line)
        if not told or told[-1] != (log.phase, log.progress):
            told.append((log.phase, log.progress))

    assert told == [
        (StartPhase.STARTING, None),
        (StartPhase.LOADING, None),
        (StartPhase.LOADING, 0.0),
        (StartPhase.LOADING, 0.75),
        (StartPhase.LOADING, None),
        (StartPhase.COMPILING, None),
        (StartPhase.ALLOCATING, None),
        (StartPhase.CAPTURING, 0.4),
        (StartPhase.OPENING, None),
    ]
    assert log.kv_cache_tokens == 131_088


def test_a_line_that_only_repeats_another_is_no_progress() -> None:
    log = StartupLog()

    assert log.feed("INFO 11-21 05:43:14 [a.py:1] Waiting for 1 local engine, 10 s")
    assert not log.feed("INFO 11-21 05:43:24 [a.py:1] Waiting for 1 local engine, 20 s")
    assert not log.feed("")
    assert log.feed("model-00001-of-00004.safetensors:  44%|####    | 1.7G/3.9G [00:41<00:51]")
    assert not log.feed("model-00001-of-00004.safetensors:  44%|####    | 1.7G/3.9G [00:42<00:52]")
    assert log.feed("model-00001-of-00004.safetensors:  45%|####    | 1.7G/3.9G [00:43<00:51]")
    assert log.feed("Loading safetensors checkpoint shards:   0% Completed | 0/4 [00:00<?, ?it/s]")
    assert log.feed("Loading safetensors checkpoint shards:  25% Completed | 1/4 [00:09<?, ?it/s]")


FAILURES = [
    (
        "ValueError: To serve at least one request with the model's max seq len (131072), (7.0 GiB"
        " KV cache is needed, which is larger than the available KV cache memory (5.1 GiB). Based "
        "on the available memory, the estimated maximum model length is 95488. Try increasing "
        "`gpu_memory_utilization`",
        "A window of 131,072 tokens does not fit the memory that is left for the KV cache; 95,488 "
        "would.",
        "window_tokens = 95488",
    ),
    (
        "ValueError: To serve at least one request with the model's max seq len (131072), (7.0 GiB"
        " KV cache is needed, which is larger than the available KV cache memory (0.1 GiB). Try",
        "A window of 131,072 tokens does not fit the memory that is left for the KV cache.",
        "serve plan",
    ),
    (
        "ValueError: No available memory for the cache blocks. Try increasing",
        "The weights leave no memory for the KV cache.",
        "serve plan",
    ),
    (
        "ValueError: Free memory on device cuda:0 (3.2/23.5 GiB) on startup is less than desired "
        "GPU memory utilization (0.92, 21.62 GiB). Decrease GPU memory utilization",
        "Only 3.2 of the GPU's 23.5 GiB are free, and the server is to take a share of 0.92.",
        "gpu_memory_share",
    ),
    (
        "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 1.02 GiB.",
        "The GPU's memory is not enough.",
        "serve plan",
    ),
    (
        "OSError: [Errno 98] Address already in use",
        "The port is in use by another program.",
        "port",
    ),
    (
        "RuntimeError: operator torchvision::nms does not exist",
        "The server's environment has a torchvision that does not go with its torch.",
        "serve install",
    ),
    (
        "/usr/bin/python3: No module named vllm",
        "vLLM is not installed in the environment that [server] command names.",
        "serve install",
    ),
    (
        "ModuleNotFoundError: No module named 'vllm'",
        "vLLM is not installed in the environment that [server] command names.",
        "serve install",
    ),
    (
        "importlib.metadata.PackageNotFoundError: No package metadata was found for vllm",
        "This build of vLLM cannot be started by its own command.",
        "vllm.entrypoints.openai.api_server",
    ),
    (
        "  Value error, User-specified max_model_len (131072) is greater than the derived "
        "max_model_len (max_position_embeddings=32768.0 or model_max_length=None in model's "
        "config.json). To allow overriding this maximum",
        "A window of 131,072 tokens is more than the model is made for (32,768).",
        'profile = "long"',
    ),
    (
        "RuntimeError: Failed to infer device type, please set the environment variable",
        "vLLM finds no GPU that it could use.",
        "serve plan",
    ),
    (
        "OSError: /models/none is not a local folder and is not a valid model identifier listed",
        "The model's weights are not here.",
        "model =",
    ),
    (
        "RuntimeError: Cannot find any model weights with `/models/tiny`",
        "The model's weights are not here.",
        "model =",
    ),
    (
        "api_server.py: error: unrecognized arguments: --kv-magic 7",
        "This vLLM does not know the argument --kv-magic 7.",
        "extra_arguments",
    ),
]


@pytest.mark.parametrize(("text", "message", "hint"), FAILURES)
def test_a_failures_text_becomes_its_cause_and_what_to_do(
    text: str, message: str, hint: str
) -> None:
    lines = [
        "(EngineCore pid=8) ERROR 11-21 05:44:00 [core.py:1] Traceback (most recent call last):",
        f"(EngineCore pid=8) ERROR 11-21 05:44:00 [core.py:1] {text}",
        "RuntimeError: Engine core initialization failed. See root cause above.",
    ]

    found = failure(lines, returncode=1)

    assert found.message == message
    assert hint in found.hint


def test_of_an_unknown_failure_the_last_error_that_says_something_is_kept() -> None:
    lines = [
        "(EngineCore pid=8) ERROR 11-21 05:44:00 [core.py:1] Traceback (most recent call last):",
        '(EngineCore pid=8) ERROR 11-21 05:44:00 [core.py:1]   File "core.py", line 1, in run',
        "(EngineCore pid=8) ERROR 11-21 05:44:00 [core.py:1] KeyError: 'rope_type'",
        "RuntimeError: Engine core initialization failed. See root cause above.",
    ]

    assert failure(lines, returncode=1).message == "vLLM says: KeyError: 'rope_type'"


def test_a_long_last_word_is_cut() -> None:
    assert len(failure(["ValueError: " + "x" * 5000], returncode=1).message) < 400


@pytest.mark.parametrize(
    ("returncode", "message"),
    [
        (-signal.SIGKILL, "vLLM was killed, as the system does when memory runs out."),
        (-signal.SIGSEGV, "vLLM ended by signal 11."),
        (3, "vLLM ended with exit code 3."),
        (None, "vLLM ended without a word."),
    ],
)
def test_without_words_the_exit_code_is_told(returncode: int | None, message: str) -> None:
    assert failure(["INFO hello"], returncode=returncode).message == message
