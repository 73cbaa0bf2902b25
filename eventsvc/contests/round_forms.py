"""What is typed about rounds, matches and livestream slots."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import DataRequired, InputRequired

from eventsvc.contests.brackets import MOST
from eventsvc.contests.livestream_operations import MOST_VIEWERS
from eventsvc.contests.match_operations import MOST_SCORE
from eventsvc.contests.models import LivestreamSlot, Match, Round, RoundKind
from eventsvc.web.fields import (
    AmountField,
    LineField,
    LinkField,
    MomentField,
    NumberField,
    VersionField,
    WordField,
)


class Filled(FlaskForm):
    """A form that shows a row as it is stored."""

    def fill(self, row: Any) -> "Filled":
        for name in self._fields:
            if hasattr(row, name):
                self[name].data = getattr(row, name)
        return self

    def values_of(self, *names: str) -> dict[str, Any]:
        return {name: self[name].data for name in names}


class RoundForm(Filled):
    version = VersionField()
    name = LineField(_l("Name of the round"), [DataRequired(_l("Give the round a name."))], most=200)
    kind = WordField(_l("How it is decided"), RoundKind)
    starts_at = MomentField(_l("Begins at"))
    ends_at = MomentField(_l("Ends at"))
    advancing = NumberField(_l("How many go on"), most=MOST)

    @classmethod
    def of(cls, round_: Round | None, **kwargs: Any) -> "RoundForm":
        form = cls(**kwargs)
        if round_ is not None and not form.is_submitted():
            form.fill(round_)
        return form

    @property
    def changes(self) -> dict[str, Any]:
        return self.values_of("name", "kind", "starts_at", "ends_at", "advancing")


class PlanForm(Filled):
    """When and where a match is played."""

    version = VersionField(id="plan-version")
    starts_at = MomentField(_l("Match begins at"))
    place = LineField(_l("Place of the match"), most=200)

    def values(self) -> dict[str, Any]:
        return self.values_of("starts_at", "place", "version")


class ResultForm(Filled):
    version = VersionField(id="result-version")
    first_score = NumberField(
        _l("Score of the first"), [InputRequired(_l("Enter a number."))], least=0, most=MOST_SCORE
    )
    second_score = NumberField(
        _l("Score of the second"), [InputRequired(_l("Enter a number."))], least=0, most=MOST_SCORE
    )

    def values(self) -> dict[str, Any]:
        return self.values_of("first_score", "second_score", "version")

    def named(self, match: Match) -> "ResultForm":
        """The two scores under the names of the two."""
        if match.first is not None and match.second is not None:
            self.first_score.label.text = match.first.title
            self.second_score.label.text = match.second.title
        return self


class SlotForm(Filled):
    version = VersionField(id="slot-version")
    starts_at = MomentField(_l("On the air from"), [InputRequired(_l("Enter day and time."))])
    ends_at = MomentField(_l("On the air until"), [InputRequired(_l("Enter day and time."))])
    channel = LineField(_l("Channel of the livestream"), most=200)
    url = LinkField(_l("Link of the livestream"))

    def values(self) -> dict[str, Any]:
        return self.values_of("starts_at", "ends_at", "channel", "url", "version")


class RevenueField(AmountField):
    """What was typed comes back whole, however long it was."""

    def _value(self) -> str:
        return self.raw_data[0] if self.raw_data else super()._value()


class SalesForm(Filled):
    version = VersionField(id="sales-version")
    viewers = NumberField(_l("Viewers of the livestream"), least=0, most=MOST_VIEWERS - 1)
    orders = NumberField(_l("Orders of the livestream"), least=0, most=MOST_VIEWERS - 1)
    revenue = RevenueField(_l("Revenue of the livestream (đồng)"), most=25)

    def values(self) -> dict[str, Any]:
        return self.values_of("viewers", "orders", "revenue", "version")


def shown(form: Any, row: LivestreamSlot | Match | None) -> Any:
    """The form as it was sent, or as the row fills it in."""
    return form.fill(row) if row is not None and not form.is_submitted() else form
