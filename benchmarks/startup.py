"""How long `docmind --help` takes, against the smallest program that click can make.

Both are whole processes, run in turns so that the machine's moods meet both alike.

    python -m benchmarks.startup
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

RUNS = 21
ROOT = Path(__file__).parent.parent
DOCMIND = [sys.executable, "-m", "docmind", "--help"]
BARE = """
import click

@click.group()
def main():
    '''A program.'''

@main.command()
@click.argument("question")
@click.option("--json", is_flag=True)
def ask(question, json):
    '''Ask.'''

main(["--help"], prog_name="bare")
"""


def seconds_of(command: list[str]) -> float:
    """The wall time of one run."""
    begun = time.perf_counter()
    subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - begun


def main() -> None:
    """Print both medians and their ratio."""
    bare = [sys.executable, "-c", BARE]
    seconds_of(bare)
    seconds_of(DOCMIND)
    pairs = [(seconds_of(bare), seconds_of(DOCMIND)) for _ in range(RUNS)]
    click_ms, docmind_ms = (1000 * statistics.median(times) for times in zip(*pairs, strict=True))
    print("| bare click program | docmind --help | ratio |")
    print("|---:|---:|---:|")
    print(f"| {click_ms:.0f} ms | {docmind_ms:.0f} ms | {docmind_ms / click_ms:.2f} |")


if __name__ == "__main__":
    main()
