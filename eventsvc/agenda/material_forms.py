"""What people type about the papers of agenda items."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import SelectChoice, SelectField, SelectMultipleField
from wtforms.validators import DataRequired, StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from eventsvc.agenda import material_labels  # noqa: F401  (registers the words of the choices)
from eventsvc.agenda.material_models import Material, MaterialKind, MaterialState
from eventsvc.agenda.material_rules import STANDARD, SUGGESTED, suggested_kind
from eventsvc.agenda.models import AgendaItem
from eventsvc.agenda.operations.materials import LONGEST_TITLE
from eventsvc.events.models import Event
from eventsvc.organizations import queries as organizations
from eventsvc.web import labels
from eventsvc.web.fields import (
    DayField,
    LineField,
    LinkField,
    NumberField,
    RowField,
    TextField,
    VersionField,
    WordField,
)

DAYS_BEFORE = 3


class MaterialForm(FlaskForm):
    """One form for a new material (which chooses its item) and for a known one (which says how far it is)."""

    version = VersionField()
    item = RowField(
        _l("For the agenda item"),
        [DataRequired(_l("Choose the agenda item."))],
        empty=_l("– choose an agenda item –"),
    )
    kind = WordField(_l("Kind of material"), MaterialKind, default=MaterialKind.SPEECH)
    title = LineField(_l("What it is"), [DataRequired(_l("Say what it is."))], most=LONGEST_TITLE)
    owner = LineField(_l("Who owes it"), most=300)
    due_on = DayField(_l("Due on that day at the latest"))
    state = WordField(_l("How far it is"), MaterialState, default=MaterialState.AWAITED)
    note = TextField(_l("Note for the organizers"), most=2000)

    NAMES = ("kind", "title", "owner", "due_on", "note")

    def __init__(
        self,
        event: Event,
        material: Material | None = None,
        *,
        items: Sequence[AgendaItem] = (),
        item: AgendaItem | None = None,
        **kwargs: Any,
    ) -> None:
        if material is not None:
            kwargs["obj"] = material
        elif item is not None:
            title = " ".join(item.title.split())[:LONGEST_TITLE]
            about = {"kind": suggested_kind(item), "title": title, "owner": item.speaker}
            kwargs["data"] = {**about, "item": item}
        super().__init__(**kwargs)
        self.event = event
        if material is not None:
            del self.item
        else:
            del self.state
            self.item.offer(items, _in_short)

    @property
    def values(self) -> dict[str, Any]:
        """The columns; the owner is an organization when it is a known one."""
        values = {name: self[name].data for name in self.NAMES}
        if "state" in self:
            values["state"] = self.state.data
        owner, event = self.owner.data, self.event
        on, province = event.units_as_of, event.province_code
        known = organizations.find(owner, on=on, province_code=province) if owner else None
        return {**values, "organization": known}


class MaterialVersionForm(FlaskForm):
    """The next version: a file or a link. The file is last: of a request too large to be read, the rest is kept."""

    note = LineField(_l("What is new in this version"), most=300)
    link = LinkField(_l("Link to where it is kept"))
    file = FileField(_l("Or a file"))

    def validate_link(self, field: LinkField) -> None:
        if field.data and not field.data.lower().startswith("https://"):
            raise StopValidation(_("Give the whole address of a web page, beginning with https://."))
        if field.data and self.file.data:
            raise StopValidation(
                _("Give either a file or a link, not both: add the other as a version of its own.")
            )

    def validate_file(self, field: FileField) -> None:
        if not field.data and not self.link.data and not self.link.errors:
            raise StopValidation(_("Choose a file, or give a link."))


class StandardForm(FlaskForm):
    kinds = SelectMultipleField(
        _l("For every item of these kinds that has nothing yet"),
        [DataRequired(_l("Choose at least one."))],
        coerce=MaterialKind,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    days_before = NumberField(
        _l("Due so many days before the sitting"),
        [DataRequired(_l("Enter the number of days."))],
        most=90,
        default=DAYS_BEFORE,
    )

    def __init__(self, **kwargs: Any) -> None:
        kinds = [SUGGESTED[kind] for kind in STANDARD]
        super().__init__(data={"kinds": kinds, "days_before": DAYS_BEFORE}, **kwargs)
        self.kinds.choices = [SelectChoice(kind, labels.label(kind)) for kind in kinds]


class StateForm(FlaskForm):
    """The one press that moves a material on."""

    version = VersionField()
    state = SelectField(
        coerce=MaterialState, choices=[SelectChoice(state, state.value) for state in MaterialState]
    )


def _in_short(item: AgendaItem) -> str:
    words = f"{item.cue}. {item.title}" if item.cue else item.title
    return words if len(words) <= 100 else f"{words[:99]}…"
