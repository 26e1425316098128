"""Which text is most like another, by its vector."""

import numpy
from scipy.spatial.distance import cosine


def most_similar(query, vectors):
    """Index of the vector that points most nearly where `query` does."""
    return int(numpy.argmin([cosine(query, vector) for vector in vectors]))
