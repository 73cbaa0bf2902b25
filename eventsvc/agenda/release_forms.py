"""What people type when they make the draft known or take an edit back."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField

from eventsvc.agenda.operations.releases import LONGEST_NOTE
from eventsvc.web.fields import TextField, VersionField


class ReleaseForm(FlaskForm):
    note = TextField(_l("Note"), most=LONGEST_NOTE)
    seen = HiddenField()
    """The seal of the draft that was looked at."""
    confirmed = BooleanField(_l("I have looked at these points; release all the same"))


class UndoForm(FlaskForm):
    edit_id = VersionField()
