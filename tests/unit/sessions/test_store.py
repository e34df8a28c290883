"""The history: what is kept, how it is found again, and what goes wrong."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from docmind.errors import HistoryError, UsageError
from docmind.model import Outcome, Rating, Scope, Session, SessionDocument
from docmind.sessions import Sessions
from docmind.sessions.schema import VERSION
from tests.unit.export.made import answer, document
from tests.waiting import until

CONTRACT = SessionDocument("contract.pdf", "ab" * 32, "/papers/contract.pdf")
ANNEX = SessionDocument("annex.pdf", "cd" * 32, "/papers/annex.pdf")
QUESTION = "Who may terminate?"


@pytest.fixture
def sessions(tmp_path: Path) -> Iterator[Sessions]:
    """An empty history."""
    with Sessions(tmp_path / "sessions.sqlite") as opened:
        yield opened


def asked(sessions: Sessions, *documents: SessionDocument, question: str = QUESTION) -> str:
    """A session with one answered question; its id."""
    session = sessions.begin(documents or (CONTRACT,))
    number = sessions.ask(session, question)
    turn = replace(sessions.find(session).turns[-1], number=number, outcome=Outcome.DONE)
    sessions.keep(session, replace(turn, answer=answer(document())))
    return session


def test_an_answer_comes_back_as_it_was(sessions: Sessions) -> None:
    found = sessions.find(asked(sessions))

    assert found.documents == (CONTRACT,)
    assert [turn.question for turn in found.turns] == [QUESTION]
    assert found.turns[0].answer == answer(document())
    assert found.turns[0].outcome is Outcome.DONE


def test_a_question_is_kept_before_it_is_answered(sessions: Sessions) -> None:
    session = sessions.begin([CONTRACT])
    sessions.ask(session, QUESTION)

    (turn,) = sessions.find(session).turns
    assert (turn.question, turn.outcome, turn.answer) == (QUESTION, Outcome.OPEN, None)


def test_documents_bring_their_newest_session_back(sessions: Sessions) -> None:
    asked(sessions)
    second = asked(sessions)
    asked(sessions, CONTRACT, ANNEX)

    found = sessions.about([CONTRACT])
    assert found is not None
    assert found.id == second


def test_a_document_is_known_by_its_content_wherever_it_has_gone(sessions: Sessions) -> None:
    session = asked(sessions)

    found = sessions.about([replace(CONTRACT, name="c.pdf", path="/elsewhere/c.pdf")])
    assert found is not None
    assert found.id == session


def test_a_session_calls_its_documents_as_they_were_opened_last(sessions: Sessions) -> None:
    session = asked(sessions, replace(CONTRACT, name=document().name), ANNEX)
    before = sessions.find(session)
    moved = replace(CONTRACT, name="docs/contract.pdf", path="/new/contract.pdf")
    assert before.turns[0].answer is not None

    found = sessions.reopen([ANNEX, moved])
    assert found == sessions.find(session)
    assert found.updated == before.updated
    assert found.documents == (moved, ANNEX)
    assert found.turns[0].answer is not None
    assert {each.document for each in found.turns[0].answer.citations} == {"docs/contract.pdf"}
    text = found.turns[0].answer.text
    assert text == before.turns[0].answer.text
    assert sessions.reopen([ANNEX, moved]) == found
    assert sessions.reopen([ANNEX]) is None


def test_what_a_question_was_limited_to_is_kept_and_renamed(sessions: Sessions) -> None:
    session = sessions.begin([CONTRACT])
    scope = Scope("The fee is", ("contract.pdf",), (3, 5), "Fees", ((3, 10), (6, 0)))
    sessions.ask(session, "Summarize the section", scope)
    sessions.ask(session, QUESTION)

    assert [turn.scope for turn in sessions.find(session).turns] == [scope, None]
    found = sessions.reopen([replace(CONTRACT, name="c.pdf")])
    assert found is not None
    assert found.turns[0].scope == replace(scope, documents=("c.pdf",))
    sessions.forget(session)
    sessions.ask(sessions.begin([CONTRACT]), QUESTION)
    assert sessions.find("last").turns[0].scope is None


def test_a_history_of_an_older_docmind_is_gone_on_with(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite"
    with Sessions(path) as sessions:
        session = asked(sessions)
    with closing(sqlite3.connect(path)) as file:
        file.executescript("DROP TABLE added; DROP TABLE scopes")
    with Sessions(path) as sessions:
        sessions.add(session, [ANNEX])
        assert sessions.find(session).documents == (CONTRACT, ANNEX)


def test_two_documents_that_have_changed_names_are_not_confused(sessions: Sessions) -> None:
    session = asked(sessions, CONTRACT, ANNEX)
    one = replace(CONTRACT, name=ANNEX.name, path=ANNEX.path)
    other = replace(ANNEX, name=CONTRACT.name, path=CONTRACT.path)

    assert sessions.reopen([one, other]) == sessions.find(session)
    assert sessions.find(session).documents == (one, other)


def test_what_was_opened_later_belongs_to_a_session_that_is_found_without_it(
    sessions: Sessions,
) -> None:
    session = asked(sessions)
    for _ in range(2):
        sessions.add(session, [ANNEX, CONTRACT])

    found = sessions.about([CONTRACT])
    assert found is not None
    assert found.documents == (CONTRACT, ANNEX)
    assert sessions.about([ANNEX, CONTRACT]) == found
    assert sessions.about([ANNEX]) is None
    both = asked(sessions, ANNEX, CONTRACT)
    assert sessions.about([CONTRACT, ANNEX]) == sessions.find(both)


def test_a_document_that_has_changed_is_known_by_its_path(sessions: Sessions) -> None:
    session = asked(sessions)

    found = sessions.about([replace(CONTRACT, sha256="ef" * 32)])
    assert found is not None
    assert found.id == session


def test_other_documents_have_no_session(sessions: Sessions) -> None:
    asked(sessions, CONTRACT, ANNEX)

    assert sessions.about([CONTRACT]) is None
    assert sessions.about([]) is None


def test_what_a_reader_thinks_of_an_answer_is_kept(sessions: Sessions) -> None:
    session = asked(sessions)
    (turn,) = sessions.find(session).turns
    rated = replace(turn, rating=Rating.DOWN, correction="Only the customer may.")
    sessions.keep(session, rated)

    assert sessions.find(session).turns == (rated,)
    sessions.keep(session, turn)
    assert sessions.find(session).turns == (turn,)


def test_a_folder_is_known_by_its_path_alone(sessions: Sessions) -> None:
    folder = SessionDocument("src", "", "/papers/src")
    session = asked(sessions, folder)

    found = sessions.about([folder])
    assert found is not None
    assert found.id == session
    assert sessions.about([replace(folder, path="/other/src")]) is None


def test_words_find_the_sessions_that_mention_them(sessions: Sessions) -> None:
    first = asked(sessions, question="What is the FEE?")
    second = asked(sessions, ANNEX, question="谁可以终止合同？")

    assert [each.id for each in sessions.search()] == [second, first]
    assert [each.id for each in sessions.search("fee contract.pdf")] == [first]
    assert [each.id for each in sessions.search("终止")] == [second]
    assert sessions.search("fee annex.pdf") == []


def test_a_session_is_found_by_the_beginning_of_its_id(sessions: Sessions) -> None:
    session = asked(sessions)

    assert sessions.find(session[:-2]).id == session
    assert sessions.find("last").id == session
    asked(sessions)
    with pytest.raises(UsageError, match="2 sessions begin with"):
        sessions.find(session[:8])
    with pytest.raises(UsageError, match="no session 'nothing'"):
        sessions.find("nothing")


def test_a_session_that_is_forgotten_leaves_nothing(sessions: Sessions, tmp_path: Path) -> None:
    session = asked(sessions)
    sessions.forget(session)

    assert sessions.search() == []
    with pytest.raises(UsageError):
        sessions.forget(session)
    with sqlite3.connect(tmp_path / "sessions.sqlite") as file:
        assert file.execute("SELECT count(*) FROM turns").fetchone() == (0,)


def test_an_answer_that_cannot_be_read_any_more_leaves_its_text(
    sessions: Sessions, tmp_path: Path
) -> None:
    session = asked(sessions)
    with sqlite3.connect(tmp_path / "sessions.sqlite") as file:
        file.execute("""UPDATE turns SET answer = '{"question": 1}'""")

    (turn,) = sessions.find(session).turns
    assert turn.answer is None
    assert turn.text == answer(document()).text


def test_a_damaged_history_is_named_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "sessions.sqlite"
    path.write_bytes(b"not a database" * 1000)

    with pytest.raises(HistoryError, match="cannot be used") as raised:
        Sessions(path)
    assert "mv " in raised.value.hint
    assert path.read_bytes().startswith(b"not a database")


def test_a_newer_history_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "sessions.sqlite"
    Sessions(path).close()
    with sqlite3.connect(path) as file:
        file.execute(f"PRAGMA user_version = {VERSION + 1}")

    with pytest.raises(HistoryError, match="newer docmind"):
        Sessions(path)


def test_only_its_owner_can_read_it(tmp_path: Path) -> None:
    Sessions(tmp_path / "home" / "sessions.sqlite").close()

    assert (tmp_path / "home" / "sessions.sqlite").stat().st_mode & 0o077 == 0


def test_two_processes_may_keep_at_once(sessions: Sessions, tmp_path: Path) -> None:
    with Sessions(tmp_path / "sessions.sqlite") as other:
        first, second = asked(sessions), asked(other)

    assert {each.id for each in sessions.search()} == {first, second}


_ENDLESS = """
import sys
from pathlib import Path
from docmind.model import SessionDocument
from docmind.sessions import Sessions
sessions = Sessions(Path(sys.argv[1]))
session = sessions.begin([SessionDocument("a.pdf", "00", "/a.pdf")])
for number in range(100_000):
    assert sessions.ask(session, f"question {number}") == number + 1
    print(number, flush=True)
