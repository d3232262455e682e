"""`python -m tools.pictures`: docs/pictures anew; the same bytes as long as the dashboards and the drawing are the same.

The picture of a review is a real one: of an edit of this project's own definitions, made in a copy.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from obs.cli.compared import compared
from obs.cli.sides import sides
from obs.review.pictures import pairs

ROOT = Path(__file__).parents[2]
OUT = ROOT / "docs" / "pictures"
FOLDERS = ("services", "promtail", "dashboards", "rules", "alertmanager", "values", "applications")
FILE = "dashboards/gateway_api_traffic.py"
EDITS = (
    ("histogram_quantile(0.95, sum", "histogram_quantile(0.99, sum"),
    ('limits = ("blue", 0.01, "orange", 0.05, "red")', 'limits = ("blue", 0.005, "orange", 0.02, "red")'),
    ("            bargauge(", '            stat("Requests now", f"sum({per_route(requests, live)})", unit="reqps"),\n            bargauge('),
    ("import Dashboard, Link, Query, bargauge, override, table", "import Dashboard, Link, Query, bargauge, override, stat, table"),
)  # fmt: skip


def review_picture() -> str:
    """Before and after of the dashboard, the changed panels framed."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "project"
        for name in FOLDERS:
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("pyproject.toml", "obs.lock"):
            shutil.copy(ROOT / name, copy)
        text = (copy / FILE).read_text(encoding="utf-8")
        for old, new in EDITS:
            if old not in text:
                sys.exit(f"{FILE} has no {old!r} any more: choose another edit in {__file__}")
            text = text.replace(old, new)
        (copy / FILE).write_text(text, encoding="utf-8")
        with sides(str(ROOT), str(copy), None) as (before, after):
            review = compared(before, after)
            (pair,) = pairs(review, before.subject, after.subject)
            return pair.together("light")


def main() -> None:
    """Writes docs/pictures/review.svg."""
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / "review.svg").write_text(review_picture(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
