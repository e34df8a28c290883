"""A session as a page that can only be read."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

from docmind.export.session_html import session_html
from docmind.model import Claim, EngineName, Outcome, Rating, Session, SessionDocument, SessionTurn
from tests.tui.fakes import make_answer, make_document

NOW = datetime(2026, 5, 4, 12, 30, tzinfo=UTC)


def session_of(*turns: SessionTurn, name: str = "contract.pdf") -> Session:
    return Session("20260504-abc", NOW, NOW, (SessionDocument(name, "0" * 64, "/x"),), turns)


def asked(question: str = "What is the fee?", **changes: object) -> SessionTurn:
    answer = make_answer(question, make_document())
    turn = SessionTurn(1, question, NOW, Outcome.DONE, answer)
    return replace(turn, **changes)  # type: ignore[arg-type]


class Tags(HTMLParser):
    """Which tags a page has, and whether each is closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.names.append(tag)
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_a_page_has_questions_answers_and_where_they_stand() -> None:
    page = session_html(session_of(asked(rating=Rating.DOWN, correction="It is 16 euros.")))

    assert Tags(page).open == []
    assert '<h2 id="q1">1. What is the fee?</h2>' in page
    assert 'The fee is 15 euros. <a href="#q1c1">[1]</a>' in page
    assert 'id="q1c1" value="1">contract.pdf, page 5 (printed 3)' in page
    assert "the fee for clause 3 is 15 euros" in page
    assert "It is 16 euros." in page
    assert "default-src 'none'" in page


def test_brackets_that_a_model_wrote_itself_lead_nowhere() -> None:
    made = make_answer("?", make_document())
    answer = replace(made, text=r"As in items\[1]: 15. [1]", engine=EngineName("vllm", "a model"))
    page = session_html(session_of(asked(answer=answer)))

    assert r'As in items\[1]: 15. <a href="#q1c1">[1]</a>' in page


def test_nothing_that_documents_or_models_write_is_markup() -> None:
    evil = '<script>alert(1)</script><img src=x onerror="y">[1](javascript:z) \x1b[31m'
    answer = replace(
        make_answer(evil, make_document()), text=evil, engine=EngineName("vllm", evil),
        claims=(Claim(evil, (), supported=False),), warnings=(evil,),
    )  # fmt: skip
    turn = asked(evil, answer=answer, correction=evil, outcome=Outcome.FAILED, error=evil)

    page = session_html(session_of(turn, name=evil))

    assert not {"script", "img"} & set(Tags(page).names)
    assert "\x1b" not in page
    assert not re.search(r'href="(?!#q1)', page)


def test_what_was_stopped_keeps_the_words_that_had_come() -> None:
    turn = SessionTurn(1, "Who?", NOW, Outcome.STOPPED, None, "The fee\nis")

    page = session_html(session_of(turn))

    assert "The fee\nis" in page
    assert "The answer was stopped." in page
