"""Import the definition files, one project at a time; whatever goes wrong becomes a diagnostic at the user's line."""

from __future__ import annotations

import importlib
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from types import FrameType, ModuleType, TracebackType

from obs.diagnostic import Diagnostic, ObsError
from obs.origin import Origin
from obs.project.settings import Settings
from obs.record import dataclass


@dataclass(frozen=True, slots=True)
class Loaded:
    """A definition file and the module that came of it."""

    path: Path
    module: ModuleType


class _TimeUp(BaseException):
    """A definition file takes too long; not an Exception, so that `except Exception` in it cannot swallow it."""


def load(
    settings: Settings, files: tuple[Path, ...], progress: Callable[[int], None] = lambda done: None
) -> list[Loaded]:
    """Import every file, in order; raises ObsError with one diagnostic for each thing that is wrong.

    The project's modules are taken out of `sys.modules` afterwards, so that a second project in the same process
    cannot see the first one's.
    """
    problems: list[Diagnostic] = []
    loaded: list[Loaded] = []
    with _only_this_project(settings, files), _time_limits(settings.load_seconds) as limited:
        for count, file in enumerate(files):
            progress(count)
            try:
                with limited(file):
                    loaded.append(Loaded(file, importlib.import_module(_module_name(settings.root, file))))
            except KeyboardInterrupt:
                raise
            except _TimeUp:
                problems.append(_too_slow(file, settings, sys.exc_info()[2]))
            except ObsError as error:
                problems.extend(error.diagnostics)
            except BaseException as error:
                problems.append(_diagnostic(error, file, settings.root))
    if problems:
        raise ObsError(_without_repeats(problems))
    return loaded


def _module_name(root: Path, file: Path) -> str:
    parts = file.relative_to(root).with_suffix("").parts
    return ".".join(parts)


@contextmanager
def _only_this_project(settings: Settings, files: tuple[Path, ...]) -> Iterator[None]:
    """The project's folders as packages, and nobody else's of those names; all as it was afterwards."""
    tops = sorted({file.relative_to(settings.root).parts[0].removesuffix(".py") for file in files})
    for top in tops:
        if top in sys.stdlib_module_names or _is_installed(sys.modules.get(top)):
            raise ObsError(
                [
                    Diagnostic(
                        "shadowed-module",
                        f"has the name of the installed module {top!r}, so Python cannot import both",
                        Origin(str(settings.root / top), 0),
                        fix="rename the folder, and name it in [tool.obs] definitions",
                    )
                ]
            )
    aside = _take_out(lambda module: module.partition(".")[0] in tops)
    before = set(sys.modules)
    for top in tops:
        if (settings.root / top).is_dir() and not (settings.root / top / "__init__.py").exists():
            sys.modules[top] = _package(top, settings.root / top)
    sys.path.insert(0, str(settings.root))
    try:
        yield
    finally:
        _take_out(lambda name: name not in before and _is_the_projects(name, tops, settings.root))
        sys.modules.update(aside)
        if str(settings.root) in sys.path:
            sys.path.remove(str(settings.root))
        importlib.invalidate_caches()


def _take_out(chosen: Callable[[str], bool]) -> dict[str, ModuleType]:
    return {name: sys.modules.pop(name) for name in list(sys.modules) if chosen(name)}


def _is_installed(module: ModuleType | None) -> bool:
    file = getattr(module, "__file__", None)
    return file is not None and f"{os.sep}site-packages{os.sep}" in file


def _is_the_projects(name: str, tops: list[str], root: Path) -> bool:
    file = getattr(sys.modules[name], "__file__", None)
    if name.partition(".")[0] in tops:
        return True
    return (
        file is not None
        and Path(file).is_relative_to(root)
        and f"{os.sep}site-packages{os.sep}" not in file
        and name.partition(".")[0] != "obs"
    )


def _package(name: str, folder: Path) -> ModuleType:
    """The folder as a package of its own; Python would join it with a folder of that name elsewhere on its path."""
    package = ModuleType(name)
    package.__path__ = [str(folder)]
    return package


