"""What people type to begin an agenda from a template, and to keep one."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectChoice
from wtforms.validators import DataRequired, StopValidation

from eventsvc.agenda.models import AgendaTemplate
from eventsvc.events.models import Event, Sitting
from eventsvc.web.fields import LineField, RowField

APPEND, REPLACE = "append", "replace"


def _words(sitting: Sitting) -> str:
    return sitting.title or _("Sitting %(number)s", number=sitting.number)


class SaveTemplateForm(FlaskForm):
    name = LineField(_l("Name of the template"), [DataRequired(_l("Enter a name."))], most=200)
    sitting = RowField(_l("Agenda of the sitting"))

    def __init__(self, event: Event, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.sitting.offer(event.sittings, _words)
        if len(event.sittings) < 2:
            del self.sitting

    @property
    def chosen(self) -> Sitting | None:
        return self.sitting.row if "sitting" in self else None


class RenameTemplateForm(FlaskForm):
    name = LineField(_l("Name of the template"), [DataRequired(_l("Enter a name."))], most=200)

    def __init__(self, row: AgendaTemplate, **kwargs: Any) -> None:
        super().__init__(obj=row, **kwargs)


class ApplyTemplateForm(FlaskForm):
    """Which sitting takes the items; whether they follow those it has or take their place, which is asked twice."""

    sitting = RowField(_l("Into the sitting"))
    how = RadioField(
        _l("The stage has items already"),
        choices=[
            SelectChoice(APPEND, _l("Put these behind them")),
            SelectChoice(REPLACE, _l("Put these in their place")),
        ],
        default=APPEND,
    )
    sure = BooleanField(_l("Yes, take the items out that stand on this stage now"))

    def __init__(self, event: Event, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.event = event
        self.sitting.offer(event.standing_sittings, _words)
        if len(event.standing_sittings) == 1:
            del self.sitting
        if not any(item.strand_id is None for item in event.agenda_items):
            del self.how, self.sure

    @property
    def chosen(self) -> Sitting | None:
        return self.sitting.row if "sitting" in self else next(iter(self.event.standing_sittings), None)

    @property
    def replaces(self) -> bool:
        return "how" in self and self.how.data == REPLACE

    def validate_sure(self, field: Any) -> None:
        if self.replaces and not field.data and self._count():
            raise StopValidation(
                _("%(count)s items would be taken out. Tick the box if that is meant.", count=self._count())
            )

    def _count(self) -> int:
        sitting = self.chosen
        if sitting is None:
            return 0
        return sum(
            item.sitting_id == sitting.id and item.strand_id is None for item in self.event.agenda_items
        )
