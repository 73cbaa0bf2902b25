"""What is typed about learners of the training."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import DataRequired, InputRequired

from eventsvc.movements.return_models import TrainingReturn
from eventsvc.movements.training_return_operations import MOST
from eventsvc.web.fields import LineField, NumberField, TextField, VersionField


class LearnersForm(FlaskForm):
    version = VersionField()
    learners = NumberField(
        _l("Learners (number)"), [InputRequired(_l("Enter a number."))], least=0, most=MOST
    )
    completed = NumberField(
        _l("Completed the course"), [InputRequired(_l("Enter a number."))], least=0, most=MOST
    )
    note = TextField(_l("Note on the return"), most=2000)
    by_name = LineField(_l("Who reports (name and position)"), most=200)

    def fill(self, row: TrainingReturn) -> None:
        for name in ("version", "learners", "completed", "note"):
            self[name].data = getattr(row, name)
        self.by_name.data = row.submitted_by

    @property
    def values(self) -> dict[str, Any]:
        return {
            "learners": self.learners.data,
            "completed": self.completed.data,
            "note": self.note.data or None,
            "by_name": self.by_name.data or None,
            "version": self.version.data,
        }


class RemarkForm(FlaskForm):
    version = VersionField(id="remark-version")
    remark = TextField(
        _l("What is to be put right"), [DataRequired(_l("Say what is to be put right."))], most=2000
    )
