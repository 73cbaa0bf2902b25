"""What a site is asked for by each rule, in the words that its coordinator reads on the page and in reminders."""

from flask_babel import lazy_gettext as _l

from eventsvc.sites.readiness_models import Gate

ASKED = {
    Gate.CONFIRMED: _l("Confirm the site"),
    Gate.TESTED: _l("Test the link"),
    Gate.REHEARSED: _l("Take part in the rehearsal"),
    Gate.TECHNICIAN_PRESENT: _l("Have the technician on the spot"),
    Gate.READY: _l("Have everything ready"),
    Gate.CONNECTED: _l("Connect for the event"),
    Gate.COUNTED: _l("Report how many people are present"),
}
