"""Where a project is and what it says of itself: `[tool.obs]` in its pyproject.toml."""

from __future__ import annotations

import tomllib
from dataclasses import fields, replace
from pathlib import Path, PurePosixPath

from obs.diagnostic import Diagnostic, ObsError
from obs.origin import Origin
from obs.record import dataclass

FOLDERS = ("services", "promtail", "dashboards", "rules", "alertmanager")


@dataclass(frozen=True, slots=True)
class Settings:
    """`root` is absolute; the other paths are relative to it, with `/` separators.

    `definitions` are the folders that hold definitions, `checks` the one with checks of the project's own for
    `obs lint`, `scenarios` the one with tests for `obs test`; `load_seconds` is the time that one file may take to
    import.
    `helm_release` says whether Helm itself installs the chart, and so keeps it in a Secret of at most 1 MiB; Argo CD
    renders the chart and keeps no release.
    `record_shared` makes a record of what several rules of a group calculate alike.
    """

    root: Path
    definitions: tuple[str, ...] = FOLDERS
    chart: str = "charts/monitoring"
    values: str = "values"
    applications: str = "applications"
    lock: str = "obs.lock"
    checks: str = "checks"
    scenarios: str = "tests/scenarios"
    load_seconds: float = 20.0
    helm_release: bool = True
    record_shared: bool = False

    @property
    def manifest(self) -> str:
        """Where the list of generated files is, relative to the output folder."""
        return f"{self.chart}/.obs-manifest.json"


def _error(problem: str, file: Path, *, fix: str = "", line: int = 1) -> ObsError:
    return ObsError([Diagnostic("invalid-settings", problem, Origin(str(file), line), fix=fix)])


def find_root(start: Path) -> Path:
    """The nearest folder upwards whose pyproject.toml has `[tool.obs]`; ObsError when there is none."""
    here = start.resolve()
    for folder in (here, *here.parents):
        file = folder / "pyproject.toml"
        if file.is_file() and "[tool.obs]" in file.read_text(encoding="utf-8", errors="replace"):
            return folder
    raise ObsError(
        [
            Diagnostic(
                "no-project",
                f"no obs project at {start} or above it: no pyproject.toml has a [tool.obs] table",
                fix="`obs init DIR` makes a new project; `--project DIR` names one",
            )
        ]
    )


def load(root: Path) -> Settings:
    """The settings of the project at `root`; ObsError names what is wrong in them."""
    file = root / "pyproject.toml"
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise _error(
            "there is no pyproject.toml here", root, fix="`obs init DIR` makes a new project"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise _error(f"cannot be read: {error}", file) from None
    table = document.get("tool", {}).get("obs")
    if not isinstance(table, dict):
        raise _error("has no [tool.obs] table", file, fix="add an empty one")
    return _checked(Settings(root.resolve()), table, file)


def _checked(settings: Settings, table: dict[str, object], file: Path) -> Settings:
    known = {field.name for field in fields(Settings)} - {"root"}
    for raw, value in table.items():
        name = raw.replace("-", "_")
        if name == "lint":
            continue  # read by `policy`, when something is linted
        if name not in known:
            raise _error(
                f"[tool.obs] has no setting {raw!r}", file, fix=f"one of: {', '.join(sorted(known))}"
            )
        if name == "definitions":
            if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
                raise _error("[tool.obs] definitions must be a list of folders", file)
            settings = replace(settings, definitions=tuple(_inside(item, raw, file) for item in value))
        elif name == "load_seconds":
            if not isinstance(value, (int, float)) or isinstance(value, bool) or value <= 0:
                raise _error("[tool.obs] load_seconds must be a positive number", file)
            settings = replace(settings, load_seconds=float(value))
        elif name in ("helm_release", "record_shared"):
            if not isinstance(value, bool):
                raise _error(f"[tool.obs] {raw} must be true or false", file)
            settings = replace(settings, **{name: value})  # type: ignore[arg-type]
        elif isinstance(value, str):
            settings = replace(settings, **{name: _inside(value, raw, file)})  # type: ignore[arg-type]
        else:
            raise _error(f"[tool.obs] {raw} must be a path", file)
    return settings


def _inside(path: object, name: str, file: Path) -> str:
    """A relative path that stays in the project."""
    pure = PurePosixPath(str(path))
    if pure.is_absolute() or ".." in pure.parts or not pure.parts:
        raise _error(f"[tool.obs] {name}: {path!r} must be a path inside the project", file)
    return str(pure)
