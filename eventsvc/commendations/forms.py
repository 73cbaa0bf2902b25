"""What is typed about commendations."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectMultipleField
from wtforms.validators import DataRequired, ValidationError

from eventsvc.agenda.models import AgendaItem
from eventsvc.commendations import (
    labels,  # noqa: F401  (words)
    pasting,
)
from eventsvc.commendations.models import Commendation, NomineeKind
from eventsvc.commendations.pasting import Proposal
from eventsvc.text import nfc
from eventsvc.web.arguments import whole
from eventsvc.web.fields import DayField, LineField, RowField, TextField, VersionField, WordField

USUAL_HONOUR = "Bằng khen của Chủ tịch UBND tỉnh"
LONGEST_PASTE = 100_000


class ProposalForm(FlaskForm):
    version = VersionField()
    kind = WordField(_l("Who is proposed"), NomineeKind, default=NomineeKind.COLLECTIVE)
    name = LineField(
        _l("Name of the person, collective or channel"), [DataRequired(_l("Enter a name."))], most=300
    )
    position = LineField(_l("Position"), most=300)
    organization_name = LineField(_l("Organization"), most=300)
    achievement = TextField(_l("Achievement"), [DataRequired(_l("Say what was achieved."))], most=5000)
    form = LineField(_l("Honour"), [DataRequired(_l("Say which honour is proposed."))], most=200)

    NAMES = ("kind", "name", "position", "organization_name", "achievement", "form")

    @classmethod
    def of(cls, row: Commendation | None, **kwargs: Any) -> "ProposalForm":
        if row is None:
            return cls(data={"form": USUAL_HONOUR, "kind": NomineeKind.COLLECTIVE}, **kwargs)
        return cls(data={name: getattr(row, name) for name in (*cls.NAMES, "version")}, **kwargs)

    @property
    def values(self) -> dict[str, Any]:
        return {name: self[name].data or None for name in self.NAMES}

    @property
    def proposal(self) -> Proposal:
        return Proposal(**self.values)


class LinesField(TextField):
    """Lines out of a spreadsheet: the tabs between the cells stay."""

    def tidy(self, typed: str) -> str:
        return nfc(typed).strip("\r\n")


class SeveralForm(FlaskForm):
    """Many proposals, one a line."""

    several_kind = WordField(_l("Who is proposed"), NomineeKind, default=NomineeKind.COLLECTIVE)
    several_form = LineField(
        _l("Honour"), [DataRequired(_l("Say which honour is proposed."))], most=200, default=USUAL_HONOUR
    )
    lines = LinesField(
        _l("Proposals, one a line"), [DataRequired(_l("Enter at least one line."))], most=LONGEST_PASTE
    )

    def validate_lines(self, field: Any) -> None:
        if self.several_kind.data is None or not self.several_form.data:
            return
        found = self.read
        if found.unread:
            raise ValidationError(
                _(
                    "These lines cannot be read: %(numbers)s. A person: name; position; organization; achievement. "
                    "A collective or a channel: name; achievement.",
                    numbers=", ".join(map(str, found.unread[:20])),
                )
            )

    @property
    def read(self) -> pasting.Read:
        return pasting.read(self.lines.data or "", self.several_kind.data, self.several_form.data or "")


class ChosenForm(FlaskForm):
    """Which proposals of a list are meant, each as it was seen there ("12-3": the proposal 12 in version 3)."""

    chosen_rows = SelectMultipleField(name="chosen", choices=[], validate_choice=False)
    checked_by = LineField(_l("Checked by"), most=300)
    decision_number = LineField(_l("Number of the decision"), most=80)
    decision_date = DayField(_l("Day of the decision"))

    @property
    def chosen(self) -> list[tuple[int, int | None]]:
        pairs = [value.partition("-")[::2] for value in self.chosen_rows.data or []]
        found = [(whole(row), whole(version)) for row, version in pairs]
        return [(row, version) for row, version in found if row is not None]

    @property
    def marked(self) -> set[int]:
        return {row for row, _version in self.chosen} if self.is_submitted() else set()


class RemarkForm(FlaskForm):
    version = VersionField(id="remark-version")
    remark = TextField(_l("What is to be put right, or why not"), [DataRequired(_l("Say why."))], most=2000)


class ItemForm(FlaskForm):
    """Where those decided are read out."""

    item = RowField(_l("Item of the agenda"), empty=_l("– not in an agenda –"))
    overwrite = BooleanField(_l("Write over what stands there"))

    def __init__(self, items: Sequence[AgendaItem], current: AgendaItem | None, **kwargs: Any) -> None:
        super().__init__(data={"item": current}, **kwargs)
        self.item.offer(items, lambda item: f"{item.event.short_title}: {item.title[:80]}")
