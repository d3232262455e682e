"""A build runs every check of its stage, and imports no other."""

from __future__ import annotations

import json
import subprocess
import sys

from obs.checks.base import checks

SHOWN = """
import json, sys
from obs.checks.base import gates
names = [one.name for one in gates()]
print(json.dumps([names, [name for name in sys.modules if name.startswith("obs.checks.")]]))
"""


def test_a_build_knows_all_of_its_checks_and_imports_no_lint() -> None:
    done = subprocess.run([sys.executable, "-c", SHOWN], capture_output=True, text=True, check=True)
    names, modules = json.loads(done.stdout)
    every = checks()
    assert names == [one.name for one in every if one.stage == "build"]
    homes = {one.name: f"obs.checks.{one.name.replace('-', '_')}" for one in every}
    lint_alone = {homes[one.name] for one in every if one.stage == "lint"} - {homes[name] for name in names}
    assert not lint_alone & set(modules)
