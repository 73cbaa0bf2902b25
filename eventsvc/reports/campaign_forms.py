"""Which event joins a campaign."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from eventsvc.events.models import Event
from eventsvc.web.fields import RowField


class JoinForm(FlaskForm):
    event = RowField(_l("Event that belongs to the campaign"))

    def __init__(self, events: Sequence[Event], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.event.offer(events, lambda row: row.title)
