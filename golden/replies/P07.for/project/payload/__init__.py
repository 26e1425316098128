"""What is sent of a record: nothing that is not known."""

from boltons.iterutils import remap


def payload(record):
    """The record without what is None, at any depth."""
    return remap(record, visit=lambda path, key, value: value is not None)
