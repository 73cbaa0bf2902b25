"""What people type about a site."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField
from wtforms.validators import DataRequired, InputRequired

from eventsvc.sites.models import Site
from eventsvc.web.fields import (
    EmailField,
    LineField,
    LinkField,
    NumberField,
    PhoneField,
    TextField,
    VersionField,
)


class NewSiteForm(FlaskForm):
    name = LineField(_l("Name of the site"), [DataRequired(_l("Enter the name of the site."))], most=200)
    hall = LineField(_l("Hall"), most=300)
    address = TextField(_l("Address"), most=500)


class SiteForm(FlaskForm):
    version = VersionField()
    name = LineField(_l("Name of the site"), [DataRequired(_l("Enter the name of the site."))], most=200)
    number = NumberField(
        _l("Place in the order"), most=9999, validators=[InputRequired(_l("Enter a number."))]
    )
    cluster = LineField(_l("Cluster of sites"), most=120)
    speaks = BooleanField(_l("Someone speaks from this site"))
    hall = LineField(_l("Hall"), most=300)
    address = TextField(_l("Address"), most=500)
    map_url = LinkField(_l("Link to a map"))
    capacity = NumberField(_l("Seats"), most=100000)
    contact_name = LineField(_l("Coordinator of the site"), most=200)
    contact_phone = PhoneField(_l("Telephone of the coordinator"))
    contact_email = EmailField(_l("E-mail of the coordinator"))
    host_name = LineField(_l("Host of the site"), most=200)
    host_position = LineField(_l("Position of the host"), most=200)
    host_phone = PhoneField(_l("Telephone of the host"))
    technician_name = LineField(_l("Technician of the site"), most=200)
    technician_phone = PhoneField(_l("Telephone of the technician"))
    video_platform = LineField(_l("Video platform"), most=120)
    meeting_id = LineField(_l("Meeting id"), most=120)
    meeting_url = LinkField(_l("Link to the video meeting"))
    backup_line = LineField(_l("Back-up line"), most=300)
    note = TextField(_l("Note"), most=2000)

    NAMES = (
        "name", "number", "cluster", "speaks", "hall", "address", "map_url", "capacity", "contact_name",
        "contact_phone", "contact_email", "host_name", "host_position", "host_phone", "technician_name",
        "technician_phone", "video_platform", "meeting_id", "meeting_url", "backup_line", "note",
    )  # fmt: skip

    def __init__(self, site: Site, **kwargs: Any) -> None:
        super().__init__(obj=site, **kwargs)

    @property
    def changes(self) -> dict[str, Any]:
        return {name: self[name].data for name in self.NAMES}
