"""What organizers say about open doors, and what visitors say about themselves."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, ValidationError
from wtforms.validators import DataRequired, Optional

from eventsvc.events.models import Sitting
from eventsvc.invitations.rules import sitting_name
from eventsvc.sites.models import Site
from eventsvc.text import short_date, time_of_day
from eventsvc.visitors import labels  # noqa: F401  (registers the words)
from eventsvc.visitors.models import OpenDoors
from eventsvc.visitors.operations import Registrant
from eventsvc.web.fields import (
    EmailField,
    LineField,
    MomentField,
    NumberField,
    PhoneField,
    RowField,
    TextField,
    VersionField,
)

MOST_PLACES = 100_000
_MOMENT = "%Y-%m-%dT%H:%M"


class OpenDoorsForm(FlaskForm):
    version = VersionField()
    title = LineField(_l("Title of the open doors"), [DataRequired(_l("Enter a title."))], most=200)
    site = RowField(_l("Site"))
    sitting = RowField(_l("Sitting"))
    text = TextField(_l("What there is to see"), most=4000)
    capacity = NumberField(_l("Number of places"), [Optional()], most=MOST_PLACES)
    has_waiting_list = BooleanField(_l("When all places are taken, people may wait for one"))
    opens_at = MomentField(_l("Registration from"), [Optional()], format=_MOMENT)
    closes_at = MomentField(_l("Registration until"), [Optional()], format=_MOMENT)

    NAMES = ("title", "text", "capacity", "has_waiting_list", "opens_at", "closes_at")

    def __init__(
        self,
        sites: Sequence[Site],
        sittings: Sequence[Sitting],
        open_doors: OpenDoors | None = None,
        **kwargs: Any,
    ) -> None:
        if open_doors is not None:
            kwargs["data"] = {
                name: getattr(open_doors, name) for name in (*self.NAMES, "site", "sitting", "version")
            }
        else:
            kwargs["data"] = {"has_waiting_list": True, "site": next(iter(sites), None)}
        super().__init__(**kwargs)
        self.site.offer(sites, lambda site: site.name)
        self.sitting.offer(sittings, _sitting_words)

    def validate_closes_at(self, field: MomentField) -> None:
        if field.data and self.opens_at.data and field.data <= self.opens_at.data:
            raise ValidationError(_("The registration ends before it begins."))

    @property
    def changes(self) -> dict[str, Any]:
        found: dict[str, Any] = {name: self[name].data for name in self.NAMES}
        return found | {"text": self.text.data or None, "site": self.site.row, "sitting": self.sitting.row}


class VisitForm(FlaskForm):
    """What a visitor says: no more than it takes to keep a place."""

    full_name = LineField(_l("Your full name"), [DataRequired(_l("Enter your name."))], most=200)
    organization = LineField(_l("Agency or school"), most=300)
    phone = PhoneField(_l("Your telephone"), [Optional()])
    email = EmailField(_l("Your e-mail"), [Optional()])
    agrees = BooleanField(
        _l("I agree that my data is used as said here."),
        [DataRequired(_l("We can keep a place only for those who agree."))],
    )

    def validate_full_name(self, field: LineField) -> None:
        if not any(character.isalpha() for character in field.data or ""):
            raise ValidationError(_("Enter your name."))

    @property
    def registrant(self) -> Registrant:
        return Registrant(
            self.full_name.data or "",
            self.organization.data or None,
            self.phone.data or None,
            self.email.data or None,
        )


class GiveUpForm(FlaskForm):
    """The visitor gives the place up: the button alone."""


class CancelForm(FlaskForm):
    reason = LineField(_l("Reason, told to the visitor"), [DataRequired(_l("Say why."))], most=300)


def _sitting_words(sitting: Sitting) -> str:
    if sitting.starts_at is None:
        return sitting_name(sitting)
    return f"{sitting_name(sitting)} – {time_of_day(sitting.starts_at)}, {short_date(sitting.starts_at)}"
