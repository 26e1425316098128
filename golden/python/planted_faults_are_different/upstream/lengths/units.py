"""What the units are worth."""

UNITS = {"": 1.0, "m": 1.0}


def register(name, factor):
    UNITS[name] = factor


register("cm", 0.01)
register("mm", 0.001)
register("km", 1000.0)
register("in", 0.0254)
register("ft", 0.3048)


def known_units():
    return sorted(UNITS)
