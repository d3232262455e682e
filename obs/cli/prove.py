"""`obs prove`: scenarios on the real servers, beside what the emulator says of them."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from obs.cli.terminal import painter

if TYPE_CHECKING:
    from obs.testing.prove.rows import Row
    from obs.testing.prove.runner import Proof, Proving

COMMANDS = ("helm", "prometheus", "alertmanager", "promtail", "loki")


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of the command."""

    paths: Sequence[Path] = ()
    project: Path | None = None
    keyword: str = ""
    json: bool = False
    speed: int = 30
    jobs: int = 12
    verbose: bool = False
    output: Path | None = None


def run_prove(asked: Asked) -> int:
    """0 when everything agrees, 1 when something does not, 2 when it could not be tried."""
    from obs import api
    from obs.testing.control_plane import ControlPlaneError
    from obs.testing.prove.generated import GeneratedError
    from obs.testing.prove.speed import UnhurriedError
    from obs.testing.run import LoadError
    from obs.testing.tools import ToolFailedError, ToolMissingError

    if not 1 <= asked.speed <= 120:
        return _usage("--speed may be 1 to 120")
    missing = [path for path in asked.paths if not path.exists()]
    if missing:
        return _usage(f"there is no {missing[0]}")
    settings = api.read_settings(asked.project)
    signal.signal(signal.SIGINT, _interrupted)
    try:
        return _prove(asked, settings)
    except (ToolMissingError, ToolFailedError, GeneratedError, ControlPlaneError) as error:
        return _usage(str(error))
    except UnhurriedError as error:
        return _usage(f"a rule cannot be put on a faster clock: {error}; --speed 1 takes it as it is")
    except LoadError as error:
        return _usage(str(error))


def _interrupted(*_: object) -> None:
    """End at once: the keepers of the servers see it and clean up, whatever the runs are at."""
    sys.stderr.write("\nobs prove: interrupted; the servers are being stopped\n")
    sys.stderr.flush()
    os._exit(130)


def _prove(asked: Asked, settings: object) -> int:
    from obs import api
    from obs.cli.test import named
    from obs.project.settings import Settings
    from obs.testing.prove.generated import generate
    from obs.testing.prove.runner import Proving
    from obs.testing.run import test_files
    from obs.testing.scenario.evaluators import evaluator
    from obs.testing.scenario.platform import platform_of
    from obs.testing.tools import Tools

    assert isinstance(settings, Settings)
    tools = Tools.find(settings.root)
    for command in COMMANDS:
        tools.path(command)
    files = [
        one
        for one in test_files(list(asked.paths) or [settings.root / settings.scenarios])
        if one.suffix == ".py"
    ]
    if not files:
        return _usage("no test_*.py to prove")
    program = api.load_program(settings)
    started = time.monotonic()
    generated = generate(settings, (program.stack.release, program.stack.namespace), tools)
    if not asked.json:
        for line in _heading(asked, generated.stand_ins, generated.fresh):
            print(line, file=sys.stderr)
    logs = settings.root / ".cache" / "obs" / "prove" / "logs"
    proving = Proving(
        platform_of(program),
        generated,
        tools,
        evaluator("engine"),
        settings.root,
        asked.speed,
        asked.jobs,
        logs,
    )
    if not asked.json:
        proving.told = lambda proof: print("\n".join(_shown(proof, asked.verbose)), flush=True)
    proving.run(files, named(asked.keyword))
    seconds = time.monotonic() - started
    text = _json(proving, seconds)
    if asked.output is not None:
        asked.output.parent.mkdir(parents=True, exist_ok=True)
        asked.output.write_text(text, encoding="utf-8")
    print(text if asked.json else "\n".join(_summary(proving, seconds, logs)))
    if not proving.proofs:
        return _usage(f"no scenario's name has {asked.keyword!r} in it")
    return int(any(one.outcome not in ("agrees", "not played") for one in proving.proofs))


def _usage(message: str) -> int:
    print(f"obs prove: {message}", file=sys.stderr)
    return 2


# Reports


def _heading(asked: Asked, stand_ins: Sequence[str], fresh: bool) -> Iterator[str]:
    yield (
        "Prometheus 2.55.0, Alertmanager 0.27.0, Promtail 3.0.0 and Loki 3.4.2 on this machine; time runs "
        f"{asked.speed} times faster: every interval, `for`, range and group_wait is divided by {asked.speed}."
    )
    how = "generated it now" if fresh else "generated it before, from the same chart"
    yield f"Configuration: the compiled chart's, as the real operator {how}; fixed targets for discovery."
    if stand_ins:
        yield f"Stand-ins for subcharts that are not beside the chart: {', '.join(stand_ins)}."


