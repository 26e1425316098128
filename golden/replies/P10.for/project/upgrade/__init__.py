"""Whether a release is newer than the one that is installed."""

from packaging.version import InvalidVersion, Version


def is_newer(offered, installed):
    """Whether `offered` comes after `installed`; what is no version is never newer."""
    try:
        return Version(offered) > Version(installed)
    except InvalidVersion:
        return False
