"""The commands and their options. What a command needs is imported when it runs."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

if TYPE_CHECKING:
    from typer.models import CommandInfo

app = typer.Typer(
    name="obs",
    help="Compile Python definitions of dashboards, rules, pipelines and routes into a checked Helm chart.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Project = Annotated[
    Optional[Path],  # noqa: UP045 - typer reads this at run time
    typer.Option(
        "--project", "-C", help="Folder of the project (default: the one around the working directory)."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]
Rules = Annotated[Optional[list[str]], typer.Option("--rules", help="Rule files; a glob.")]  # noqa: UP045
Dashboards = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option("--dashboards", help="Dashboards of Grafana, JSON; a glob."),
]
Alertmanager = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option("--alertmanager", help="Configuration of Alertmanager."),
]
Promtail = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option("--promtail", help="Configuration of Promtail."),
]
Values = Annotated[Optional[list[str]], typer.Option("--values", help="Helm values.")]  # noqa: UP045
Chart = Annotated[Optional[list[str]], typer.Option("--chart", help="Folder of a Helm chart.")]  # noqa: UP045


def _names(incomplete: str) -> list[str]:
    from obs.cli.complete import names

    return names(incomplete)


def _alerts(incomplete: str) -> list[str]:
    from obs.cli.complete import alerts

    return alerts(incomplete)


@app.callback()
def _options(
    version: Annotated[bool, typer.Option("--version", "-V", help="Print the version and exit.")] = False,
) -> None:
    """Read by `main` before this program starts; here only for the help."""
    if version:
        from obs import __version__

        typer.echo(f"obs {__version__}")
        raise typer.Exit


@app.command()
def build(
    project: Project = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 when the files differ.")
    ] = False,
    env: Annotated[str, typer.Option("--env", help="Build this environment alone.")] = "",
    out: Annotated[Optional[Path], typer.Option("--out", help="Write here instead of the project.")] = None,  # noqa: UP045
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that were edited by hand.")] = False,
    cache: Annotated[
        bool, typer.Option("--cache/--no-cache", help="Skip a build that has nothing to do.")
    ] = True,
    strict: Annotated[
        bool, typer.Option("--strict", help="Fail on warnings too, such as panels that will be empty.")
    ] = False,
    json: Json = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print findings only.")] = False,
    tests: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--tests", help="Write the scenarios here too, as unit tests of promtool."),
    ] = None,
) -> None:
    """Compile the definitions and write the chart, values and applications."""
    from obs.cli.build import run_build, run_check

    if check and (env or force):
        raise typer.BadParameter("--check compares everything; it takes neither --env nor --force")
    if check:
        raise typer.Exit(run_check(project, out, strict=strict, as_json=json, quiet=quiet))
    code = run_build(
        project, out, env or None, force=force, cache=cache, strict=strict, as_json=json, quiet=quiet
    )
    if tests is not None and code == 0:
        from obs.cli.test import export_tests

        code = export_tests(project, tests)
    raise typer.Exit(code)


@app.command("list")
def list_(
    project: Project = None,
    systems: Annotated[
        bool, typer.Option("--systems", help="What observes each system, and what is missing.")
    ] = False,
    json: Json = False,
) -> None:
    """List what the project defines: name, kind, place; or its systems."""
    if systems:
        from obs.cli.systems import run_systems

        raise typer.Exit(run_systems(project, as_json=json))
    from obs.cli.show import run_list

    raise typer.Exit(run_list(project, as_json=json))


@app.command()
def show(
    name: Annotated[
        str,
        typer.Argument(
            help="Alert, rule group, dashboard uid, route, service, target, counter or environment."
        ),
    ],
    project: Project = None,
    json: Json = False,
) -> None:
    """Show one definition: what it compiles to, its source, and what it links to."""
    from obs.cli.show import run_show

    raise typer.Exit(run_show(project, name, as_json=json))


@app.command()
def init(
    directory: Annotated[Path, typer.Argument(help="Folder to make; it must be new or empty.")],
) -> None:
    """Make a small new project that builds and passes its own checks."""
    from obs.cli.init import run_init

    raise typer.Exit(run_init(directory))


@app.command(
    add_help_option=False, context_settings={"allow_extra_args": True, "ignore_unknown_options": True}
)
def catalogue(context: typer.Context) -> None:
    """Look metrics up, capture a page of metrics, compare two catalogues."""
    from obs.cli.catalogue import run_catalogue

    run_catalogue(context.args)


@app.command()
def lint(
    paths: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Argument(
            help="Files and folders of others (YAML, JSON); without any, the project around here."
        ),
    ] = None,
    project: Project = None,
    rules: Rules = None,
    dashboards: Dashboards = None,
    alertmanager: Alertmanager = None,
    promtail: Promtail = None,
    values: Values = None,
    chart: Chart = None,
    select: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option("--select", help="Only these checks, of any profile: names or globs, by comma."),
    ] = None,
    ignore: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option("--ignore", help="Not these checks: names or globs, by comma."),
    ] = None,
    profile: Annotated[str, typer.Option("--profile", help="default, strict or mixin.")] = "default",
    strict: Annotated[bool, typer.Option("--strict", help="The same as --profile strict.")] = False,
    severity: Annotated[
        str, typer.Option("--severity", help="The lowest that is told: error, warning or info.")
    ] = "",
    format: Annotated[
        str, typer.Option("--format", help="human, json, sarif, github, junit or checkstyle.")
    ] = "human",
    output: Annotated[Optional[Path], typer.Option("--output", "-o", help="Write the report here.")] = None,  # noqa: UP045
    config: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--config", help="A TOML file with your own policy for rules: [lint]."),
    ] = None,
    baseline: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--baseline", help="Do not tell what this file puts up with."),
    ] = None,
    write_baseline: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--write-baseline", help="Put up with everything that is found now."),
    ] = None,
    vendored: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option("--vendored", help="Files that somebody else keeps: told as infos. Globs."),
    ] = None,
    today: Annotated[
        str, typer.Option("--today", help="The day that until= of comments is held against.")
    ] = "",
    prometheus: Annotated[
        str, typer.Option("--prometheus", help="Judge by this release of Prometheus, whatever runs: 3.1.0.")
    ] = "",
    catalogue: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--catalogue", help="Folder that describes exporters, beside files of others."),
    ] = None,
    since: Annotated[str, typer.Option("--since", help="Only what was not found at this Git revision.")] = "",
    fix: Annotated[bool, typer.Option("--fix", help="Mend what is safe to mend.")] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Show what --fix would change; write nothing.")
    ] = False,
    statistics: Annotated[
        bool, typer.Option("--statistics", help="Count the findings of each check.")
    ] = False,
    list_: Annotated[bool, typer.Option("--list", help="List the checks.")] = False,
    explain: Annotated[str, typer.Option("--explain", help="Show the page of a check.")] = "",
    pages: Annotated[Optional[Path], typer.Option("--pages", help="Write the pages of all checks.")] = None,  # noqa: UP045
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print findings only.")] = False,
) -> None:
    """Find what is wrong with the project, or with rules, dashboards and configurations that others wrote."""
    from obs.cli.lint_options import Said, run_said

    raise typer.Exit(
        run_said(
            Said(
                project=project,
                config=config,
                paths=paths or [],
                rules=rules or [],
                dashboards=dashboards or [],
                alertmanager=alertmanager or [],
                promtail=promtail or [],
                values=values or [],
                chart=chart or [],
                select=select or [],
                ignore=ignore or [],
                vendored=vendored or [],
                today=today,
                prometheus=prometheus,
                catalogue=catalogue,
                profile="strict" if strict else profile,
                severity=severity,
                format=format,
                output=output,
                baseline=baseline,
                write_baseline=write_baseline,
                since=since,
                fix=fix,
                diff=diff,
                statistics=statistics,
                list_checks=list_,
                explain=explain,
                pages=pages,
                quiet=quiet,
            )
        )
    )


@app.command("test")
def run_scenarios(
    paths: Annotated[
        Optional[list[Path]],  # noqa: UP045
        typer.Argument(help="Scenarios (test_*.py), unit tests of promtool (YAML), or folders of them."),
    ] = None,
    project: Project = None,
    keyword: Annotated[str, typer.Option("-k", help="Only tests with this in their name; a glob.")] = "",
    format: Annotated[str, typer.Option("--format", help="human, json or junit.")] = "human",
    json: Json = False,
    output: Annotated[Optional[Path], typer.Option("--output", "-o", help="Write the report here.")] = None,  # noqa: UP045
    rules: Annotated[
        str,
        typer.Option(
            "--rules",
            help="Evaluate rules by: engine (Prometheus's own), python, or auto (the first if built).",
        ),
    ] = "auto",
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show when each scenario's chain did what.")
    ] = False,
    export: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--export", help="Write the scenarios' rule part here, as unit tests of promtool."),
    ] = None,
    coverage: Annotated[
        bool,
        typer.Option("--coverage", help="Say what of alerts, pipeline, routes and messages was exercised."),
    ] = False,
    mutate: Annotated[
        bool, typer.Option("--mutate", help="Change the definitions one by one; say what no test notices.")
    ] = False,
    html: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--html", help="Write the coverage as a page here."),
    ] = None,
    fail_under: Annotated[
        float, typer.Option("--fail-under", help="Fail below this share of coverage or mutants (percent).")
    ] = 0.0,
    sample: Annotated[
        int, typer.Option("--sample", help="Try only so many mutants, chosen by --seed (0: all).")
    ] = 0,
    seed: Annotated[int, typer.Option("--seed", help="What --sample chooses by.")] = 0,
    derived: Annotated[
        str,
        typer.Option(
            "--synthesize",
            metavar="ALERT",
            help="Derive tests that fire an alert and that just do not, or all; into --out.",
        ),
    ] = "",
    out: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--out", help="Folder for --synthesize."),
    ] = None,
    form: Annotated[
        str, typer.Option("--as", help="What --synthesize writes: python, promtool or both.")
    ] = "both",
) -> None:
    """Run the scenarios of the project: from log lines and series to the messages in Discord."""
    from obs.cli.test import Asked, run_test

    asked = Asked(
        paths or (),
        project,
        keyword,
        "json" if json else format,
        output,
        rules,
        verbose=verbose,
        export=export,
        coverage=coverage or html is not None,
        html=html,
        mutate=mutate,
        fail_under=fail_under,
        sample=sample,
        seed=seed,
    )
    if derived:
        from obs.cli.synthesize import run_synthesis

        raise typer.Exit(run_synthesis(asked, derived, out, form))
    raise typer.Exit(run_test(asked))


@app.command("prove")
def prove_scenarios(
    paths: Annotated[
        Optional[list[Path]],  # noqa: UP045
        typer.Argument(help="Scenarios (test_*.py), or folders of them."),
    ] = None,
    project: Project = None,
    keyword: Annotated[str, typer.Option("-k", help="Only scenarios with this in their name; a glob.")] = "",
    json: Json = False,
    output: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--output", "-o", help="Write the JSON report here too."),
    ] = None,
    speed: Annotated[int, typer.Option("--speed", help="Seconds of a scenario in one second.")] = 30,
    jobs: Annotated[int, typer.Option("--jobs", help="Stacks of servers at a time.")] = 12,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show states of alerts and the whole chain too.")
    ] = False,
) -> None:
    """Run the scenarios on the real servers of this machine, and compare with the emulator."""
    from obs.cli.prove import Asked, run_prove

    raise typer.Exit(run_prove(Asked(paths or (), project, keyword, json, speed, jobs, verbose, output)))


@app.command("up")
def up(
    project: Project = None,
    speed: Annotated[int, typer.Option("--speed", help="Divide every interval by this.")] = 1,
    seconds: Annotated[
        float, typer.Option("--for", help="End after so many seconds (0: with Ctrl-C).")
    ] = 0.0,
) -> None:
    """Start Prometheus, Alertmanager, Promtail and Loki on this machine, with made-up load to look at."""
    from obs.cli.up import Asked, run_up

    raise typer.Exit(run_up(Asked(project, speed, seconds)))


@app.command()
def diff(
    base: Annotated[str, typer.Argument(help="A Git revision, folder or file.", metavar="[base]")] = "HEAD",
    head: Annotated[str, typer.Argument(help="The same (default: the working tree).", metavar="[head]")] = "",
    project: Project = None,
    json: Json = False,
) -> None:
    """Say what a change means: for every panel, alert, route, pipeline and setting, with its risk."""
    from obs.cli.diff import run_diff

    raise typer.Exit(run_diff(base, head, project, as_json=json))


@app.command()
def review(
    base: Annotated[
        str, typer.Option("--base", help="What to compare with: a Git revision or a folder.")
    ] = "HEAD",
    head: Annotated[str, typer.Option("--head", help="What to review (default: the working tree).")] = "",
    project: Project = None,
    out: Annotated[Path, typer.Option("--out", help="Folder for the files.")] = Path("obs-review"),
    ack: Annotated[
        bool, typer.Option("--ack", help="Breaking changes are meant: end with 2, not 3.")
    ] = False,
    png: Annotated[bool, typer.Option("--png", help="Pictures as PNG too; needs obs[png].")] = False,
    font: Annotated[
        Optional[list[Path]],  # noqa: UP045
        typer.Option("--font", help="Font file for PNG (default: the machine's fonts); may be repeated."),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")] = False,
) -> None:
    """Write a review of a change: a comment, a page with pictures, JSON. Ends with 0, 2 (changes), 3 (breaking)."""
    from obs.cli.review import run_review

    raise typer.Exit(
        run_review(
            base, head, project, out, acknowledged=ack, quiet=quiet, as_png=png, fonts=tuple(font or ())
        )
    )


@app.command()
def draw(
    names: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Argument(metavar="[UID|FILE]...", help="Dashboards of the project, or JSON (default: all)."),
    ] = None,
    project: Project = None,
    out: Annotated[Path, typer.Option("--out", help="Folder for the pictures.")] = Path("obs-pictures"),
    theme: Annotated[str, typer.Option("--theme", help="dark or light.")] = "dark",
    png: Annotated[bool, typer.Option("--png", help="PNG instead of SVG; needs obs[png].")] = False,
    font: Annotated[
        Optional[list[Path]],  # noqa: UP045
        typer.Option("--font", help="Font file for PNG (default: the machine's fonts); may be repeated."),
    ] = None,
) -> None:
    """Draw dashboards as pictures: no Grafana, no browser, sample data made from the queries."""
    from obs.cli.draw import run_draw

    raise typer.Exit(run_draw(names or (), project, out, theme, "png" if png else "svg", tuple(font or ())))


@app.command()
def preview(
    project: Project = None,
    prometheus: Annotated[
        str, typer.Option("--prometheus", help="A real Prometheus to ask, instead of sample data.")
    ] = "",
    loki: Annotated[str, typer.Option("--loki", help="A real Loki to ask.")] = "",
    base: Annotated[str, typer.Option("--base", help="What changes are told against.")] = "HEAD",
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="Port on 127.0.0.1 (default: a free one).")
    ] = 0,
    open_browser: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
) -> None:
    """Show the project in a browser, drawn again at every save: dashboards, alerts, routes, pipelines, the graph."""
    from obs.cli.preview import run_preview

    raise typer.Exit(
        run_preview(
            project, prometheus=prometheus, loki=loki, base=base, port=port, open_browser=open_browser
        )
    )


@app.command()
def docs(
    out: Annotated[Path, typer.Option("--out", help="Folder for the pages.")],
    project: Project = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that were edited by hand.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")] = False,
) -> None:
    """Write the project as pages: dashboards, alerts, metrics, pipelines, routes, with pictures and a search."""
    from obs.cli.docs import run_docs

    raise typer.Exit(run_docs(project, out, force=force, quiet=quiet))


@app.command(name="promql", context_settings={"ignore_unknown_options": True})
def promql(
    expr: Annotated[str, typer.Argument(metavar="EXPR", help="The expression; `-` reads standard input.")],
    version: Annotated[str, typer.Option("--version", help="The Prometheus that will read it.")] = "2.55",
    feature: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option("--feature", help="A feature that the server is started with; may be repeated."),
    ] = None,
    grafana: Annotated[bool, typer.Option("--grafana", help="Allow the variables of Grafana.")] = False,
    json: Json = False,
    format_only: Annotated[
        bool, typer.Option("--format-only", help="Print the formatted text alone.")
    ] = False,
) -> None:
    """Format and explain a PromQL expression; 1 when a part of it cannot work, 2 when it is not PromQL."""
    from obs.cli.promql import run_promql

    raise typer.Exit(
        run_promql(
            expr,
            version=version,
            features=feature or (),
            grafana=grafana,
            as_json=json,
            format_only=format_only,
        )
    )


@app.command(name="logql", context_settings={"ignore_unknown_options": True})
def logql(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="The query; `-` reads standard input.")],
    project: Project = None,
    version: Annotated[str, typer.Option("--version", help="The Loki that will read it.")] = "3.4",
    grafana: Annotated[bool, typer.Option("--grafana", help="Allow the variables of Grafana.")] = False,
    json: Json = False,
    format_only: Annotated[
        bool, typer.Option("--format-only", help="Print the formatted text alone.")
    ] = False,
) -> None:
    """Format and explain a LogQL query; 1 when it reads a label that no line has, 2 when Loki refuses it."""
    from obs.cli.logql import run_logql

    raise typer.Exit(
        run_logql(query, project, version=version, grafana=grafana, as_json=json, format_only=format_only)
    )


@app.command()
def pipe(
    project: Project = None,
    config: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--config", help="A Promtail configuration instead of the project's pipeline."),
    ] = None,
    pipeline: Annotated[str, typer.Option("--pipeline", help="Which one: its file or its job.")] = "",
    service: Annotated[str, typer.Option("--service", help="Label the lines as this service's.")] = "",
    labels: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option("--labels", "--label", help="A label of the lines, name=value; may be repeated."),
    ] = None,
    raw: Annotated[bool, typer.Option("--raw", help="Add no framing of the container runtime.")] = False,
    every: Annotated[
        bool, typer.Option("--stage-by-stage", help="Show the stages that changed nothing too.")
    ] = False,
    json: Json = False,
) -> None:
    """Run log lines from standard input through the pipeline, and tell what each stage did."""
    from obs.cli.pipe import run_pipe

    raise typer.Exit(
        run_pipe(
            project,
            config=config,
            pipeline=pipeline,
            service=service,
            labels=labels or (),
            raw=raw,
            every_stage=every,
            as_json=json,
        )
    )


@app.command()
def route(
    labels: Annotated[list[str], typer.Argument(metavar="NAME=VALUE...", help="The labels of the alert.")],
    project: Project = None,
    config: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--config", help="An Alertmanager configuration instead of the project's routes."),
    ] = None,
    value: Annotated[float, typer.Option("--value", help="The alert's value in the sample message.")] = 1.0,
    json: Json = False,
) -> None:
    """Show who hears of an alert, why, when, and what they read; 1 when nobody does."""
    from obs.cli.route import run_route

    raise typer.Exit(run_route(project, labels, config=config, value=value, as_json=json))


@app.command()
def graph(
    names: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Argument(
            metavar="[NAME|PATH]...",
            help="Only what hangs together with these; or files of others.",
            autocompletion=_names,
        ),
    ] = None,
    project: Project = None,
    rules: Rules = None,
    dashboards: Dashboards = None,
    alertmanager: Alertmanager = None,
    promtail: Promtail = None,
    values: Values = None,
    chart: Chart = None,
    from_: Annotated[str, typer.Option("--from", help="Only what comes from this.")] = "",
    to: Annotated[str, typer.Option("--to", help="Only what leads to this.")] = "",
    kinds: Annotated[
        str, typer.Option("--kinds", help="Only these kinds, by comma (alert,receiver), or all.")
    ] = "",
    format: Annotated[str, typer.Option("--format", help="text, dot, mermaid or json.")] = "text",
    json: Json = False,
) -> None:
    """Show how everything hangs together, from the log line and the target to the message and the panel."""
    from obs.cli.graph import Asked, run_graph
    from obs.cli.inputs import inputs_of

    given = inputs_of(rules, dashboards, alertmanager, promtail, values, chart)
    asked = Asked(names or (), project, given, "json" if json else format, from_, to, kinds)
    raise typer.Exit(run_graph(asked))


@app.command()
def why(
    name: Annotated[
        list[str],
        typer.Argument(
            metavar="NAME [PATH]...",
            help="An alert, panel, metric, label, ...; then files of others.",
            autocompletion=_names,
        ),
    ],
    project: Project = None,
    rules: Rules = None,
    dashboards: Dashboards = None,
    alertmanager: Alertmanager = None,
    promtail: Promtail = None,
    values: Values = None,
    chart: Chart = None,
    json: Json = False,
) -> None:
    """Tell everything that something comes from, down to the log line or the scrape; 2 for an unknown name."""
    from obs.cli.graph import Asked, run_answer
    from obs.cli.inputs import inputs_of

    given = inputs_of(rules, dashboards, alertmanager, promtail, values, chart)
    raise typer.Exit(run_answer(name, Asked(project=project, inputs=given), "above", as_json=json))


@app.command()
def impact(
    name: Annotated[
        list[str],
        typer.Argument(
            autocompletion=_names,
            metavar="NAME [PATH]...",
            help="A metric, label (`namespace`, `metric{pod}`), file, ...; then files.",
        ),
    ],
    project: Project = None,
    rules: Rules = None,
    dashboards: Dashboards = None,
    alertmanager: Alertmanager = None,
    promtail: Promtail = None,
    values: Values = None,
    chart: Chart = None,
    json: Json = False,
) -> None:
    """Tell everything that breaks or changes when something goes; 2 for an unknown name."""
    from obs.cli.graph import Asked, run_answer
    from obs.cli.inputs import inputs_of

    given = inputs_of(rules, dashboards, alertmanager, promtail, values, chart)
    raise typer.Exit(run_answer(name, Asked(project=project, inputs=given), "below", as_json=json))


@app.command()
def explain(
    name: Annotated[
        list[str],
        typer.Argument(
            metavar="ALERT [PATH]...", help="The alert; then files of others.", autocompletion=_alerts
        ),
    ],
    project: Project = None,
    rules: Rules = None,
    dashboards: Dashboards = None,
    alertmanager: Alertmanager = None,
    promtail: Promtail = None,
    values: Values = None,
    chart: Chart = None,
    json: Json = False,
) -> None:
    """Explain an alert from the log line or the scrape to the message, with every number."""
    from obs.cli.explain import run_explain
    from obs.cli.inputs import inputs_of

    given = inputs_of(rules, dashboards, alertmanager, promtail, values, chart)
    raise typer.Exit(run_explain(name, project, given, as_json=json))


@contextmanager
def _only(asked: Sequence[str]) -> Iterator[None]:
    """Gives Typer the command that was asked for alone: building all of them takes longer than some of them run."""
    every = app.registered_commands
    app.registered_commands = [one for one in every if asked == [_called(one)]] or every
    try:
        yield
    finally:
        app.registered_commands = every


def _called(command: CommandInfo) -> str:
    return command.name or getattr(command.callback, "__name__", "").replace("_", "-")


def run() -> None:
    """Run the command line with one exit for every mistake of a user."""
    import gc

    from obs.cli.ending import ending

    gc.set_threshold(
        100_000, 20, 100
    )  # definitions live until the end; looking for rubbish among them is in vain
    with ending(), _only(sys.argv[1:2]):
        app(prog_name="obs")
