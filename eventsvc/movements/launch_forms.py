"""What is typed about a local launch."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import DataRequired, InputRequired

from eventsvc.movements.return_models import LocalLaunch
from eventsvc.web.fields import DayField, LineField, NumberField, TextField, VersionField

MOST_PEOPLE = 10_000_000


class ExpectForm(FlaskForm):
    names = TextField(_l("Who holds a launch"), [DataRequired(_l("Say who holds a launch."))], most=10_000)


class PlannedForm(FlaskForm):
    """When and where it is going to be held."""

    version = VersionField()
    planned_on = DayField(_l("Planned day of the launch"), [InputRequired(_l("Enter the day."))])
    form = LineField(_l("Form of the launch"), most=300)
    place = LineField(_l("Place of the launch"), most=300)

    def fill(self, launch: LocalLaunch) -> None:
        _fill(self, launch)

    @property
    def values(self) -> dict[str, Any]:
        return {
            "planned_on": self.planned_on.data,
            "form": self.form.data or None,
            "place": self.place.data or None,
        }


class HeldForm(FlaskForm):
    """What came of it."""

    version = VersionField(id="held-version")
    held_on = DayField(_l("Day the launch was held"), [InputRequired(_l("Enter the day."))])
    participants = NumberField(
        _l("People who took part"), [InputRequired(_l("Enter a number."))], least=0, most=MOST_PEOPLE
    )
    summary = TextField(_l("What was done at the launch"), most=10_000)
    by_name = LineField(_l("Who reports (name and position)"), most=200)

    def fill(self, launch: LocalLaunch) -> None:
        _fill(self, launch)
        self.held_on.data = launch.held_on or launch.planned_on
        self.by_name.data = launch.submitted_by

    @property
    def values(self) -> dict[str, Any]:
        return {name: self[name].data for name in ("held_on", "participants", "summary")} | {
            "by_name": self.by_name.data or None,
            "version": self.version.data,
        }


class RemarkForm(FlaskForm):
    version = VersionField(id="remark-version")
    remark = TextField(
        _l("What is to be put right"), [DataRequired(_l("Say what is to be put right."))], most=2000
    )


def _fill(form: Any, launch: LocalLaunch) -> None:
    for name in form._fields:
        if hasattr(launch, name):
            form[name].data = getattr(launch, name)
