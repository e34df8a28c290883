"""`docmind doctor`: what works here, and what to type where it does not."""

from __future__ import annotations

import os

import click

from docmind.cli.doctor import examine
from docmind.cli.flags import Flags, with_flags
from docmind.cli.invocation import speakers
from docmind.config import Folders, configure, find_folders
from docmind.errors import ConfigError, ExitCode
from docmind.export.doctor_records import Check, DoctorRecord, Severity
from docmind.settings import Settings


@click.command("doctor")
@with_flags()
def command(flags: Flags) -> int:
    """Say what works on this machine, and what does not.

    Each line that is not ok comes with what to type next. The exit code is 0 unless something that
    docmind needs fails, then 1.
    """
    _, output = speakers(flags)
    settings, folders, check = _configured(flags)
    record = examine(settings, folders, os.environ, (check,))
    if flags.json:
        output.record(record)
    else:
        output.text(_lines(record))
    return ExitCode.OK if record.ok else ExitCode.SOME_FAILED


def _configured(flags: Flags) -> tuple[Settings, Folders, Check]:
    """The settings; where they cannot be used the defaults, and a check that says why."""
    try:
        found = configure(flags.settings(), os.environ, home=flags.home, config=flags.config)
    except ConfigError as error:
        folders = find_folders(os.environ, home=flags.home, config=None)
        return Settings(), folders, Check("config", Severity.FAIL, str(error), error.hint)
    file = found.folders.config_file
    message = str(file) if file else "no config.toml; all settings are the defaults"
    return found.settings, found.folders, Check("config", Severity.OK, message)


def _lines(record: DoctorRecord) -> str:
    lines = [f"docmind {record.docmind}", ""]
    width = max(len(check.name) for check in record.checks)
    for check in record.checks:
        lines.append(f"{check.severity.value:<4}  {check.name:<{width}}  {check.message}")
        if check.remedy:
            lines.append(f"{'':<{width + 8}}{check.remedy}")
    return "\n".join(lines)
