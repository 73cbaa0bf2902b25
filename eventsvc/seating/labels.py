"""The words of seats, for pages."""

from flask_babel import lazy_gettext as _l

from eventsvc.seating.models import BlockKind
from eventsvc.web import labels

labels.register(
    {
        BlockKind.PRESIDIUM: _l("Presidium on the stage"),
        BlockKind.ROWS: _l("Rows of the hall"),
        BlockKind.RESERVED: _l("Places held back (press, staff)"),
    }
)
