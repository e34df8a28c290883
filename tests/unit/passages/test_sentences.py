"""Where sentences end decides what a citation shows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docmind.passages.sentences import sentence_spans


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("One. Two! Three?", ["One.", "Two!", "Three?"], id="plain"),
        pytest.param("Mr. Smith left. He ran.", ["Mr. Smith left.", "He ran."], id="titles"),
        pytest.param(
            "It costs 3.5 m. to Acme Inc. in Jan. 2024.",
            ["It costs 3.5 m. to Acme Inc. in Jan. 2024."],
            id="abbreviations",
        ),
        pytest.param(
            "12.3 The Supplier shall pay. It must.",
            ["12.3 The Supplier shall pay.", "It must."],
            id="clause number",
        ),
        pytest.param(
            "12. Termination. Either may go.",
            ["12. Termination.", "Either may go."],
            id="heading number",
        ),
        pytest.param(
            "“Really?” he said. No.", ["“Really?” he said.", "No."], id="quotation inside"
        ),
        pytest.param(
            "The U.S. Government won. See Fig. 3 there.",
            ["The U.S. Government won.", "See Fig. 3 there."],
            id="initials",
        ),
        pytest.param(
            "公司成立于1999年。员工3,500人！是吗？",
            ["公司成立于1999年。", "员工3,500人！", "是吗？"],
            id="chinese",
        ),
        pytest.param(
            "他说：“好的。”然后离开。", ["他说：“好的。”", "然后离开。"], id="chinese quotation"
        ),
        pytest.param("增长率为3.5%。下降。", ["增长率为3.5%。", "下降。"], id="chinese decimals"),
        pytest.param(
            "First line\nsecond line. End.",
            ["First line\nsecond line.", "End."],
            id="soft line break",
        ),
        pytest.param("Para one\n\nPara two", ["Para one", "Para two"], id="paragraphs"),
        pytest.param("see a?b and x!=y here", ["see a?b and x!=y here"], id="marks inside words"),
    ],
)
def test_a_sentence_ends_where_a_reader_would_end_it(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@given(st.text(alphabet='ab A1.!? \n。，("”', max_size=60))
def test_no_character_but_white_space_is_lost_and_none_is_told_twice(text: str) -> None:
    spans = sentence_spans(text)
    covered = [offset for start, end in spans for offset in range(start, end)]

    assert len(covered) == len(set(covered))
    assert all(text[offset].isspace() for offset in set(range(len(text))) - set(covered))
    assert spans == sorted(spans)
