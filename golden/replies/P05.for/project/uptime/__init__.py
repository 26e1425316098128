"""How long a service has been up."""

import humanize


def uptime(seconds):
    """A phrase for a number of whole seconds."""
    return f"up for {humanize.naturaldelta(seconds)}"
