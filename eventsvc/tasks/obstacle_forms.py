"""What people type about a difficulty, and about a day of the working calendar."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import DataRequired

from eventsvc.web.fields import LineField, RowField, TextField, VersionField


class OwnObstacleForm(FlaskForm):
    """Typed by an agency on its own page."""

    task = RowField(_l("Task it stands in the way of"), empty=_l("No task in particular"))
    words = TextField(_l("Difficulty"), [DataRequired(_l("Say what the difficulty is."))], most=5000)
    proposal = TextField(_l("What you propose"), [DataRequired(_l("Say what you propose."))], most=5000)
    by_name = LineField(_l("Your name and position"), most=200)


class ObstacleForm(OwnObstacleForm):
    """Entered by an organizer for an agency that has called."""

    agency = RowField(_l("Agency that raises it"), empty=_l("No agency in particular"))
    by_name = LineField(_l("Spoke with (when you enter it after a call)"), most=200)


class DecisionForm(FlaskForm):
    version = VersionField()
    decision = TextField(_l("Decision"), [DataRequired(_l("Enter the decision."))], most=5000)

    def fill(self, obstacle) -> None:  # type: ignore[no-untyped-def]
        self.version.data = obstacle.version
        self.decision.data = obstacle.decision
