"""The real tools that `make tools` builds: where they are, and the few calls that tests make."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

TIMEOUT_SECONDS = 120


class ToolMissingError(LookupError):
    """A real tool is not built; the message names the command that builds it."""


class ToolFailedError(RuntimeError):
    """A tool refused what it was given where the caller needs its result; the message is the tool's own."""


class Outcome(NamedTuple):
    """What a tool did: its exit code, and its standard output followed by its standard error."""

    code: int
    output: str


@dataclass(frozen=True, slots=True)
class Tools:
    """`bin` holds the commands, `crds` (beside it) the operator's CRDs, one YAML file each."""

    bin: Path

    @classmethod
    def find(cls, start: Path | None = None) -> Tools:
        """The nearest `.tools/bin` at or above `start` (default: the working folder, then this package).

        Raises ToolMissingError when there is none.
        """
        starts = [start] if start else [Path.cwd(), Path(__file__)]
        for place in (folder for each in starts for folder in (each.resolve(), *each.resolve().parents)):
            if (place / ".tools" / "bin").is_dir():
                return cls(place / ".tools" / "bin")
        raise ToolMissingError("the real tools are not built: run `make tools`")

    @property
    def crds(self) -> Path:
        """The folder of the operator's CRDs; raises ToolMissingError."""
        folder = self.bin.parent / "crds"
        if not folder.is_dir():
            raise ToolMissingError(f"the operator's CRDs are not in {folder}: run `make tools`")
        return folder

    def path(self, name: str) -> Path:
        """The command's absolute path; raises ToolMissingError."""
        command = self.bin / name
        if not command.is_file():
            raise ToolMissingError(f"{name} is not in {self.bin}: run `make tools`")
        return command

    def run(self, name: str, *arguments: str | Path) -> Outcome:
        """Run a tool in an environment that knows nothing of the person's clusters and Helm repositories."""
        done = self._run(name, arguments)
        return Outcome(done.returncode, done.stdout + done.stderr)

    def promtool_check_rules(self, path: Path) -> Outcome:
        """`promtool check rules`: 0 accepted, 1 refused, 3 a lint finding such as a duplicate."""
        return self.run("promtool", "check", "rules", path)

    def promtool_test_rules(self, path: Path) -> Outcome:
        """`promtool test rules`: rule files are found relative to `path`."""
        return self.run("promtool", "test", "rules", path)

    def promtool_check_config(self, path: Path, *, syntax_only: bool = False) -> Outcome:
        """`promtool check config`; `syntax_only` leaves out the files that the configuration points to."""
        options = ("--syntax-only",) if syntax_only else ()
        return self.run("promtool", "check", "config", *options, path)

    def amtool_check_config(self, path: Path) -> Outcome:
        """`amtool check-config`, its own templates included."""
        return self.run("amtool", "check-config", path)

    def amtool_routes_test(self, config: Path, labels: Mapping[str, str]) -> list[str]:
        """The receivers of an alert with these labels, in the order of the routing tree.

        Raises ToolFailedError when the configuration is refused.
        """
        # JSON's escapes are those that the matcher parser reads in a quoted value.
        matchers = [f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in labels.items()]
        done = self._run("amtool", ("config", "routes", "test", f"--config.file={config}", *matchers))
        if done.returncode:
            raise ToolFailedError(f"amtool: {done.stderr.strip() or done.stdout.strip()}")
        return [name for name in done.stdout.strip().split(",") if name]

    def helm(self, *arguments: str | Path) -> Outcome:
        """Any helm command; its warnings are part of the output."""
        return self.run("helm", *arguments)

    def helm_template(self, *arguments: str | Path) -> str:
        """The manifests that `helm template` renders, without its warnings; raises ToolFailedError."""
        done = self._run("helm", ("template", *arguments))
        if done.returncode:
            raise ToolFailedError(f"helm: {done.stderr.strip()}")
        return done.stdout

    def _run(self, name: str, arguments: tuple[str | Path, ...]) -> subprocess.CompletedProcess[str]:
        own = self.bin.parent / "helm"
        environment = os.environ | {
            "KUBECONFIG": os.devnull,
            "HELM_CACHE_HOME": str(own / "cache"),
            "HELM_CONFIG_HOME": str(own / "config"),
            "HELM_DATA_HOME": str(own / "data"),
        }
        command = [str(self.path(name)), *map(str, arguments)]
        return subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
