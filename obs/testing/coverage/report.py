"""Coverage as text and as data."""

from __future__ import annotations

from obs.testing.coverage.item import KINDS, Coverage


def text(coverage: Coverage, most: int) -> str:
    """A row for each kind, and what was not exercised."""
    lines = []
    for kind in KINDS:
        items = coverage.of(kind)
        if items:
            done = len(items) - len(coverage.missed(kind))
            lines.append(f"  {kind:<16} {done:>4} of {len(items):<4} {coverage.share(kind):6.1f} %")
    missed = coverage.missed()
    lines += [
        f"  not exercised: {item.kind}: {item}{f'  ({item.where})' if item.where else ''}"
        for item in missed[:most]
    ]
    if len(missed) > most:
        lines.append(f"  and {len(missed) - most} more; --json and --html have all")
    lines.append(f"coverage {coverage.share():.1f} %")
    return "\n".join(lines) + "\n"


def document(coverage: Coverage) -> dict[str, object]:
    """For `--json`."""
    return {
        "percent": round(coverage.share(), 2),
        "kinds": {kind: round(coverage.share(kind), 2) for kind in KINDS if coverage.of(kind)},
        "items": [
            {"kind": item.kind, "what": item.what, "part": item.part, "where": item.where, "tests": tests}
            for item, tests in coverage.tests.items()
        ],
    }
