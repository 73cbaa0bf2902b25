"""The words of a site's levels and states, for pages."""

from flask_babel import lazy_gettext as _l

from eventsvc.sites.models import SiteLevel, SiteStatus
from eventsvc.web import labels

labels.register(
    {
        SiteLevel.MAIN: _l("Main site"),
        SiteLevel.DISTRICT: _l("District site"),
        SiteLevel.COMMUNE: _l("Commune site"),
        SiteLevel.OTHER: _l("Other site"),
    }
)
labels.register(
    {
        SiteStatus.UNCONFIRMED: _l("Not confirmed"),
        SiteStatus.CONFIRMED: _l("Confirmed"),
        SiteStatus.TESTED: _l("Link tested"),
        SiteStatus.READY: _l("Ready"),
        SiteStatus.CONNECTED: _l("Connected"),
        SiteStatus.FAULT: _l("Fault"),
        SiteStatus.CLOSED: _l("Closed"),
    },
    {
        SiteStatus.UNCONFIRMED: "mute",
        SiteStatus.CONFIRMED: "info",
        SiteStatus.TESTED: "info",
        SiteStatus.READY: "ok",
        SiteStatus.CONNECTED: "ok",
        SiteStatus.FAULT: "err",
        SiteStatus.CLOSED: "mute",
    },
)
