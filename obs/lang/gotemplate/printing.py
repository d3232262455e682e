"""Go's `fmt`: `Sprint`, `Sprintln` and `Sprintf` with all verbs, flags, widths and error forms.

Source: Go 1.23, package `fmt`.
"""

from __future__ import annotations

import math
import re
from dataclasses import replace

from obs.lang.gotemplate.quote import is_print, quote
from obs.lang.gotemplate.values import (
    Function,
    Map,
    Pointer,
    Slice,
    Struct,
    Value,
    encode,
    go_type,
    kind,
    stringer,
)
from obs.record import dataclass

_LARGEST = 1_000_000
"""Widths and precisions beyond this are refused by Go."""


@dataclass(frozen=True, slots=True)
class _Flags:
    sharp: bool = False
    zero: bool = False
    plus: bool = False
    minus: bool = False
    space: bool = False
    sharp_v: bool = False
    plus_v: bool = False
    width: int | None = None
    precision: int | None = None


_PLAIN = _Flags()


def sprint(values: list[Value]) -> str:
    """`fmt.Sprint`: a space between two values when neither is a string."""
    if len(values) == 1:
        return show(values[0])
    out: list[str] = []
    after_string = True
    for value in values:
        is_string = isinstance(value, str)
        if out and not is_string and not after_string:
            out.append(" ")
        out.append(show(value))
        after_string = is_string
    return "".join(out)


def sprintln(values: list[Value]) -> str:
    """`fmt.Sprintln`."""
    return " ".join(map(show, values)) + "\n"


def show(value: Value) -> str:
    """A value as `%v` prints it."""
    if type(value) is str:
        return value
    return _format(value, "v", _PLAIN)


# Floats


