"""The picture in the README is what docmind looks like today."""

from __future__ import annotations

from pathlib import Path

from docs.make_screenshot import PICTURE, picture


async def test_the_picture_of_the_readme_is_what_the_application_draws(tmp_path: Path) -> None:
    stored = PICTURE.read_text(encoding="utf-8")
    same = await picture(tmp_path) == stored  # a difference of pictures tells nothing in words
    assert same, "run: make docs, and look at docs/screenshot.svg"
