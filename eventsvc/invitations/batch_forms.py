"""The words of one draft."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import DataRequired
from wtforms.widgets import TextInput

from eventsvc.deliveries import drafts
from eventsvc.deliveries.message import SUBJECT_LIMIT
from eventsvc.deliveries.models import Delivery
from eventsvc.web.fields import TextField, VersionField

LONGEST_TEXT = 20_000


class SubjectField(TextField):
    """A line, of which a line end is not cleaned away: a subject with two lines is refused."""

    widget = TextInput()


class DraftForm(FlaskForm):
    subject = SubjectField(_l("Subject"), [DataRequired(_l("The subject is missing."))], most=SUBJECT_LIMIT)
    text = TextField(_l("Text"), [DataRequired(_l("The message is empty."))], most=LONGEST_TEXT)
    version = VersionField()

    def __init__(self, delivery: Delivery, **kwargs: object) -> None:
        super().__init__(
            data={
                "subject": delivery.subject,
                "text": drafts.shown(delivery.text_body),
                "version": drafts.version(delivery),
            },
            **kwargs,
        )
