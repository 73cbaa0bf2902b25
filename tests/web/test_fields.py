"""What fields take of what people type."""

import pytest
from flask_wtf import FlaskForm
from wtforms.validators import InputRequired

from config import TestConfig
from eventsvc.web.fields import ClockField, DayField, NumberField
from tests import houses


@pytest.fixture
def app(tmp_path):
    return houses.lend("no database", TestConfig(tmp_path))


class Typed(FlaskForm):
    class Meta:
        csrf = False

    hour = ClockField("Hour", [InputRequired("Enter a time.")])
    day = DayField("Day", [InputRequired("Enter a day.")])
    number = NumberField("Number", [InputRequired("Enter a number.")], most=9)


@pytest.mark.parametrize("blank", ["", " ", "\t \n", "\u00a0"])
@pytest.mark.parametrize("field", ["hour", "day", "number"])
def test_spaces_are_nothing_typed(app, field, blank):
    typed = {"hour": "8h30", "day": "2026-11-22", "number": "3"} | {field: blank}
    with app.test_request_context(method="POST", data=typed):
        form = Typed()

        assert not form.validate() and list(form.errors) == [field]
