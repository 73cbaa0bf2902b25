"""The words of the board."""

from flask_babel import lazy_gettext as _l

from eventsvc.reports.queries import Attention
from eventsvc.web import labels

labels.register(
    {
        Attention.CASE: _l("to be looked into"),
        Attention.FAULT: _l("fault reported"),
        Attention.EMPTY: _l("nobody in yet"),
        Attention.FILLING: _l("arriving"),
        Attention.FULL: _l("nearly everybody in"),
        Attention.NOBODY_EXPECTED: _l("nobody on the list"),
        Attention.WAITING: _l("waiting for the start"),
    },
    {
        Attention.CASE: "err",
        Attention.FAULT: "err",
        Attention.EMPTY: "err",
        Attention.FILLING: "warn",
        Attention.FULL: "ok",
        Attention.NOBODY_EXPECTED: "mute",
        Attention.WAITING: "mute",
    },
)

ACTIONS = {
    "agenda_item.added": _l("Agenda item added"),
    "agenda_item.edited": _l("Agenda item changed"),
    "agenda_item.moved": _l("Agenda item moved"),
    "agenda_item.removed": _l("Agenda item removed"),
    "agenda_item.shifted": _l("Agenda items shifted in time"),
    "agenda_item.stretched": _l("Agenda stretched to fit its sitting"),
    "strand.added": _l("Strand beside the stage added"),
    "strand.edited": _l("Strand beside the stage changed"),
    "strand.removed": _l("Strand beside the stage removed"),
    "api_token.created": _l("Access token made"),
    "api_token.revoked": _l("Access token revoked"),
    "budget_source.added": _l("Source of funds added"),
    "budget_source.edited": _l("Source of funds changed"),
    "budget_source.removed": _l("Source of funds removed"),
    "campaign.saved": _l("Movement saved"),
    "case.settled": _l("Case settled"),
    "delivery.cancelled": _l("Message cancelled"),
    "delivery.resent": _l("Message sent again"),
    "delivery.retried": _l("Message tried again"),
    "device.enrolled": _l("Device enrolled"),
    "device.flooding": _l("Device sends too many unknown codes"),
    "device.revoked": _l("Device revoked"),
    "document.added": _l("Paper entered"),
    "document.edited": _l("Paper changed"),
    "document.saved": _l("Paper saved"),
    "enrolment.created": _l("Enrolment code made"),
    "enrolment.withdrawn": _l("Enrolment code withdrawn"),
    "event.cancelled": _l("Called the event off"),
    "event.copied": _l("Event copied"),
    "event.created": _l("Event made"),
    "event.data_notice_set": _l("Notice on personal data saved"),
    "event.edited": _l("Event changed"),
    "grant.given": _l("Role given"),
    "guest.added": _l("Guest added"),
    "guest.edited": _l("Guest changed"),
    "guest.removed": _l("Guest removed"),
    "guest_group.added": _l("Guest group added"),
    "guest_group.edited": _l("Guest group changed"),
    "guest_group.removed": _l("Guest group removed"),
    "guests.added": _l("Guests added"),
    "import.confirmed": _l("Import confirmed"),
    "import.discarded": _l("Import discarded"),
    "import.started": _l("Import begun"),
    "invitation.answered": _l("Invitation answered"),
    "invitation.resent": _l("Invitation sent again"),
    "invitation.restored": _l("Invitation given again"),
    "invitation.revoked": _l("Invitation taken back"),
    "invitations.made": _l("Invitations made"),
    "invitations.updated": _l("Invitations updated"),
    "mail.called_back": _l("Messages called back"),
    "mail.paused": _l("Mail paused"),
    "mail.released": _l("Held mail released"),
    "mail.resumed": _l("Mail resumed"),
    "mail.stopped": _l("All unsent mail called back"),
    "pass.reissued": _l("Pass issued anew"),
    "person.added": _l("Person added"),
    "person.edited": _l("Person changed"),
    "plan.loaded": _l("Plan loaded"),
    "plan.updated": _l("Plan updated"),
    "recipient.added": _l("Recipient added"),
    "recipient.edited": _l("Recipient changed"),
    "recipient.removed": _l("Recipient removed"),
    "reminders.stopped": _l("Reminders stopped"),
    "ritual.added": _l("Ritual added"),
    "ritual.edited": _l("Ritual changed"),
    "ritual.removed": _l("Ritual removed"),
    "scan.annulled": _l("Entry undone"),
    "scan.entered_by_hand": _l("Entered by hand"),
    "scan.put_aside": _l("Scan put aside"),
    "site.added": _l("Site added"),
    "site.edited": _l("Site changed"),
    "site.removed": _l("Site removed"),
    "sites.added": _l("Sites added"),
    "sitting.added": _l("Sitting added"),
    "sitting.cancelled": _l("Sitting cancelled"),
    "sitting.edited": _l("Sitting changed"),
    "sitting.removed": _l("Sitting removed"),
    "sitting.time_approved": _l("Approved the time"),
    "sitting.time_proposed": _l("Proposed the time"),
    "slot.added": _l("Slot added"),
    "slot.edited": _l("Slot changed"),
    "slot.removed": _l("Slot removed"),
    "task.added": _l("Task added"),
    "task.edited": _l("Task changed"),
    "task.removed": _l("Task removed"),
    "training.saved": _l("Training saved"),
}

ACTORS = {
    "user": _l("user"),
    "api_token": _l("program"),
    "device": _l("device"),
    "invitee": _l("invitee"),
    "system": _l("the system"),
}


def action(word: str) -> object:
    """An action of the log in words; an unknown one as it is, so that nothing is hidden."""
    return ACTIONS.get(word, word)


def actor(kind: str) -> object:
    return ACTORS.get(kind, kind)
