"""What a voter types, and what the organizer types about floods of votes."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import DataRequired, InputRequired

from eventsvc.web.fields import EmailField, LineField, MomentField, RowField


class VoteForm(FlaskForm):
    entry = RowField(
        _l("Entry you vote for"), [InputRequired(_l("Choose an entry."))], empty=_l("choose one of them")
    )
    email = EmailField(_l("Your e-mail address"), [DataRequired(_l("Enter your e-mail address."))])


class ConfirmForm(FlaskForm):
    """A button."""


class StrikeForm(FlaskForm):
    reason = LineField(
        _l("Why these votes do not count"), [DataRequired(_l("Say why these votes do not count."))], most=300
    )
    since = MomentField(_l("Votes from"))
    until = MomentField(_l("Votes before"))
