"""The entry point: the command `docmind`, which `python -m docmind` is too."""

from docmind.signals import handle_signals
from docmind.streams import replace_closed_streams


def run() -> None:
    """Run the command; signals end it quickly and quietly, from the first import on."""
    handle_signals()
    replace_closed_streams()
    from docmind.cli.main import main

    main(prog_name="docmind")


if __name__ == "__main__":
    run()
