"""The words of answers and of how far an invitation has come, for pages."""

from flask_babel import lazy_gettext as _l

from eventsvc.invitations.figures import Progress
from eventsvc.invitations.models import Answer, AnswerSource
from eventsvc.web import labels

labels.register(
    {
        Answer.NEEDS_ACTION: _l("No answer yet"),
        Answer.ACCEPTED: _l("Will attend"),
        Answer.DECLINED: _l("Cannot attend"),
        Answer.TENTATIVE: _l("Not certain yet"),
    },
    {
        Answer.NEEDS_ACTION: "mute",
        Answer.ACCEPTED: "ok",
        Answer.DECLINED: "err",
        Answer.TENTATIVE: "warn",
    },
)
labels.register(
    {
        AnswerSource.PAGE: _l("on the invitation page"),
        AnswerSource.MAIL: _l("by e-mail"),
        AnswerSource.STAFF: _l("entered by staff"),
    }
)
labels.register(
    {
        Progress.UNINVITED: _l("Not invited yet"),
        Progress.BY_HAND: _l("To be handed over"),
        Progress.HANDED: _l("Handed over"),
        Progress.DRAFTED: _l("Written, not let go"),
        Progress.QUEUED: _l("On its way"),
        Progress.SENT: _l("Sent"),
        Progress.FAILED: _l("Not delivered"),
        Progress.REVOKED: _l("Withdrawn"),
    },
    {
        Progress.UNINVITED: "mute",
        Progress.BY_HAND: "warn",
        Progress.HANDED: "ok",
        Progress.DRAFTED: "warn",
        Progress.QUEUED: "info",
        Progress.SENT: "ok",
        Progress.FAILED: "err",
        Progress.REVOKED: "mute",
    },
)
