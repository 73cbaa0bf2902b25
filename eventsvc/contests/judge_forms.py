"""What is typed about the jury, and by it."""

from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired

from eventsvc.contests import jury_rules
from eventsvc.contests.models import Contest, Judge, Score
from eventsvc.web.fields import EmailField, LineField, PhoneField, VersionField


class JudgeForm(FlaskForm):
    version = VersionField()
    name = LineField(_l("Name of the member of the jury"), [DataRequired(_l("Enter the name."))], most=200)
    position = LineField(_l("Position"), most=200)
    organization_name = LineField(_l("Agency"), most=300)
    email = EmailField(_l("E-mail"))
    phone = PhoneField(_l("Telephone"))

    @classmethod
    def of(cls, judge: Judge | None, **kwargs: Any) -> "JudgeForm":
        form = cls(**kwargs)
        if judge is not None and not form.is_submitted():
            form.version.data = judge.version
            for name in form.changes:
                form[name].data = getattr(judge, name)
        return form

    @property
    def changes(self) -> dict[str, Any]:
        names = ("name", "position", "organization_name", "email", "phone")
        return {name: self[name].data for name in names}


class TieForm(FlaskForm):
    reason = LineField(_l("What the tie is"), most=300)


class PointsField(StringField):
    """Points with halves, typed with a comma or a point; None when nothing was typed."""

    data: Any

    def __init__(self, label: Any, *, most: int, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.most = most

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        typed = valuelist[0].strip() if valuelist else ""
        if not typed:
            return
        points = jury_rules.points_typed(typed)
        if points is None or not jury_rules.can_be_given(points, self.most):
            raise ValueError(_("From 0 to %(most)s, by halves. Example: 7,5.", most=self.most))
        self.data = points

    def _value(self) -> str:
        if self.raw_data:
            return self.raw_data[0]
        return "" if self.data is None else points_words(self.data)


class ScoreForm(FlaskForm):
    """One field for each criterion of the contest: `c` and its id."""

    @classmethod
    def of(cls, contest: Contest, given: dict[int, Score], **kwargs: Any) -> "ScoreForm":
        fields = {f"c{each.id}": PointsField(each.name, most=each.most_points) for each in contest.criteria}
        data = {f"c{criterion_id}": score.points for criterion_id, score in given.items()}
        form: ScoreForm = type("ScoreForm", (cls,), fields)(data=data, **kwargs)
        return form

    @property
    def points(self) -> dict[int, Decimal | None]:
        return {
            int(name.removeprefix("c")): field.data
            for name, field in self._fields.items()
            if isinstance(field, PointsField)
        }


def points_words(points: Decimal) -> str:
    """ "7", "7,5": no noughts that nobody has typed."""
    return f"{points.normalize():f}".replace(".", ",")
