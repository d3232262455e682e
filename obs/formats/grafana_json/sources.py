"""Which datasource a document means: by object, by name, by variable, by nothing (migrations V33 and V36)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from obs.formats.grafana_json.notes import Notes
from obs.formats.grafana_json.shape import objects, text
from obs.model.datasource import Datasource, reference

_TYPES = ("prometheus", "loki", "alertmanager", "tempo", "pyroscope", "elasticsearch", "influxdb", "graphite")
_SPECIAL = {
    "-- Grafana --": "grafana",
    "grafana": "grafana",
    "-- Mixed --": "datasource",
    "-- Dashboard --": "datasource",
    "__expr__": "__expr__",
}


@dataclass(slots=True)
class Sources:
    """`known` are the project's datasources; `variables` and `inputs` map names to plugin types.

    `as_written` keeps an input as it is, for a document that Grafana gets as it is.
    """

    notes: Notes
    known: tuple[Datasource, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)
    as_written: bool = False

    def resolve(self, value: object) -> Datasource | None:
        """None where the document leaves the choice to whatever datasource is default there."""
        if isinstance(value, Datasource):
            return value
        if isinstance(value, Mapping):
            return self._object(value)
        if isinstance(value, str) and value not in ("", "default", "-- Default --"):
            return self._text(value, "")
        return None

    def _object(self, value: Mapping[str, Any]) -> Datasource | None:
        kind, uid = text(value.get("type")), text(value.get("uid"))
        if uid:
            return self._text(uid, kind)
        only = self._only(kind)
        if kind and only is None:
            self.notes.wrong(
                "datasource-without-uid",
                f"a datasource of type {kind!r} without a uid means whatever is default in that Grafana",
                fix="name a datasource object, or its uid",
            )
        return only

    def _text(self, name: str, kind: str) -> Datasource | None:
        if name in _SPECIAL:
            return reference(kind or _SPECIAL[name], name)
        if name.startswith("$"):
            return self._variable(name, kind)
        for data in self.known:
            if name in (data.uid, data.name) and kind in ("", data.type):
                if not kind and name != data.uid:
                    self.notes.mended(f"datasource {name!r} is named by its uid {data.uid!r}")
                return reference(data.type, data.uid)
        if kind:
            return reference(kind, name)
        return self._guess(name)

    def _guess(self, name: str) -> Datasource:
        """kube-prometheus-stack names its datasources as their type, and its uids are the lower-case
        names."""
        lower = name.lower()
        if lower in _TYPES:
            self.notes.mended(f"datasource {name!r} is taken for the one with the uid {lower!r}")
            return reference(lower, lower)
        kind = next((each for each in _TYPES if each in lower), "")
        return reference(kind, name)

    def _variable(self, name: str, kind: str) -> Datasource | None:
        plain = name.strip("${}").partition(":")[0]
        if plain in self.variables:
            return reference(kind or self.variables[plain], f"${{{plain}}}")
        if plain in self.inputs or plain.startswith("DS_"):
            return self._input(plain, kind or self.inputs.get(plain, "") or _type_in(plain))
        return reference(kind, f"${{{plain}}}")

    def _input(self, name: str, kind: str) -> Datasource | None:
        only = self._only(kind) if not self.as_written else None
        if only is not None:
            self.notes.mended(f"${{{name}}} is the datasource {only.uid!r}, the only {kind} there is")
            return only
        self.notes.wrong(
            "datasource-from-import-dialog",
            f"${{{name}}} is filled in by Grafana's import dialog only, never by provisioning",
            why="the panels would ask a datasource that does not exist",
            fix="name a datasource object, or its uid",
        )
        return reference(kind, f"${{{name}}}")

    def _only(self, kind: str) -> Datasource | None:
        matching = [data for data in self.known if data.type == kind]
        return reference(kind, matching[0].uid) if len(matching) == 1 else None


def _type_in(name: str) -> str:
    lower = name.lower()
    return next((each for each in _TYPES if each in lower), "")


def declared_variables(variables: object) -> dict[str, str]:
    """Name and plugin type of each datasource variable."""
    return {
        text(entry.get("name")): text(entry.get("query"))
        for entry in objects(variables)
        if entry.get("type") == "datasource"
    }


def declared_inputs(inputs: object) -> dict[str, str]:
    """Name and plugin type of each entry of `__inputs`."""
    return {text(entry.get("name")): text(entry.get("pluginId")) for entry in objects(inputs)}
