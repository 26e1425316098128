"""Letters go out in batches."""

from toolz import partition_all


def batches(addresses, size=50):
    """Lists of at most `size` addresses."""
    return [list(batch) for batch in partition_all(size, addresses)]
