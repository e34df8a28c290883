"""What a model is asked to do with a part, and with the notes that were made of all parts.

The instructions and the part stand before it exactly as they do for an answer, so that a part that
was read once is found in the server's cache, whatever is asked of it next.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from docmind.context.neutral import CITE, MARK, neutralized
from docmind.context.prompt import SYSTEM, last_message, turn_messages
from docmind.context.tags import NOTHING
from docmind.model import Turn
from docmind.ports import ChatMessage

LIST_OF_PART = f"""\
This is a part of the documents. The other parts are read too, for the same question, and \
somebody else puts together what was found. So do not answer the question: list what this part \
says that bears on it.
- One line for each thing, a whole sentence that is understood by itself, and right after it the \
ids of the passages that say it.
- Numbers, dates, names and conditions stay as they are. Leave nothing out, say nothing twice, \
and say nothing about what is not in this part.
- If nothing in this part bears on the question, write {CITE}{NOTHING}] and nothing else.
"""
MERGED_LIST = """\
The notes above were made of all parts of the documents for the question below; these are some of \
them. Do not answer the question: write the notes again, shorter. One line for each thing; what \
says the same becomes one line with the ids of all that it is made of. Leave no thing out, and \
keep numbers, dates, names and conditions.
"""
ANSWER_FROM_NOTES = f"""\
Every part of the documents was read for the question below; what bears on it stands in the notes \
above, each with the ids of the passages that say it. Answer from the notes and from nothing else.
- Put together what says the same, and leave nothing out that belongs to the answer. Where it is \
asked how many there are, count, and name what you counted.
- After each statement write the ids of the notes that say it; you have no others.
- If no note answers the question, say so in one sentence and write {CITE}{NOTHING}].
"""
_NOTES = f"{MARK}notes\n"
_END = f"{MARK}end of notes\n"
_READ_NOTES = ChatMessage("assistant", "I have read the notes. What is the task?")


@dataclass(frozen=True, slots=True)
class Note:
    """What a part says, with the ids of the passages that say it."""

    text: str
    names: tuple[str, ...]

    @property
    def line(self) -> str:
        """As the model reads it."""
        ids = "".join(f"{CITE}{name}]" for name in self.names)
        return f"- {neutralized(' '.join(self.text.split()))} {ids}\n"


def notes_messages(
    notes: Sequence[Note], task: str, question: str, role: str = "", history: Iterable[Turn] = ()
) -> tuple[ChatMessage, ...]:
    """The prompt for a task that is done with notes instead of documents."""
    text = "".join((_NOTES, *(note.line for note in notes), _END))
    last = last_message(question, role, task=task)
    return (SYSTEM, ChatMessage("user", text), _READ_NOTES, *turn_messages(history), last)
