"""Writing down why somebody is not there."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from eventsvc.checkins.absence_operations import LONGEST_REASON
from eventsvc.web.fields import LineField


class AbsenceForm(FlaskForm):
    reason = LineField(_l("Reason of the absence"), most=LONGEST_REASON)
