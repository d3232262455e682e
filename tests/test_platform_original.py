"""The configuration that the platform had before it was compiled: each of its twelve faults is found at its line."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from obs.checks.runner import Linted, Selection, at_least, run
from obs.diagnostic import Diagnostic
from obs.importer.subject import read

FOLDER = Path(__file__).parent / "data" / "platform_original"
ALSO_TRUE = {
    ("alert-ends-at-nobody", "rules/checkmate.yaml", 14),  # the object that would route them is passed over
    ("alert-ends-at-nobody", "rules/checkmate.yaml", 24),
    ("alert-ends-at-nobody", "rules/checkmate.yaml", 32),
    (
        "chart-alert-reaches-people",
        "alertmanager/discord.yaml",
        11,
    ),  # whatever no route takes goes there as well
    ("first-increment-blind", "rules/checkmate.yaml", 15),  # Promtail makes the counter at its first hit
    (
        "dead-stage",
        "values/monitoring.yaml",
        50,
    ),  # a regex stage without a group; the counter below is its victim
}


@dataclass(frozen=True)
class Fault:
    number: int
    file: str
    first: int
    last: int
    check: str

    def __str__(self) -> str:
        return f"{self.number}-{self.check}"

    def is_found_by(self, found: tuple[str, str, int]) -> bool:
        check, file, line = found
        return check == self.check and file == self.file and self.first <= line <= self.last


def faults() -> list[Fault]:
    rows = [
        line.split("\t")
        for line in (FOLDER / "expected.tsv").read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    ]
    return [
        Fault(int(number), file, int(lines.split("-")[0]), int(lines.split("-")[-1]), check)
        for number, file, lines, check in rows
    ]


@cache
def reported() -> tuple[Diagnostic, ...]:
    subject, found = read([FOLDER], root=FOLDER)
    return tuple(at_least(run(Linted(subject, None, tuple(found), subject.files), Selection()), "warning"))


def place(found: Diagnostic) -> tuple[str, str, int]:
    """The check, and where the finding is: at the text at fault where there is one."""
    excerpt = found.excerpt
    if excerpt is not None and excerpt.place is not None:
        file, line = excerpt.place.file, excerpt.place.at(excerpt.text, excerpt.start)[0]
    else:
        assert found.at is not None
        file, line = found.at.file, found.at.line
    return found.check, Path(file).relative_to(FOLDER).as_posix(), line


@pytest.mark.parametrize("fault", faults(), ids=str)
def test_a_fault_is_found_at_its_line(fault: Fault) -> None:
    assert any(fault.is_found_by(place(found)) for found in reported())


def test_every_fault_of_the_platform_is_listed() -> None:
    assert {fault.number for fault in faults()} == set(range(1, 13))


def test_nothing_else_is_reported() -> None:
    others = [
        f"{place(found)}: {found.problem}"
        for found in reported()
        if not any(fault.is_found_by(place(found)) for fault in faults()) and place(found) not in ALSO_TRUE
    ]
    assert others == []
