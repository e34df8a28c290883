"""How fast the terminal application is: first paint, keys while an answer streams, 5,000 pages.

The program runs on a pseudo terminal that this process reads, as a terminal would: times are from
a key that is written to the bytes that show what it did. What a person waits for is measured, not
a widget.

    python -m benchmarks.tui
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import statistics
import struct
import sys
import tempfile
import termios
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "assets" / "services-agreement.pdf"
SIZES = ((80, 24), (160, 45))
PAINT_RUNS = 9
KEYS = 150
KEYS_APART_SECONDS = 0.08
JUMPS = 40
PAGES_DOWN = 20
QUIET_SECONDS = 0.3
PATIENCE_SECONDS = 120.0

EMPTY = """
from textual.app import App
from textual.widgets import Static

class Empty(App):
    def compose(self):
        yield Static("Empty application")

Empty().run()
"""


class Screen:
    """A pseudo terminal with a program on it."""

    def __init__(self, command: Sequence[str], size: tuple[int, int], home: Path) -> None:
        self.began = time.monotonic()
        self.pid, self._file = pty.fork()
        if not self.pid:
            os.chdir(ROOT)
            os.environ.update(TERM="xterm-256color", LANG="C.UTF-8", DOCMIND_HOME=str(home))
            for name in ("NO_COLOR", "COLUMNS", "LINES", "TMUX", "SSH_CONNECTION"):
                os.environ.pop(name, None)
            os.execv(command[0], list(command))
        fcntl.ioctl(self._file, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))

    def press(self, keys: str) -> float:
        """Write keys; gives the time at which that was done."""
        os.write(self._file, keys.encode())
        return time.monotonic()

    def milliseconds(self, keys: str, shown: str) -> float:
        """How long it takes from these keys until this is drawn."""
        pressed = self.press(keys)
        return 1000 * (self.until(shown) - pressed)

    def until(self, shown: str) -> float:
        """Read until this is drawn; gives the time at which it was."""
        wanted, drawn = shown.encode(), b""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            drawn = drawn[-4096:] + self._read(0.5)
            if wanted in drawn:
                return time.monotonic()
        raise SystemExit(f"{shown!r} was never drawn: {drawn[-500:]!r}")

    def quiet(self, seconds: float = QUIET_SECONDS) -> int:
        """Read until nothing more comes; gives the number of bytes that came."""
        count = 0
        while read := self._read(seconds):
            count += len(read)
        return count

    def close(self) -> None:
        """End the program."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._file)

    def _read(self, seconds: float) -> bytes:
        ready, _, _ = select.select([self._file], [], [], seconds)
        try:
            return os.read(self._file, 1 << 16) if ready else b""
        except OSError:  # the program has ended
            return b""


def first_paint(size: tuple[int, int], home: Path) -> tuple[float, float]:
    """Milliseconds until something is drawn: of an empty application, and of docmind."""
    empty = [sys.executable, "-c", EMPTY]
    docmind = [sys.executable, "-m", "docmind", "open", "--engine", "extractive", str(SAMPLE)]
    times: dict[str, list[float]] = {"Empty": [], "Ask": []}
    for _ in range(PAINT_RUNS):
        for shown, command in (("Empty", empty), ("Ask", docmind)):
            screen = Screen(command, size, home)
            times[shown].append(1000 * (screen.until(shown) - screen.began))
            screen.close()
    return statistics.median(times["Empty"]), statistics.median(times["Ask"])


def echoes(size: tuple[int, int], home: Path) -> tuple[float, float]:
    """Milliseconds from a key to its letter, half of them and 95 of 100, below an answer."""
    screen = Screen([sys.executable, "-m", "benchmarks.tui_program", "answers"], size, home)
    screen.until("Question 60")
    screen.quiet()
    screen.press("Stream\r")
    screen.until("word 9 ")
    waited = []
    for index in range(KEYS):
        letter = chr(0x400 + index % 64)  # which nothing else draws
        waited.append(screen.milliseconds(letter, letter))
        if index % 30 == 29:
            screen.press("\x15")  # an empty line again
        time.sleep(KEYS_APART_SECONDS)
    screen.close()
    return statistics.median(waited), statistics.quantiles(waited, n=20)[-1]


def large_document(size: tuple[int, int], home: Path) -> dict[str, float]:
    """Of 5,000 pages: seconds to readable, milliseconds of a jump, MiB, bytes of a page-down."""
    told = home / "told"
    command = [sys.executable, "-m", "benchmarks.tui_program", "pages", str(told)]
    screen = Screen(command, size, home)
    screen.until("reading contract.pdf")
    process = psutil.Process(screen.pid)
    before = process.memory_info().rss
    os.kill(screen.pid, signal.SIGUSR1)
    readable = screen.until("of 5,000")
    parsed = float(told.read_text())
    screen.quiet()
    screen.press("\x1bOQ")  # f2
    screen.quiet()
    jumps = [screen.milliseconds(f"{n}G", f"page {n} ") for n in _pages()]
    pages_down = []
    screen.press("\x15")
    screen.quiet()
    for _ in range(PAGES_DOWN):
        screen.press(" ")
        pages_down.append(screen.quiet())
    memory = process.memory_info().rss - before
    screen.close()
    return {
        "readable": readable - parsed,
        "jump": statistics.median(jumps),
        "jump95": statistics.quantiles(jumps, n=20)[-1],
        "mib": memory / 2**20,
        "bytes": statistics.median(pages_down),
    }


def _pages() -> Iterator[int]:
    """Pages far from one another, none twice."""
    return (1 + (1733 * step) % 4999 for step in range(1, JUMPS + 1))


def main() -> None:
    """Print a table with a row for each figure."""
    print("| | " + " | ".join(f"{w}x{h}" for w, h in SIZES) + " | target |\n|---|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        paints = [first_paint(size, home) for size in SIZES]
        keys = [echoes(size, home) for size in SIZES]
        pages = [large_document(size, home) for size in SIZES]
    rows = [
        ("first paint, empty Textual application", [f"{a:.0f} ms" for a, _ in paints], ""),
        ("first paint, docmind", [f"{b:.0f} ms, {b / a:.2f}x" for a, b in paints], "2x"),
        ("key to echo, median", [f"{a:.0f} ms" for a, _ in keys], ""),
        ("key to echo, 95th percentile", [f"{b:.0f} ms" for _, b in keys], "50 ms"),
        ("5,000 pages, parsed to readable", [f"{p['readable']:.2f} s" for p in pages], "1 s"),
        ("a jump, median", [f"{p['jump']:.0f} ms" for p in pages], "50 ms"),
        ("a jump, 95th percentile", [f"{p['jump95']:.0f} ms" for p in pages], ""),
        ("memory above the text", [f"{p['mib']:.0f} MiB" for p in pages], "50 MB"),
        ("a page-down", [f"{p['bytes'] / 1000:.1f} KB" for p in pages], "15 KB"),
    ]
    for name, values, target in rows:
        print(f"| {name} | {' | '.join(values)} | {target} |")


if __name__ == "__main__":
    main()
