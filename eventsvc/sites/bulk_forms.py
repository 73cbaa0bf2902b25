"""What is chosen and typed for many sites at once."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectChoice, SelectField, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from eventsvc.sites import labels as _labels  # noqa: F401  (registers the words)
from eventsvc.sites.bulk_plan import SETTABLE, BulkPlan
from eventsvc.sites.models import Milestone, Site
from eventsvc.web import labels
from eventsvc.web.arguments import whole
from eventsvc.web.fields import LineField, LinkField, NumberField, TextField

MOST_CHOSEN = 200_000
"""Characters: some ten thousand sites."""
YES, NO = "yes", "no"


class Chosen(HiddenField):
    """Sites with the version in which they were seen: "12.3 14.1"."""

    def process_data(self, value: Any) -> None:
        self.data = value

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = valuelist[0][:MOST_CHOSEN] if valuelist else ""

    @property
    def seen(self) -> dict[int, int]:
        """Id and version; what makes no sense is left out."""
        found = {}
        for part in (self.data or "").split():
            site_id, _dot, version = part.partition(".")
            pair = whole(site_id), whole(version)
            if pair[0] is not None and pair[1] is not None:
                found[pair[0]] = pair[1]
        return found

    def take(self, sites: Sequence[Site]) -> None:
        """The sites as they are now."""
        self.data = " ".join(f"{site.id}.{site.version}" for site in sites)


class BulkForm(FlaskForm):
    """Whatever is left empty stays as it is at each site; `emptied` names what is to be emptied."""

    chosen = Chosen()
    previewed = HiddenField()
    cluster = LineField(_l("Cluster of sites"), most=120)
    video_platform = LineField(_l("Video platform"), most=120)
    meeting_id = LineField(_l("Meeting id"), most=120)
    meeting_url = LinkField(_l("Link to the video meeting"))
    backup_line = LineField(_l("Back-up line"), most=300)
    hall = LineField(_l("Hall"), most=300)
    capacity = NumberField(_l("Seats"), most=100000)
    speaks = SelectField(_l("Someone speaks from this site"), default="")
    note = TextField(_l("Note"), most=2000)
    first_number = NumberField(_l("Count them in this order, beginning with"), most=9999)
    emptied = SelectMultipleField(
        _l("Empty these at all chosen sites"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    milestone = SelectField(_l("Step that all chosen sites have reached"), default="")
    spoke_with = LineField(_l("Spoken with"), most=200)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.emptied.choices = [
            SelectChoice(name, self[name].label.text) for name in SETTABLE if name != "speaks"
        ]
        self.speaks.choices = [
            SelectChoice("", _("leave as it is")), SelectChoice(YES, _("yes")), SelectChoice(NO, _("no")),
        ]  # fmt: skip
        self.milestone.choices = [SelectChoice("", _("none")), *labels.choices(Milestone)]

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid = super().validate(extra_validators)
        for name in self.emptied.data or []:
            if name in SETTABLE and self[name].data is not None:
                self[name].errors = [*self[name].errors, _("Either fill this in or empty it.")]
                is_valid = False
        if self.milestone.data and not self.spoke_with.data:
            self.spoke_with.errors = [*self.spoke_with.errors, _("Say with whom you spoke.")]
            is_valid = False
        if is_valid and self.plan.is_empty:
            self.form_errors.append(_("Fill in what is to change, or choose a step."))
            is_valid = False
        return is_valid

    @property
    def plan(self) -> BulkPlan:
        changes: dict[str, Any] = {
            name: self[name].data
            for name in SETTABLE
            if name != "speaks" and (self[name].data is not None or name in (self.emptied.data or []))
        }
        if self.speaks.data:
            changes["speaks"] = self.speaks.data == YES
        reached = Milestone(self.milestone.data) if self.milestone.data else None
        return BulkPlan(changes, self.first_number.data, reached)

    @property
    def is_previewed(self) -> bool:
        """Whether exactly this was shown before."""
        return self.previewed.data == self.digest

    @property
    def digest(self) -> str:
        """A mark of what is chosen and typed."""
        said = (self.chosen.data, self.plan, self.spoke_with.data)
        return sha256(repr(said).encode()).hexdigest()[:32]
