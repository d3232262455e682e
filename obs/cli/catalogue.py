"""`obs catalogue`: look metrics up, capture a page of metrics, and compare two catalogues."""

from __future__ import annotations

import json as json_format
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from obs.cli.output import plain, plural, print_findings
from obs.diagnostic import Diagnostic, ObsError
from obs.origin import Origin
from obs.redact import redact

if TYPE_CHECKING:
    from obs.catalogue import Catalogue, Series, System
    from obs.catalogue.compare import Change

commands = typer.Typer(
    help="Look metrics up, capture a page of metrics, compare two catalogues.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Json = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]
Own = Annotated[
    Optional[Path],  # noqa: UP045 - typer reads this at run time
    typer.Option("--own", help="Folder of the project's own catalogue files (default: ./catalogue)."),
]
Timeout = Annotated[float, typer.Option("--timeout", min=0.1, max=600, help="Seconds to wait for data.")]
MaxSize = Annotated[int, typer.Option("--max-size", min=1, max=1024, help="Largest page, in MiB.")]


def run_catalogue(arguments: Sequence[str]) -> None:
    """Run `obs catalogue` with the arguments behind it; ends the process as any command does."""
    commands(list(arguments), prog_name="obs catalogue")


@commands.command("list")
def list_(own: Own = None, json: Json = False) -> None:
    """List the systems: id, release, number of metrics, whether the platform scrapes them."""
    raise typer.Exit(run_systems(own, as_json=json))


@commands.command()
def show(
    name: Annotated[str, typer.Argument(help="A metric, one of its series, or a system.")],
    own: Own = None,
    json: Json = False,
) -> None:
    """Show a metric: type, unit, labels as a query sees them, values, conditions, traps."""
    raise typer.Exit(run_show_metric(name, own, as_json=json))


@commands.command()
def search(
    text: Annotated[list[str], typer.Argument(help="Words: in the name, the description or the labels.")],
    own: Own = None,
    json: Json = False,
) -> None:
    """Find metrics by words."""
    raise typer.Exit(run_search(" ".join(text), own, as_json=json))


@commands.command()
def capture(
    place: Annotated[str, typer.Argument(help="http(s) address or file of a page of metrics.")],
    name: Annotated[str, typer.Option("--name", help="Id of the system (default: the host or file).")] = "",
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Write here, not to the terminal.")] = None,
    timeout: Timeout = 10,
    max_size: MaxSize = 64,
    json: Json = False,
) -> None:
    """Make a catalogue file from a real page of metrics (Prometheus text or OpenMetrics)."""
    raise typer.Exit(run_capture(place, name, out, timeout=timeout, largest=max_size << 20, as_json=json))


@commands.command()
def learn(
    files: Annotated[
        list[Path],
        typer.Argument(help="Saved answers of /api/v1/metadata, /targets/metadata, /series, or pages."),
    ],
    name: Annotated[str, typer.Option("--name", help="Id of the system (default: the first file's).")] = "",
    out: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--out", "-o", help="Write here (default: catalogue/NAME.yaml)."),
    ] = None,
    json: Json = False,
) -> None:
    """Write what a server's saved answers tell of your own exporters into the project's catalogue."""
    raise typer.Exit(run_learn(files, name, out, as_json=json))


@commands.command()
def unused(
    paths: Annotated[
        Optional[list[Path]],  # noqa: UP045
        typer.Argument(help="Rules and dashboards of others; without any, the project around here."),
    ] = None,
    page: Annotated[
        Optional[list[Path]],  # noqa: UP045
        typer.Option(
            "--page", help="A saved page of /metrics: what nothing reads of it, and what that saves."
        ),
    ] = None,
) -> None:
    """Tell which scraped metrics nothing reads, as relabelling that throws them away."""
    from obs.cli.unread import run_unused

    try:
        raise typer.Exit(run_unused(paths or [], page or []))
    except ObsError as error:
        raise typer.Exit(_failed(error, as_json=False)) from None


