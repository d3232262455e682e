"""What a change means: two subjects compared by meaning, each difference in one sentence with its risk.

    from obs.review import compare
    for change in compare(before, after).changes:
        print(change.risk, change.object, change.sentence)

Everything is loaded at the first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from obs.review.change import Change, Review, Risk
    from obs.review.comparison import compare

__all__ = ["Change", "Review", "Risk", "compare"]


def __getattr__(name: str) -> object:
    if name == "compare":
        from obs.review.comparison import compare

        return compare
    if name in __all__:
        from obs.review import change

        return getattr(change, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
