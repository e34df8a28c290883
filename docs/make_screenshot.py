"""Makes docs/screenshot.svg from the running application: the sample contract, asked a question.

python docs/make_screenshot.py

A test makes it again and compares, so that the picture shows what docmind looks like today.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
from pathlib import Path

from docmind.config import Folders
from docmind.settings import (
    EngineSettings,
    InterfaceSettings,
    RetrievalArms,
    RetrievalSettings,
    Settings,
)
from docmind.tui.app import DocmindApp
from docmind.workspace import Workspace
from tests.tui.fakes import ask, ready, text_of, until

HERE = Path(__file__).parent
PICTURE = HERE / "screenshot.svg"
SAMPLE = HERE.parent / "assets" / "services-agreement.pdf"
QUESTION = "When may the Customer terminate?"
SIZE = (132, 40)
SETTINGS = Settings(
    engine=EngineSettings("extractive"),  # or the picture would depend on the machine
    retrieval=RetrievalSettings(arms=RetrievalArms.LEXICAL),
    interface=InterfaceSettings(theme="textual-dark"),
)


async def picture(folder: Path) -> str:
    """The application as an SVG, after a question and a jump to its second citation."""
    with Workspace(SETTINGS, Folders(folder, folder / "cache", None)) as workspace:
        app = DocmindApp(workspace, [SAMPLE])
        async with app.run_test(size=SIZE) as pilot:
            screen = await ready(pilot)
            screen.prompt.cursor_blink = False
            await until(pilot, lambda: " tokens" in text_of(pilot))
            await ask(pilot, QUESTION)
            await pilot.press("tab", "2")
            await until(pilot, lambda: " 2▌" in text_of(pilot))
            return lasting(app.export_screenshot(title="docmind"))


def lasting(svg: str) -> str:
    """The picture without what differs from run to run, and without fonts from a server."""
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    return re.sub(r"terminal-\d+", "terminal-docmind", svg)


def main() -> None:
    """Write the picture."""
    with tempfile.TemporaryDirectory() as folder:
        PICTURE.write_text(asyncio.run(picture(Path(folder))), encoding="utf-8")


if __name__ == "__main__":
    main()
