"""The words of the kinds of papers, of their way to the signature, and of their heads."""

from flask_babel import lazy_gettext as _l

from eventsvc.documents.models import DocumentKind, DocumentState, LetterheadStyle
from eventsvc.web import labels

labels.register(
    {
        DocumentKind.PLAN: _l("Plan"),
        DocumentKind.NOTICE: _l("Notice"),
        DocumentKind.DECISION: _l("Decision"),
        DocumentKind.REPORT: _l("Report"),
        DocumentKind.OFFICIAL_LETTER: _l("Official letter"),
        DocumentKind.INVITATION_LETTER: _l("Invitation letter"),
        DocumentKind.PROGRAMME: _l("Programme"),
        DocumentKind.AUTHORISATION: _l("Authorisation"),
    }
)
labels.register(
    {
        DocumentState.DRAFT: _l("Draft"),
        DocumentState.SUBMITTED: _l("Submitted for signature"),
        DocumentState.RETURNED: _l("Returned with remarks"),
        DocumentState.SIGNED: _l("Signed, not issued yet"),
        DocumentState.ISSUED: _l("Issued"),
        DocumentState.RECALLED: _l("Recalled"),
    },
    {
        DocumentState.SUBMITTED: "info",
        DocumentState.RETURNED: "warn",
        DocumentState.SIGNED: "info",
        DocumentState.ISSUED: "ok",
        DocumentState.RECALLED: "err",
    },
)
labels.register(
    {
        LetterheadStyle.STATE: _l("State (Decree 30/2020/NĐ-CP)"),
        LetterheadStyle.PARTY: _l("Party (Guidance 36-HD/VPTW)"),
    }
)
