"""What a question asks for is read from its words."""

import pytest

from docmind.answers.question import Expected, analyse, holds


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("When does the agreement start?", Expected.DATE, id="when"),
        pytest.param("In which year was it founded?", Expected.DATE, id="which year"),
        pytest.param("How long is the notice period?", Expected.DURATION, id="how long"),
        pytest.param("How many days do I have to pay?", Expected.DURATION, id="how many days"),
        pytest.param("How many employees are there?", Expected.NUMBER, id="how many"),
        pytest.param("What percentage of revenue is it?", Expected.PERCENT, id="percentage"),
        pytest.param("How much does an engineer cost per day?", Expected.MONEY, id="cost"),
        pytest.param("Who signs for the customer?", Expected.PERSON, id="who"),
        pytest.param("Why did it fail?", Expected.ANYTHING, id="why"),
        pytest.param("公司何时成立？", Expected.DATE, id="chinese date"),
        pytest.param("What is the interest rate on late payment?", Expected.PERCENT, id="a rate"),
        pytest.param("Why did the growth rate fall?", Expected.ANYTHING, id="no rate asked for"),
        pytest.param("营业收入同比增长率是多少？", Expected.PERCENT, id="chinese rate"),
        pytest.param("研发投入多少亿元？", Expected.MONEY, id="chinese money"),
        pytest.param("员工有多少人？", Expected.NUMBER, id="chinese number"),
        pytest.param("董事长是谁？", Expected.PERSON, id="chinese person"),
    ],
)
def test_the_sort_of_answer_is_known_from_the_question(text: str, expected: Expected) -> None:
    assert analyse(text).expected is expected


@pytest.mark.parametrize(
    ("expected", "sentence"),
    [
        (Expected.DATE, "It begins on 1 March 2025."),
        (Expected.DATE, "公司成立于1999年。"),
        (Expected.DURATION, "at least thirty (30) days before the end"),
        (Expected.DURATION, "合同期限为三年"),
        (Expected.MONEY, "a cap of €250,000"),
        (Expected.MONEY, "收入为3.5亿元"),
        (Expected.PERCENT, "an increase of 4.5%"),
        (Expected.NUMBER, "twelve of them were new"),
        (Expected.PERSON, "was signed by Jane Miller"),
    ],
)
def test_a_sentence_that_holds_such_a_thing_is_recognised(
    expected: Expected, sentence: str
) -> None:
    assert holds(expected, sentence)


def test_a_sentence_without_a_date_holds_none() -> None:
    assert not holds(Expected.DATE, "It begins when both parties have signed.")


def test_chinese_and_english_questions_are_told_apart() -> None:
    assert analyse("公司的 CEO 是谁？").language == "zh"
    assert analyse("Who is 王?").language == "en"


def test_names_and_numbers_of_the_question_are_kept() -> None:
    question = analyse('Did Northwind Traders pay 1,500 under "Net Fees"?')

    assert "Northwind Traders" in question.names
    assert "Net Fees" in question.names
    assert question.numbers == ("1,500",)