@commands.command()
def diff(
    before: Annotated[str, typer.Argument(help="Address, page, catalogue file or system.")],
    after: Annotated[str, typer.Argument(help="The same; what `before` is compared with.")],
    own: Own = None,
    timeout: Timeout = 10,
    max_size: MaxSize = 64,
    json: Json = False,
) -> None:
    """Compare two pages, catalogue files or systems; exit 1 when they differ."""
    raise typer.Exit(run_diff(before, after, own, timeout=timeout, largest=max_size << 20, as_json=json))


def run_systems(own: Path | None, *, as_json: bool) -> int:
    """One line for each system."""
    try:
        found = _catalogue(own).systems()
    except ObsError as error:
        return _failed(error, as_json=as_json)
    if as_json:
        _print_json([_system(one) for one in found])
        return 0
    for one in found:
        state = "on" if one.scrape.in_platform else "off"
        print(f"{one.id:22} {one.version:10} {plural(len(one.entries), 'metrics'):12} {state:4} {one.title}")
    return 0


def run_show_metric(name: str, own: Path | None, *, as_json: bool) -> int:
    """Everything about a metric, in each system that has it; or a system and its metrics."""
    try:
        catalogue = _catalogue(own)
    except ObsError as error:
        return _failed(error, as_json=as_json)
    found = catalogue.metric(name)
    system = catalogue.system(name)
    if found:
        if as_json:
            _print_json([_series(one) for one in found])
        else:
            print("\n\n".join("\n".join(_lines(one)) for one in found))
        return 0
    if system is not None:
        if as_json:
            _print_json({**_system(system), "metrics": [_series(one) for one in system.series()]})
        else:
            print("\n".join(_system_lines(system)))
        return 0
    close = catalogue.close_matches(name)
    fix = (
        f"did you mean {', '.join(close)}?" if close else "`obs catalogue search WORDS` finds names by words"
    )
    unknown = Diagnostic(
        "unknown-name", f"the catalogue knows neither a metric nor a system {name[:200]!r}", fix=fix
    )
    return _failed(ObsError([unknown]), as_json=as_json)


def run_search(text: str, own: Path | None, *, as_json: bool) -> int:
    """One line for each series that fits; exit 1 when none does."""
    try:
        found = _catalogue(own).search(text)
    except ObsError as error:
        return _failed(error, as_json=as_json)
    if as_json:
        _print_json([_series(one) for one in found])
        return 0 if found else 1
    width = min(max((len(one.name) for one in found), default=0), 70)
    for one in found:
        print(f"{one.name:{width}}  {one.type:9} {one.system.id:22} {one.entry.help}".rstrip())
    if not found:
        sys.stderr.write(f"no metric fits {text[:200]!r}\n")
    return 0 if found else 1


def run_capture(
    place: str, name: str, out: Path | None, *, timeout: float, largest: int, as_json: bool
) -> int:
    """The catalogue file of a page, on standard output or in `out`."""
    from obs.catalogue.capture import capture_place, identifier
    from obs.catalogue.source import source_tree, write_source

    try:
        system = capture_place(place, name=identifier(name) if name else "", timeout=timeout, largest=largest)
    except ObsError as error:
        return _failed(error, as_json=as_json)
    if as_json:
        text = json_format.dumps(source_tree(system), ensure_ascii=False, indent=2) + "\n"
    else:
        header = [
            "Captured from a page of metrics: lists under `usual` hold what occurred, not all there is."
        ]
        text = write_source(system, header)
    if out is None:
        sys.stdout.write(text)
        return 0
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        problem = f"{out} cannot be written: {error.strerror}"
        return _failed(ObsError([Diagnostic("not-written", problem)]), as_json=as_json)
    print(f"{out}: {plural(len(system.entries), 'metrics')}")
    return 0