def _span(at: int | None) -> str:
    from obs.testing.scenario.span import Duration

    return "-" if at is None else str(Duration(round(at / 100) * 100))


def _shown(proof: Proof, verbose: bool) -> Iterator[str]:
    paint = painter()
    colour = {"agrees": "32", "not played": "33"}.get(proof.outcome, "1;31")
    shared = f", shared by {proof.shared}" if proof.shared > 1 else ""
    time_ = f"  {proof.seconds:.0f} s at x{proof.speed}{shared}" if proof.seconds else ""
    yield f"{paint(colour, proof.outcome):<10} {proof.name}{paint('2', time_)}"
    if proof.message:
        yield from (f"    {line}" for line in proof.message.splitlines())
    if proof.assumed:
        yield f"    (chance: {proof.assumed})"
    shown = [row for row in proof.rows if not row.agrees or row.kind == "message" or verbose]
    yield from _table(shown, paint)
    if verbose:
        yield from (f"    {line}" for line in proof.chain)


def _table(rows: Sequence[Row], paint: object) -> Iterator[str]:
    for row in rows:
        mark = "=" if row.agrees else f"! {row.verdict}"
        yield f"    {_span(row.emulated):>9} {_span(row.real):>9}  {mark:<2} {row.what}" + (
            f" -> {row.receiver}" if row.receiver else ""
        )
        if row.text and not row.agrees:
            yield from (f"{'':26}| {line}" for line in row.text.splitlines())


def _summary(proving: Proving, seconds: float, logs: Path) -> Iterator[str]:
    """The table of emulator and servers, a scenario a line, and below it what is not in it."""
    proofs = sorted(proving.proofs, key=lambda one: (one.file, one.name))
    yield ""
    yield f"{'scenario':<72} {'messages':>8} {'states':>7} {'apart':>7}  emulator and servers"
    for proof in proofs:
        messages, states = (sum(row.kind == kind for row in proof.rows) for kind in ("message", "state"))
        numbers = f"{messages:>8} {states:>7} {_apart(proof):>7}"
        if proof.outcome == "not played":
            numbers = f"{'-':>8} {'-':>7} {'-':>7}"
        yield f"{_fit(proof.name, 72):<72} {numbers}  {_verdict(proof)}"
    yield ""
    for proof in proofs:
        if proof.outcome == "not played":
            yield f"not played: {proof.name}: {proof.message}"
        if proof.tries > 1:
            yield f"played again, alone: {proof.name}; at first: {'; '.join(proof.first)}"
    counts: dict[str, int] = {}
    for proof in proofs:
        counts[_verdict(proof)] = counts.get(_verdict(proof), 0) + 1
    told = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
    yield f"{len(proofs)} scenarios: {told or 'none'}; {seconds:.0f} s"
    if any(one.outcome in ("disagrees", "error", "failed") for one in proofs):
        yield f"logs and configurations of the runs that failed: {logs}"


def _verdict(proof: Proof) -> str:
    if proof.tries == 1:
        return proof.outcome
    return f"{proof.outcome} at the second try" if proof.outcome == "agrees" else f"{proof.outcome} twice"


def _fit(text: str, width: int) -> str:
    """A name in one line of so many characters."""
    plain = " ".join(text.split())
    return plain if len(plain) <= width else f"{plain[: width - 1]}…"


def _apart(proof: Proof) -> str:
    """The largest distance of the two moments of one thing."""
    found = [
        abs(row.emulated - row.real)
        for row in proof.rows
        if row.emulated is not None and row.real is not None
    ]
    return f"{max(found) / 1000:.1f}s" if found else "-"


def _json(proving: Proving, seconds: float) -> str:
    document = {
        "servers": {"prometheus": "2.55.0", "alertmanager": "0.27.0", "promtail": "3.0.0", "loki": "3.4.2"},
        "speed": proving.speed,
        "seconds": round(seconds, 1),
        "agrees": all(one.outcome in ("agrees", "not played") for one in proving.proofs),
        "scenarios": [
            {key: value for key, value in asdict(proof).items() if key != "rows"}
            | {"rows": [asdict(row) for row in proof.rows]}
            for proof in proving.proofs
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False)
