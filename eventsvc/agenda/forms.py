"""What people type about the agenda and its rituals."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import FieldList, Form, FormField
from wtforms.validators import DataRequired

from eventsvc.agenda.models import AgendaItem, ItemKind, Ritual, RitualRole
from eventsvc.agenda.operations.rituals import Place
from eventsvc.agenda.timing import LONGEST_MINUTES
from eventsvc.events.models import Event
from eventsvc.organizations import queries as organizations
from eventsvc.web.fields import LineField, NumberField, RowField, TextField, VersionField, WordField

SPARE_ROWS = 3


class ItemForm(FlaskForm):
    version = VersionField()
    title = TextField(_l("Item"), [DataRequired(_l("Enter what happens."))], most=2000)
    kind = WordField(_l("Kind"), ItemKind, default=ItemKind.SPEECH)
    duration_minutes = NumberField(_l("Minutes"), most=LONGEST_MINUTES)
    speaker = LineField(_l("Who"), most=300)
    note = TextField(_l("Note for the organizers"), most=2000)
    sitting = RowField(_l("Sitting"))

    NAMES = ("title", "kind", "duration_minutes", "speaker", "note")

    def __init__(self, event: Event, item: AgendaItem | None = None, **kwargs: Any) -> None:
        super().__init__(obj=item, **kwargs)
        standing = [
            sitting for sitting in event.sittings if sitting.cancelled_at is None or sitting is _of(item)
        ]
        self.sitting.offer(
            standing, lambda sitting: sitting.title or str(_l("Sitting %(number)s", number=sitting.number))
        )
        if len(standing) < 2:
            del self.sitting
        elif not self.sitting.data:
            self.sitting.data = str(standing[0].id)

    @property
    def values(self) -> dict[str, Any]:
        values = {name: self[name].data for name in self.NAMES}
        if "sitting" in self:
            values["sitting"] = self.sitting.row
        return values


class RitualForm(FlaskForm):
    ritual_title = LineField(_l("Name of the ritual"), [DataRequired(_l("Enter a name."))], most=300)
    agenda_item = RowField(_l("In the agenda item"), empty=_l("– none –"))

    def __init__(self, event: Event, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.agenda_item.offer(event.agenda_items, _short)


class ParticipantForm(Form):
    role = WordField(_l("Part"), RitualRole, default=RitualRole.PRESSER)
    text = LineField(_l("Who, in the words of the programme"), most=500)
    organization_name = LineField(_l("Organization"), most=300)


class EditRitualForm(FlaskForm):
    version = VersionField()
    title = LineField(_l("Name of the ritual"), [DataRequired(_l("Enter a name."))], most=300)
    subject = LineField(_l("What is signed or launched"), most=500)
    agenda_item = RowField(_l("In the agenda item"), empty=_l("– none –"))
    expected_pressers = NumberField(_l("People who press the button"), most=100)
    expected_signatories = NumberField(_l("People who sign"), most=100)
    expected_witnesses = NumberField(_l("Witnesses"), most=100)
    participants = FieldList(FormField(ParticipantForm), max_entries=60)

    NAMES = ("title", "subject", "expected_pressers", "expected_signatories", "expected_witnesses")

    def __init__(self, ritual: Ritual, **kwargs: Any) -> None:
        rows = [
            {"role": row.role, "text": row.text, "organization_name": row.organization_name}
            for row in ritual.participants
        ]
        values = {name: getattr(ritual, name) for name in (*self.NAMES, "version", "agenda_item")}
        super().__init__(data={**values, "participants": rows + [{}] * SPARE_ROWS}, **kwargs)
        self.ritual = ritual
        self.agenda_item.offer(ritual.event.agenda_items, _short)

    @property
    def changes(self) -> dict[str, Any]:
        return {**{name: self[name].data for name in self.NAMES}, "agenda_item": self.agenda_item.row}

    @property
    def people(self) -> list[Place]:
        """The rows that say who; the organization is found by its name when it is a known one."""
        event = self.ritual.event
        found = []
        for row in self.participants.data:
            if row["text"] and row["role"]:
                name = row["organization_name"]
                on, province = event.units_as_of, event.province_code
                known = organizations.find(name, on=on, province_code=province) if name else None
                found.append(Place(row["role"], row["text"], name, known))
        return found


def _short(item: AgendaItem) -> str:
    return item.title if len(item.title) <= 80 else f"{item.title[:79]}…"


def _of(item: AgendaItem | None) -> Any:
    return item.sitting if item is not None else None
