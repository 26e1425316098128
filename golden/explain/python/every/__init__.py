"""One of each construct that a page tells of."""

import functools
import math
import os
import sys
import time
import warnings
from pathlib import Path

try:
    import ujson as json
except ImportError:
    import json

MOST = 1_000_000
_MISSING = object()
_SEEN = {}

if sys.version_info >= (3, 8):
    def shorten(text):
        return text.strip()
else:
    def shorten(text):
        return text


class AmountError(ValueError):
    """What can go wrong."""


class Guard:
    def __enter__(self):
        return self

    def __exit__(self, *_):
        _SEEN["left"] = time.monotonic()

    def __eq__(self, other):
        return other is _MISSING


@functools.lru_cache(maxsize=None)
def words(name="words.txt"):
    with open(Path(__file__).parent / name) as file:
        return [word for line in file for word in line.split()]


def steps(of, into=[]):
    for one in range(of):
        for two in range(one):
            into.append(two)
            yield one // 2 + two


def weight(step):
    if step <= 0:
        return 0
    return weight(step - 1) + 1


def amount(text, limit: float = math.inf, *, fallback=_MISSING):
    """Reads an amount of
    `digits`.

    The second paragraph is no matter of a page.
    """
    text = shorten(text)
    if not text:
        raise AmountError("no amount")
    assert limit > 0
    try:
        much = json.loads(text) & 0xFFFFFFFF
    except ValueError:
        if fallback is _MISSING:
            raise
        return fallback
    except OverflowError:
        pass
    if os.environ.get("EVERY_LOUD"):
        warnings.warn(f"{much:.2f} is read")
    if much > MOST:
        message = f"{much} is more than {MOST}"
        raise AmountError(message)
    with Guard():
        total = sum(steps(much)) + weight(2) + len(words())
    return round(min(total, limit))
