"""Which questions are read every part for, in both languages."""

from __future__ import annotations

import pytest

from docmind.context.everything import needs_everything

EVERYTHING = (
    "List all obligations of the supplier.",
    "Please list the parties",
    "Is there any penalty clause?",
    "Is there a non-compete clause?",
    "Are there exceptions to the indemnity?",
    "Does the contract mention any deadlines?",
    "Does it ever refer to Jersey law?",
    "How many parties are there?",
    "How many termination clauses does it have?",
    "How many times is the landlord mentioned?",
    "How many of the subsidiaries are listed?",
    "How often does the name Marlow appear?",
    "Find every mention of liability",
    "What are all the fees?",
    "Which of all the dates in it are deadlines?",
    "Count the definitions.",
    "Summarize the report",
    "Give me an overview.",
    "What is this document about?",
    "列出所有义务",
    "列出供应商的全部义务。",
    "有没有违约金条款？",
    "是否存在竞业限制？",
    "合同一共多少条？",
    "总共有几个当事人？",
    "提到了哪些风险？",
    "有哪些例外情况？",
    "公司名称出现了多少次？",
    "请总结这份报告",
    "所有的付款日期是什么？",
)
ONE_THING = (
    "Who may terminate the agreement?",
    "How many days' notice must be given?",
    "How many employees does the company have?",
    "How much is the monthly fee?",
    "How often is interest paid?",
    "When does all of this end?",
    "What is the name of the supplier?",
    "Which law governs the contract?",
    "What happens if the tenant does not pay?",
    "Is the supplier liable for delay?",
    "Is there a limit to what the supplier pays?",
    "Does the landlord repair the roof?",
    "What was revenue in 2023?",
    "Show me the termination clause",
    "谁可以终止合同？",
    "月租金是多少？",
    "通知期是多少天？",
    "公司有多少员工？",
    "合同何时到期？",
    "违约金的比例是多少？",
    "适用哪国法律？",
    "房东是否负责修理屋顶？",
)


@pytest.mark.parametrize("question", EVERYTHING)
def test_a_question_about_all_of_it_is_known(question: str) -> None:
    assert needs_everything(question)


@pytest.mark.parametrize("question", ONE_THING)
def test_a_question_about_one_thing_is_none(question: str) -> None:
    assert not needs_everything(question)
