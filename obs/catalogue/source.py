"""Catalogue files as people write them (YAML): read into a System, and written from one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from obs.catalogue.entry import Entry, Group, Scrape, Trap
from obs.catalogue.schema import Fault, faults
from obs.catalogue.series import System
from obs.diagnostic import Diagnostic, ObsError
from obs.origin import Origin

if TYPE_CHECKING:
    from obs.formats.yaml import Value

LARGEST = 16 * 1024 * 1024
"""Bytes of one file."""


def read_source(text: str, file: str = "<catalogue>") -> System:
    """The system that a YAML text describes; raises ObsError with everything that is wrong, each at its line."""
    from obs.formats import yaml

    try:
        tree = yaml.loads(text)
    except yaml.YamlError as error:
        at = Origin(file, error.place.line)
        raise ObsError([Diagnostic("invalid-catalogue", f"not YAML: {error.message}", at)]) from None
    found = list(faults(tree))
    if found:
        lines = text.split("\n")
        raise ObsError(
            Diagnostic("invalid-catalogue", str(fault), Origin(file, _line(lines, fault))) for fault in found
        )
    return _system(tree, Path(file).stem.replace("-", "_"))


def read_folder(folder: Path) -> tuple[System, ...]:
    """The systems of a project's own `*.yaml` files, by file name; none when there is no such folder.

    Raises ObsError with the faults of all files, and for two files of one system.
    """
    systems: dict[str, tuple[System, Path]] = {}
    problems: list[Diagnostic] = []
    for path in sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")]):
        try:
            system = read_file(path)
        except ObsError as error:
            problems += error.diagnostics
            continue
        other = systems.setdefault(system.id, (system, path))[1]
        if other != path:
            problem = f"the system {system.id} is described twice, here and in {other.name}"
            problems.append(Diagnostic("duplicate-system", problem, Origin(str(path), 1)))
    if problems:
        raise ObsError(problems)
    return tuple(system for system, _ in systems.values())


def read_file(path: Path) -> System:
    """The system of one file; raises ObsError."""
    at = Origin(str(path), 1)
    try:
        if path.stat().st_size > LARGEST:
            raise ObsError([Diagnostic("invalid-catalogue", f"larger than {LARGEST >> 20} MiB", at)])
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ObsError([Diagnostic("invalid-catalogue", f"cannot be read: {error.strerror}", at)]) from None
    except UnicodeDecodeError:
        raise ObsError([Diagnostic("invalid-catalogue", "not UTF-8 text", at)]) from None
    return read_source(text, str(path))


def _line(lines: list[str], fault: Fault) -> int:
    """The line of the innermost part of the path that can be found in the text; 1 when none can."""
    for step in reversed(fault.path):
        word = re.escape(step.removeprefix("group "))
        pattern = re.compile(rf"""(?:^\s*(?:-\s+)?|[{{,]\s*)(?:(?:name|group):\s*["']?{word}\b|{word}\s*:)""")
        start = _line(lines, Fault(fault.path[:1], "")) if step != fault.path[0] else 1
        for number in range(start, len(lines) + 1):
            if pattern.search(lines[number - 1][:10_000]):
                return number
    return 1


def _system(tree: Any, module: str) -> System:
    groups: dict[str, Group] = {}
    entries: dict[str, Entry] = {}
    for group in tree["groups"]:
        name = group["group"]
        groups[name] = Group(name, group.get("source", ""), group.get("when", ""))
        for metric in group["metrics"]:
            entries[metric["name"]] = _entry(metric, name)
    return System(
        tree["system"],
        tree.get("title", tree["system"]),
        tree["version"],
        module,
        tree.get("applies", ""),
        _scrape(tree.get("scrape", {})),
        tuple(_trap(note) for note in tree.get("notes", ())),
        groups,
        entries,
    )


def _entry(metric: Mapping[str, Any], group: str) -> Entry:
    given = dict(metric)
    buckets = given.pop("buckets", ())
    given["labels"] = tuple(given["labels"])
    for key in ("values", "usual"):
        given[key] = {label: tuple(values) for label, values in given.get(key, {}).items()}
    given["quantiles"] = tuple(float(one) for one in given.get("quantiles", ()))
    bounds = () if buckets == "opt-in" else tuple(float(one) for one in buckets)
    return Entry(**given, buckets=bounds, opt_in=buckets == "opt-in", group=group)


def _scrape(given: Mapping[str, Any]) -> Scrape:
    fields = dict(given)
    platform = fields.pop("in_platform", "on")
    state, _, why = platform.partition(":")
    for key in ("jobs", "target_labels"):
        if key in fields:
            fields[key] = tuple(fields[key])
    if "port" in fields:
        fields["port"] = str(fields["port"] or "")
    return Scrape(
        **fields,
        in_platform=state.split()[0] == "on",
        in_platform_why=why.strip() or state.partition(" ")[2],
    )


def _trap(note: Any) -> Trap:
    return Trap(note) if isinstance(note, str) else Trap(note["says"], tuple(note.get("about", ())))


def write_source(system: System, header: Iterable[str] = ()) -> str:
    """The YAML text that reads back as this system."""
    from obs.formats import yaml

    return yaml.dumps(source_tree(system), header=header)


def source_tree(system: System) -> dict[str, Value]:
    """The system under the keys of a catalogue file."""
    scrape = system.scrape
    state = "on" if scrape.in_platform else "off"
    tree: dict[str, Value] = {
        "schema": 1,
        "system": system.id,
        "title": system.title,
        "version": system.version,
    }
    if system.applies:
        tree["applies"] = system.applies
    tree["scrape"] = {
        **{key: value for key, value in _texts(scrape).items() if value},
        "honor_labels": scrape.honor_labels,
        "target_labels": list(scrape.target_labels),
        **({"target_labels_open": True} if scrape.target_labels_open else {}),
        "in_platform": f"{state}: {scrape.in_platform_why}" if scrape.in_platform_why else state,
        **({"switch_on": scrape.switch_on} if scrape.switch_on else {}),
    }
    if system.traps:
        tree["notes"] = [
            {**({"about": list(trap.about)} if trap.about else {}), "says": trap.says}
            for trap in system.traps
        ]
    tree["groups"] = [
        {
            "group": group.name,
            **({"source": group.source} if group.source else {}),
            **({"when": group.when} if group.when else {}),
            "metrics": [metric_tree(one) for one in system.entries.values() if one.group == group.name],
        }
        for group in system.groups.values()
    ]
    return tree


def _texts(scrape: Scrape) -> dict[str, Value]:
    return {
        "job": scrape.job,
        "jobs": list(scrape.jobs),
        "port": scrape.port,
        "path": scrape.path,
        "how": scrape.how,
    }


def metric_tree(entry: Entry) -> dict[str, Value]:
    """One metric under the keys of the file, without what is the default."""
    tree: dict[str, Value] = {"name": entry.name, "type": entry.type}
    for key in ("kind", "state_label", "unit"):
        if getattr(entry, key):
            tree[key] = getattr(entry, key)
    tree["labels"] = list(entry.labels)
    for key in ("values", "usual"):
        listed: Mapping[str, tuple[str, ...]] = getattr(entry, key)
        if listed:
            tree[key] = {label: list(values) for label, values in listed.items()}
    if entry.opt_in or entry.buckets:
        tree["buckets"] = "opt-in" if entry.opt_in else list(entry.buckets)
    if entry.quantiles:
        tree["quantiles"] = list(entry.quantiles)
    rest = ("max", "native", "long_task", "open", "dropped", "default", "since", "until")
    for key in (*rest, "renamed_to", "alias_of", "when", "help"):
        if getattr(entry, key):
            tree[key] = getattr(entry, key)
    return tree
