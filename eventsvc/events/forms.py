"""What people type about an event."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectChoice, SelectMultipleField
from wtforms.validators import DataRequired, InputRequired, StopValidation

from eventsvc.events.models import (
    Event,
    EventForm,
    EventKind,
    EventRole,
    LegalBasis,
    Sitting,
    StatementKind,
)
from eventsvc.organizations import queries as organizations
from eventsvc.organizations.models import Level, Organization
from eventsvc.web.fields import (
    DayField,
    LineField,
    LinkField,
    MomentField,
    NumberField,
    PhoneField,
    RowField,
    TextField,
    VersionField,
    WordField,
)


class NewEventForm(FlaskForm):
    title = LineField(_l("Title"), [DataRequired(_l("Enter the title of the event."))], most=500)
    short_title = LineField(_l("Short title"), [DataRequired(_l("Enter a short title."))], most=120)
    kind = WordField(_l("Kind"), EventKind, default=EventKind.LAUNCH_CEREMONY)
    form = WordField(_l("Form"), EventForm, default=EventForm.HYBRID)
    host = RowField(_l("Host"))
    window_text = LineField(_l("When, in words"), most=300)
    theme = LineField(_l("Theme"), most=300)
    units_as_of = DayField(
        _l("Administrative units as of"), [InputRequired(_l("Enter the day whose units take part."))]
    )

    def __init__(self, hosts: Sequence[Organization], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.host.offer(hosts, lambda organization: organization.name)
        if self.host.data in ("", None) and hosts:
            self.host.data = str(hosts[0].id)


class CopyEventForm(FlaskForm):
    source = RowField(_l("Event to copy"), id="copy-source")
    copy_title = LineField(
        _l("Title of the new event"), [DataRequired(_l("Enter the title of the event."))], most=500
    )

    def __init__(self, events: Sequence[Event], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.source.offer(events, lambda event: event.title)


class OrganizationsField(SelectMultipleField):
    """Any number of organizations out of those that were alive when the units were."""

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(label, coerce=str, choices=[], validate_choice=False, **kwargs)
        self._rows: dict[str, Organization] = {}

    def offer(self, rows: Sequence[Organization]) -> None:
        self._rows = {str(row.id): row for row in rows}
        self.choices = [SelectChoice(key, row.name) for key, row in self._rows.items()]

    def pre_validate(self, form: Any) -> None:
        if any(key not in self._rows for key in self.data or []):
            raise StopValidation(_("Choose from the list."))

    @property
    def rows(self) -> list[Organization]:
        return [self._rows[key] for key in self.data or [] if key in self._rows]


class EditEventForm(FlaskForm):
    version = VersionField()
    title = LineField(_l("Title"), [DataRequired(_l("Enter the title of the event."))], most=500)
    short_title = LineField(_l("Short title"), [DataRequired(_l("Enter a short title."))], most=120)
    kind = WordField(_l("Kind"), EventKind)
    form = WordField(_l("Form"), EventForm)
    theme = LineField(_l("Theme"), most=300)
    window_text = LineField(_l("When, in words"), most=300)
    window_start = DayField(_l("First day of the window"))
    window_end = DayField(_l("Last day of the window"))
    venue = TextField(_l("Venue"), most=1000)
    video_link = LinkField(_l("Link to the video conference"))
    dress_code = LineField(_l("Dress"), most=300)
    contact_name = LineField(_l("Contact person"), most=200)
    contact_phone = PhoneField(_l("Contact telephone"))
    host = RowField(_l("Host"))
    implementing = OrganizationsField(_l("Implementing units"))
    implementing_others = TextField(_l("Further implementing units"), most=4000)
    coordinating = OrganizationsField(_l("Coordinating units"))
    coordinating_others = TextField(_l("Further coordinating units"), most=4000)
    purposes = TextField(_l("Purposes"), most=20000)
    requirements = TextField(_l("Requirements"), most=20000)
    units_as_of = DayField(
        _l("Administrative units as of"), [InputRequired(_l("Enter the day whose units take part."))]
    )

    PLAIN = (
        "title", "short_title", "kind", "form", "theme", "window_text", "window_start", "window_end", "venue",
        "video_link", "dress_code", "contact_name", "contact_phone", "units_as_of",
    )  # fmt: skip

    def __init__(self, event: Event, hosts: Sequence[Organization], **kwargs: Any) -> None:
        super().__init__(data=self._stored(event), **kwargs)
        self.event = event
        self.host.offer(_with(event.host, hosts), lambda organization: organization.name)
        choices = _choices(event)
        for role in (EventRole.IMPLEMENTING, EventRole.COORDINATING):
            self[role.value].offer(choices)

    @classmethod
    def _stored(cls, event: Event) -> dict[str, Any]:
        values: dict[str, Any] = {name: getattr(event, name) for name in (*cls.PLAIN, "version", "host")}
        for name, kind in (("purposes", StatementKind.PURPOSE), ("requirements", StatementKind.REQUIREMENT)):
            values[name] = "\n".join(row.text for row in event.statements if row.kind is kind)
        for role in (EventRole.IMPLEMENTING, EventRole.COORDINATING):
            rows = [row for row in event.organizations if row.role is role]
            values[role.value] = [str(row.organization_id) for row in rows if row.organization_id]
            values[f"{role.value}_others"] = "\n".join(row.name for row in rows if not row.organization_id)
        return values

    @property
    def changes(self) -> dict[str, Any]:
        """What `operations.edit_event` takes."""
        changes = {name: self[name].data for name in self.PLAIN}
        changes |= {
            "host": self.host.row,
            "purposes": self.purposes.lines,
            "requirements": self.requirements.lines,
        }
        for role in (EventRole.IMPLEMENTING, EventRole.COORDINATING):
            changes[role.value] = self._names(role)
        return changes

    def _names(self, role: EventRole) -> list[tuple[str, Organization | None]]:
        """Those who stay, in their order and with the name the plan printed; then the new ones."""
        chosen, others = self[role.value].rows, self[f"{role.value}_others"].lines
        names: list[tuple[str, Organization | None]] = []
        for row in self.event.organizations:
            if row.role is role and (
                row.organization in chosen if row.organization_id else row.name in others
            ):
                names.append((row.name, row.organization))
        there = {organization.id for _name, organization in names if organization}
        names += [(row.name, row) for row in chosen if row.id not in there]
        return names + [(line, None) for line in others if (line, None) not in names]


class DataNoticeForm(FlaskForm):
    version = VersionField()
    purpose = TextField(
        _l("What the data is for"), [DataRequired(_l("Say what the data is for."))], most=2000
    )
    legal_basis = WordField(_l("Legal basis"), LegalBasis, default=LegalBasis.STATE_FUNCTION)
    controller = LineField(
        _l("Who answers for the data"), [DataRequired(_l("Say who answers for the data."))], most=300
    )
    kept_until = DayField(
        _l("Kept until"), [InputRequired(_l("Enter the day on which the data is deleted."))]
    )

    @classmethod
    def of(cls, event: Event, **kwargs: Any) -> "DataNoticeForm":
        return cls(
            data={
                "version": event.version,
                "purpose": event.data_purpose,
                "legal_basis": event.data_legal_basis or LegalBasis.STATE_FUNCTION,
                "controller": event.data_controller or event.host.name,
                "kept_until": event.data_kept_until,
            },
            **kwargs,
        )

    @property
    def values(self) -> dict[str, Any]:
        return {name: self[name].data for name in ("purpose", "legal_basis", "controller", "kept_until")}


class SittingForm(FlaskForm):
    version = VersionField()
    title = LineField(_l("Name of the sitting"), most=200)
    place = TextField(_l("Place"), most=500)
    arrival_minutes = NumberField(_l("Be present how many minutes before the start"), most=240)
    doors_open_at = MomentField(_l("Doors open"))
    doors_close_at = MomentField(_l("Doors close"))

    EDITED = ("title", "place", "arrival_minutes", "doors_open_at", "doors_close_at")

    def __init__(self, sitting: Sitting, **kwargs: Any) -> None:
        super().__init__(obj=sitting, **kwargs)

    @property
    def changes(self) -> dict[str, Any]:
        return {name: self[name].data for name in self.EDITED}


class TimeForm(FlaskForm):
    version = VersionField()
    starts_at = MomentField(_l("Starts"), [InputRequired(_l("Enter when the sitting starts."))])
    ends_at = MomentField(_l("Ends"), [InputRequired(_l("Enter when the sitting ends."))])

    def __init__(self, sitting: Sitting, **kwargs: Any) -> None:
        super().__init__(obj=sitting, **kwargs)


def _with(current: Organization, others: Sequence[Organization]) -> list[Organization]:
    return [current, *(row for row in others if row.id != current.id)]


def _choices(event: Event) -> list[Organization]:
    """The agencies of the province and its districts on the day, and whoever is named already."""
    code, on = event.province_code, event.units_as_of
    rows = organizations.agencies(code, on) + organizations.units(code, Level.DISTRICT, on) if code else []
    known = {row.id for row in rows}
    named = [row.organization for row in event.organizations if row.organization]
    return rows + [row for row in named if row.id not in known and not known.add(row.id)]  # type: ignore[func-returns-value]
