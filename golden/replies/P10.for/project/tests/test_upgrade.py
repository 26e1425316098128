import pytest

from upgrade import is_newer


@pytest.mark.parametrize(
    "newer, older",
    [
        ("1.0.1", "1.0"),
        ("1.10", "1.9"),
        ("2.0", "2.0rc1"),
        ("2.0rc1", "2.0b3"),
        ("2.0b1", "2.0a1"),
        ("1.0.post1", "1.0"),
        ("1.0", "1.0.dev3"),
    ],
)
def test_order(newer, older):
    assert is_newer(newer, older)
    assert not is_newer(older, newer)
    assert not is_newer(newer, newer)


def test_what_is_no_version():
    assert not is_newer("latest", "1.0")
    assert not is_newer("1.0", "")
    assert not is_newer("1.0.0", "1.0")
