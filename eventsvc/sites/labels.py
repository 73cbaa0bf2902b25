"""The words of a site's levels, states and steps, of the rules and of what it reports, for pages."""

from flask_babel import lazy_gettext as _l

from eventsvc.sites.models import Milestone, SiteLevel, SiteStatus
from eventsvc.sites.readiness_models import Gate
from eventsvc.sites.report_models import CheckGroup, FaultKind, FaultState
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
        SiteStatus.TESTED: _l("Checked and tested"),
        SiteStatus.READY: _l("Ready"),
        SiteStatus.CONNECTED: _l("On line"),
        SiteStatus.FAULT: _l("Fault"),
        SiteStatus.CLOSED: _l("Ended"),
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
labels.register(
    {
        Milestone.CONFIRMED: _l("Site confirmed"),
        Milestone.TESTED: _l("Link test passed"),
        Milestone.REHEARSED: _l("Rehearsal done"),
        Milestone.TECHNICIAN_PRESENT: _l("Technician present"),
        Milestone.READY: _l("Site ready"),
        Milestone.CONNECTED: _l("Site connected"),
        Milestone.CLOSED: _l("Site closed"),
    }
)
labels.register(
    {
        Gate.CONFIRMED: _l("Confirm the site"),
        Gate.TESTED: _l("Pass the link test"),
        Gate.REHEARSED: _l("Take part in the rehearsal"),
        Gate.TECHNICIAN_PRESENT: _l("Technician present"),
        Gate.READY: _l("Report being ready"),
        Gate.CONNECTED: _l("Be connected"),
        Gate.COUNTED: _l("Report the head-count"),
        Gate.SERVICE_CONFIRMED: _l("Confirm the services of the hall"),
        Gate.SERVICE_PRESENT: _l("Services of the hall on the spot"),
    }
)
labels.register(
    {
        CheckGroup.CONNECTION: _l("Connection"),
        CheckGroup.DISPLAY: _l("Display"),
        CheckGroup.SOUND: _l("Sound equipment"),
        CheckGroup.OTHER: _l("Other equipment"),
    }
)
labels.register(
    {
        FaultKind.NO_CONNECTION: _l("No connection"),
        FaultKind.NO_PICTURE: _l("No picture"),
        FaultKind.NO_SOUND: _l("No sound"),
        FaultKind.POOR_QUALITY: _l("Poor quality"),
        FaultKind.POWER: _l("Power failure"),
        FaultKind.OTHER: _l("Other fault"),
    }
)
labels.register(
    {
        FaultState.OPEN: _l("Fault open"),
        FaultState.TAKEN: _l("Fault being seen to"),
        FaultState.CLEARED: _l("Fault cleared"),
    },
    {FaultState.OPEN: "err", FaultState.TAKEN: "warn", FaultState.CLEARED: "ok"},
)