def float_text(value: float, verb: str, precision: int | None) -> str:
    """`strconv.FormatFloat`; precision None asks for the fewest digits that give the same number."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    if verb in "xX":
        return _hexadecimal(value, verb, precision)
    if verb == "b":
        return _binary_exponent(value)
    if precision is not None:
        return format(value, f".{precision}{verb}")
    sign, digits, point = _shortest(value)
    exponent = point - 1
    if verb == "f" or (verb in "gG" and -4 <= exponent < 6):
        return sign + _fixed(digits, point)
    letter = "E" if verb in "EG" else "e"
    mantissa = digits[0] + ("." + digits[1:] if len(digits) > 1 else "")
    return f"{sign}{mantissa}{letter}{'-' if exponent < 0 else '+'}{abs(exponent):02d}"


def _shortest(value: float) -> tuple[str, str, int]:
    """Sign, significant digits, and where the decimal point is after the first of them."""
    text = repr(abs(value))
    sign = "-" if math.copysign(1.0, value) < 0 else ""
    mantissa, _, power = text.partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(power or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    return (sign, digits, point) if digits else (sign, "0", 1)


def _fixed(digits: str, point: int) -> str:
    if point <= 0:
        return "0." + "0" * -point + digits if digits != "0" else "0"
    if len(digits) <= point:
        return digits + "0" * (point - len(digits))
    return f"{digits[:point]}.{digits[point:]}"


def _hexadecimal(value: float, verb: str, precision: int | None) -> str:
    mantissa, exponent = math.frexp(abs(value))
    sign = "-" if math.copysign(1.0, value) < 0 else ""
    if value == 0:
        bits, exponent = 0, 0
    else:
        bits, exponent = int(mantissa * (1 << 53)), exponent - 1
    if precision is not None and precision < 13:
        drop = 4 * (13 - precision)
        bits, rest = bits >> drop, bits & ((1 << drop) - 1)
        half = 1 << (drop - 1)
        bits += rest > half or (rest == half and bits & 1)
        if bits >> (4 * precision) >= 2:
            bits, exponent = bits >> 1, exponent + 1
        digits = f"{bits & ((1 << 4 * precision) - 1):0{precision}x}" if precision else ""
        lead = bits >> (4 * precision)
    else:
        lead = bits >> 52
        digits = f"{bits & ((1 << 52) - 1):013x}"
        digits = digits.rstrip("0") if precision is None else digits.ljust(precision, "0")
    text = f"{sign}0x{lead}{'.' if digits else ''}{digits}p{'-' if exponent < 0 else '+'}{abs(exponent):02d}"
    return text.upper() if verb == "X" else text


def _binary_exponent(value: float) -> str:
    mantissa, exponent = math.frexp(value)
    bits, exponent = int(mantissa * (1 << 53)), exponent - 53
    if value == 0:
        exponent = -1074
    elif exponent < -1074:
        bits, exponent = bits >> (-1074 - exponent), -1074
    return f"{bits}p{exponent:+d}"


# One value


def _pad(text: str, flags: _Flags) -> str:
    if not flags.width:
        return text
    missing = flags.width - len(text)
    if missing <= 0:
        return text
    if flags.minus:
        return text + " " * missing
    return ("0" if flags.zero else " ") * missing + text


def _format(value: Value, verb: str, flags: _Flags, depth: int = 0, *, erring: bool = False) -> str:
    if value is None and depth == 0:
        return _pad("<nil>", flags) if verb in "Tv" else f"%!{verb}(<nil>)"
    if depth == 0 and verb == "T":
        return _string(go_type(value), "s", flags)
    if depth == 0 and verb == "p":
        return _bad(value, verb, flags)
    if not erring and verb in "vsxXq" and not flags.sharp_v:
        text = stringer(value)
        if text is not None:
            return _string(text, verb, flags)
    if verb == "w":
        return _bad(value, verb, flags)
    if isinstance(value, bool):
        return _pad("true" if value else "false", flags) if verb in "tv" else _bad(value, verb, flags)
    if isinstance(value, str):
        return _string(value, verb, flags) if verb in "vsxXq" else _bad(value, verb, flags)
    if isinstance(value, int):
        return _integer(value, verb, flags)
    if isinstance(value, float):
        return _float(value, verb, flags) if verb in "vbgGxXfFeE" else _bad(value, verb, flags)
    if isinstance(value, complex):
        if verb not in "vbgGxXfFeE":
            return _bad(value, verb, flags)
        imaginary = _float(value.imag, verb, replace(flags, plus=True))
        return f"({_float(value.real, verb, flags)}{imaginary}i)"
    return _composite(value, verb, flags, depth)


def _bad(value: Value, verb: str, flags: _Flags) -> str:
    return f"%!{verb}({go_type(value)}={_format(value, 'v', flags, erring=True)})"


def _composite(value: Value, verb: str, flags: _Flags, depth: int) -> str:
    def inner(item: Value) -> str:
        if item is None:
            return "<nil>" if verb == "v" else f"%!{verb}(<nil>)"
        return _format(item, verb, flags, depth + 1)

    separator = ", " if flags.sharp_v else " "
    name = go_type(value) if flags.sharp_v else ""
    if isinstance(value, Map):
        pairs = sorted(value.items(), key=lambda pair: encode(pair[0]))
        body = separator.join(f"{inner(key)}:{inner(item)}" for key, item in pairs)
        return f"{name}{{{body}}}" if flags.sharp_v else f"map[{body}]"
    if isinstance(value, Slice):
        body = separator.join(map(inner, value))
        return f"{name}{{{body}}}" if flags.sharp_v else f"[{body}]"
    if isinstance(value, Struct):
        named = flags.sharp_v or flags.plus_v
        body = separator.join(
            (f"{key}:" if named else "") + inner(item) for key, item in value.fields.items()
        )
        return f"{name}{{{body}}}"
    if isinstance(value, Pointer):
        if value.target is None:
            return "<nil>"
        if depth == 0:
            return "&" + _format(value.target, verb, flags, 1)
        return "0xc000000000"
    assert isinstance(value, Function) or value is None
    return "0x0"


def _string(text: str, verb: str, flags: _Flags) -> str:
    if verb in "xX":
        return _hex_bytes(encode(text), verb, flags)
    if flags.precision is not None:
        text = text[: flags.precision]
    if verb == "q" or (verb == "v" and flags.sharp_v):
        if flags.sharp and _can_backquote(text):
            return _pad(f"`{text}`", flags)
        return _pad(quote(text, ascii_only=flags.plus), flags)
    return _pad(text, flags)


def _can_backquote(text: str) -> bool:
    return all(
        char == "\t" or (char >= " " and char not in "`\x7f\ufeff" and not 0xDC80 <= ord(char) <= 0xDCFF)
        for char in text
    )


def _hex_bytes(data: bytes, verb: str, flags: _Flags) -> str:
    if flags.precision is not None:
        data = data[: flags.precision]
    prefix = ("0x" if verb == "x" else "0X") if flags.sharp else ""
    pieces = [f"{byte:02x}" if verb == "x" else f"{byte:02X}" for byte in data]
    if not pieces:
        return _pad("", flags)
    text = " ".join(prefix + piece for piece in pieces) if flags.space else prefix + "".join(pieces)
    return _pad(text, flags)


def _integer(value: int, verb: str, flags: _Flags) -> str:
    unsigned = kind(value) == "uint"
    if verb == "v":
        hexadecimal = flags.sharp_v and unsigned
        return _digits(value, "x" if hexadecimal else "d", replace(flags, sharp=hexadecimal))
    if verb in "dboOxX":
        return _digits(value, verb, flags)
    if verb in "cqU":
        code = value if value >= 0 else value + (1 << 64)
        char = chr(code) if code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else "\ufffd"
        if verb == "c":
            return _pad(char, flags)
        if verb == "q":
            return _pad(quote(char, "'", ascii_only=flags.plus), flags)
        number = f"{code:X}".rjust(max(4, flags.precision or 0), "0")
        shown = f" '{char}'" if flags.sharp and code <= 0x10FFFF and is_print(char) else ""
        return _pad(f"U+{number}{shown}", replace(flags, zero=False))
    return _bad(value, verb, flags)


def _digits(value: int, verb: str, flags: _Flags) -> str:
    digits = format(abs(int(value)), {"O": "o"}.get(verb, verb))
    sign = "-" if value < 0 else "+" if flags.plus else " " if flags.space else ""
    if flags.precision is not None:
        if flags.precision == 0 and value == 0:
            return " " * (flags.width or 0)
        digits = digits.rjust(flags.precision, "0")
    elif flags.zero and not flags.minus and flags.width:
        digits = digits.rjust(flags.width - len(sign), "0")
    if flags.sharp and verb != "d":
        is_octal = verb in "oO"
        digits = digits if is_octal and digits.startswith("0") else f"0{'' if is_octal else verb}{digits}"
    if verb == "O":
        digits = "0o" + digits
    return _pad(sign + digits, replace(flags, zero=False))


def _float(value: float, verb: str, flags: _Flags) -> str:
    form = {"v": "g", "F": "f"}.get(verb, verb)
    precision = flags.precision
    if precision is None and form in "feE":
        precision = 6
    text = float_text(value, form, precision)
    sign = text[0] if text[0] in "+-" else "+"
    body = text.lstrip("+-")
    if flags.space and sign == "+" and not flags.plus:
        sign = " "
    if body in ("Inf", "NaN"):
        hidden = body == "NaN" and not flags.space and not flags.plus
        return _pad(body if hidden else sign + body, replace(flags, zero=False))
    if flags.sharp and form != "b":
        body = _sharp(body, form, precision)
    if not flags.plus and sign == "+":
        return _pad(body, flags)
    if flags.zero and not flags.minus and flags.width and flags.width > len(body) + 1:
        return sign + body.rjust(flags.width - 1, "0")
    return _pad(sign + body, flags)


_TAIL = re.compile(r"[pP].*|[eE][+-].*")


def _sharp(body: str, form: str, precision: int | None) -> str:
    """The `#` flag: a decimal point always, and the zeros that `%g` would drop."""
    tail = ""
    found = _TAIL.search(body) if form not in "xX" else re.search(r"[pP].*", body)
    if found:
        body, tail = body[: found.start()], found.group()
    wanted = (6 if precision is None else precision) if form in "gGxX" else 0
    significant = body.replace(".", "").lstrip("0")
    wanted -= len(significant)
    if "." not in body:
        if body == "0":
            wanted -= 1
        body += "."
    return body + "0" * max(wanted, 0) + tail


# Formats

_NUMBER = re.compile(r"[0-9]+")


class _Run:
    """One `Sprintf`."""

    __slots__ = ("after_index", "argument", "at", "format", "good", "out", "reordered", "values")

    def __init__(self, format_: str, values: list[Value]) -> None:
        self.format = format_
        self.values = values
        self.at = 0
        self.argument = 0
        self.reordered = False
        self.after_index = False
        self.good = True
        self.out: list[str] = []

    def text(self) -> str:
        end = len(self.format)
        while self.at < end:
            percent = self.format.find("%", self.at)
            if percent < 0:
                self.out.append(self.format[self.at :])
                break
            self.out.append(self.format[self.at : percent])
            self.at = percent + 1
            self.good = True
            self.after_index = False
            if not self.verb(self.flags()):
                self.out.append("%!(NOVERB)")
                break
        if not self.reordered and self.argument < len(self.values):
            extra = (
                "<nil>" if value is None else f"{go_type(value)}={show(value)}"
                for value in self.values[self.argument :]
            )
            self.out.append(f"%!(EXTRA {', '.join(extra)})")
        return "".join(self.out)

    def char(self) -> str:
        return self.format[self.at : self.at + 1]

    def flags(self) -> _Flags:
        seen: set[str] = set()
        while self.char() and self.char() in "#0+- ":
            seen.add(self.char())
            self.at += 1
        flags = _Flags("#" in seen, "0" in seen, "+" in seen, "-" in seen, " " in seen)
        self.index()
        if self.char() == "*":
            self.at += 1
            width = self.star()
            if width is None:
                self.out.append("%!(BADWIDTH)")
            elif width < 0:
                flags = replace(flags, minus=True, zero=False)
                width = -width
            self.after_index = False
        else:
            width = self.number()
            if self.after_index and width is not None:
                self.good = False
        flags = replace(flags, width=width)
        if self.char() == "." and self.at + 1 <= len(self.format) - 1:
            self.at += 1
            flags = replace(flags, precision=self.precision())
        if not self.after_index:
            self.index()
        return flags

    def precision(self) -> int | None:
        if self.after_index:
            self.good = False
        self.index()
        if self.char() != "*":
            return self.number() or 0
        self.at += 1
        precision = self.star()
        self.after_index = False
        if precision is None or precision < 0:
            self.out.append("%!(BADPREC)")
            return None
        return precision

    def number(self) -> int | None:
        found = _NUMBER.match(self.format, self.at)
        if found is None:
            return None
        digits = found.group()
        if len(digits.lstrip("0")) > 7 or int(digits[:-1] or "0") > _LARGEST:
            self.at = len(self.format)
            return None
        self.at = found.end()
        return int(digits)

    def star(self) -> int | None:
        if self.argument >= len(self.values):
            return None
        value = self.values[self.argument]
        self.argument += 1
        if isinstance(value, bool) or not isinstance(value, int) or abs(value) > _LARGEST:
            return None
        return int(value)

    def index(self) -> None:
        """An explicit argument, `[n]`."""
        self.after_index = False
        if self.char() != "[":
            return
        self.reordered = True
        close = self.format.find("]", self.at)
        if close < 0 or len(self.format) - self.at < 3:
            self.good = False
            self.at += 1
            return
        inside = self.format[self.at + 1 : close]
        self.at = close + 1
        number = int(inside) if re.fullmatch(r"[0-9]{1,7}", inside) else None
        if number is None:
            self.good = False
            return
        self.after_index = True
        if 1 <= number <= len(self.values):
            self.argument = number - 1
        else:
            self.good = False

    def verb(self, flags: _Flags) -> bool:
        verb = self.char()
        if not verb:
            return False
        self.at += 1
        if verb == "%":
            self.out.append("%")
        elif not self.good:
            self.out.append(f"%!{verb}(BADINDEX)")
        elif self.argument >= len(self.values):
            self.out.append(f"%!{verb}(MISSING)")
        else:
            if verb == "v":
                flags = replace(flags, sharp_v=flags.sharp, sharp=False, plus_v=flags.plus, plus=False)
            self.out.append(_format(self.values[self.argument], verb, flags))
            self.argument += 1
        return True


def sprintf(format_: str, values: list[Value]) -> str:
    """`fmt.Sprintf`."""
    return _Run(format_, values).text()
