"""What is typed about targets and their figures."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import DataRequired, InputRequired

from eventsvc.movements.models import Comparator, Target, TargetPeriod
from eventsvc.movements.return_models import TargetReporter, TargetReturn
from eventsvc.movements.target_figures import is_share
from eventsvc.web.fields import DayField, LineField, TextField, VersionField, WordField
from eventsvc.web.figures import FigureField


class TargetForm(FlaskForm):
    version = VersionField()
    metric = LineField(_l("What is measured"), [DataRequired(_l("Say what is measured."))], most=500)
    comparator = WordField(_l("Comparison"), Comparator, default=Comparator.MINIMUM)
    value = FigureField(_l("Goal"), [InputRequired(_l("Enter the goal."))])
    unit = LineField(_l("Unit of measure"), [DataRequired(_l("Enter the unit."))], most=100)
    baseline = FigureField(_l("Baseline"))
    period = WordField(_l("How often it is returned"), TargetPeriod, default=TargetPeriod.ONCE)
    starts_on = DayField(_l("Returned from"))
    due_on = DayField(_l("Last day for returns"))
    returned_by = LineField(_l("Who returns it"), most=300)
    checked_by = LineField(_l("Who checks it"), most=300)
    actor = LineField(_l("Who is to reach it"), most=1000)

    NAMES = (
        "metric", "comparator", "value", "unit", "baseline", "period", "starts_on", "due_on", "returned_by",
        "checked_by", "actor",
    )  # fmt: skip

    @classmethod
    def of(cls, target: Target | None, version: int, **kwargs: Any) -> "TargetForm":
        if target is None:
            return cls(data={"version": version}, **kwargs)
        values = {name: getattr(target, name) for name in cls.NAMES}
        values["metric"] = target.metric or target.unit
        values["period"] = target.period or TargetPeriod.ONCE
        return cls(data=values | {"version": version}, **kwargs)

    @property
    def values(self) -> dict[str, Any]:
        return {name: self[name].data for name in self.NAMES}


class FigureForm(FlaskForm):
    """The figure of one organization for one period; `total` is asked for of a share alone."""

    version = VersionField()
    value = FigureField(_l("Figure"), [InputRequired(_l("Enter a figure."))])
    total = FigureField(_l("Out of how many"))
    note = TextField(_l("Note on the figure"), most=2000)
    by_name = LineField(_l("Who reports (name and position)"), most=200)

    @classmethod
    def of(cls, reporter: TargetReporter, row: TargetReturn | None, **kwargs: Any) -> "FigureForm":
        values: dict[str, Any] = {"version": 0}
        if row is not None:
            values = {"version": row.version, "value": row.value, "total": row.total, "note": row.note}
            values["by_name"] = row.submitted_by
        form = cls(data=values, **kwargs)
        if is_share(reporter.target.unit):
            form.value.label.text = _l("Number that have it")
        else:
            del form.total
        return form

    @property
    def values(self) -> dict[str, Any]:
        return {
            "value": self.value.data,
            "total": self.total.data if "total" in self else None,
            "note": self.note.data or None,
            "by_name": self.by_name.data or None,
            "version": self.version.data,
        }


class ReportersForm(FlaskForm):
    names = TextField(
        _l("Who returns the figure"), [DataRequired(_l("Say who returns the figure."))], most=10_000
    )


class PutRightForm(FlaskForm):
    version = VersionField(id="remark-version")
    remark = TextField(
        _l("What is to be put right"), [DataRequired(_l("Say what is to be put right."))], most=2000
    )
