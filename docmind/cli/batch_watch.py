"""`--watch`: the batch again whenever a file has changed, until Ctrl-C.

The folders are looked at once a second. Notices of the system would come sooner, but not over NFS
or in containers, and a batch that takes minutes gains nothing from half a second.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from docmind.cli.batch_run import Inputs
from docmind.cli.invocation import Invocation
from docmind.errors import ExitCode, InputError

_LOOK_SECONDS = 1.0

Seen = dict[str, tuple[int, int, int]]
"""Size, time of change and inode of each file, by name."""


def watch(
    run: Callable[[Inputs], ExitCode], find: Callable[[], Inputs], invocation: Invocation
) -> ExitCode:
    """Run, wait for a change, and run again; ends with Ctrl-C only."""
    while True:
        inputs = find()
        seen = _seen(inputs)
        try:
            run(inputs)
        except InputError as error:
            invocation.talk.error(str(error), error.hint)
        invocation.talk.note("Watching for changes; Ctrl-C ends this.")
        _wait_for_change(find, seen)


def _wait_for_change(find: Callable[[], Inputs], seen: Seen) -> None:
    """Come back once the files are others than before, and have been quiet for a moment."""
    before = seen
    while True:
        threading.Event().wait(_LOOK_SECONDS)
        now = _seen(find())
        if now != seen and now == before:
            return
        before = now


def _seen(inputs: Inputs) -> Seen:
    seen: Seen = {each.name: (0, 0, 0) for each in inputs.failed}
    for each in inputs.found:
        try:
            status = each.path.stat()
        except OSError:
            seen[each.name] = (0, 0, 0)
        else:
            seen[each.name] = (status.st_size, status.st_mtime_ns, status.st_ino)
    return seen
