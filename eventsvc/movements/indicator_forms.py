"""What is typed about an indicator."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import DataRequired

from eventsvc.events.models import Event
from eventsvc.movements import target_queries
from eventsvc.movements.models import Indicator
from eventsvc.web.fields import DayField, LineField, RowField, TextField, VersionField


class IndicatorForm(FlaskForm):
    version = VersionField()
    text = TextField(
        _l("Indicator, in the words of the plan"), [DataRequired(_l("Enter the indicator."))], most=4000
    )
    task = RowField(_l("Under which item of the plan"), empty=_l("under none"))
    responsible = LineField(_l("Responsible member"), most=300)
    result = TextField(_l("Result in words"), most=4000)
    done_on = DayField(_l("Day it was done"))

    @classmethod
    def of(cls, event: Event, indicator: Indicator | None, **kwargs: Any) -> "IndicatorForm":
        items = target_queries.items_to_offer(event)
        if indicator is None:
            own = {row.task_id for row in target_queries.indicators_of(event)}
            last = [item for item in items if item.id in own]
            form = cls(task=last[-1] if last else None, **kwargs)
        else:
            form = cls(obj=indicator, **kwargs)
        form.task.offer(items, lambda item: " ".join(filter(None, [item.key, item.text]))[:120])
        return form

    @property
    def values(self) -> dict[str, Any]:
        return {
            "text": self.text.data,
            "task": self.task.row,
            "responsible": self.responsible.data or None,
            "result": self.result.data or None,
            "done_on": self.done_on.data,
        }
