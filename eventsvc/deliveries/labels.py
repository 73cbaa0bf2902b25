"""The words of the outbox for people."""

from flask_babel import lazy_gettext as _l

from eventsvc.deliveries.models import BatchState, Channel, DeliveryState
from eventsvc.web import labels

labels.register(
    {
        DeliveryState.DRAFT: _l("Draft"),
        DeliveryState.HELD: _l("Held"),
        DeliveryState.QUEUED: _l("Waiting"),
        DeliveryState.SENDING: _l("Being sent"),
        DeliveryState.SENT: _l("Sent"),
        DeliveryState.RETRY: _l("Will be tried again"),
        DeliveryState.UNCERTAIN: _l("Answer lost, sent again"),
        DeliveryState.FAILED: _l("Not delivered"),
        DeliveryState.BOUNCED: _l("Returned"),
        DeliveryState.CANCELLED: _l("Called back"),
    },
    {
        DeliveryState.HELD: "warn",
        DeliveryState.QUEUED: "info",
        DeliveryState.SENDING: "info",
        DeliveryState.SENT: "ok",
        DeliveryState.RETRY: "warn",
        DeliveryState.UNCERTAIN: "warn",
        DeliveryState.FAILED: "err",
        DeliveryState.BOUNCED: "err",
    },
)

labels.register(
    {
        BatchState.COMPOSING: _l("Being written"),
        BatchState.DRAFT: _l("To be looked at"),
        BatchState.WAITING: _l("Waits for a second person"),
        BatchState.RELEASED: _l("Has been let go"),
        BatchState.STOPPED: _l("Stopped"),
    },
    {
        BatchState.COMPOSING: "info",
        BatchState.DRAFT: "warn",
        BatchState.WAITING: "warn",
        BatchState.RELEASED: "ok",
    },
)
labels.register({Channel.EMAIL: _l("E-mail"), Channel.ZALO: _l("Zalo")})

KINDS = {
    "invitation": _l("Invitation"),
    "invitation_update": _l("Change of the invitation"),
    "cancellation": _l("Cancellation"),
    "reminder": _l("Reminder"),
    "thanks": _l("Thanks"),
    "programme_change": _l("Change of the programme"),
    "test": _l("Test letter"),
    "organization_invitation": _l("Invitation to an organization"),
    "site_link": _l("Link of a bridge site"),
    "nomination_reminder": _l("Reminder to name delegates"),
    "task_assigned": _l("Tasks for an agency"),
    "task_returned": _l("Task sent back to the agency"),
    "task_extension": _l("Decision on more time"),
    "task_reminder": _l("Reminder of tasks"),
    "organization_update": _l("Change, told to an organization"),
    "organization_withdrawal": _l("Invitation of an organization taken back"),
    "paper": _l("Official paper"),
    "paper_recall": _l("Recall of a paper"),
    "sign_in": _l("Sign-in link"),
    "readiness_reminder": _l("Reminder to a bridge site"),
    "link_test": _l("Invitation to a link test"),
    "link_test_cancel": _l("Link test called off"),
    "announcement": _l("Announcement to a bridge site"),
    "visit": _l("Place kept for a visitor"),
    "visit_cancelled": _l("Registration of a visitor cancelled"),
    "accreditation_decided": _l("Decision on a press accreditation"),
    "visit_off": _l("Open doors called off, told to a visitor"),
    "contest_vote": _l("Vote of the public to be confirmed"),
    "entry": _l("Entry of a contest received"),
    "entry_consent": _l("Guardian of an entrant asked to agree"),
    "entry_decided": _l("Entry of a contest decided on"),
}


def kind(word: str) -> str:
    """What a message is for; a kind without words of its own is shown as it is."""
    return str(KINDS.get(word, word))