"""


def test_a_kill_loses_no_question_that_was_asked(tmp_path: Path) -> None:
    path = tmp_path / "sessions.sqlite"
    process = subprocess.Popen(
        [sys.executable, "-c", _ENDLESS, str(path)],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[3],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
    )
    assert process.stdout is not None
    told = [until(process.stdout.readline) for _ in range(20)]
    process.send_signal(signal.SIGKILL)
    told += process.stdout.readlines()
    process.wait()
    process.stdout.close()

    with Sessions(path) as sessions:
        kept = [turn.question for turn in sessions.find("last").turns]
    assert kept[: len(told)] == [f"question {number}" for number in range(len(told))]


def test_a_document_is_known_in_a_folder_whose_name_is_not_utf8(sessions: Sessions) -> None:
    report = SessionDocument("report.pdf", "ef" * 32, os.fsdecode(b"/caf\xe9/report.pdf"))
    session = asked(sessions, report)

    found = sessions.about([replace(report, sha256="ab" * 32)])
    assert found is not None
    assert found.id == session


class Interrupted(Sessions):
    """Another process forgets every session, after it was found and before it is read."""

    def _session(self, number: int) -> Session:
        with Sessions(self._path) as other:
            for session in other.search():
                other.forget(session.id)
        return super()._session(number)


def test_what_is_found_is_of_one_moment_whatever_another_process_forgets(tmp_path: Path) -> None:
    path = tmp_path / "sessions.sqlite"
    with Interrupted(path) as sessions, Sessions(path) as other:
        name = asked(other)

        assert [each.id for each in sessions.search()] == [name]
        assert sessions.search() == []
