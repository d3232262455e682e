"""`obs docs`: the project as pages that anybody can open."""

from __future__ import annotations

from pathlib import Path

from obs.cli.output import plural, print_findings
from obs.cli.terminal import say
from obs.diagnostic import ObsError

MANIFEST = ".obs-docs.json"
"""Which files of the folder are the site's, so that the next one takes away what it does not have any more."""


def run_docs(project: Path | None, out: Path, *, force: bool, quiet: bool) -> int:
    """0 when the site is written, 2 when the project cannot be read or the folder holds what somebody edited."""
    from obs import write
    from obs.api import load_program, read_settings
    from obs.artifact import Artifact
    from obs.cli.words import words
    from obs.graph.subject import of_program
    from obs.graph.whole import build
    from obs.site.holding import Holding
    from obs.site.whole import address, site

    try:
        settings = read_settings(project)
        subject = of_program(load_program(settings))
        held = Holding(subject, build(subject), words, address, settings.root)
        made = site(held, settings.root.name)
        artifacts = [Artifact(name, data, (), "docs") for name, data in made.items()]
        target = out.absolute()
        written = write.commit(target, artifacts, MANIFEST, force=force)
    except ObsError as error:
        print_findings(error.diagnostics, project)
        return 2
    if not quiet:
        say(f"{plural(len(made), 'file')}, {written.touched} of them written; open {out / 'index.html'}")
    return 0
