"""`obs preview`: the project in a browser, drawn again at every save."""

from __future__ import annotations

import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from obs.cli.output import print_findings
from obs.cli.terminal import refuse, say
from obs.diagnostic import Diagnostic, ObsError
from obs.project.settings import Settings

if TYPE_CHECKING:
    from obs.graph.subject import Subject
    from obs.preview.board import Source
    from obs.site.words import Words


class Definitions:
    """A project on disk, for the preview."""

    def __init__(self, settings: Settings, base: str) -> None:
        from obs.cli.words import words

        self.root = settings.root
        self.words: Words = words
        self._settings = settings
        self._base = base
        self._read: set[str] = set()
        self._loads = 0

    def files(self) -> Sequence[Path]:
        """The definitions that there are now, and whatever they read of the project."""
        from obs.project.discover import definition_files

        try:
            found = {str(path) for path in definition_files(self._settings)}
        except ObsError:
            found = set()
        settings = self._settings
        names = {*self._read, "pyproject.toml", settings.lock}
        return [Path(one) for one in sorted(found | {str(settings.root / name) for name in names})]

    def load(self) -> Subject:
        """The definitions as they are now; raises ObsError."""
        from obs import cache
        from obs.api import load_program
        from obs.graph.subject import of_program
        from obs.project.settings import load
        from obs.report import place

        place.forget()
        with cache.watch(self._settings) as inputs, _from_source(self._loads > 0):
            try:
                self._settings = load(self.root)
                found = of_program(load_program(self._settings))
            finally:
                self._loads += 1
        self._read = inputs
        return found

    def find(self, subject: Subject) -> Sequence[Diagnostic]:
        """What `obs lint` finds in them."""
        from obs.checks.own import own_checks
        from obs.checks.runner import Selection, at_least, grouped, run
        from obs.cli.lint import linted_subject

        read = linted_subject(self._settings, subject)
        return grouped(at_least(run(read, Selection(), own_checks(self._settings)), "info"))

    def base(self) -> tuple[str, Subject]:
        """The revision or folder that changes are told against; raises ObsError."""
        from obs.cli.sides import side

        with tempfile.TemporaryDirectory(prefix="obs-preview-") as folder:
            return self._base, side(self._base, self.root, Path(folder).resolve() / "base").subject


@contextmanager
def _from_source(fresh: bool) -> Iterator[None]:
    """Compiled files are told apart by whole seconds; of two saves in one second, the second must count too."""
    before = sys.dont_write_bytecode, sys.pycache_prefix
    sys.dont_write_bytecode = True
    if fresh:
        sys.pycache_prefix = str(Path(tempfile.gettempdir()) / "obs-preview-has-no-compiled-files")
    try:
        yield
    finally:
        sys.dont_write_bytecode, sys.pycache_prefix = before


def run_preview(
    project: Path | None, *, prometheus: str, loki: str, base: str, port: int, open_browser: bool
) -> int:
    """Serve until it is interrupted; 2 when there is no project or no such server."""
    from obs.api import read_settings
    from obs.preview.pages import Pages
    from obs.preview.server import Server
    from obs.preview.watch import watch
    from obs.preview.workspace import Workspace

    try:
        settings = read_settings(project)
        source = _source(prometheus, loki)
    except ObsError as error:
        print_findings(error.diagnostics, None)
        return 2
    workspace = Workspace(Definitions(settings, base))
    try:
        server = Server(workspace, Pages(workspace, source), port)
    except OSError as error:
        return refuse("port-taken", f"port {port} cannot be used: {error.strerror}", fix="leave --port away")
    with _until_told(server.over):
        first = workspace.read()
        threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True).start()
        say(f"{server.address}")
        say("only this machine can open it, and only with this address; Ctrl-C ends it")
        if first.errors:
            print_findings(first.errors, settings.root)
        if open_browser:
            import webbrowser

            webbrowser.open(server.address)
        watch(workspace, server.over)
    server.shutdown()
    return 0


def _source(prometheus: str, loki: str) -> Source:
    from obs.preview.samples import Samples

    if not prometheus and not loki:
        return Samples()
    from obs.preview.live import Live

    return Live(prometheus, loki, time.time)


@contextmanager
def _until_told(over: threading.Event) -> Iterator[None]:
    """Ctrl-C, and being ended by whoever started it, end the loop and not the work in it."""

    def end(_signal: int, _frame: FrameType | None) -> None:
        over.set()

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
