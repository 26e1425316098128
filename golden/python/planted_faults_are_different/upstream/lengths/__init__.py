"""Lengths with units."""

from .reading import LengthError, convert
from .units import known_units

__all__ = ["LengthError", "convert", "known_units"]
