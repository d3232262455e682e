"""The catalogue's sources: valid, compiled as they are, and refused with a line when they are not."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from obs.catalogue import compile as compiler
from obs.catalogue.entry import Entry
from obs.catalogue.packed import pack, unpack
from obs.catalogue.schema import faults
from obs.catalogue.series import System
from obs.catalogue.source import read_folder, read_source, write_source
from obs.diagnostic import ObsError

SYSTEMS = {system.module: system for system in read_folder(compiler.SOURCES)}
ENTRIES = [(system, entry) for system in SYSTEMS.values() for entry in system.entries.values()]


def test_the_generated_files_are_what_the_sources_say() -> None:
    assert compiler.differences(compiler.compiled(SYSTEMS.values())) == []


def test_a_change_of_a_source_and_a_file_without_source_are_noticed(tmp_path: Path) -> None:
    eureka = SYSTEMS["eureka"]
    for path, text in compiler.compiled([eureka, SYSTEMS["coredns"]]).items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    (tmp_path / "own.py").write_text("hand = 'written'\n", encoding="utf-8")
    changed = compiler.compiled([replace(eureka, version="9")])
    assert compiler.differences(changed, tmp_path) == [
        "coredns.py",
        "coredns.pyi",
        "data/coredns.json",
        "data/eureka.json",
        "data/index.json",
        "eureka.pyi",
    ]


@pytest.mark.parametrize("module", SYSTEMS)
def test_a_source_survives_being_packed_and_being_written(module: str) -> None:
    system = SYSTEMS[module]
    unpacked = unpack(pack(system))
    assert dict(unpacked.entries) == dict(system.entries)
    assert replace(unpacked, entries={}) == replace(system, entries={})
    assert pack(read_source(write_source(system), f"{module}.yaml")) == pack(system)


def test_every_entry_says_what_a_reader_needs() -> None:
    for system, entry in ENTRIES:
        assert entry.help, entry.name
        assert entry.unit, entry.name
        assert system.groups[entry.group].source, entry.name
        assert entry.kind != "info" or entry.unit == "info", entry.name
        assert not entry.alias_of or entry.name in {
            name for other in SYSTEMS.values() if other.id == entry.alias_of for name in other.entries
        }


def test_new_names_are_names_of_their_system() -> None:
    for system, entry in ENTRIES:
        if entry.renamed_to:
            assert system.resolve(entry.renamed_to), entry.name


def test_every_trap_about_metrics_is_about_one() -> None:
    for system in SYSTEMS.values():
        names = {series.name for series in system.series()} | set(system.entries)
        for trap in system.traps:
            for pattern in trap.about:
                assert any(fnmatchcase(name, pattern) for name in names), (system.id, pattern)


def test_a_switched_off_system_says_what_switches_it_on() -> None:
    off = [system.scrape for system in SYSTEMS.values() if not system.scrape.in_platform]
    assert off
    assert all(scrape.switch_on for scrape in off)


HEAD = 'schema: 1\nsystem: app\nversion: "1"\ngroups:\n  - group: g\n    metrics:\n'


@pytest.mark.parametrize(
    ("metric", "line", "problem"),
    [
        ("{name: a, type: countr, labels: []}", 7, "did you mean counter?"),
        ("{name: a, type: counter}", 7, "labels is missing"),
        ("{name: a, typ: counter, labels: []}", 7, "unknown key 'typ'; did you mean type?"),
        ("{name: a b, type: counter, labels: []}", 7, "'a b' is no metric name"),
        ("{name: a, type: counter, labels: [x-y]}", 7, "'x-y' is no label name"),
        ("{name: a, type: counter, labels: [x, x]}", 7, "'x' is listed twice"),
        ("{name: a, type: counter, labels: x}", 7, "a list is wanted"),
        ("{name: a, type: counter, labels: [], values: {x: [a]}}", 7, "which is not one of its labels"),
        ("{name: a, type: counter, labels: [x], values: {x: [true]}}", 7, "a text is wanted"),
        ("{name: a, type: counter, labels: [x], values: {x: [1]}}", 7, "quote it"),
        ("{name: a, type: counter, labels: [x], values: {x: []}}", 7, "the list is empty"),
        ("{name: a, type: gauge, kind: stateset, labels: [x]}", 7, "a stateset names its state_label"),
        ("{name: a, type: counter, kind: info, labels: []}", 7, "kind info is a gauge or untyped"),
        (
            "{name: a, type: untyped, kind: stateset, state_label: x, labels: [x]}",
            7,
            "kind stateset is a gauge",
        ),
        ("{name: a, type: gauge, labels: [], buckets: [1]}", 7, "a gauge has no buckets"),
        ("{name: a, type: histogram, labels: [le]}", 7, "belongs to its series"),
        ("{name: a, type: histogram, labels: [], buckets: [2, 1]}", 7, "must rise"),
        ("{name: a, type: summary, labels: [], quantiles: [2]}", 7, "between 0 and 1"),
        ("{name: a, type: counter, labels: [], since: soon}", 7, "is no release"),
        ("{name: a, type: counter, labels: [], dropped: maybe}", 7, "true or false"),
        ("just a text", 5, "metric 1 is a mapping"),
        ("{name: a, type: gauge, labels: []}\n      - {name: a, type: gauge, labels: []}", 7, "listed twice"),
    ],
)
def test_a_wrong_metric_is_refused_at_its_line(metric: str, line: int, problem: str) -> None:
    with pytest.raises(ObsError) as error:
        read_source(f"{HEAD}      - {metric}\n", "app.yaml")
    (found,) = error.value.diagnostics
    assert problem in found.problem
    assert found.at is not None
    assert (found.at.file, found.at.line) == ("app.yaml", line)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "is a mapping, not nothing"),
        ("- 1\n", "is a mapping, not a list"),
        ("schema: 2\nsystem: a\nversion: '1'\ngroups: []\n", "this release reads schema 1"),
        ("schema: 1\nsystem: A B\nversion: '1'\ngroups: []\n", "no id of a system"),
        ("schema: 1\nsystem: a\nversion: 1.5\ngroups: []\n", "quote it"),
        ("schema: 1\nsystem: a\nversion: '1'\napplies: new\ngroups: []\n", "no range such as"),
        (
            "schema: 1\nsystem: a\nversion: '1'\nscrape: {in_platform: sometimes}\ngroups: []\n",
            "`on` or `off: why`",
        ),
        ("schema: 1\nsystem: a\nversion: '1'\nnotes: [3]\ngroups: []\n", "a note is a text or a mapping"),
        ("schema: 1\nsystem: [a\n", "not YAML"),
        ("schema: 1\nschema: 1\n", "not YAML: duplicate key"),
    ],
)
def test_a_wrong_file_is_refused(text: str, problem: str) -> None:
    with pytest.raises(ObsError) as error:
        read_source(text, "app.yaml")
    assert any(problem in found.problem for found in error.value.diagnostics)


def test_an_alias_bomb_is_refused_without_unfolding_it() -> None:
    text = "a: &a [x, x, x, x, x, x, x, x, x]\n"
    for one, before in zip("bcdefghi", "abcdefgh", strict=True):
        text += f"{one}: &{one} [{', '.join([f'*{before}'] * 9)}]\n"
    with pytest.raises(ObsError) as error:
        read_source(text + "system: *i\n")
    assert all(len(found.problem) < 300 for found in error.value.diagnostics)


scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5))
keys = st.sampled_from(
    [
        "schema",
        "system",
        "version",
        "groups",
        "group",
        "metrics",
        "name",
        "type",
        "labels",
        "values",
        "buckets",
        "kind",
        *("scrape", "notes", "says", "about", "x", "state_label", "histogram", "a"),
    ]
)
trees = st.recursive(
    st.one_of(scalars, keys),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.one_of(keys, scalars), inner, max_size=5)
    ),
    max_leaves=20,
)


@settings(max_examples=200, deadline=None)
@given(trees)
def test_any_tree_is_judged_in_words(tree: object) -> None:
    assert all(str(fault) for fault in faults(tree))


@pytest.mark.parametrize(
    "line",
    [
        "{}: 1",
        "schema: {}",
        "scrape: {{port: {}}}",
        "groups: [{{group: g, metrics: [{{name: m, buckets: [{}]}}]}}]",
    ],
)
def test_a_number_too_long_to_print_is_refused(line: str) -> None:
    with pytest.raises(ObsError) as error:
        read_source(line.format("0x" + "f" * 5000) + "\nsystem: app\n")
    assert all(len(found.problem) < 300 for found in error.value.diagnostics)


def test_a_folder_of_a_project_is_read_with_all_its_faults(tmp_path: Path) -> None:
    good = f"{HEAD}      - {{name: app_jobs_total, type: counter, labels: [queue]}}\n"
    (tmp_path / "app.yaml").write_text(good, encoding="utf-8")
    assert [system.id for system in read_folder(tmp_path)] == ["app"]
    (tmp_path / "other.yaml").write_text(good, encoding="utf-8")
    (tmp_path / "wrong.yaml").write_text("schema: 1\n", encoding="utf-8")
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ObsError) as error:
        read_folder(tmp_path)
    problems = [found.problem for found in error.value.diagnostics]
    assert "not UTF-8 text" in problems
    assert "the system app is described twice, here and in app.yaml" in problems
    assert "system is missing (id: small letters, digits, hyphens)" in problems
    assert read_folder(tmp_path / "absent") == ()


def test_two_metrics_with_one_python_name_cannot_be_compiled() -> None:
    entries = {name: Entry(name, "gauge") for name in ("a:b", "a_b")}
    with pytest.raises(ValueError, match="share"):
        compiler.compiled([System("a", "A", "1", "a", entries=entries)])


def test_the_catalogue_is_read_without_yaml_and_pydantic() -> None:
    program = (
        "import sys; from obs.catalogue.loki import loki_build_info; from obs import catalogue; "
        "catalogue.metric('up'); print([name for name in ('yaml', 'pydantic', 'typer') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
