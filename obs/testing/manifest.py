"""Kubernetes manifests as tests handle them: documents of a stream, and what a server dropped from one."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeGuard

_MARKER = re.compile(r"^---(?=\s|$).*$", re.MULTILINE)


def documents(text: str) -> list[str]:
    """The documents of a YAML stream as they stand, without those that hold only blanks and comments.

    A line that starts with `---` ends a document wherever it stands: inside a block scalar it is indented.
    """
    return [part for part in _MARKER.split(text) if re.search(r"^\s*[^\s#]", part, re.MULTILINE)]


def dropped(sent: object, stored: object, path: str = "") -> Iterator[str]:
    """Paths of everything in `sent` that is not in `stored`, such as `spec.groups[0].limit`.

    A changed value counts as dropped (`1` and `1.0` are the same); lists are compared item by item. An
    explicit null asks for removal and is never missed.
    """
    if sent is None:
        return
    if isinstance(sent, Mapping) and isinstance(stored, Mapping):
        for key, value in sent.items():
            inner = f"{path}.{key}" if path else str(key)
            if key in stored:
                yield from dropped(value, stored[key], inner)
            elif value is not None:
                yield inner
    elif _is_list(sent) and _is_list(stored):
        for index, value in enumerate(sent):
            if index < len(stored):
                yield from dropped(value, stored[index], f"{path}[{index}]")
            else:
                yield f"{path}[{index}]"
    elif not _same(sent, stored):
        yield path


def as_stored(manifest: Mapping[str, object]) -> Mapping[str, object]:
    """The manifest in the form a server keeps: a Secret's write-only `stringData` becomes `data`."""
    text = manifest.get("stringData")
    if manifest.get("kind") != "Secret" or not isinstance(text, Mapping):
        return manifest
    encoded = {key: base64.b64encode(str(value).encode()).decode() for key, value in text.items()}
    data = manifest.get("data")
    merged = (dict(data) if isinstance(data, Mapping) else {}) | encoded
    return {key: value for key, value in manifest.items() if key != "stringData"} | {"data": merged}


def _is_list(value: object) -> TypeGuard[Sequence[object]]:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


def _same(sent: object, stored: object) -> bool:
    if isinstance(sent, bool) or isinstance(stored, bool):
        return sent is stored
    if isinstance(sent, int | float) and isinstance(stored, int | float):
        return float(sent) == float(stored)
    return sent == stored
