"""Units: the ids that Grafana knows, and the forms in which a unit of one's own is written."""

from __future__ import annotations

import re

_KNOWN = """
    none string short sishort percent percentunit humidity dB candela hex0x hex sci locale pixel
    accMS2 accFS2 accG
    degree radian grad arcmin arcsec
    areaM2 areaF2 areaMI2 acres hectares
    flops mflops gflops tflops pflops eflops zflops yflops
    ppm conppb conngm3 conngNm3 conμgm3 conμgNm3 conmgm3 conmgNm3 congm3 congNm3 conmgdL conmmolL
    currencyUSD currencyGBP currencyEUR currencyJPY currencyRUB currencyUAH currencyBRL currencyDKK
    currencyISK currencyNOK currencySEK currencyCZK currencyCHF currencyPLN currencyBTC currencymBTC
    currencyμBTC currencyZAR currencyINR currencyKRW currencyIDR currencyPHP currencyVND currencyTRY
    currencyMYR currencyXPF currencyBGN currencyPYG currencyUYU currencyILS
    bytes decbytes bits decbits kbytes deckbytes mbytes decmbytes gbytes decgbytes tbytes dectbytes
    pbytes decpbytes
    pps binBps Bps binbps bps KiBs Kibits KBs Kbits MiBs Mibits MBs Mbits GiBs Gibits GBs Gbits TiBs
    Tibits TBs Tbits PiBs Pibits PBs Pbits
    dateTimeAsIso dateTimeAsIsoNoDateIfToday dateTimeAsUS dateTimeAsUSNoDateIfToday dateTimeAsLocal
    dateTimeAsLocalNoDateIfToday dateTimeAsSystem dateTimeFromNow
    watt kwatt megwatt gwatt mwatt Wm2 voltamp kvoltamp voltampreact kvoltampreact watth watthperkg
    kwatth kwattm mwatth amph kamph mamph joule ev amp kamp mamp volt kvolt mvolt dBm mohm ohm kohm Mohm
    farad µfarad nfarad pfarad ffarad henry mhenry µhenry lumens
    flowgpm flowcms flowcfs flowcfm litreh flowlpm flowmlpm lux
    forceNm forcekNm forceN forcekN
    Hs KHs MHs GHs THs PHs EHs
    massmg massg masslb masskg masst
    lengthmm lengthin lengthft lengthm lengthkm lengthmi
    pressurembar pressurebar pressurekbar pressurepa pressurehpa pressurekpa pressurehg pressurepsi
    radbq radci radgy radrad radsv radmsv radusv radrem radexpckg radr radsvh radmsvh radusvh
    rotrpm rothz rotkhz rotmhz rotghz rotrads rotdegs
    celsius fahrenheit kelvin
    hertz ns µs ms s m h d dtdurationms dtdurations dthms dtdhms timeticks clockms clocks
    cps ops reqps rps wps iops eps mps recps rowsps cpm opm reqpm rpm wpm epm mpm recpm rowspm
    velocityms velocitykmh velocitymph velocityknot
    mlitre litre m3 Nm3 dm3 gallons
    bool bool_yes_no bool_on_off
"""

KNOWN = frozenset(_KNOWN.split())
"""Grafana's ids up to version 12, by its own categories. Source: Grafana, `valueFormats/categories.ts`."""

_OWN = re.compile(r"(?:prefix|suffix|time|si|count|currency|bool):.+", re.DOTALL)
"""`si:` is a scale and a unit (`si:mV`), `bool:` the two words (`bool:up/down`)."""

_PER = re.compile(r"[^\s:/]+/[^\s:/]+")


def known(unit: str) -> bool:
    """Whether Grafana shows the unit as meant; to it any other text is a suffix, whatever the author
    hoped."""
    return not unit or unit in KNOWN or bool(_OWN.fullmatch(unit)) or "$" in unit


def written(unit: str) -> str:
    """The unit as Grafana wants it: one thing per another (`logs/s`) is no id but a suffix, and said so."""
    if unit not in KNOWN and _PER.fullmatch(unit):
        return f"suffix:{unit}"
    return unit


def resembling(unit: str) -> str | None:
    """The id that was probably meant."""
    by_lower = {identifier.lower(): identifier for identifier in sorted(KNOWN)}
    if unit.lower() in by_lower:
        return by_lower[unit.lower()]
    named = _NAMES.get(unit.lower().rstrip("s"))
    if named:
        return named
    from difflib import get_close_matches

    close = get_close_matches(unit, sorted(KNOWN), n=1, cutoff=0.75)
    return close[0] if close else None


_NAMES = {
    "%": "percent",
    "byte": "bytes",
    "day": "d",
    "hour": "h",
    "microsecond": "µs",
    "millisecond": "ms",
    "millisec": "ms",
    "millsec": "ms",
    "minute": "m",
    "msec": "ms",
    "nanosecond": "ns",
    "number": "none",
    "percentage": "percent",
    "ratio": "percentunit",
    "req/sec": "reqps",
    "rp": "reqps",
    "sec": "s",
    "second": "s",
    "secondz": "s",
}
