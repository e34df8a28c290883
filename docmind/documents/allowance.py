"""What files may take to be read: a password, time, memory.

A file that failed is tried again where this has changed, and is left alone for as long as not.
"""

from __future__ import annotations

from docmind.disk import expanded
from docmind.settings import ReadingSettings


def allowance_key(settings: ReadingSettings) -> str:
    """What tells apart with what files are read that say the same once they can be read.

    Of a password only where it is kept and since when: this is written down, the password never.
    """
    password = settings.password_file
    if password:
        try:
            password = f"{password} of {expanded(password).stat().st_mtime_ns}"
        except OSError:
            password = f"{password}, which is not there"
    limits = f"{settings.timeout_seconds} s, {settings.memory_mib} MiB"
    return f"{limits}, password {password}" if password else limits
