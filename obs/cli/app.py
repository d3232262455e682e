"""The commands and their options. What a command needs is imported when it runs."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Optional

import typer

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
    json: Json = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print findings only.")] = False,
) -> None:
    """Compile the definitions and write the chart, values and applications."""
    from obs.cli.build import run_build, run_check

    if check and (env or force):
        raise typer.BadParameter("--check compares everything; it takes neither --env nor --force")
    if check:
        raise typer.Exit(run_check(project, out, as_json=json, quiet=quiet))
    raise typer.Exit(
        run_build(project, out, env or None, force=force, cache=cache, as_json=json, quiet=quiet)
    )


@app.command("list")
def list_(project: Project = None, json: Json = False) -> None:
    """List what the project defines: name, kind, place."""
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


def run() -> None:
    """Run the command line with one exit for every mistake of a user."""
    import gc

    from obs.diagnostic import ObsError

    gc.set_threshold(
        100_000, 20, 100
    )  # definitions live until the end; looking for rubbish among them is in vain
    try:
        app(prog_name="obs")
    except ObsError as error:
        from obs.cli.output import print_findings

        print_findings(error.diagnostics, None)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
