"""What people answer to an invitation: the invitee, or staff in their name."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectChoice
from wtforms.validators import InputRequired

from eventsvc.invitations.models import Answer
from eventsvc.invitations.operations import LONGEST_REASON
from eventsvc.web.fields import TextField

GIVEN = (Answer.ACCEPTED, Answer.DECLINED, Answer.TENTATIVE)


class AnswerForm(FlaskForm):
    """The invitee's own answer."""

    answer = RadioField(
        _l("Your answer"),
        [InputRequired(_l("Choose an answer."))],
        invalid_choice_message=_l("Choose an answer."),
        choices=[
            SelectChoice(Answer.ACCEPTED.value, _l("I will attend")),
            SelectChoice(Answer.DECLINED.value, _l("I cannot attend")),
            SelectChoice(Answer.TENTATIVE.value, _l("Not certain yet")),
        ],
    )
    reason = TextField(_l("Reason or remark"), most=LONGEST_REASON)

    @property
    def given(self) -> Answer:
        return Answer(self.answer.data)


class StaffAnswerForm(AnswerForm):
    """An answer given by telephone, entered by staff."""

    answer = RadioField(
        _l("Answer"),
        [InputRequired(_l("Choose an answer."))],
        invalid_choice_message=_l("Choose an answer."),
        choices=[
            SelectChoice(Answer.ACCEPTED.value, _l("Will attend")),
            SelectChoice(Answer.DECLINED.value, _l("Cannot attend")),
            SelectChoice(Answer.TENTATIVE.value, _l("Not certain yet")),
        ],
    )
