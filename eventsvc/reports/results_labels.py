"""The words of the results report in the log."""

from flask_babel import lazy_gettext as _l

from eventsvc.reports.labels import ACTIONS

ACTIONS |= {
    "media.added": _l("Entry about the media added"),
    "media.edited": _l("Entry about the media changed"),
    "media.removed": _l("Entry about the media removed"),
    "results.approved": _l("Results report approved"),
    "results.edited": _l("Results report changed"),
    "results.paper_made": _l("Results report written as a paper"),
    "results.reopened": _l("Results report opened again"),
}
