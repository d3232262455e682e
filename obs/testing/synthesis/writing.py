"""What was derived as files: scenarios in Python, and unit tests of promtool."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from obs.formats import yaml
from obs.lang import duration
from obs.sim.rules.evaluator import Settings
from obs.testing.synthesis.alert import Synthesis
from obs.testing.synthesis.case import Case

MARK = "Derived by `obs test --synthesize`; without this line the file is yours, and is not written again."
WIDTH = 110


def python_text(group: str, found: Sequence[Synthesis]) -> str:
    """Scenarios for the alerts of a group."""
    lines = [
        f'"""The smallest series that fire the alerts of {group}, and the nearest that do not.',
        "",
        MARK,
        '"""',
        "",
        "from __future__ import annotations",
        "",
        "from obs.testing import Scenario",
    ]
    for one in found:
        for case in one.cases:
            lines += ["", "", *_test(one.alert, case)]
    return "\n".join(lines) + "\n"


def _test(alert: str, case: Case) -> Iterator[str]:
    head = f"def test_{snake(alert)}_{case.name}("
    if len(f"{head}scenario: Scenario) -> None:") <= WIDTH:
        yield f"{head}scenario: Scenario) -> None:"
    else:
        yield from (head, "    scenario: Scenario,", ") -> None:")
    yield f"    # {_cut(case.why)}"
    every = f'every="{duration.render(case.step)}"' if case.step != 30_000 else ""
    for series, values in case.series:
        yield from _call("scenario.stored", [_text(series), _text(values), *([every] if every else [])])
    yield f'    scenario.run("{duration.render(case.until)}")'
    if case.fired_at is None:
        yield f"    assert not scenario.alert({_text(alert)}).fired"
    else:
        yield f"    assert scenario.alert({_text(alert)}).fired_at == {_text(_span(case.fired_at))}"
        if case.ended_at is not None:
            yield f"    assert scenario.alert({_text(alert)}).ended_at == {_text(_span(case.ended_at))}"
        if len(case.alerts) > 1:
            yield f"    assert len(scenario.alert({_text(alert)}).instances) == {len(case.alerts)}"
    if case.receivers is not None:
        yield from _told(alert, case, case.receivers)


def _told(alert: str, case: Case, receivers: Sequence[str]) -> Iterator[str]:
    """Of what labels, and who is told."""
    if len(case.alerts) == 1:
        labels = json.dumps(dict(sorted(case.alerts[0].labels.items())), ensure_ascii=False)
        yield f"    assert scenario.alert({_text(alert)}).instances == [{labels}]"
    if not receivers:
        yield "    scenario.discord.none()"
        return
    yield f"    told = scenario.discord.of({_text(alert)})"
    yield f"    assert [message.receiver for message in told] == {json.dumps(list(receivers))}"


def _span(milliseconds: int) -> str:
    return duration.render(milliseconds) if milliseconds else "0s"


def _call(function: str, arguments: Sequence[str]) -> Iterator[str]:
    """A call as ruff lays it out."""
    together = ", ".join(arguments)
    if len(f"    {function}({together})") <= WIDTH:
        yield f"    {function}({together})"
        return
    yield f"    {function}("
    if len(f"        {together}") <= WIDTH:
        yield f"        {together}"
    else:
        yield from (f"        {argument}," for argument in arguments)
    yield "    )"


def _text(text: str) -> str:
    """A literal in the quotes that need no escapes."""
    if '"' in text and "'" not in text:
        return "'" + text.replace("\\", "\\\\").replace("\n", "\\n") + "'"
    return json.dumps(text, ensure_ascii=False)


def _cut(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= WIDTH - 8 else f"{flat[: WIDTH - 9]}…"


def snake(name: str) -> str:
    """A name of an alert as one of a function."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    return re.sub(r"\W+", "_", apart).strip("_").lower()


# promtool


def promtool_text(found: Sequence[Synthesis], rules: str, interval: int, settings: Settings) -> str:
    """Unit tests for promtool; `rules` is the file of the rules as the tests name it."""
    document: dict[str, yaml.Value] = {
        "rule_files": [rules],
        "evaluation_interval": duration.render(interval),
        "tests": [
            cast("yaml.Value", _unit(one.alert, case, settings)) for one in found for case in one.cases
        ],
    }
    return yaml.dumps(document, header=[MARK])


def _unit(alert: str, case: Case, settings: Settings) -> Mapping[str, object]:
    at = case.until if case.fired_at is None else case.fired_at
    expected = [
        {
            "exp_labels": {name: text for name, text in one.labels.items() if name != "alertname"},
            "exp_annotations": dict(one.annotations),
        }
        for one in case.alerts
    ]
    tests: list[object] = [{"eval_time": _span(at), "alertname": alert, "exp_alerts": expected}]
    if case.fired_at:
        before = {"eval_time": _span(case.fired_at - 1), "alertname": alert, "exp_alerts": []}
        tests.insert(0, before)
    return {
        "name": f"{alert}: {case.name}",
        "interval": duration.render(case.step),
        "external_labels": dict(settings.external_labels),
        "external_url": settings.external_url,
        "input_series": [{"series": series, "values": values} for series, values in case.series],
        "alert_rule_test": tests,
    }


__all__ = ["MARK", "promtool_text", "python_text", "snake"]
