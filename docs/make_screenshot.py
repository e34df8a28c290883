"""Makes docs/screenshot.svg from the running application: the sample contract, asked a question.

python docs/make_screenshot.py
"""

from __future__ import annotations

import asyncio
import re
import tempfile
from pathlib import Path

from docmind.config import Folders
from docmind.settings import EngineSettings, RetrievalArms, RetrievalSettings, Settings
from docmind.tui.app import DocmindApp
from docmind.tui.screens.reading import ReadingScreen
from docmind.workspace import Workspace

HERE = Path(__file__).parent
SAMPLE = HERE.parent / "assets" / "services-agreement.pdf"
QUESTION = "When may the Customer terminate for convenience?"
SIZE = (132, 34)


async def picture(folder: Path) -> str:
    """The application as an SVG, after a question and a jump to its first citation."""
    settings = Settings(
        engine=EngineSettings("extractive"),  # or the picture would depend on the machine
        retrieval=RetrievalSettings(arms=RetrievalArms.LEXICAL),
    )
    with Workspace(settings, Folders(folder, folder / "cache", None)) as workspace:
        app = DocmindApp(workspace, [SAMPLE])
        async with app.run_test(size=SIZE) as pilot:
            screen = app.screen
            assert isinstance(screen, ReadingScreen)
            await pilot.pause(4)
            await pilot.press(*QUESTION, "enter")
            await pilot.pause(2)
            await pilot.press("tab", "1")
            await pilot.pause(1)
            return app.export_screenshot(title="docmind")


def main() -> None:
    """Write the picture."""
    with tempfile.TemporaryDirectory() as folder:
        svg = asyncio.run(picture(Path(folder)))
    # Rich links fonts on a server, and numbers its classes differently in every run.
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    svg = re.sub(r"terminal-\d+", "terminal-docmind", svg)
    (HERE / "screenshot.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
