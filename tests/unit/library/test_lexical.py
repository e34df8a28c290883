"""Words that stand in too many passages are ranked too, and as the full-text index would."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from docmind.library import lexical
from docmind.library.lexical import LexicalArm
from docmind.library.library import Library
from tests.unit.library.made import made_library

PARTS = (
    "The pump is old. Nobody knows why the pump was bought.",
    "A pump needs oil, and a valve needs none.",
    "The valve was painted green in June.",
    "Rain fell on the garden, on the road and on the old pump house.",
    "Nothing at all happened in the week after.",
    "Oil is dear.",
)


@pytest.fixture
def arm(tmp_path: Path) -> Iterable[LexicalArm]:
    library: Library = made_library(tmp_path / "library")
    for number, part in enumerate(PARTS):
        path = tmp_path / f"{number}.txt"
        path.write_text("\n\n".join([part, "Other words follow. " * 20]), encoding="utf-8")
        list(library.add([path]))
    yield LexicalArm(library._manifest)
    library.close()


@pytest.mark.parametrize("query", ["pump", "old pump", "oil for the valve", "road, green"])
def test_a_passage_is_scored_here_as_by_the_full_text_index(query: str, arm: LexicalArm) -> None:
    words = arm._frequencies(arm._terms.of_question(query))

    indexed = arm._matching("words", words, None)
    counted = arm._counted(words, range(1, 100))

    assert set(indexed) == {number for number, score in counted.items() if score > 0}
    for number, score in indexed.items():  # lengths are compared with those of other passages
        assert counted[number] == pytest.approx(score, rel=0.3, abs=1e-5)


def test_words_that_stand_in_too_many_passages_are_counted_instead(
    arm: LexicalArm, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = list(arm.scores("old pump in the garden", 3))

    monkeypatch.setattr(lexical, "RANKED", 0)
    monkeypatch.setattr(lexical, "RANKED_UNITS", 0)

    assert next(iter(arm.scores("old pump in the garden", 3))) == expected[0]
    assert arm.scores("pump", 3, range(1, 2))
    assert arm.scores("pump", 3, range(2, 3)) == {}
