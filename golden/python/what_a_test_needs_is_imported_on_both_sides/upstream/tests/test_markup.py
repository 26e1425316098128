from xml.sax.saxutils import escape

from markup import count, written


def test_what_is_written_is_counted():
    assert count(written("a")) == 1


def test_escaped_text_opens_nothing():
    assert count(escape("<a>")) == 0
    assert count(escape("x") + "<") == 0
