"""The words of announcements for pages."""

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eventsvc.announcements.models import Announcement, Audience
from eventsvc.web import labels

labels.register(
    {
        Audience.ALL: _l("All bridge sites"),
        Audience.LEVEL: _l("All sites of a level"),
        Audience.DISTRICT: _l("A district with the sites below it"),
        Audience.CLUSTER: _l("A cluster"),
        Audience.CHOSEN: _l("Single sites"),
    }
)


def told(announcement: Announcement, districts: Mapping[str, str]) -> str:
    """Whom an announcement is for, in words; `districts` are names by code."""
    if announcement.audience is Audience.LEVEL and announcement.level:
        return _("Level: %(level)s", level=labels.label(announcement.level))
    if announcement.audience is Audience.DISTRICT:
        code = announcement.district_code or ""
        return _("District: %(name)s", name=districts.get(code, code))
    if announcement.audience is Audience.CLUSTER:
        return _("Cluster: %(name)s", name=announcement.cluster)
    return str(labels.label(announcement.audience))
