import numpy

from similar import most_similar


def test_most_similar():
    vectors = numpy.array([[1.0, 0.0, 0.0], [0.6, 0.8, 0.0], [0.0, 0.0, -2.0]])
    assert most_similar(numpy.array([2.0, 0.1, 0.0]), vectors) == 0
    assert most_similar(numpy.array([1.0, 1.0, 0.5]), vectors) == 1
    assert most_similar([0.0, 0.0, -1.0], vectors) == 2
