"""Keeps counts in a file."""

import logging

__version__ = "1.0"

log = logging.getLogger(__name__)


def keep(name: str, count: int = 1) -> int:
    """Writes a count under a name, and gives the count before it.

    >>> keep("a", 2)
    0
    """
    from keeper import store

    if count < 0:
        log.warning("nothing is kept below zero: %d", count)
        raise ValueError("below zero: %d" % count)
    before = store.read().get(name, 0)
    log.info("keeping %s", name)
    store.write({name: count})
    return before


def forget():
    """Takes the file away."""
    from keeper import store

    store.remove()
