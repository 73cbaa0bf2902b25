"""The words of the kinds of feeds."""

from flask_babel import lazy_gettext as _l

from eventsvc.feeds.models import FeedKind
from eventsvc.web import labels

labels.register(
    {
        FeedKind.PROGRAMME: _l("Programme: the items that everybody may know of"),
        FeedKind.RUNNING_ORDER: _l("Running order: every item with its notes, for those behind the stage"),
        FeedKind.SITTINGS: _l("Sittings only"),
        FeedKind.SITE: _l("One site: its sittings, and when it speaks"),
        FeedKind.PERSON: _l("One person: their sittings, and when they speak"),
        FeedKind.ORGANIZATION: _l("One organization: its sittings, and how many people it has named"),
    }
)