class _Watchdog:
    """Ends the process, with a message, when a file swallows its interruption; one thread for all files."""

    def __init__(self) -> None:
        self._file = Path()
        self._deadline = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def expect(self, file: Path, seconds: float) -> None:
        """`file` has to be done after so many seconds."""
        self._file, self._deadline = file, time.monotonic() + seconds
        if not self._thread.is_alive():
            self._thread.start()

    def end(self) -> None:
        """Nothing is loaded any more."""
        self._over.set()

    def _watch(self) -> None:
        while not self._over.wait(max(0.0, self._deadline - time.monotonic())):
            if time.monotonic() >= self._deadline:
                words = f"{self._file}: does not end, and catches its interruption"
                sys.stderr.write(f"error[definition-never-ends] {words}\n")
                sys.stderr.flush()
                os._exit(2)


@contextmanager
def _time_limits(seconds: float) -> Iterator[Callable[[Path], AbstractContextManager[None]]]:
    """Gives what interrupts a file that does not end, as far as this thread and system can be interrupted."""
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield lambda file: nullcontext()
        return
    watchdog = _Watchdog()

    @contextmanager
    def limited(file: Path) -> Iterator[None]:
        watchdog.expect(file, seconds + 2)
        signal.setitimer(signal.ITIMER_REAL, seconds, 0.5)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        raise _TimeUp

    previous = signal.signal(signal.SIGALRM, interrupt)
    try:
        yield limited
    finally:
        signal.signal(signal.SIGALRM, previous)
        watchdog.end()


def _users_frame(trace: TracebackType | None, root: Path) -> traceback.FrameSummary | None:
    """The innermost frame that is in a file of the project."""
    package = Path(__file__).resolve().parents[1]
    found = None
    for frame in traceback.extract_tb(trace):
        path = Path(frame.filename)
        if (
            path.is_relative_to(root)
            and not path.is_relative_to(package)
            and "site-packages" not in path.parts
        ):
            found = frame
    return found


def _too_slow(file: Path, settings: Settings, trace: TracebackType | None) -> Diagnostic:
    frame = _users_frame(trace, settings.root)
    return Diagnostic(
        "definition-never-ends",
        f"did not finish within {settings.load_seconds:g} s while it was imported",
        Origin(frame.filename, frame.lineno or 0) if frame else Origin(str(file), 0),
        why="definitions are imported to be read; this line was running when the time was up",
        fix="end the loop, or raise load_seconds in [tool.obs]",
    )


def _diagnostic(error: BaseException, file: Path, root: Path) -> Diagnostic:
    if isinstance(error, SyntaxError) and error.filename:
        return Diagnostic(
            "syntax-error", error.msg or "invalid syntax", Origin(error.filename, error.lineno or 0)
        )
    frame = _users_frame(error.__traceback__, root)
    at = Origin(frame.filename, frame.lineno or 0) if frame else Origin(str(file), 0)
    if isinstance(error, SystemExit):
        return Diagnostic(
            "definition-failed", "calls sys.exit() while it is imported", at, fix="remove the call"
        )
    if isinstance(error, ImportError):
        return Diagnostic("import-error", str(error).split(" (", maxsplit=1)[0], at)
    if isinstance(error, RecursionError):
        return Diagnostic("definition-failed", "calls itself without end", at)
    if isinstance(error, TypeError):
        return Diagnostic("definition-failed", _readable(str(error)), at)
    words = str(error).strip()
    return Diagnostic(
        "definition-failed", f"{type(error).__name__}: {words}" if words else type(error).__name__, at
    )


def _readable(message: str) -> str:
    """Python's words for a wrong call, without `__init__()`."""
    return message.replace(".__init__()", "()")


def _without_repeats(problems: list[Diagnostic]) -> list[Diagnostic]:
    """One line can fail for each file that imports it; it is said once."""
    seen: dict[tuple[str, int, str], Diagnostic] = {}
    for problem in problems:
        at = problem.at or Origin("", 0)
        seen.setdefault((at.file, at.line, problem.problem), problem)
    return list(seen.values())
