"""The `obs` command. `--version` answers before anything else is imported."""

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
    from obs.cli.app import run

    try:
        run()
    except SystemExit as done:
        _end(done)


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
