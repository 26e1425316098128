import json
import logging

__all__ = ["keep"]

log = logging.getLogger(__name__)


def keep(name: str, count: int = 1) -> int:
    """Writes a count under a name, and gives the count before it.

    >>> keep("a", 2)
    0
    """

    if count < 0:
        log.warning("nothing is kept below zero: %d", count)
        raise ValueError("below zero: %d" % count)
    before = read().get(name, 0)
    write({name: count})
    return before


PLACE = "kept.json"


def read():
    try:
        with open(PLACE) as handle:
            return json.load(handle)
    except FileNotFoundError:
        return {}


def write(counts):
    with open(PLACE, "w") as handle:
        json.dump(counts, handle)
