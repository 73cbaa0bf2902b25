"""What was found out about a case or about a scan put aside."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import DataRequired

from eventsvc.web.fields import TextField

LONGEST_NOTE = 500


class SettleForm(FlaskForm):
    note = TextField(
        _l("What was found out"), [DataRequired(_l("Say what was found out."))], most=LONGEST_NOTE
    )
