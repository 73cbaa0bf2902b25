"""The figures of a results report: a tree of plain data, and what every figure of it counts. Pure.

A figure is never typed nor added up on its own: it is the number of rows of one table, or the sum of one of its
columns, cut down by a condition. Whoever doubts a figure is shown those rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l

from eventsvc.reports.results_campaign_tables import CAMPAIGN_TABLES
from eventsvc.reports.results_shapes import RETURNS, YES_NO, Column, Figure, Row, Table
from eventsvc.reports.results_shapes import number as _number

LEVELS = {
    "main": _l("Main site"),
    "district": _l("District site"),
    "commune": _l("Commune site"),
    "other": _l("Other site"),
}
STANDINGS = {
    "done_in_time": _l("done in time"),
    "done_late": _l("done late"),
    "overdue": _l("overdue, not done"),
    "open": _l("still within its time"),
    "dropped": _l("dropped"),
}
EXCUSES = {
    "excused": _l("with an excuse"),
    "unexcused": _l("without an excuse"),
    "unknown": _l("no reason noted"),
}
SESSIONS = {"link_test": _l("Link test"), "rehearsal": _l("Rehearsal")}
HELD = {"held": _l("was held"), "planned": _l("planned for later"), "cancelled": _l("Cancelled")}

_SITE = (
    Column("code", _l("Code")),
    Column("name", _l("Site"), width=3),
    Column("level", _l("Level"), "word", 2.2, LEVELS),
)


TABLES: dict[str, Table] = {
    table.key: table
    for table in (
        Table(
            "attendance",
            _l("Guests by site"),
            (
                *_SITE,
                _number("invited", _l("Invited (people)")),
                _number("registered", _l("Registered")),
                _number("present", _l("Present in person")),
                _number("absent", _l("Absent (people)")),
                _number("excused", _l("with an excuse")),
                _number("unexcused", _l("without an excuse")),
                _number("not_called", _l("no reason noted")),
                _number("walk_ins", _l("Walk-ins (apart)")),
                _number("substitutes", _l("Of them substitutes")),
                _number("elsewhere", _l("Of them at another site")),
                _number("reported", _l("Head-count of the site")),
            ),
            annex=True,
        ),
        Table(
            "levels",
            _l("Guests by level of site"),
            (
                Column("level", _l("Level"), "word", 2, LEVELS),
                _number("sites", _l("Sites")),
                _number("invited", _l("Invited (people)")),
                _number("registered", _l("Registered")),
                _number("present", _l("Present in person")),
                _number("absent", _l("Absent (people)")),
                _number("walk_ins", _l("Walk-ins (apart)")),
            ),
        ),
        Table(
            "sittings",
            _l("Guests by sitting"),
            (
                _number("number", _l("Sitting")),
                Column("title", _l("Title of the sitting"), width=3),
                Column("starts_at", _l("Begins at"), "moment", 1.5),
                _number("invited", _l("Invited (people)")),
                _number("present", _l("Present in person")),
                _number("absent", _l("Absent (people)")),
            ),
        ),
        Table(
            "absent",
            _l("Organizations absent as a whole"),
            (
                Column("name", _l("Organization"), width=4),
                _number("invited", _l("People invited by name")),
                _number("seats", _l("Places for which nobody was named")),
                Column("excuse", _l("Reason noted"), "word", 1.5, EXCUSES),
            ),
            annex=True,
        ),
        Table(
            "sites",
            _l("How the sites were prepared"),
            (
                *_SITE,
                Column("confirmed", _l("Confirmed on"), "day", 1.2),
                Column("tested", _l("Line tested on"), "day", 1.2),
                Column("rehearsed", _l("Rehearsed on"), "day", 1.2),
                Column("ready", _l("Ready on"), "day", 1.2),
                Column("connected", _l("Connected at"), "moment", 1.5),
            ),
            annex=True,
        ),
        Table(
            "link_tests",
            _l("Link tests and rehearsals"),
            (
                Column("kind", _l("Kind"), "word", 1.5, SESSIONS),
                Column("title", _l("Title of the session"), width=3),
                Column("starts_at", _l("Begins at"), "moment", 1.5),
                _number("invited", _l("Sites invited")),
                _number("passed", _l("passed")),
                _number("failed", _l("failed")),
                _number("absent", _l("were absent")),
                _number("unknown", _l("without a result")),
                Column("standing", _l("State"), "word", 1.2, HELD),
            ),
        ),
        Table(
            "invitations",
            _l("Invitations by site"),
            (
                *_SITE,
                _number("guests", _l("On the guest list")),
                _number("asked", _l("Invitation sent")),
                _number("accepted", _l("Accepted")),
                _number("declined", _l("Declined")),
                _number("silent", _l("No answer")),
            ),
        ),
        Table(
            "organizations",
            _l("Organizations asked to name guests"),
            (Column("name", _l("Organization"), width=4), _number("named", _l("Number of people named"))),
        ),
        Table(
            "agenda",
            _l("Agenda: planned and as it went"),
            (
                Column("sitting", _l("Sitting"), width=1.5),
                Column("title", _l("Content"), width=4),
                Column("planned_at", _l("Planned at"), "moment", 1.5),
                _number("planned_minutes", _l("Planned minutes")),
                Column("started_at", _l("Began at"), "moment", 1.5),
                Column("ended_at", _l("Ended at"), "moment", 1.5),
                _number("over", _l("Longer than planned (minutes)")),
                Column("outcome", _l("What became of it"), "word", 1.5, {
                    "held": _l("was held"), "skipped": _l("left out"), "open": _l("not held"),
                }),
            ),
            annex=True,
        ),
        *CAMPAIGN_TABLES,
        Table(
            "tasks",
            _l("Tasks of the plan"),
            (
                Column("key", _l("No.")),
                Column("text", _l("What is to be done"), width=5),
                Column("agency", _l("Agency in charge"), width=2.5),
                Column("due", _l("Last day"), "day", 1.3),
                Column("done_on", _l("Done on"), "day", 1.3),
                Column("standing", _l("State"), "word", 1.6, STANDINGS),
            ),
            annex=True,
        ),
        Table(
            "agencies",
            _l("Tasks by agency"),
            (
                Column("name", _l("Agency"), width=4),
                _number("charged", _l("Charged with")),
                _number("led", _l("Of them in charge")),
                _number("answered", _l("Answered")),
                _number("accepted", _l("Accepted as done")),
                _number("overdue", _l("Overdue")),
            ),
            annex=True,
        ),
        Table(
            "periods",
            _l("Reports of the periods"),
            (
                Column("duty", _l("Duty to report"), width=4),
                Column("due", _l("Last day"), "day", 1.3),
                _number("asked", _l("Agencies that owe it")),
                _number("handed_in", _l("handed in")),
                _number("late", _l("Of them late")),
                _number("unchanged", _l("Of them no change")),
                _number("missing", _l("not handed in")),
            ),
        ),
        Table(
            "guidance",
            _l("Residents guided, by unit"),
            (
                Column("name", _l("Unit"), width=3),
                Column("above", _l("Under"), width=2),
                _number("members", _l("Members of the teams")),
                _number("wanted", _l("Residents by the target")),
                _number("residents", _l("Residents guided")),
                _number("told", _l("Members counted one by one")),
                _number("reached", _l("Members who reached the target")),
                Column("state", _l("Return"), "word", 1.4, RETURNS),
                Column("is_handed_in", _l("Counted"), "word", 1, YES_NO),
            ),
            annex=True,
        ),
        Table(
            "training",
            _l("Training completed"),
            (
                Column("group", _l("Group of learners"), width=3),
                Column("name", _l("Organization"), width=3),
                _number("learners", _l("Number of learners")),
                _number("completed", _l("Completed")),
                Column("state", _l("Return"), "word", 1.4, RETURNS),
                Column("is_handed_in", _l("Counted"), "word", 1, YES_NO),
            ),
            annex=True,
        ),
        Table(
            "targets",
            _l("Targets of the plan"),
            (
                Column("text", _l("Target"), width=4),
                Column("goal", _l("Goal"), width=1.5),
                Column("result", _l("Result noted"), width=3),
                Column("done_on", _l("Reached on"), "day", 1.3),
                Column("is_reached", _l("Is it reached?"), "word", 1, YES_NO),
                _number("reporters", _l("Agencies that return it")),
                _number("handed_in", _l("Returns handed in")),
            ),
            annex=True,
        ),
        Table(
            "launches",
            _l("Local launches"),
            (
                Column("name", _l("Organization"), width=3),
                Column("planned_on", _l("Planned day of the launch"), "day", 1.4),
                Column("held_on", _l("Day the launch was held"), "day", 1.4),
                _number("participants", _l("People who took part")),
                Column("state", _l("Report"), "word", 1.4, RETURNS),
                Column("is_registered", _l("Registered"), "word", 1, YES_NO),
                Column("is_handed_in", _l("Counted"), "word", 1, YES_NO),
            ),
            annex=True,
        ),
        Table(
            "media",
            _l("What the media said"),
            (
                Column("channel", _l("Newspaper, station or page"), width=2),
                Column("kind", _l("Kind of piece"), width=1.3),
                Column("title", _l("Title of the piece"), width=4),
                Column("published_on", _l("Published on"), "day", 1.3),
                Column("url", _l("Address of the piece"), width=2.5),
                _number("pieces", _l("Pieces")),
                _number("views", _l("Views")),
            ),
            annex=True,
        ),
    )
}  # fmt: skip
PLACES = {key: {column.key: at for at, column in enumerate(table.columns)} for key, table in TABLES.items()}
COUNTED = "is_handed_in"
"""In tables of returns: figures and sums count what has been handed in, nothing that somebody only began."""


@dataclass(frozen=True)
class Figures:
    """The event in a few facts, and the rows of every table. `as_dict` is what JSON and a frozen report hold."""

    as_of: str
    facts: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, list[list[Any]]] = field(default_factory=dict)

    def rows(self, figure: Figure) -> list[list[Any]]:
        """The rows that the figure counts."""
        places = PLACES[figure.table]
        return [
            row
            for row in self.tables.get(figure.table, [])
            if all(row[places[key]] in values for key, values in figure.where.items())
            and (figure.given is None or row[places[figure.given]] is not None)
        ]

    def value(self, figure: Figure) -> int:
        rows = self.rows(figure)
        if figure.column is None:
            return len(rows)
        place = PLACES[figure.table][figure.column]
        return sum(row[place] or 0 for row in rows)

    def has(self, table: str) -> bool:
        return bool(self.tables.get(table))

    def tells(self, figure: Figure) -> bool:
        """Whether there is anything to count: rows, and something in the column that is summed up."""
        rows = self.tables.get(figure.table, [])
        if figure.column is None:
            return bool(rows)
        place = PLACES[figure.table][figure.column]
        return any(row[place] is not None for row in rows)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"columns": {key: list(PLACES[key]) for key in self.tables}}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Figures":
        """The figures as they were frozen; a column that tables have got since is empty."""
        tables = {
            key: _placed(key, rows, kept["columns"][key])
            for key, rows in kept["tables"].items()
            if key in PLACES
        }
        return cls(kept["as_of"], dict(kept["facts"]), tables)


def _placed(table: str, rows: list[list[Any]], columns: Sequence[str]) -> list[list[Any]]:
    """Rows that were kept with these columns, as the table has them now."""
    if list(columns) == list(PLACES[table]):
        return list(rows)
    places = [columns.index(key) if key in columns else None for key in PLACES[table]]
    return [[None if place is None else row[place] for place in places] for row in rows]


def named(table: str, row: Row) -> dict[str, Any]:
    """A row by the keys of its columns."""
    return {key: row[place] for key, place in PLACES[table].items()}
