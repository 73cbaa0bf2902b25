"""The words for how an invitation was carried."""

from flask_babel import lazy_gettext as _l

from eventsvc.invitations.message_models import Handing
from eventsvc.web import labels

labels.register(
    {
        Handing.IN_PERSON: _l("in person"),
        Handing.POST: _l("by post"),
        Handing.PHONE: _l("by phone"),
        Handing.ZALO: _l("by Zalo"),
        Handing.FAX: _l("by fax"),
    }
)
