"""The servers that Debian packages bring: where they are, and as whom they run."""

from __future__ import annotations

import os
import pwd
import shutil
from pathlib import Path

from tests.conftest import unavailable

PACKAGES = "postgresql redis-server prometheus-redis-exporter maven default-jdk-headless"


def command(name: str) -> Path:
    """The path of a command; PostgreSQL's own are found in the folder of its newest release."""
    releases = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]), reverse=True
    )
    found = next(iter(releases), None) or shutil.which(name)
    if found is None:
        unavailable(f"{name} is not installed: `apt-get install {PACKAGES}`")
    return Path(found)


def unprivileged() -> str | None:
    """The user that servers run as which refuse to run as root; None where this process is no root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"
