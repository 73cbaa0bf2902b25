"""What people type about the rules of readiness, the checklist and the kinds of people."""

from datetime import time
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectChoice, SelectField
from wtforms.validators import DataRequired

from eventsvc.sites import labels as _labels  # noqa: F401  (registers the words)
from eventsvc.sites.checklist_operations import LONGEST_ITEM
from eventsvc.sites.count_group_operations import LONGEST_KIND
from eventsvc.sites.models import SiteLevel
from eventsvc.sites.readiness_models import Gate, ReadinessRule
from eventsvc.sites.readiness_operations import LEAST_MINUTES, MOST_DAYS, MOST_MINUTES, MOST_REMIND_HOURS
from eventsvc.sites.report_models import CheckGroup, CheckItem, CountGroup
from eventsvc.web import labels
from eventsvc.web.fields import ClockField, LineField, NumberField, VersionField, WordField

ON_A_DAY, BEFORE_THE_START = "day", "minutes"


class RuleForm(FlaskForm):
    """A rule: what, for whom, by when, and how long before whoever has not passed it is written to."""

    version = VersionField()
    gate = WordField(_l("What must be reached"), Gate)
    level = SelectField(_l("For whom"))
    kind = RadioField(
        _l("By when"),
        choices=[
            SelectChoice(ON_A_DAY, _l("On a day before the event, at a time of day")),
            SelectChoice(BEFORE_THE_START, _l("So many minutes before the event begins")),
        ],
        default=ON_A_DAY,
    )
    days_before = NumberField(_l("Days before the event"), least=0, most=MOST_DAYS)
    at = ClockField(_l("Time of day"))
    minutes_before = NumberField(_l("Minutes before the start"), least=LEAST_MINUTES, most=MOST_MINUTES)
    remind_hours = NumberField(
        _l("Write to the silent so many hours before"), least=1, most=MOST_REMIND_HOURS
    )

    def __init__(self, rule: ReadinessRule | None = None, **kwargs: Any) -> None:
        if rule is not None:
            kwargs["data"] = _typed(rule)
        super().__init__(**kwargs)
        everywhere = SelectChoice("", _("All bridge sites (for services: all halls)"))
        self.level.choices = [everywhere, *labels.choices(SiteLevel)]

    def validate(self, extra_validators: Any = None) -> bool:
        is_good = super().validate(extra_validators)
        if self.kind.data == BEFORE_THE_START:
            wanted = [
                (self.minutes_before, _("Say how many minutes before the start; 0 is the start itself."))
            ]
        else:
            wanted = [
                (self.days_before, _("Say how many days before the event; 0 is the day itself.")),
                (self.at, _("Say at what time of day.")),
            ]
        for field, words in wanted:
            if field.data is None and not field.errors:
                field.errors = [words]
                is_good = False
        return is_good

    @property
    def columns(self) -> dict[str, Any]:
        """What is stored; what was typed for the other kind of moment is not."""
        is_day = self.kind.data == ON_A_DAY
        return {
            "gate": self.gate.data,
            "level": SiteLevel(self.level.data) if self.level.data else None,
            "days_before": self.days_before.data if is_day else None,
            "at_minutes": self.at.data.hour * 60 + self.at.data.minute if is_day else None,
            "minutes_before": None if is_day else self.minutes_before.data,
            "remind_hours": self.remind_hours.data,
        }


class ItemForm(FlaskForm):
    version = VersionField()
    group = WordField(_l("Group of the line"), CheckGroup)
    text = LineField(_l("What is checked"), [DataRequired(_l("Say what is checked."))], most=LONGEST_ITEM)

    def __init__(self, item: CheckItem | None = None, **kwargs: Any) -> None:
        if item is not None:
            kwargs["data"] = {"version": item.version, "group": item.group, "text": item.text}
        super().__init__(**kwargs)
        if item is None:
            del self.version  # what is new has no edition


class KindForm(FlaskForm):
    version = VersionField()
    name = LineField(
        _l("Name of the kind of people"), [DataRequired(_l("Enter a name."))],
        most=LONGEST_KIND,
    )  # fmt: skip

    def __init__(self, kind: CountGroup | None = None, **kwargs: Any) -> None:
        if kind is not None:
            kwargs["data"] = {"version": kind.version, "name": kind.name}
        super().__init__(**kwargs)
        if kind is None:
            del self.version  # what is new has no edition


def _typed(rule: ReadinessRule) -> dict[str, Any]:
    hour, minute = divmod(rule.at_minutes or 0, 60)
    return {
        "version": rule.version,
        "gate": rule.gate,
        "level": rule.level.value if rule.level else "",
        "kind": ON_A_DAY if rule.days_before is not None else BEFORE_THE_START,
        "days_before": rule.days_before,
        "at": time(hour, minute) if rule.at_minutes is not None else None,
        "minutes_before": rule.minutes_before,
        "remind_hours": rule.remind_hours,
    }
