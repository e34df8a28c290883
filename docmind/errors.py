"""Every error that a user can meet.

    DocmindError
    ├── UsageError                2   a command, an option or a question that makes no sense
    │   ├── ConfigError           2   config.toml, an environment variable or a flag
    │   ├── NotATerminal          2   the TUI without a terminal
    │   └── SchemaError           2   a JSON Schema that cannot be filled
    ├── HomeError                 2   docmind's own folder cannot be written (full disk)
    ├── LibraryError              2   the library is damaged, or a newer docmind wrote it
    ├── HistoryError              2   the kept sessions are damaged, or a newer docmind wrote them
    ├── EngineError               3   server or embedding process unreachable or dead
    │   ├── ServerUnreachable     3   nothing answers at the address
    │   ├── ServerRefused         3   the server answers, but not this request (401, 404, 400)
    │   │   └── ServerBusy        3   it has too much to do at this moment (429, 503)
    │   ├── ServerDied            3   it went away in the middle of an answer
    │   ├── ServerNotStarted      3   the managed server could not start; says why
    │   ├── NoServer              3   nothing is installed, planned or configured that could serve
    │   ├── ClusterError          3   there is no Ray cluster, or it would make something else
    │   └── RecordCut             3   the model did not write a record to its end
    ├── InputError                4   an input that cannot be read
    │   ├── MissingInput          4   no such file
    │   ├── EmptyInput            4   no bytes, no pages
    │   ├── EncryptedInput        4   a password is needed, or the one given is wrong
    │   ├── DamagedInput          4   not what its name says, or broken beyond repair
    │   ├── NoTextInput           4   pages, but no text on any
    │   ├── UnsupportedInput      4   a kind of file that docmind does not read
    │   ├── ParserLimit           4   reading it took too long or too much memory
    │   ├── ParserBug             4   docmind's own parser failed on it
    │   ├── ChangingInput         4   it was written to while it was read
    │   └── ValueNotFound         4   it does not say what a JSON Schema requires
    └── DoesNotFit                5   larger than the window, and --require-whole was given; or
                                      not even one passage fits

A message says what happened and to what; the hint says what to type next. Foreign exceptions are
turned into these once, at the adapter's door, `from exc`. Anything else is a bug (exit code 70).
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What the process returns; scripts rely on it."""

    OK = 0
    SOME_FAILED = 1
    USAGE = 2
    NO_ENGINE = 3
    INPUT = 4
    DOES_NOT_FIT = 5
    BUG = 70
    INTERRUPTED = 130
    TERMINATED = 143


class DocmindError(Exception):
    """What happened, to what (`str(error)`), and what to type next (`hint`, may be empty)."""

    exit_code: ExitCode = ExitCode.BUG

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class UsageError(DocmindError):
    """A command, an option or a question that makes no sense."""

    exit_code = ExitCode.USAGE


class ConfigError(UsageError):
    """A value in config.toml, in the environment or in a flag that cannot be used."""


class NotATerminal(UsageError):
    """The TUI was started without a terminal to draw on."""


class SchemaError(UsageError):
    """A JSON Schema that is none, or that asks for what no grammar can hold a model to."""


class HomeError(DocmindError):
    """docmind's own folder cannot be written."""

    exit_code = ExitCode.USAGE


class LibraryError(DocmindError):
    """The library is damaged, or was written by a newer docmind."""

    exit_code = ExitCode.USAGE


class HistoryError(DocmindError):
    """The kept sessions are damaged, or were written by a newer docmind."""

    exit_code = ExitCode.USAGE


class EngineError(DocmindError):
    """A server or the embedding process is unreachable, dead, or unable to start."""

    exit_code = ExitCode.NO_ENGINE


class ServerUnreachable(EngineError):
    """Nothing answers at the server's address."""


class ServerRefused(EngineError):
    """The server answers, but does not take this request: key, model name, length, grammar."""


class ServerBusy(ServerRefused):
    """The server has too much to do at this moment, and takes the same request later."""

    retry_after_seconds: float = 0.0
    """When it wants to be asked again, where it says so."""


class ServerDied(EngineError):
    """The server went away in the middle of an answer, or was silent for too long."""


class ServerNotStarted(EngineError):
    """The managed server could not start; the message has its own last words."""


class NoServer(EngineError):
    """Nothing is installed, fits or is configured that could serve a model here."""


class ClusterError(EngineError):
    """There is no Ray cluster, or its machines would not make the same results."""


class RecordCut(EngineError):
    """The model ran into its limit again and again before the record was whole."""


class InputError(DocmindError):
    """An input that cannot be read."""

    exit_code = ExitCode.INPUT


class MissingInput(InputError):
    """There is no such file, or it may not be opened."""


class EmptyInput(InputError):
    """The file has no bytes, or no pages."""


class EncryptedInput(InputError):
    """A password is needed, or the one given is wrong."""


class DamagedInput(InputError):
    """The file is not what its name says, or broken beyond repair."""


class NoTextInput(InputError):
    """There are pages, but no text on any of them."""


class UnsupportedInput(InputError):
    """A kind of file that docmind does not read."""


class ParserLimit(InputError):
    """Reading the file took more time or memory than it may."""


class ParserBug(InputError):
    """docmind's own parser failed: a bug, and no reason to leave the other files unread."""


class ChangingInput(InputError):
    """The file was written to while it was read."""


class ValueNotFound(InputError):
    """The document does not say what a JSON Schema requires; the message has the place."""


def input_error(kind: str, message: str, hint: str) -> InputError:
    """An error that comes back from a process or a file, by the name of its class."""
    found = globals().get(kind)
    if isinstance(found, type) and issubclass(found, InputError):
        return found(message, hint)
    return InputError(message, hint)


class DoesNotFit(DocmindError):
    """All of the documents must be read and do not fit, or not even a passage of them does."""

    exit_code = ExitCode.DOES_NOT_FIT
