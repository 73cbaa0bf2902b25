"""The words of the kinds of feeds."""

from flask_babel import lazy_gettext as _l

from eventsvc.feeds.models import FeedKind
from eventsvc.web import labels

labels.register(
    {
        FeedKind.PROGRAMME: _l("Programme: the items that everybody may know of"),
        FeedKind.RUNNING_ORDER: _l("Running order: every item with its notes, for those behind the stage"),
        FeedKind.SITTINGS: _l("Sittings only"),
    }
)
