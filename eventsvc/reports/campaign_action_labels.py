"""The words of what was done about the events of a campaign, in the log."""

from flask_babel import lazy_gettext as _l

ACTIONS = {
    "campaign.event_joined": _l("Event joined the campaign"),
    "campaign.event_left": _l("Event taken out of the campaign"),
}
