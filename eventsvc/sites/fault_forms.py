"""What people say about a fault."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import DataRequired

from eventsvc.sites.report_models import FaultKind
from eventsvc.web.fields import LineField, RowField, TextField, WordField

_SPOKE_WITH = _l("Spoke with (when you enter it after a call)")


class NewFaultForm(FlaskForm):
    site = RowField(_l("Site"), empty=_l("Choose a site"))
    kind = WordField(_l("Kind of fault"), FaultKind)
    text = TextField(_l("What goes wrong"), most=2000)
    spoke_with = LineField(_SPOKE_WITH, most=200)


# The three stand on one page: no field is taken for one of another.


class TakeForm(FlaskForm):
    owner = LineField(_l("Who sees to it"), [DataRequired(_l("Enter who sees to it."))], most=200)
    remark = TextField(_l("Remark"), most=2000)
    spoke_with = LineField(_SPOKE_WITH, most=200, id="take-spoke-with")


class CommentForm(FlaskForm):
    words = TextField(_l("Remark"), [DataRequired(_l("Enter a remark."))], most=2000)
    spoke_with = LineField(_SPOKE_WITH, most=200, id="comment-spoke-with")


class ClearForm(FlaskForm):
    done = TextField(_l("What was done"), most=2000)
    spoke_with = LineField(_SPOKE_WITH, most=200, id="clear-spoke-with")
