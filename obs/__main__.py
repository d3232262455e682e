"""The `obs` command. `--version` answers before anything else is imported, `lint` without Typer."""

from __future__ import annotations

import gc
import os
import sys

YOUNG = 100_000
"""Objects between two looks for garbage: what a build makes, it keeps to its end."""


def main() -> None:
    """Run the command line; ends the process with 0, 1 (findings, drift) or 2 (usage, project)."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        from obs import __version__

        print(f"obs {__version__}")
        return
    gc.set_threshold(YOUNG, 20, 20)
    try:
        if sys.argv[1:2] == ["lint"]:
            _lint(sys.argv[2:])
        from obs.cli.app import run

        run()
    except SystemExit as done:
        _end(done)


def _lint(words: list[str]) -> None:
    """Ends the process, unless Typer has to look at the words."""
    from obs.cli.ending import ending
    from obs.cli.lint_options import run_said
    from obs.cli.lint_words import said

    read = said(words)
    if read is not None:
        with ending():
            sys.exit(run_said(read))


def _end(done: SystemExit) -> None:
    """Leaves without taking a million objects apart one by one; the system has the memory back either way."""
    if not isinstance(done.code, int):
        raise done
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:  # the reader is gone: let the interpreter say so in its way
        raise done from None
    os._exit(done.code)


if __name__ == "__main__":
    main()
