UNITS = {"": 1.0, "m": 1.0}


def register(name, factor):
    UNITS[name] = factor


register("cm", 0.01)
register("mm", 0.001)
register("km", 1000.0)
register("ft", 0.3048)


class LengthError(ValueError):
    """Why a length can't be read."""


def convert(text, digits=2):
    """Reads `2.5 km` and writes it in metres, with up to eight digits after the point.

    >>> convert("2 km", 1)
    '2000.0 m'
    >>> convert("3 ft")
    '0.91 m'
    >>> convert("-4 in", 3)
    'minus 0.102 m'
    """
    text = text.strip()
    if not text:
        raise LengthError("empty length")
    number, unit = _split(text)
    try:
        value = float(number)
    except ValueError:
        raise LengthError(f"bad number {number!r}") from None
    if unit not in UNITS:
        raise LengthError(f"unknown unit {unit!r}")
    return _write_metres(value, UNITS[unit], digits)


def _split(text):
    end = 0
    while end < len(text) and text[end] in "0123456789.-":
        end += 1
    return text[:end], text[end:].lstrip()


def _write_metres(value, factor, digits):
    if value == 0:
        return "nothing"
    digits = min(digits, 8)
    metres = value * factor
    if metres < 0:
        return f"minus {-metres:.{digits}f} m"
    return f"{metres:.{digits}f} m"
