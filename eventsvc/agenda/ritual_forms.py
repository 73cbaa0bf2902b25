"""What people type about a ritual: who presses, signs, witnesses."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import FieldList, Form, FormField
from wtforms.validators import DataRequired

from eventsvc.agenda.forms import name_apart
from eventsvc.agenda.models import AgendaItem, ItemKind, Ritual, RitualRole
from eventsvc.agenda.operations.rituals import Place
from eventsvc.agenda.speaker_queries import known_speaker
from eventsvc.organizations import queries as organizations
from eventsvc.web.fields import LineField, NumberField, RowField, TextField, VersionField, WordField

SPARE_ROWS = 3
MOST_ROWS = 60


class RitualForm(FlaskForm):
    """A new ritual, in an item or beside the agenda."""

    ritual_title = LineField(_l("Name of the ritual"), [DataRequired(_l("Enter a name."))], most=300)
    agenda_item = RowField(_l("In the agenda item"), empty=_l("– none –"))

    def __init__(self, items: Sequence[AgendaItem], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.agenda_item.offer(items, short)


class ParticipantForm(Form):
    role = WordField(_l("Part"), RitualRole, default=RitualRole.PRESSER)
    text = LineField(_l("Who, in the words of the programme"), most=500)
    organization_name = LineField(_l("Organization"), most=300)
    position = LineField(_l("Position"), most=300)
    stands_at = LineField(_l("Stands at"), most=200)
    cue = LineField(_l("On the cue"), most=200)


WORDS = ("text", "organization_name", "position", "stands_at", "cue")


class EditRitualForm(FlaskForm):
    version = VersionField()
    title = LineField(_l("Name of the ritual"), [DataRequired(_l("Enter a name."))], most=300)
    subject = LineField(_l("What is signed or launched"), most=500)
    agenda_item = RowField(_l("In the agenda item"), empty=_l("– none –"))
    copies = NumberField(_l("Copies"), most=1000)
    setting = TextField(_l("What stands ready: table, pens, screen"), most=2000)
    expected_pressers = NumberField(_l("People who press the button"), most=100)
    expected_signatories = NumberField(_l("People who sign"), most=100)
    expected_witnesses = NumberField(_l("People who witness"), most=100)
    participants = FieldList(FormField(ParticipantForm), max_entries=MOST_ROWS)

    NAMES = (
        "title", "subject", "copies", "setting", "expected_pressers", "expected_signatories",
        "expected_witnesses",
    )  # fmt: skip

    def __init__(self, ritual: Ritual, **kwargs: Any) -> None:
        rows = [{name: getattr(row, name) for name in ("role", *WORDS)} for row in ritual.participants]
        values = {name: getattr(ritual, name) for name in (*self.NAMES, "version", "agenda_item")}
        last = rows[-1]["role"] if rows else _usual_role(ritual)
        super().__init__(data={**values, "participants": rows + [{"role": last}] * SPARE_ROWS}, **kwargs)
        self.ritual = ritual
        self.agenda_item.offer(ritual.event.agenda_items, short)
        name_apart(self, f"ritual-{ritual.id}")

    @property
    def changes(self) -> dict[str, Any]:
        return {**{name: self[name].data for name in self.NAMES}, "agenda_item": self.agenda_item.row}

    @property
    def people(self) -> list[Place]:
        """The rows that say who; the person and the organization are found by their names when they are known."""
        event = self.ritual.event
        on, province = event.units_as_of, event.province_code
        found = []
        for row in self.participants.data:
            if row["text"] and row["role"]:
                name = row["organization_name"]
                known = organizations.find(name, on=on, province_code=province) if name else None
                person, _organization = known_speaker(event, row["text"])
                words = {name: row[name] for name in WORDS}
                found.append(Place(row["role"], organization=known, person=person, **words))
        return found

    def rearrange(self, deed: str) -> int | None:
        """Do to the rows what one of the form's buttons says ("more", "up-3", "down-3", "out-3", counted from 0) and
        give the row to go on with; None when it is no such button."""
        word, _dash, digits = deed.partition("-")
        rows = [dict(row) for row in self.participants.data]
        place = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 4 else -1
        if word == "more" and len(rows) < MOST_ROWS:
            place = len(rows)
            rows.append({"role": rows[-1]["role"] if rows else _usual_role(self.ritual)})
        elif not 0 <= place < len(rows) or word not in ("up", "down", "out"):
            return None
        elif word == "out":
            del rows[place]
            place = min(place, len(rows) - 1)
        else:
            other = max(0, min(place + (-1 if word == "up" else 1), len(rows) - 1))
            rows[place], rows[other] = rows[other], rows[place]
            place = other
        self._fill(rows)
        return place

    def _fill(self, rows: list[dict[str, Any]]) -> None:
        while self.participants.entries:
            self.participants.pop_entry()
        for row in rows:
            self.participants.append_entry(row)
        name_apart(self.participants.entries, f"ritual-{self.ritual.id}")


def _usual_role(ritual: Ritual) -> RitualRole:
    """What the first person of a ritual does."""
    item = ritual.agenda_item
    signs = item is not None and item.kind in (ItemKind.SIGNING, ItemKind.ADOPTION)
    return RitualRole.SIGNATORY if signs else RitualRole.PRESSER


def short(item: AgendaItem) -> str:
    return item.title if len(item.title) <= 80 else f"{item.title[:79]}…"
