"""The words of the kinds of papers."""

from flask_babel import lazy_gettext as _l

from eventsvc.documents.models import DocumentKind
from eventsvc.web import labels

labels.register(
    {
        DocumentKind.PLAN: _l("Plan"),
        DocumentKind.NOTICE: _l("Notice"),
        DocumentKind.DECISION: _l("Decision"),
        DocumentKind.REPORT: _l("Report"),
        DocumentKind.OFFICIAL_LETTER: _l("Official letter"),
    }
)
