"""What people type about feeds."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import DataRequired

from eventsvc.feeds.models import FeedKind
from eventsvc.web.fields import LineField, WordField


class FeedForm(FlaskForm):
    name = LineField(
        _l("For whom"),
        [DataRequired(_l("Say who subscribes, for instance the sound technicians."))],
        most=200,
    )
    kind = WordField(_l("What it shows"), FeedKind)

    def __init__(self) -> None:
        super().__init__()
        if not self.is_submitted():
            self.kind.data = self.kind.data or FeedKind.PROGRAMME
