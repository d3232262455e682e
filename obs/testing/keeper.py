"""A small process that outlives its owner just long enough to clean up after it.

Run as a script by `ControlPlane`. The owner holds the write end of this process's standard input and
starts every server in this process's group, so a server belongs to the keeper from its first instant.
When the owner closes the pipe, or ends in any way, kill -9 included, the system closes it: the whole
group is then killed and the data folder removed. The end of standard output says that this is done.

Usage: python keeper.py FOLDER
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time


def main(folder: str) -> None:
    group = os.getpgrp()
    if group != os.getpid():
        sys.exit("keeper: must lead its process group")
    for name in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(name, signal.SIG_IGN)  # only the owner's end counts
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.buffer.read()
    if os.fork() == 0:
        # Leave the group before killing it; the keeper itself dies with it.
        os.setpgid(0, 0)
        os.killpg(group, signal.SIGKILL)
        _remove(folder)


def _remove(folder: str) -> None:
    """A killed server may still be finishing its last write, so try until the folder is really gone."""
    for _ in range(50):
        shutil.rmtree(folder, ignore_errors=True)
        if not os.path.exists(folder):
            return
        time.sleep(0.1)


if __name__ == "__main__":
    main(sys.argv[1])
