"""`docmind sessions`: the questions that were asked, kept by document."""

from __future__ import annotations

import click

from docmind.cli.flags import Flags, with_flags
from docmind.cli.invocation import start
from docmind.export.session_records import ListedSession, sessions_record
from docmind.numbers import counted
from docmind.sessions import Sessions


@click.command("sessions")
@click.argument("words", nargs=-1)
@click.option("--forget", metavar="ID", help="Remove a session, with all that was asked in it.")
@with_flags()
def command(flags: Flags, words: tuple[str, ...], forget: str | None) -> None:
    """List the sessions: what was asked about which documents.

    A session is what was asked in docmind open; docmind ask keeps nothing.

    With WORDS, only those in which all of these words occur, in a question, an answer or the name
    of a document. The session that was used last stands first; docmind export writes one out.
    With --forget, --json lists the one that was removed.
    """
    invocation = start(flags)
    with Sessions(invocation.configuration.folders.history) as sessions:
        if forget is not None:
            found = sessions.find(forget)
            sessions.forget(found.id)
            record = sessions_record([found])
        else:
            record = sessions_record(sessions.search(" ".join(words)))
    if flags.json:
        invocation.output.record(record)
        return
    if forget is not None:
        (gone,) = record.sessions
        questions = counted(gone.questions, "question")
        invocation.output.text(f"Session {gone.id} with {questions} is forgotten.")
        return
    for listed in record.sessions:
        invocation.output.text(_line(listed))
    if not record.sessions:
        invocation.output.text("No session mentions this." if words else _NOTHING)


_NOTHING = "Nothing has been asked in docmind open yet. Try: docmind open FILE"


def _line(listed: ListedSession) -> str:
    """A session for a person."""
    names = ", ".join(each.name for each in listed.documents)
    questions = counted(listed.questions, "question")
    when = listed.updated.astimezone()
    return f"{listed.id}  {when:%Y-%m-%d %H:%M}  {questions}  {names}: {listed.last_question}"