def run_learn(files: Sequence[Path], name: str, out: Path | None, *, as_json: bool) -> int:
    """The catalogue file of all answers together; one that somebody wrote by hand is not overwritten."""
    from obs.catalogue import default
    from obs.catalogue.capture import identifier, read_text
    from obs.catalogue.exposition import PageError
    from obs.catalogue.learn import learn, read_answer
    from obs.catalogue.source import source_tree, write_source

    id = identifier(name or files[0].stem)
    place = out or Path("catalogue") / f"{id}.yaml"
    answers = []
    try:
        for file in files:
            try:
                answers.append(read_answer(read_text(file)))
            except PageError as error:
                at = Origin(str(file), error.line)
                raise ObsError([Diagnostic("invalid-answer", error.message, at)]) from None
        sources = ", ".join(file.name for file in files)
        learned = learn(answers, name=id, source=sources, known=lambda metric: bool(default().metric(metric)))
        if not learned.system.entries:
            raise ObsError(
                [Diagnostic("nothing-learned", "the catalogue knows all of these metrics already")]
            )
        if as_json:
            _print_json(source_tree(learned.system))
            return 0
        _not_by_hand(place)
    except ObsError as error:
        return _failed(error, as_json=as_json)
    text = write_source(learned.system, [f"{_LEARNED}{sources}. `obs catalogue learn` overwrites this file."])
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    except OSError as error:
        problem = f"{place} cannot be written: {error.strerror}"
        return _failed(ObsError([Diagnostic("not-written", problem)]), as_json=False)
    known = f"; {learned.already} that the catalogue knows already are left out" if learned.already else ""
    print(f"{place}: {plural(len(learned.system.entries), 'metrics')}{known}")
    return 0


_LEARNED = "Learned from "


def _not_by_hand(place: Path) -> None:
    if place.exists() and not place.read_text(encoding="utf-8", errors="replace").startswith(f"# {_LEARNED}"):
        problem = f"{place} is there already, and was not made by `obs catalogue learn`"
        raise ObsError([Diagnostic("not-written", problem, fix="another --name, or --out FILE")])


def run_diff(
    before: str, after: str, own: Path | None, *, timeout: float, largest: int, as_json: bool
) -> int:
    """The differences, one a line; 0 none, 1 some, 2 when a side cannot be read."""
    from obs.catalogue.compare import compare

    try:
        sides = [_side(place, own, timeout, largest) for place in (before, after)]
    except ObsError as error:
        return _failed(error, as_json=as_json)
    changes = compare(sides[0], sides[1])
    if as_json:
        _print_json([_change(one) for one in changes])
        return 1 if changes else 0
    for one in changes:
        print(one)
    if not changes:
        print("no difference")
    return 1 if changes else 0


def _side(place: str, own: Path | None, timeout: float, largest: int) -> System:
    """A system by name, from a catalogue file, or captured from a page."""
    from obs.catalogue.capture import capture_place, is_url
    from obs.catalogue.source import read_file

    path = Path(place)
    if is_url(place):
        return capture_place(place, timeout=timeout, largest=largest)
    if path.suffix in (".yaml", ".yml"):
        return read_file(path)
    if path.is_file():
        return capture_place(place, largest=largest)
    catalogue = _catalogue(own)
    system = catalogue.system(place)
    if system is None:
        from difflib import get_close_matches

        close = get_close_matches(place[:100], [one.id for one in catalogue.systems()], 1)
        fix = f"did you mean {close[0]}?" if close else "`obs catalogue list` shows the systems"
        problem = f"{redact(place[:200])} is neither a file nor a system of the catalogue"
        raise ObsError([Diagnostic("unknown-name", problem, fix=fix)])
    return system


def _catalogue(own: Path | None) -> Catalogue:
    from obs.catalogue import Catalogue, default
    from obs.catalogue.source import read_folder

    if own is not None and not own.is_dir():
        raise ObsError([Diagnostic("missing-folder", f"there is no folder {own}")])
    folder = own or Path("catalogue")
    systems = read_folder(folder) if folder.is_dir() else ()
    return Catalogue(systems) if systems else default()


def _failed(error: ObsError, *, as_json: bool) -> int:
    if as_json:
        _print_json({"findings": [plain(one, Path.cwd()) for one in error.diagnostics]})
    else:
        print_findings(error.diagnostics, Path.cwd())
    return 2


def _print_json(value: object) -> None:
    print(json_format.dumps(value, ensure_ascii=False, indent=2))


