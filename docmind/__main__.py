"""`python -m docmind` is the command `docmind`."""

from docmind.cli.main import run

if __name__ == "__main__":
    run()
