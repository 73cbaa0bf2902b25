"""Forms of seating. Text becomes clean values here; nothing is written."""

import re
from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import ValidationError
from wtforms.validators import DataRequired, InputRequired, Optional

from eventsvc.guests.models import GuestGroup
from eventsvc.seating.models import BlockKind, SeatBlock, SeatingPlan
from eventsvc.seating.operations import Layout
from eventsvc.sites.models import Site
from eventsvc.web.fields import LineField, NumberField, RowField, TextField, VersionField, WordField

MOST_ROWS = MOST_SEATS = 100
MOST_CLOSED = 1000
_CLOSED = re.compile(r"(\d{1,3})(?:\s*-\s*(\d{1,3})(?:\s*\.\.\s*(\d{1,3}))?)?")
_ENTER_NAME = _l("Give it a name.")


class PlanForm(FlaskForm):
    """A plan's name, and what is beside it."""

    name = LineField(_l("Name of the plan"), [DataRequired(_ENTER_NAME)], most=200)
    note = TextField(_l("Note"), [Optional()], most=1000)
    version = VersionField()

    def fill(self, plan: SeatingPlan) -> None:
        self.name.data, self.note.data, self.version.data = plan.name, plan.note, plan.version


class NewPlanForm(FlaskForm):
    """A plan with the blocks of a usual hall, which can be changed one by one afterwards."""

    site = RowField(_l("Site"))
    name = LineField(_l("Name of the plan"), [DataRequired(_ENTER_NAME)], most=200)
    rows = NumberField(_l("Rows"), [InputRequired(_l("How many rows has the hall?"))], most=MOST_ROWS)
    left = NumberField(_l("Seats in a row on the left"), [Optional()], least=0, most=MOST_SEATS)
    centre = NumberField(
        _l("Seats in a row in the middle"), [InputRequired(_l("How many seats has a row?"))], most=MOST_SEATS
    )
    right = NumberField(_l("Seats in a row on the right"), [Optional()], least=0, most=MOST_SEATS)
    presidium = NumberField(_l("Seats of the presidium on the stage"), [Optional()], least=0, most=MOST_SEATS)

    def __init__(self, sites: Sequence[Site], **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.site.offer(sites, lambda site: site.name)

    @property
    def layout(self) -> Layout:
        return Layout(
            rows=self.rows.data or 1,
            centre=self.centre.data or 1,
            left=self.left.data or 0,
            right=self.right.data or 0,
            presidium=self.presidium.data or 0,
        )


class BlockForm(FlaskForm):
    name = LineField(_l("Name of the block, as on the chairs"), [DataRequired(_ENTER_NAME)], most=12)
    kind = WordField(_l("Kind of block"), BlockKind, default=BlockKind.ROWS)
    offset = NumberField(
        _l("Where it stands"),
        [InputRequired(_l("Say where the block stands: 0 is the middle."))],
        least=-9,
        most=9,
        default=0,
    )
    rows = NumberField(_l("Rows"), [InputRequired(_l("How many rows has the block?"))], most=MOST_ROWS)
    seats_per_row = NumberField(
        _l("Seats in a row"), [InputRequired(_l("How many seats has a row?"))], most=MOST_SEATS
    )
    closed = LineField(_l("Seats that nobody gets"), [Optional()], most=2000)
    group = RowField(_l("Kept for a guest group"), empty=_l("— for everybody —"))
    version = VersionField()

    def __init__(self, groups: Sequence[GuestGroup], **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.group.offer(groups, lambda group: group.name)

    def validate_closed(self, field: LineField) -> None:
        if field.data and not all(_CLOSED.fullmatch(part) for part in _parts(field.data)):
            raise ValidationError(
                _("Write row and seat: 3-5; several as 3-5..8; a whole row as 3; with commas between.")
            )

    def fill(self, block: SeatBlock) -> None:
        self.name.data, self.kind.data, self.offset.data = block.name, block.kind, block.offset
        self.rows.data, self.seats_per_row.data = block.rows, block.seats_per_row
        self.closed.data = ", ".join(block.closed)
        self.group.data = str(block.group_id or "")
        self.version.data = block.version

    @property
    def changes(self) -> dict[str, object]:
        return {
            "name": self.name.data,
            "kind": self.kind.data,
            "offset": self.offset.data,
            "rows": self.rows.data,
            "seats_per_row": self.seats_per_row.data,
            "closed": self.chosen_closed,
            "group_id": self.group.row.id if self.group.row else None,
        }

    @property
    def chosen_closed(self) -> list[str]:
        """The chairs one by one, in their order, without those that the block does not have."""
        rows, seats = self.rows.data or 0, self.seats_per_row.data or 0
        found = set()
        for part in _parts(self.closed.data or ""):
            match = _CLOSED.fullmatch(part)
            if match is None:
                continue
            row = int(match[1])
            first, last = int(match[2] or 1), int(match[3] or match[2] or seats)
            found |= {(row, number) for number in range(first, min(last, seats) + 1) if 0 < number <= seats}
        return [f"{row}-{number}" for row, number in sorted(found) if 0 < row <= rows]


def _parts(words: str) -> list[str]:
    return [part.strip() for part in words.split(",") if part.strip()]
