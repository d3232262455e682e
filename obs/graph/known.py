"""What is known of metrics for a project: the built-in catalogue, and its own of `catalogue/*.yaml`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from obs.catalogue.library import Catalogue
    from obs.graph.program import Program


def catalogue_of(program: Program) -> Catalogue:
    """The catalogue of a project; raises ObsError with the faults of its own part."""
    return catalogue_in(program.settings.root / "catalogue")


def catalogue_in(folder: Path | None) -> Catalogue:
    """The same for a folder, which need not be there."""
    from obs.catalogue.library import Catalogue, default

    if folder is None or not folder.is_dir():
        return default()
    from obs.catalogue.source import read_folder

    return Catalogue(read_folder(folder))
