"""Signing for a count, and opening it again."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import DataRequired, InputRequired

from eventsvc.checkins.closing_operations import Signature
from eventsvc.sites.report_operations import MOST_PEOPLE
from eventsvc.web.fields import LineField, NumberField, TextField, VersionField


class SignForm(FlaskForm):
    """Who answers for the figures."""

    signed_name = LineField(
        _l("Name of the person who signs"), [DataRequired(_l("Enter the name of the person who signs."))],
        most=200,
    )  # fmt: skip
    signed_position = LineField(_l("Position of the person who signs"), most=300)
    note = TextField(_l("Note on the count"), most=500)

    @property
    def signature(self) -> Signature:
        return Signature(self.signed_name.data or "", self.signed_position.data, self.note.data)


class CloseForm(SignForm):
    """`named` travels hidden: what the page showed."""

    people = NumberField(
        _l("People in the hall"), [InputRequired(_l("Enter a number."))], least=0, most=MOST_PEOPLE
    )
    named = VersionField()


class ReopenForm(FlaskForm):
    reason = LineField(
        _l("Why it is opened again"), [DataRequired(_l("Say why the site is opened again."))], most=500
    )
