"""What a coordinator types, or the province for them. Text becomes values here; nothing is written."""

import hashlib
from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, RadioField
from wtforms.validators import DataRequired, InputRequired

from eventsvc.coordinators.labels import sitting_words
from eventsvc.coordinators.models import LocalDelegate
from eventsvc.coordinators.operations import Named
from eventsvc.events.models import Sitting
from eventsvc.sites.models import Site
from eventsvc.sites.report_models import CountGroup, FaultKind
from eventsvc.sites.report_operations import MOST_PEOPLE, OWN_DATA
from eventsvc.web import labels
from eventsvc.web.fields import (
    EmailField,
    LineField,
    LinkField,
    NumberField,
    PhoneField,
    RowField,
    TextField,
    VersionField,
)
from eventsvc.web.person_fields import NamedPerson


def edition(site: Site) -> str:
    """A name for the data of a site as they are: steps and faults, which make new versions too, do not touch it."""
    words = repr([getattr(site, name) for name in sorted(OWN_DATA)])
    return hashlib.sha256(words.encode()).hexdigest()[:16]


class OfOneSite(FlaskForm):
    """A form filled in from a site's own data. `standing` is the version to save against: that of now, as long as the
    data are those that the form shows."""

    version = VersionField()
    seen = HiddenField()

    def fill(self, site: Site) -> None:
        self.version.data, self.seen.data = site.version, edition(site)

    def standing(self, site: Site) -> int | None:
        return site.version if self.seen.data == edition(site) else self.version.data


class DataForm(OfOneSite):
    contact_name = LineField(_l("Contact of the site"), most=200)
    contact_phone = PhoneField(_l("Telephone of the contact"))
    contact_email = EmailField(_l("E-mail of the contact"))
    host_name = LineField(_l("Who presides at the site"), most=200)
    host_position = LineField(_l("Position of who presides"), most=200)
    host_phone = PhoneField(_l("Telephone of who presides"))
    technician_name = LineField(_l("Technician of the site"), most=200)
    technician_phone = PhoneField(_l("Telephone of the technician"))
    hall = LineField(_l("Hall, room"), most=300)
    address = TextField(_l("Address"), most=500)
    map_url = LinkField(_l("Link to a map"))
    capacity = NumberField(_l("Seats in the hall"), most=100000)
    video_platform = LineField(_l("Video platform"), most=120)
    meeting_id = LineField(_l("Meeting ID"), most=120)
    backup_line = LineField(_l("Back-up line"), most=300)

    NAMES = tuple(sorted(OWN_DATA))

    @classmethod
    def of(cls, site: Site, **kwargs: Any) -> "DataForm":
        form = cls(obj=site, **kwargs)
        if not form.is_submitted() or kwargs:
            form.fill(site)
        return form

    @property
    def changes(self) -> dict[str, Any]:
        return {name: self[name].data for name in self.NAMES}


class HandOverForm(OfOneSite):
    name = LineField(_l("Name of the new contact"), [DataRequired(_l("Enter the full name."))], most=200)
    phone = PhoneField(_l("Telephone of the new contact"))
    email = EmailField(_l("E-mail of the new contact"))


class HeadCountForm(FlaskForm):
    """A number for each kind of people, under names made of their ids; and the sitting, where there are several: that
    of now unless another is chosen, so that a late number is filed where it belongs."""

    def __init__(
        self,
        groups: Sequence[CountGroup],
        sittings: Sequence[Sitting],
        sitting: Sitting | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.groups, self.usual = groups, sitting
        if "sitting" in self:
            self.sitting.offer(sittings, sitting_words)

    @classmethod
    def of(
        cls, groups: Sequence[CountGroup], sittings: Sequence[Sitting], sitting: Sitting | None, **kwargs: Any
    ) -> "HeadCountForm":
        choice = {"sitting": RowField(_l("Sitting"), default=sitting)} if len(sittings) > 1 else {}
        fields = choice | {
            f"group_{group.id}": NumberField(
                group.name, [InputRequired(_l("Enter a number, 0 when there is nobody."))],
                least=0, most=MOST_PEOPLE, render_kw={"inputmode": "numeric", "autocomplete": "off"},
            )
            for group in groups
        }  # fmt: skip
        return type("HeadCountForm", (cls,), fields)(groups, sittings, sitting, **kwargs)

    @property
    def of_sitting(self) -> Sitting | None:
        """The sitting that the numbers are for."""
        return self.sitting.row if "sitting" in self else self.usual

    @property
    def people(self) -> list[tuple[CountGroup, int]]:
        return [(group, self[f"group_{group.id}"].data) for group in self.groups]


class FaultForm(FlaskForm):
    kind = RadioField(
        _l("What does not work"),
        choices=lambda: labels.choices(FaultKind),
        coerce=str,
        validate_choice=True,
        validators=[InputRequired(_l("Choose what is wrong."))],
    )
    text = TextField(_l("In your words"), most=2000)

    @property
    def fault_kind(self) -> FaultKind:
        return FaultKind(self.kind.data)


class WordsForm(FlaskForm):
    words = LineField(_l("Add a word"), [DataRequired(_l("Write what there is to say."))], most=500)


class PhotoForm(FlaskForm):
    photo = FileField(_l("Photo of the hall"), [FileRequired(_l("Choose a photo."))])


class DelegateForm(NamedPerson):
    organization_name = LineField(_l("Organization"), most=500)

    @property
    def named(self) -> Named:
        return Named(**self.said, organization_name=self.organization_name.data)


class CorrectedDelegateForm(DelegateForm):
    version = VersionField()

    @classmethod
    def of(cls, delegate: LocalDelegate, **kwargs: Any) -> "CorrectedDelegateForm":
        form = cls(obj=delegate.guest.person, **kwargs)
        if not form.is_submitted() or kwargs:
            form.version.data = delegate.guest.version
        return form


class SpokeWithForm(FlaskForm):
    spoke_with = LineField(_l("Spoken with"), [DataRequired(_l("Say whom you have spoken with."))], most=200)
