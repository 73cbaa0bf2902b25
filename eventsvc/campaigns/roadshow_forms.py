"""What is typed about clusters, stops, what every stop has, and travel times."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, FieldList, Form, FormField, SelectChoice, SelectField, SelectMultipleField
from wtforms.validators import DataRequired, InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from eventsvc.campaigns import labels  # noqa: F401  (registers the words)
from eventsvc.campaigns.models import Cluster, ClusterKind, ClusterUnit, Stop, StopTemplate
from eventsvc.campaigns.roadshow_operations import (
    SittingDetails,
    StopDetails,
    TaskDetails,
    TemplateDetails,
)
from eventsvc.campaigns.roadshow_queries import committee, days_of
from eventsvc.organizations.models import Organization
from eventsvc.text import nfc
from eventsvc.web.fields import (
    ClockField,
    DayField,
    LineField,
    NumberField,
    RowField,
    TextField,
    VersionField,
    WordField,
)

MOST_DAYS = 60
MOST_PEOPLE = 1_000_000
SPARE_ROWS = 3
MOST_ROWS = 60


class ClusterForm(FlaskForm):
    """A cluster with its units: ticked among those that are free, or pasted as a plan names them."""

    version = VersionField()
    name = LineField(_l("Name of the cluster"), [DataRequired(_l("Enter the name."))], most=200)
    kind = WordField(_l("Kind of cluster"), ClusterKind, default=ClusterKind.CLUSTER)
    days = NumberField(_l("Days together"), least=1, most=MOST_DAYS)
    starts_on = DayField(_l("First day"))
    venue = LineField(_l("Where it is held"), most=1000)
    host = SelectField(_l("Hosting unit"), validate_choice=False)
    participants = SelectMultipleField(
        _l("Units that take part"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )
    pasted = TextField(_l("More units, as the plan names them"), most=5000)
    note = TextField(_l("Note"), most=2000)

    VALUES = ("name", "kind", "days", "starts_on", "venue", "note")

    def __init__(
        self, cluster: Cluster | None, free: Sequence[Organization], formdata: Any = True, **kwargs: Any
    ) -> None:
        source = {} if formdata is True else {"formdata": formdata}
        own = list(cluster.units) if cluster else []
        super().__init__(obj=cluster, data=_chosen(own), **source, **kwargs)
        self._names = {_key(unit): unit.name for unit in own} | {unit.code: committee(unit) for unit in free}
        words = list(self._names.items())
        self.host.choices = [SelectChoice("", str(_l("– none yet –")))] + [
            SelectChoice(key, name) for key, name in words
        ]
        self.participants.choices = [SelectChoice(key, name) for key, name in words]

    @property
    def values(self) -> dict[str, Any]:
        return {name: self[name].data for name in self.VALUES}

    @property
    def host_name(self) -> str | None:
        return self._names.get(self.host.data or "")

    @property
    def participant_names(self) -> list[str]:
        ticked = [self._names[key] for key in self.participants.data or [] if key in self._names]
        return [*ticked, *self.pasted.lines]


class MoveUnitForm(FlaskForm):
    cluster = RowField(_l("To the cluster"))

    def __init__(self, clusters: Sequence[Cluster], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.cluster.offer(clusters, lambda cluster: cluster.name)


class StopForm(FlaskForm):
    """A stop; once it is an event, its length, its hours, its hall and the places in it are typed there."""

    version = VersionField()
    name = LineField(_l("Name of the stop"), [DataRequired(_l("Enter the name."))], most=200)
    unit = RowField(_l("At the unit"), empty=_l("– no unit of its own –"))
    place = LineField(_l("Hall or ground"), most=300)
    starts_on = DayField(_l("First day"))
    days = NumberField(
        _l("Number of days"), [InputRequired(_l("Enter a number."))], least=1, most=MOST_DAYS, default=1
    )
    opens = ClockField(_l("Opens daily at"))
    closes = ClockField(_l("Closes daily at"))
    capacity = NumberField(_l("People expected"), least=1, most=MOST_PEOPLE)
    teams = TextField(_l("Teams that work there"), most=5000)
    note = TextField(_l("Note"), most=2000)
    is_agreed = BooleanField(_l("Move the event to another day although people have heard of it"))

    PLAIN = ("name", "starts_on", "note")
    OF_THE_EVENT = ("days", "opens", "closes", "place", "capacity")

    def __init__(
        self,
        cluster: Cluster,
        stop: Stop | None = None,
        formdata: Any = True,
        *,
        is_announced: bool = False,
        **kwargs: Any,
    ) -> None:
        source = {} if formdata is True else {"formdata": formdata}
        super().__init__(data=_stop_values(stop) if stop else _proposed(cluster), **source, **kwargs)
        self.unit.offer(cluster.units, lambda unit: unit.name)
        if stop is not None and stop.part_id is not None:
            for name in self.OF_THE_EVENT:
                del self[name]
        if not is_announced:
            del self["is_agreed"]

    @property
    def details(self) -> StopDetails:
        names = [*self.PLAIN, *(name for name in self.OF_THE_EVENT if name in self)]
        return StopDetails(
            unit=self.unit.row, teams=self.teams.lines, **{name: self[name].data for name in names}
        )

    @property
    def agrees(self) -> bool:
        """Whether it was said that the event is meant to move, too."""
        return "is_agreed" in self and bool(self.is_agreed.data)


class MoveStopForm(FlaskForm):
    version = VersionField()
    starts_on = DayField(_l("First day"), [InputRequired(_l("Enter the day."))])


class TemplateSittingForm(Form):
    day = NumberField(_l("On day"), least=1, most=MOST_DAYS)
    name = LineField(_l("Name of the sitting"), most=200)
    starts = ClockField(_l("From (hour)"))
    ends = ClockField(_l("Until (hour)"))


class TemplateTaskForm(Form):
    text = LineField(_l("What is to be done"), most=2000)
    agency = LineField(_l("Agency"), most=300)
    days_before = NumberField(_l("Days before the stop"), least=-365, most=365)


class TemplateForm(FlaskForm):
    """What every stop has."""

    version = VersionField()
    title = LineField(_l("Title of the event"), [DataRequired(_l("Enter the title of the event."))], most=300)
    agenda = SelectField(_l("Agenda of the first sitting"), validate_choice=False)
    sittings = FieldList(FormField(TemplateSittingForm), max_entries=MOST_ROWS)
    tasks = FieldList(FormField(TemplateTaskForm), max_entries=MOST_ROWS)

    def __init__(
        self,
        template: StopTemplate | None,
        agendas: Sequence[tuple[str, str]],
        formdata: Any = True,
        **kwargs: Any,
    ) -> None:
        source = {} if formdata is True else {"formdata": formdata}
        super().__init__(data=_template_values(template), **source, **kwargs)
        self.agenda.choices = [SelectChoice("", str(_l("– begins empty –")))] + [
            SelectChoice(key, name) for key, name in agendas
        ]
        if not self.is_submitted() or formdata is None:
            for rows in (self.sittings, self.tasks):
                for _number in range(min(SPARE_ROWS, MOST_ROWS - len(rows))):
                    rows.append_entry()

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid = super().validate(extra_validators)
        for rows, needed in ((self.sittings, ("day", "name", "starts", "ends")), (self.tasks, _TASK)):
            for row in rows:
                missing = [row.form[name] for name in needed if row.form[name].data in (None, "")]
                if not _is_empty(row.form) and missing:
                    for field in missing:
                        field.errors = [*field.errors, _("Fill this in, or empty the line.")]
                    is_valid = False
        return is_valid

    @property
    def details(self) -> TemplateDetails:
        return TemplateDetails(
            title=self.title.data,
            agenda=self.agenda.data or None,
            sittings=[SittingDetails(**_row(row.form)) for row in self.sittings if not _is_empty(row.form)],
            tasks=[TaskDetails(**_row(row.form)) for row in self.tasks if not _is_empty(row.form)],
        )


_TASK = ("text", "agency", "days_before")


class CellsField(TextField):
    """Cells of a spreadsheet: the tabs between them stay."""

    def tidy(self, typed: str) -> str:
        return "\n".join(line.rstrip() for line in nfc(typed).splitlines() if line.strip())


class PasteForm(FlaskForm):
    pasted = CellsField(
        _l("Paste from a spreadsheet"), [DataRequired(_l("Paste the travel times."))], most=20_000
    )


# --- What the forms above are filled in with ---------------------------------------------------------------


def _row(form: Form) -> dict[str, Any]:
    return {name: field.data for name, field in form._fields.items()}


def _is_empty(form: Form) -> bool:
    """Whether nothing was typed in the row; the day alone says nothing."""
    return not any((field.raw_data or [""])[0] for name, field in form._fields.items() if name != "day")


def _key(unit: ClusterUnit) -> str:
    return unit.unit_code or f"row-{unit.id}"


def _chosen(units: Sequence[ClusterUnit]) -> dict[str, Any]:
    return {
        "host": next((_key(unit) for unit in units if unit.is_host), ""),
        "participants": [_key(unit) for unit in units if not unit.is_host],
    }


def _stop_values(stop: Stop) -> dict[str, Any]:
    when = days_of(stop)
    return {
        "version": stop.version,
        "unit": stop.cluster_unit_id,
        "teams": "\n".join(team.name for team in stop.teams),
        **{name: getattr(stop, name) for name in ("name", "place", "capacity", "note")},
        **when._asdict(),
    }


def _proposed(cluster: Cluster) -> dict[str, Any]:
    """What a new stop of the cluster most likely is."""
    host = next((unit for unit in cluster.units if unit.is_host), None)
    return {
        "name": f"{cluster.name}: {host.name}" if host else cluster.name,
        "unit": host.id if host else None,
        "place": cluster.venue if cluster.venue and len(cluster.venue) <= 300 else None,
        "starts_on": cluster.starts_on,
        "days": cluster.days or 1,
    }


def _template_values(template: StopTemplate | None) -> dict[str, Any]:
    if template is None:
        return {"title": "((stop))"}
    return {
        "version": template.version,
        "title": template.title,
        "agenda": template.shipped_agenda or str(template.agenda_template_id or ""),
        "sittings": [
            {name: getattr(row, name) for name in ("day", "name", "starts", "ends")}
            for row in template.sittings
        ],
        "tasks": [{name: getattr(row, name) for name in _TASK} for row in template.tasks],
    }
