"""What people type about money."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import DataRequired

from eventsvc.budgets.models import BudgetSource
from eventsvc.web.fields import AmountField, DayField, LineField, NumberField, TextField, VersionField


class SourceForm(FlaskForm):
    version = VersionField()
    text = TextField(
        _l("Source, in the words of the plan"), [DataRequired(_l("Enter the source."))], most=4000
    )
    decision = LineField(_l("Decision"), most=80)
    decision_date = DayField(_l("Day of the decision"))
    allocated_to = LineField(_l("Given to"), most=1000)
    fiscal_year = NumberField(_l("Year"), least=1990, most=2100)
    amount = AmountField(_l("Amount in đồng"))

    NAMES = ("text", "decision", "decision_date", "allocated_to", "fiscal_year", "amount")

    @classmethod
    def of(cls, source: BudgetSource | None, **kwargs: Any) -> "SourceForm":
        return cls(obj=source, **kwargs)

    @property
    def values(self) -> dict[str, Any]:
        return {name: self[name].data for name in self.NAMES}
