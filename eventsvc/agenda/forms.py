"""What people type about the items of an agenda and what goes on beside the stage."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, Form
from wtforms.validators import DataRequired, InputRequired

from eventsvc.agenda.models import AgendaItem, ItemKind, Strand
from eventsvc.agenda.operations.items import LONGEST_SHIFT
from eventsvc.agenda.speaker_queries import known_speaker
from eventsvc.agenda.timing import LONGEST_MINUTES
from eventsvc.events.models import Event, Sitting
from eventsvc.sites.models import MAIN, Site
from eventsvc.web.fields import (
    ClockField,
    LineField,
    NumberField,
    RowField,
    TextField,
    VersionField,
    WordField,
)

LONGEST_BUFFER = 12 * 60
MOST_ITEMS = 2000


def name_apart(form: Any, stem: str) -> None:
    """Give the fields ids of their own: a page may hold the same form for several rows."""
    for field in form:
        if isinstance(getattr(field, "form", None), Form):
            name_apart(field.form, stem)
        elif hasattr(field, "entries"):
            name_apart(field.entries, stem)
        field.id = f"{stem}-{field.id}"
        field.label.field_id = field.id


class ItemForm(FlaskForm):
    """Everything about one item."""

    version = VersionField()
    title = TextField(_l("Item"), [DataRequired(_l("Enter what happens."))], most=2000)
    kind = WordField(_l("Kind"), ItemKind, default=ItemKind.SPEECH)
    duration_minutes = NumberField(_l("Minutes"), most=LONGEST_MINUTES)
    pinned_at = ClockField(_l("Begins exactly at"))
    cue = LineField(_l("Cue number"), most=12)
    is_public = BooleanField(_l("Stands in the public programme"), default=True)
    sitting = RowField(_l("Sitting"))
    strand = RowField(_l("Takes place"), empty=_l("On the stage"))
    speaker = LineField(_l("Who: person or organization"), most=300)
    position = LineField(_l("Position"), most=300)
    site = RowField(_l("Bridge that speaks"), empty=_l("Main hall"))
    mc_line = TextField(_l("MC line"), most=40_000)
    sound_note = TextField(_l("Sound"), most=1000)
    light_note = TextField(_l("Light"), most=1000)
    screen_note = TextField(_l("Screen"), most=40_000)
    line_note = TextField(_l("Transmission line"), most=1000)
    reception_note = TextField(_l("Reception"), most=1000)
    note = TextField(_l("Note for the organizers"), most=2000)

    NAMES = (
        "title", "kind", "duration_minutes", "pinned_at", "cue", "is_public", "speaker", "position", "mc_line",
        "sound_note", "light_note", "screen_note", "line_note", "reception_note", "note",
    )  # fmt: skip
    ROWS = ("sitting", "strand", "site")

    def __init__(self, event: Event, item: AgendaItem, sites: Sequence[Site] = (), **kwargs: Any) -> None:
        super().__init__(obj=item, **kwargs)
        self.event, self.named = event, item.speaker
        offer_places(self, event, item.sitting)
        if len(self.sitting.choices) < 2:
            del self.sitting
        if not event.strands:
            del self.strand
        # Without a bridge the main hall speaks: it stands there once, unless an item names it.
        bridges = [site for site in sites if site.code != MAIN or site.id == item.site_id]
        self.site.offer(bridges, lambda site: site.name)
        name_apart(self, f"item-{item.id}")

    @property
    def values(self) -> dict[str, Any]:
        """What was typed; words that name someone else lead to that person or organization, if they are known."""
        values = {name: self[name].data for name in self.NAMES}
        values |= {name: self[name].row for name in self.ROWS if name in self}
        if self.speaker.data != self.named:
            values["person"], values["organization"] = known_speaker(self.event, self.speaker.data)
        return values


class LineForm(FlaskForm):
    """What can be changed in the row itself."""

    version = VersionField()
    title = TextField(_l("Item"), [DataRequired(_l("Enter what happens."))], most=2000)
    duration_minutes = NumberField(_l("Minutes"), most=LONGEST_MINUTES)
    pinned_at = ClockField(_l("Begins exactly at"))

    NAMES = ("title", "duration_minutes", "pinned_at")

    def __init__(self, item: AgendaItem, **kwargs: Any) -> None:
        super().__init__(obj=item, **kwargs)

    @property
    def values(self) -> dict[str, Any]:
        return {name: self[name].data for name in self.NAMES}


class AddForm(FlaskForm):
    """A new item at the end of a place."""

    title = TextField(_l("Item"), [DataRequired(_l("Enter what happens."))], most=2000)
    duration_minutes = NumberField(_l("Minutes"), most=LONGEST_MINUTES)
    kind = WordField(_l("Kind"), ItemKind, default=ItemKind.SPEECH)
    sitting = RowField(_l("Sitting"))
    strand = RowField(_l("Takes place"), empty=_l("On the stage"))

    def __init__(self, event: Event, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        offer_places(self, event)
        if not self.sitting.data and event.standing_sittings:
            self.sitting.data = str(event.standing_sittings[0].id)

    @property
    def values(self) -> dict[str, Any]:
        return {
            "title": self.title.data,
            "duration_minutes": self.duration_minutes.data,
            "kind": self.kind.data,
            "sitting": self.sitting.row,
            "strand": self.strand.row,
        }


class PlaceForm(FlaskForm):
    """Where an item is put; `moves` is what the page was shown with."""

    number = NumberField(_l("Number"), [InputRequired(_l("Say at which place."))], most=MOST_ITEMS)
    sitting = RowField(_l("Sitting"))
    strand = RowField(_l("Takes place"), empty=_l("On the stage"))
    moves = VersionField()

    def __init__(self, event: Event, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        offer_places(self, event)


class MoveForm(FlaskForm):
    moves = VersionField()


class ShiftForm(FlaskForm):
    """So many minutes later, from a number of a place on."""

    number = NumberField(_l("From item"), [InputRequired(_l("Say from which item on."))], most=MOST_ITEMS)
    minutes = NumberField(
        _l("Minutes"), [InputRequired(_l("Say how many minutes."))], least=-LONGEST_SHIFT, most=LONGEST_SHIFT
    )


class BufferForm(FlaskForm):
    version = VersionField()
    buffer_minutes = NumberField(_l("Kept free"), least=0, most=LONGEST_BUFFER)

    def __init__(self, sitting: Sitting, **kwargs: Any) -> None:
        super().__init__(obj=sitting, **kwargs)


class StrandForm(FlaskForm):
    version = VersionField()
    name = LineField(_l("Name of the strand"), [DataRequired(_l("Enter a name."))], most=200)
    place = LineField(_l("Where"), most=300)

    def __init__(self, strand: Strand | None = None, **kwargs: Any) -> None:
        super().__init__(obj=strand, **kwargs)

    @property
    def values(self) -> dict[str, Any]:
        return {"name": self.name.data, "place": self.place.data}


def offer_places(form: Any, event: Event, standing: Sitting | None = None) -> None:
    """The sittings that have not been cancelled, that where the item stands too, and what goes on beside them."""
    sittings = [sitting for sitting in event.sittings if sitting.cancelled_at is None or sitting is standing]
    form.sitting.offer(
        sittings, lambda sitting: sitting.title or str(_l("Sitting %(number)s", number=sitting.number))
    )
    form.strand.offer(event.strands, lambda strand: strand.name)
