"""How late or early a show is, in words."""

import pytest

from eventsvc.stage.labels import pace


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, ""),
        (59, "đúng giờ"),
        (-59, "đúng giờ"),
        (60, "chậm 1 phút"),
        (59 * 60, "chậm 59 phút"),
        (-60 * 60, "sớm 1 giờ 0 phút"),
        (65 * 60, "chậm 1 giờ 5 phút"),
        (-(3 * 24 + 17) * 3600 - 52 * 60, "sớm 3 ngày 17 giờ"),
    ],
)
def test_late_and_early_are_told_in_minutes_hours_and_days(app, seconds, words):
    with app.test_request_context("/"):
        assert pace(seconds) == words
