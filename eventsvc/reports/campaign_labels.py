"""The words of a campaign's time line."""

from flask_babel import lazy_gettext as _l

from eventsvc.campaigns.timeline import Strand
from eventsvc.web import labels

labels.register(
    {
        Strand.MILESTONE: _l("Key date"),
        Strand.CLUSTER: _l("Days of a cluster"),
        Strand.STOP: _l("Stop of the route"),
        Strand.CONTEST: _l("Contest"),
        Strand.FINALE: _l("Finale"),
        Strand.ACTIVITY: _l("Activity"),
    }
)
