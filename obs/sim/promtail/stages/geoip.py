"""geoip: its configuration is checked; what it adds comes from a MaxMind database, which is not emulated."""

from __future__ import annotations

from typing import NoReturn

from obs.lang.error import Unsupported
from obs.sim.promtail import config
from obs.sim.promtail.error import ConfigError
from obs.sim.promtail.stage import Context


def geoip(raw: object, context: Context) -> NoReturn:
    """Raise ConfigError for a bad configuration, else Unsupported."""
    options = config.decode(raw, {"db": "string", "source": config.Optional("string"), "db_type": "string"})
    if not options["db"]:
        raise ConfigError("db path cannot be empty")
    if options["source"] == "":
        raise ConfigError("source cannot be empty")
    if not options["db_type"]:
        raise ConfigError("db type should be either city or asn")
    raise Unsupported("the geoip stage, which reads a MaxMind database")
