"""Data of templates from JSON: the webhook's object of Alertmanager, and our own small one for rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from obs.lang.error import LanguageError
from obs.lang.gotemplate.alertmanager import AlertMessage, MessageData
from obs.lang.gotemplate.clock import ZERO, Moment, parse_rfc3339
from obs.lang.gotemplate.prometheus import AlertData, Sample

Json = object


def alert_data(data: Json) -> AlertData:
    """`{"labels", "value", "externalLabels", "externalURL", "query"}`, all optional.

    `query` maps the text of a query to a list of `{"labels", "value"}`. Raises LanguageError for other
    shapes.
    """
    fields = _object(data, "data")
    queries = {
        text: [_sample(sample) for sample in _list(samples, "query")]
        for text, samples in _object(fields.get("query"), "query").items()
    }
    return AlertData(
        _texts(fields.get("labels"), "labels"),
        _number(fields.get("value", 0.0), "value"),
        _texts(fields.get("externalLabels"), "externalLabels"),
        _text(fields.get("externalURL"), "externalURL"),
        queries,
    )


def _sample(data: Json) -> Sample:
    fields = _object(data, "sample")
    return Sample(_texts(fields.get("labels"), "labels"), _number(fields.get("value", 0.0), "value"))


def message_data(data: Json) -> MessageData:
    """The object that Alertmanager's webhook carries, and that `amtool template render` reads.

    Names of fields are matched without regard to case, as Go does. Raises LanguageError for other shapes.
    """
    fields = _folded(data, "data")
    return MessageData(
        _text(fields.get("receiver"), "receiver"),
        _text(fields.get("status"), "status"),
        [_alert(alert) for alert in _list(fields.get("alerts"), "alerts")],
        _texts(fields.get("grouplabels"), "groupLabels"),
        _texts(fields.get("commonlabels"), "commonLabels"),
        _texts(fields.get("commonannotations"), "commonAnnotations"),
        _text(fields.get("externalurl"), "externalURL"),
    )


def _alert(data: Json) -> AlertMessage:
    fields = _folded(data, "alert")
    return AlertMessage(
        _text(fields.get("status"), "status"),
        _texts(fields.get("labels"), "labels"),
        _texts(fields.get("annotations"), "annotations"),
        _moment(fields.get("startsat"), "startsAt"),
        _moment(fields.get("endsat"), "endsAt"),
        _text(fields.get("generatorurl"), "generatorURL"),
        _text(fields.get("fingerprint"), "fingerprint"),
    )


def _folded(data: Json, name: str) -> dict[str, Json]:
    return {key.lower(): value for key, value in _object(data, name).items()}


def _object(data: Json, name: str) -> Mapping[str, Json]:
    if data is None:
        return {}
    if not isinstance(data, Mapping) or not all(isinstance(key, str) for key in data):
        raise LanguageError(f"{name} must be an object")
    return data


def _list(data: Json, name: str) -> Sequence[Json]:
    if data is None:
        return ()
    if not isinstance(data, list | tuple):
        raise LanguageError(f"{name} must be a list")
    return data


def _text(data: Json, name: str) -> str:
    if data is None:
        return ""
    if not isinstance(data, str):
        raise LanguageError(f"{name} must be a string")
    return data


def _texts(data: Json, name: str) -> dict[str, str]:
    return {key: _text(value, f"{name}.{key}") for key, value in _object(data, name).items()}


def _number(data: Json, name: str) -> float:
    """A number, or one of the words `NaN`, `+Inf`, `-Inf`, which JSON lacks."""
    if isinstance(data, str):
        words = {"NaN": "nan", "+Inf": "inf", "Inf": "inf", "-Inf": "-inf"}
        try:
            return float(words.get(data, data))
        except ValueError:
            data = None
    if isinstance(data, bool) or not isinstance(data, int | float):
        raise LanguageError(f"{name} must be a number")
    try:
        return float(data)
    except OverflowError:
        raise LanguageError(f"{name} is out of range") from None


def _moment(data: Json, name: str) -> Moment:
    if data is None:
        return ZERO
    moment = parse_rfc3339(_text(data, name))
    if moment is None:
        raise LanguageError(f"{name} must be a time such as 2024-05-01T12:00:00Z")
    return moment
