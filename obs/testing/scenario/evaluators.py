"""Which evaluator runs a scenario's rules: Prometheus's own engine where it is built, else the one in Python."""

from __future__ import annotations

import atexit
import os
from typing import Literal

from obs.sim.rules.evaluator import Evaluator
from obs.testing.tools import ToolMissingError, Tools

Choice = Literal["auto", "engine", "python"]
CHOICES: tuple[Choice, ...] = ("auto", "engine", "python")
VARIABLE = "OBS_RULES"
"""Environment variable that chooses: `engine` (fail without it), `python`, or `auto`."""

_running: dict[str, Evaluator] = {}


def evaluator(choice: Choice | None = None) -> Evaluator:
    """The evaluator of this process, started at its first use; raises ToolMissingError for an engine not built."""
    wanted = choice or os.environ.get(VARIABLE) or "auto"
    if wanted not in _running:
        _running[wanted] = fresh(choice)
        atexit.register(_running[wanted].close)
    return _running[wanted]


def fresh(choice: Choice | None = None) -> Evaluator:
    """An evaluator of the caller's own, who closes it."""
    wanted = choice or os.environ.get(VARIABLE) or "auto"
    if wanted not in CHOICES:
        raise ToolMissingError(f"{VARIABLE} is {wanted!r}; it may be {', '.join(CHOICES)}")
    from obs.sim.rules.python import PythonRules

    if wanted == "python":
        return PythonRules()
    try:
        command = Tools.find().path("rule-engine")
    except ToolMissingError:
        if wanted == "engine":
            raise
        return PythonRules()
    from obs.sim.rules.engine import Engine

    return Engine(command)
