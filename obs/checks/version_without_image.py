"""A version that only the operator hears of: the image, and so the program that runs, stays what the chart says.

kube-prometheus-stack always writes the image of Alertmanager and Prometheus, from its own tag. `version` alone makes
the operator write the configuration, and pass the flags, of a program that is not there.

Flagged:
    kube-prometheus-stack:
      alertmanager:
        alertmanagerSpec:
          version: v0.28.0

Instead:
    kube-prometheus-stack:
      alertmanager:
        alertmanagerSpec:
          version: v0.28.0
          image:
            tag: v0.28.0

Source: kube-prometheus-stack 65.8.1, templates of Alertmanager and Prometheus; prometheus-operator 0.77: an image wins.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from obs.checks.base import Finding, lint
from obs.graph.releases import chart_paths, release
from obs.graph.subject import Subject

_SPECS = (("alertmanager", "alertmanagerSpec"), ("prometheus", "prometheusSpec"))


@lint("warning")
def version_without_image(subject: Subject) -> Iterator[Finding]:
    """Values in which the version stands alone, or the tag is that of another release."""
    for values in subject.of_kind("values"):
        for path in chart_paths(values):
            for spec in _SPECS:
                given = values.get(*path, *spec)
                if not isinstance(given, Mapping) or not isinstance(given.get("version"), str):
                    continue
                image = given.get("image")
                tag = image.get("tag") if isinstance(image, Mapping) else None
                if tag and release(tag) == release(given["version"]):
                    continue
                at = (*path, *spec, "version")
                yield Finding(
                    f"{spec[0]} does not become {given['version']}: the image stays "
                    + (f"at {tag}" if tag else "at the chart's own tag"),
                    values.at(*at),
                    fix=f"image: {{tag: {given['version']}}} beside it",
                    excerpt=values.excerpt(*at),
                    object=f"values {spec[1]}",
                )
