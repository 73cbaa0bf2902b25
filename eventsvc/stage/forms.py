"""What operators type on the day."""

from datetime import UTC, datetime

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField

from eventsvc.stage.operations import LONGEST_MESSAGE
from eventsvc.web.fields import LineField


class MessageForm(FlaskForm):
    """A sentence for those on the stage; `seen` is when the message was sent that the operator saw before."""

    seen = HiddenField()
    message = LineField(_l("Message to the stage"), most=LONGEST_MESSAGE)

    @property
    def seen_at(self) -> datetime | None:
        try:
            moment = datetime.fromisoformat(self.seen.data or "")
        except ValueError:
            return None
        return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


class LinkForm(FlaskForm):
    name = LineField(
        _l("Where it will be used"), description=_l("For example: screen in the wings, MC."), most=100
    )
