"""A span of a query is found in whatever string of Python made it, and mended there without touching anything else."""

from __future__ import annotations

from pathlib import Path

import pytest

from obs.checks.mend import mend
from obs.diagnostic import Diagnostic, Edit, Excerpt
from obs.origin import Origin
from obs.report import place

QUERY = 'sum(rate(x_total{job="shop", path=~"^a.*$"}[5m])) > 0'
OLD, NEW = 'path=~"^a.*$"', 'path=~"a.*"'

SOURCES = {
    "plain": f"a = Alert(expr='{QUERY}')\n",
    "raw": f"a = Alert(expr=r'{QUERY}')\n",
    "f-string": "job = 'shop'\na = Alert(expr=f'sum(rate(x_total{{job=\"{job}\", path=~\"^a.*$\"}}[5m])) > 0')\n",
    "nested field": "a = Alert(expr=f'''sum(rate(x_total{{job=\"{dict(a='shop')['a']}\", path=~\"^a.*$\"}}[5m])) > 0''')\n",
    "joined": "a = Alert(\n    expr='sum(rate(x_total{job=\"shop\", '  # the job\n    'path=~\"^a.*$\"}[5m])) > 0',\n)\n",
    "joined with an f-string": "job = 'shop'\na = Alert(expr=f'sum(rate(x_total{{job=\"{job}\", ' 'path=~\"^a.*$\"}[5m])) > 0')\n",
    "stripped": f'a = Alert(expr="""\n{QUERY}\n""".strip())\n',
    "escapes before": 'a = Alert(expr=\'sum(rate(x_total{job=\\"shop\\", path=~"^a.*$"}[5m])) > 0\')\n',
    "wide characters before": f"a = Alert(summary='장애 🔥', expr='{QUERY}')\n",
    "line ends of Windows": f"a = Alert(\r\n    expr='{QUERY}',\r\n)\r\n",
}
LEFT_ALONE = {
    "the part is a field": "path = 'path=~\"^a.*$\"'\na = Alert(expr=f'sum(rate(x_total{{job=\"shop\", {path}}}[5m])) > 0')\n",
    "another string could be meant": f"a = Alert(expr='{QUERY}', description='{QUERY}')\n",
    "the quotes do not allow it": "a = Alert(expr=\"sum(rate(x_total{job='shop', path=~'^a.*$'}[5m])) > 0\")\n",
    "made elsewhere": f"QUERY = '{QUERY}'\na = Alert(expr=QUERY)\n",
}


def finding(file: Path, text: str, old: str, new: str) -> Diagnostic:
    line = (
        file.read_text(encoding="utf-8")
        .splitlines()
        .index(next(one for one in file.read_text(encoding="utf-8").splitlines() if "Alert(" in one))
    )
    excerpt = Excerpt(text, text.index(old), text.index(old) + len(old))
    return Diagnostic("x", "y", Origin(str(file), line + 1), excerpt=excerpt, edits=(Edit(excerpt, new),))


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_it_is_mended_where_it_stands(source: str, tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_bytes(source.encode())
    place.forget()
    (mended,) = mend([finding(file, QUERY, OLD, NEW)])
    assert mended.after == source.replace(OLD, NEW)
    mended.write()
    assert file.read_bytes() == source.replace(OLD, NEW).encode()


@pytest.mark.parametrize("source", LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_what_is_not_sure_is_left_alone(source: str, tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text(source, encoding="utf-8")
    place.forget()
    single = "path=~'" in source
    text = QUERY.replace('"', "'") if single else QUERY
    assert mend([finding(file, text, OLD.replace('"', "'") if single else OLD, NEW)]) == []


def test_one_that_does_not_fit_keeps_no_other_from_being_mended(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text(
        SOURCES["plain"] + LEFT_ALONE["the quotes do not allow it"].replace("a =", "b ="), encoding="utf-8"
    )
    place.forget()
    fits = finding(file, QUERY, OLD, NEW)
    single = QUERY.replace('"', "'")
    excerpt = Excerpt(single, single.index("path"), single.index("path") + len(OLD))
    other = Diagnostic("x", "z", Origin(str(file), 2), excerpt=excerpt, edits=(Edit(excerpt, NEW),))
    (mended,) = mend([other, fits])
    assert mended.findings == (fits,)


def test_the_caret_of_an_f_string(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text(SOURCES["f-string"], encoding="utf-8")
    place.forget()
    found = place.span_of(finding(file, QUERY, OLD, NEW))
    assert found is not None
    line = file.read_text(encoding="utf-8").splitlines()[found.line - 1]
    assert line[found.column - 1 : found.end_column - 1] == OLD
