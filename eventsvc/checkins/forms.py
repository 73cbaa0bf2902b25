"""What people say about devices."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from wtforms import SelectChoice, SelectField
from wtforms.validators import DataRequired, Optional

from eventsvc.checkins.device_operations import MOST_AT_ONCE
from eventsvc.checkins.models import Device, Profile
from eventsvc.events.sitting_rules import Doors
from eventsvc.sites.models import Site
from eventsvc.web.fields import LineField, MomentField, NumberField, VersionField, WordField

EVERY_SITE, EACH_SITE = "", "*"


class _DeviceFields(FlaskForm):
    """What people say about a device. `sites` are those the user may give one to; `everywhere` allows every site."""

    name = LineField(
        _l("Name of the device"), [DataRequired(_l("Give the device a name, for instance the door it stands at."))],
        most=120,
    )  # fmt: skip
    site = SelectField(_l("Site"))
    profile = WordField(_l("May do"), Profile)
    opens_at = MomentField(_l("Lets people in from"), [Optional()])
    closes_at = MomentField(_l("Lets people in until"), [Optional()])

    def offer(self, sites: Sequence[Site], *, everywhere: bool) -> None:
        self.sites = {site.code: site for site in sites}
        self.site.choices = [SelectChoice(site.code, site.name) for site in sites]
        if everywhere:
            self.site.choices.append(SelectChoice(EVERY_SITE, _l("every site")))

    @property
    def hours(self) -> Doors:
        return Doors(self.opens_at.data, self.closes_at.data)

    @property
    def chosen_site(self) -> Site | None:
        return self.sites.get(self.site.data or "")


class EnrolmentForm(_DeviceFields):
    """One device or several of a kind: at one site, or at each of them."""

    number = NumberField(_l("How many devices"), least=1, most=MOST_AT_ONCE, default=1)

    def __init__(self, sites: Sequence[Site], *, everywhere: bool) -> None:
        super().__init__()
        self.offer(sites, everywhere=everywhere)
        if len(sites) > 1:
            words = ngettext("for %(num)s site each", "for each of %(num)s sites", len(sites))
            self.site.choices.append(SelectChoice(EACH_SITE, words))
        if not self.is_submitted():
            self.profile.data = self.profile.data or Profile.SCAN

    @property
    def chosen_sites(self) -> list[Site | None]:
        return list(self.sites.values()) if self.site.data == EACH_SITE else [self.chosen_site]


class DeviceForm(_DeviceFields):
    """What may be changed about a device that is enrolled."""

    version = VersionField()

    def __init__(self, device: Device, sites: Sequence[Site], *, everywhere: bool, **kwargs: Any) -> None:
        values = {
            "name": device.name,
            "site": device.site.code if device.site else EVERY_SITE,
            "profile": device.profile,
            "opens_at": device.opens_at,
            "closes_at": device.closes_at,
            "version": device.version,
        }
        super().__init__(data=values, **kwargs)
        self.offer(sites, everywhere=everywhere)

    @property
    def changes(self) -> dict[str, Any]:
        return {
            "name": self.name.data,
            "site": self.chosen_site,
            "profile": self.profile.data,
            "opens_at": self.opens_at.data,
            "closes_at": self.closes_at.data,
        }


class EnrolForm(FlaskForm):
    """Nothing but the CSRF field: opening the page must not use the code."""
