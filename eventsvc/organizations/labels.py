"""The words of levels and kinds of organizations."""

from flask_babel import lazy_gettext as _l

from eventsvc.organizations.models import Level, OrganizationKind
from eventsvc.web import labels

labels.register(
    {
        Level.PROVINCE: _l("Province"),
        Level.DISTRICT: _l("District"),
        Level.COMMUNE: _l("Commune"),
        OrganizationKind.UNIT: _l("Administrative unit"),
        OrganizationKind.AGENCY: _l("Agency"),
        OrganizationKind.BODY: _l("Committee"),
        OrganizationKind.COLLECTIVE: _l("Several organizations"),
    }
)
