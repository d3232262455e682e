"""How every command ends when something is in its way: one exit for every mistake of a user."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from obs.diagnostic import ObsError


@contextmanager
def ending() -> Iterator[None]:
    """Mistakes are printed, and end the process with 2."""
    try:
        yield
    except ObsError as error:
        from obs.cli.output import print_findings

        print_findings(error.diagnostics, None)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