def _system(one: System) -> dict[str, object]:
    return {
        "system": one.id,
        "title": one.title,
        "version": one.version,
        "applies": one.applies or None,
        "module": one.module,
        "count": len(one.entries),
        "in_platform": one.scrape.in_platform,
        "why": one.scrape.in_platform_why or None,
        "switch_on": one.scrape.switch_on or None,
        "traps": [trap.says for trap in one.traps],
    }


def _series(one: Series) -> dict[str, object]:
    labels, entry = one.labels(), one.entry
    return {
        "name": one.name,
        "exists": one.exists,
        "system": one.system.id,
        "metric": entry.name,
        "type": one.type,
        "kind": entry.kind or None,
        "unit": one.unit or None,
        "help": entry.help,
        "labels": sorted(labels.names),
        "renamed_labels": labels.renamed,
        "open_labels": labels.open,
        "values": {labels.own[label]: list(values) for label, values in entry.values.items()},
        "usual_values": {labels.own[label]: list(values) for label, values in entry.usual.items()},
        "since": entry.since or None,
        "until": entry.until or None,
        "renamed_to": entry.renamed_to or None,
        "dropped": one.dropped,
        "conditions": list(one.conditions),
        "in_platform": one.system.scrape.in_platform,
        "switch_on": one.system.scrape.switch_on or None,
        "traps": list(one.traps),
    }


def _change(one: Change) -> dict[str, object]:
    return {
        "what": one.what,
        "metric": one.metric,
        "label": one.label or None,
        "before": list(one.before),
        "after": list(one.after),
    }


def _lines(one: Series) -> Iterator[str]:
    entry, labels, system = one.entry, one.labels(), one.system
    yield one.name
    if entry.help:
        yield f"  {entry.help}"
    if not one.exists:
        yield f"  series     none of this name; {', '.join(entry.series_names())}"
    words = [entry.kind, one.type] if entry.kind else [one.type]
    yield f"  type       {' '.join(words)}{f', {one.unit}' if one.unit else ''}"
    own = [f"{label} (as {labels.own[label]})" if label in labels.renamed else label for label in labels.own]
    yield f"  labels     {', '.join(own) or 'none of its own'}{' and others' if entry.open else ''}"
    if labels.target:
        yield f"  of target  {', '.join(labels.target)}{' and others' if system.scrape.target_labels_open else ''}"
    for label, values in entry.values.items():
        yield f"  {label} is one of {', '.join(values)}"
    for label, values in entry.usual.items():
        yield f"  {label} is usually {', '.join(values)}"
    if entry.buckets and one.part in ("bucket", "family"):
        yield f"  buckets    {', '.join(f'{bound:g}' for bound in entry.buckets)}"
    yield f"  system     {system.title} {system.version}{f' ({system.applies})' if system.applies else ''}"
    if entry.since or entry.until:
        bounds = [
            f"since {entry.since}" if entry.since else "",
            f"until {entry.until}" if entry.until else "",
        ]
        yield f"  releases   {' '.join(one for one in bounds if one)}"
    if entry.renamed_to:
        yield f"  now        {entry.renamed_to}"
    if one.dropped:
        yield "  dropped    by the relabelling of the stack: no query finds it"
    for condition in one.conditions:
        yield f"  only if    {condition}"
    if not system.scrape.in_platform:
        yield f"  off        {system.scrape.in_platform_why or 'not scraped'}"
        yield f"  switch on  {system.scrape.switch_on}"
    for trap in one.traps:
        yield f"  note       {trap}"


def _system_lines(one: System) -> Iterator[str]:
    yield f"{one.title} {one.version}{f' ({one.applies})' if one.applies else ''}"
    yield f"  from obs.catalogue.{one.module} import ..."
    if not one.scrape.in_platform:
        yield f"  off        {one.scrape.in_platform_why or 'not scraped'}"
        yield f"  switch on  {one.scrape.switch_on}"
    for trap in one.traps:
        yield f"  note       {trap.says}"
    for entry in one.entries.values():
        yield f"  {entry.name}  {entry.type}  {entry.help}".rstrip()
