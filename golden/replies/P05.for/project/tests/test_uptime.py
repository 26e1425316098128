import pytest

from uptime import uptime


@pytest.mark.parametrize(
    "seconds, phrase",
    [
        (0, "a moment"),
        (1, "a second"),
        (59, "59 seconds"),
        (60, "a minute"),
        (150, "2 minutes"),
        (3600, "an hour"),
        (7200, "2 hours"),
        (86400, "a day"),
        (86400 * 5, "5 days"),
        (86400 * 40, "a month"),
        (86400 * 100, "3 months"),
        (86400 * 365, "a year"),
        (86400 * 370, "1 year, 5 days"),
        (86400 * 800, "2 years"),
    ],
)
def test_uptime(seconds, phrase):
    assert uptime(seconds) == f"up for {phrase}"
