"""What people type about link tests: when and for whom, and how they went."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectChoice, SelectField, SelectMultipleField, ValidationError
from wtforms.validators import DataRequired, InputRequired, StopValidation

from eventsvc import clock
from eventsvc.events.models import Event
from eventsvc.link_tests import queries
from eventsvc.link_tests.models import InvitedSite, LinkTest, LinkTestKind, TestResult
from eventsvc.link_tests.queries import Audience
from eventsvc.sites.models import MAIN, Site, SiteLevel
from eventsvc.sites.queries import districts_of
from eventsvc.sites.report_models import FaultKind
from eventsvc.text import display_phone
from eventsvc.web import labels
from eventsvc.web.arguments import whole
from eventsvc.web.fields import (
    ClockField,
    DayField,
    LineField,
    LinkField,
    TextField,
    VersionField,
    WordField,
)

DAYS_BEFORE = {LinkTestKind.LINK_TEST: 3, LinkTestKind.REHEARSAL: 1}
"""How long before the event a session is usually held."""
USUAL_HOUR, USUAL_LENGTH = time(14, 0), timedelta(hours=2)
NOTE_WIDTH = 500


class TimesForm(FlaskForm):
    """What a session is about. `starts_at` and `ends_at` are the field names of its refusals."""

    version = VersionField()
    title = LineField(_l("Name of the session"), [DataRequired(_l("Give it a name."))], most=200)
    day = DayField(_l("Day"), [InputRequired(_l("Enter a day."))])
    starts_at = ClockField(_l("Start of the session"), [InputRequired(_l("Enter a time."))])
    ends_at = ClockField(_l("End of the session"), [InputRequired(_l("Enter a time."))])
    video_link = LinkField(_l("Link of the video conference"))
    contact = LineField(_l("Whom to call during the session"), most=300)
    note = TextField(_l("Note for the sites"), most=2000)

    NAMES = ("title", "video_link", "contact", "note")

    def __init__(self, link_test: LinkTest | None = None, **kwargs: Any) -> None:
        if link_test is not None:
            kwargs["data"] = {
                **{name: getattr(link_test, name) for name in (*self.NAMES, "version")},
                "day": clock.local(link_test.starts_at).date(),
                "starts_at": clock.local(link_test.starts_at).time(),
                "ends_at": clock.local(link_test.ends_at).time(),
            }
        super().__init__(**kwargs)

    @property
    def changes(self) -> dict[str, Any]:
        """The values; an end at midnight is the end of the day."""
        day, starts, ends = self.day.data, self.starts_at.data, self.ends_at.data
        assert day is not None and starts is not None and ends is not None
        until = clock.from_local(datetime.combine(day, ends))
        if ends == time(0, 0):
            until += timedelta(days=1)
        return {name: self[name].data for name in self.NAMES} | {
            "starts_at": clock.from_local(datetime.combine(day, starts)),
            "ends_at": until,
        }


class AudienceForm(FlaskForm):
    """Which sites take part."""

    audience = WordField(_l("For which sites"), Audience)
    level = SelectField(_l("Level"), choices=[], validate_choice=False)
    district = SelectField(_l("District"), choices=[], validate_choice=False)
    cluster = SelectField(_l("Cluster"), choices=[], validate_choice=False)
    chosen = SelectMultipleField(_l("Chosen sites"), choices=[], validate_choice=False)

    def offer(self, event: Event) -> None:
        """Say which levels, districts, clusters and sites there are; call it before validating."""
        self._event = event
        sites = queries.sites_by_level(event)
        levels = dict.fromkeys(site.level for site in sites if site.code != MAIN)
        self.level.choices = [SelectChoice(level.value, labels.label(level)) for level in levels]
        districts = districts_of(event)
        if len(districts) < 2:  # where communes lie under the province itself there is nothing to choose
            districts = []
        self.district.choices = [SelectChoice(code, name) for code, name in districts]
        clusters = sorted({site.cluster for site in sites if site.cluster})
        self.cluster.choices = [SelectChoice(name, name) for name in clusters]
        self.chosen.choices = [SelectChoice(str(site.id), _name(site)) for site in sites]
        pointless = {
            Audience.DISTRICT: not self.district.choices,
            Audience.CLUSTER: not self.cluster.choices,
        }
        self.audience.choices = [
            choice for choice in labels.choices(Audience) if not pointless.get(Audience(choice.value), False)
        ]

    @property
    def sites(self) -> list[Site]:
        """The sites that are meant; of another event there are none."""
        value = {
            Audience.LEVEL: self.level.data,
            Audience.DISTRICT: self.district.data,
            Audience.CLUSTER: self.cluster.data,
        }.get(self.audience.data)
        ids = [number for typed in self.chosen.data or () if (number := whole(typed)) is not None]
        return queries.sites_meant(self._event, self.audience.data, value or "", ids)


class LinkTestForm(TimesForm, AudienceForm):
    """A new session; proposed three days, or one day, before the event at two in the afternoon."""

    kind = WordField(_l("Kind of session"), LinkTestKind)

    @classmethod
    def proposed(cls, event: Event, kind: LinkTestKind) -> "LinkTestForm":
        form = cls(data=proposal(event, kind))
        form.offer(event)
        return form


def proposal(event: Event, kind: LinkTestKind) -> dict[str, Any]:
    """What a form for a new session begins with."""
    number = sum(test.kind is kind for test in queries.link_tests_of(event)) + 1
    title = (
        _("Rehearsal no. %(number)s", number=number)
        if kind is LinkTestKind.REHEARSAL
        else _("Link test no. %(number)s", number=number)
    )
    first = clock.local(event.starts_at).date() if event.starts_at else event.window_start
    tomorrow = clock.today() + timedelta(days=1)
    phone = display_phone(event.contact_phone) if event.contact_phone else None
    return {
        "kind": kind,
        "title": title,
        "day": max(first - timedelta(days=DAYS_BEFORE[kind]), tomorrow) if first else None,
        "starts_at": USUAL_HOUR,
        "ends_at": (datetime.combine(clock.today(), USUAL_HOUR) + USUAL_LENGTH).time(),
        "video_link": event.video_link,
        "contact": ", ".join(filter(None, [event.contact_name, phone])) or None,
        "audience": Audience.BRIDGES,
    }


class ResultForm(FlaskForm):
    """How it went at one site; when it failed, with the fault."""

    result = WordField(_l("How it went"), TestResult)
    note = LineField(_l("A word about it"), most=NOTE_WIDTH)
    fault = SelectField(_l("Report a fault"), choices=[], validate_choice=False)
    fault_text = TextField(_l("What goes wrong"), most=2000)
    spoke_with = LineField(_l("Spoke with (when you enter it after a call)"), most=200)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fault.choices = [
            SelectChoice("", _("no fault")),
            *labels.choices(FaultKind),
        ]

    def validate_fault(self, field: Any) -> None:
        if field.data and field.data not in set(FaultKind):
            raise ValidationError(_("Choose one from the list."))
        if field.data and self.result.data is not TestResult.FAILED:
            raise ValidationError(_("A fault goes with a test that was not passed."))

    @property
    def reported_fault(self) -> tuple[FaultKind, str | None] | None:
        return (FaultKind(self.fault.data), self.fault_text.data) if self.fault.data else None


class AcceptForm(FlaskForm):
    spoke_with = LineField(
        _l("Spoke with"),
        [DataRequired(_l("Enter the name of the person you spoke with."))],
        most=200,
        id="accept-spoke-with",
    )


class _ResultField(SelectField):
    def pre_validate(self, form: Any) -> None:
        if self.data and self.data not in set(TestResult):
            raise StopValidation(_("Choose one from the list."))


class _ResultsForm(FlaskForm):
    """The results of a page of sites; `was_…` is what the page showed, so that a row that nobody touched stays."""

    _rows: Sequence[InvitedSite]

    @property
    def changes(self) -> list[tuple[InvitedSite, TestResult, str | None]]:
        """The rows in which another result or another word was entered."""
        found = []
        for row in self._rows:
            result, note = self[f"result_{row.id}"].data, self[f"note_{row.id}"].data
            if result and f"{result}|{note or ''}" != self[f"was_{row.id}"].data:
                found.append((row, TestResult(result), note))
        return found


def results_form(rows: Sequence[InvitedSite]) -> _ResultsForm:
    """A form with a result and a word for each of these sites."""
    choices = [SelectChoice("", _l("no result yet")), *labels.choices(TestResult)]
    fields: dict[str, Any] = {"_rows": rows}
    for row in rows:
        now = row.result.value if row.result else ""
        fields[f"result_{row.id}"] = _ResultField(_l("How it went"), choices=choices, default=now)
        fields[f"note_{row.id}"] = LineField(_l("A word about it"), most=NOTE_WIDTH, default=row.note)
        fields[f"was_{row.id}"] = HiddenField(default=f"{now}|{row.note or ''}")
    return type("ResultsForm", (_ResultsForm,), fields)()


def _name(site: Site) -> str:
    is_below = site.level is SiteLevel.COMMUNE and site.parent_name
    return f"{site.name} ({site.parent_name})" if is_below else site.name
