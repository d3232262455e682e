"""A check that says that it looks at each rule alone finds in parts of a corpus what it finds in the whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from bench.plain import write_plain
from obs.checks.base import Check, Finding, checks
from obs.graph.changed import changed
from obs.graph.subject import Subject
from obs.importer.subject import read
from tests.checks.test_pages import EXAMPLES, files, is_definitions

ALONE = {check.name: check for check in checks() if check.alone}
SLICES = 5


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Subject:
    """Every example of every page, and rules and dashboards without fault; each file is one slice or another."""
    folder = tmp_path_factory.mktemp("corpus")
    write_plain(folder, 200, 4)
    for example in EXAMPLES:
        if not is_definitions(example.text):
            for name, content in files(example.text):
                file = folder / f"{example.check}-{example.kind}-{example.number}-{name}"
                file.write_text(content, encoding="utf-8")
    return read([folder])[0]


def slices(subject: Subject) -> Iterator[Subject]:
    """The subject by files, as `--since` would look at some of them."""
    names = sorted({rule.origin.file for rule in subject.rules} | {str(path) for path in subject.files})
    for number in range(SLICES):
        yield changed(subject, frozenset(names[number::SLICES]))


@pytest.mark.parametrize("name", ALONE)
def test_parts_and_whole_agree(name: str, corpus: Subject) -> None:
    whole = Counter(found_by(ALONE[name], corpus))
    parts: Counter[Finding] = Counter()
    for part in slices(corpus):
        parts |= Counter(found_by(ALONE[name], part))

    assert parts == whole


def found_by(check: Check, subject: Subject) -> Iterator[Finding]:
    assert check.of_subject is not None
    yield from check.of_subject(subject)
