"""What organizers type about a contest."""

from typing import Any

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Optional

from eventsvc.contests import labels  # noqa: F401  (registers the words)
from eventsvc.contests.models import Contest, EntrantKind
from eventsvc.contests.operations import MOST_CRITERIA, MOST_POINTS
from eventsvc.web.fields import LineField, MomentField, NumberField, TextField, VersionField, WordField

MEGABYTE = 1024 * 1024
MOST_FILES = 10
_MOMENT = "%Y-%m-%dT%H:%M"


class ContestForm(FlaskForm):
    version = VersionField()
    name = LineField(
        _l("Name of the contest"), [DataRequired(_l("Enter the name of the contest."))], most=500
    )
    is_public = BooleanField(_l("Everybody may read about it and enter on its public page"))
    text = TextField(_l("What it is about"), most=4000)
    rules = TextField(_l("Rules of the contest"), most=20000)
    opens_at = MomentField(_l("Entries from"), [Optional()], format=_MOMENT)
    closes_at = MomentField(_l("Entries until"), [Optional()], format=_MOMENT)
    entrants = WordField(_l("Who enters"), EntrantKind)
    most_members = NumberField(_l("Most members of a team"), [InputRequired()], least=2, most=50)
    most_entries_each = NumberField(_l("Most entries of one entrant"), [InputRequired()], most=20)
    takes_children = BooleanField(_l("Children may enter, with the consent of a guardian"))
    adult_age = NumberField(
        _l("Age from which nobody's consent is needed"), [InputRequired()], least=7, most=21
    )
    shows_schools = BooleanField(_l("Show school or agency beside the public name"))
    takes_links = BooleanField(_l("Entries may have a link"))
    takes_files = BooleanField(_l("Entries may have files"))
    most_files = NumberField(_l("Most files of an entry"), [InputRequired()], most=MOST_FILES)
    megabytes = NumberField(_l("Largest file, in MB"), [InputRequired()], most=4000)
    vote_opens_at = MomentField(_l("Public vote from"), [Optional()], format=_MOMENT)
    vote_closes_at = MomentField(_l("Public vote until"), [Optional()], format=_MOMENT)
    vote_weight = NumberField(
        _l("Weight of the public vote, of a hundred"), [InputRequired()], least=0, most=100
    )

    NAMES = (
        "name", "is_public", "text", "rules", "opens_at", "closes_at", "entrants", "most_members",
        "most_entries_each", "takes_children", "adult_age", "shows_schools", "takes_links", "takes_files",
        "most_files", "vote_opens_at", "vote_closes_at", "vote_weight",
    )  # fmt: skip
    OF_ACTIVITY = ("name", "is_public", "text")

    @classmethod
    def of(cls, contest: Contest | None, **kwargs: Any) -> "ContestForm":
        """The form as the contest fills it in; a new contest has the usual values."""
        if contest is None:
            usual: dict[str, Any] = {
                "most_members": 10,
                "most_entries_each": 1,
                "adult_age": 18,
                "most_files": 3,
            }
            usual |= {"megabytes": 20, "vote_weight": 0, "entrants": EntrantKind.EITHER}
            return cls(
                data=usual | {"takes_children": True, "takes_links": True, "takes_files": True}, **kwargs
            )
        data = {name: getattr(contest, name) for name in cls.NAMES if name not in cls.OF_ACTIVITY}
        data |= {name: getattr(contest.activity, name) for name in cls.OF_ACTIVITY}
        data |= {"megabytes": contest.file_limit // MEGABYTE, "version": contest.version}
        return cls(data=data, **kwargs)

    def validate_closes_at(self, field: MomentField) -> None:
        if field.data and self.opens_at.data and field.data <= self.opens_at.data:
            raise ValidationError(_("The contest closes before it opens."))

    def validate_vote_closes_at(self, field: MomentField) -> None:
        if field.data and self.vote_opens_at.data and field.data <= self.vote_opens_at.data:
            raise ValidationError(_("The vote ends before it begins."))

    def validate_megabytes(self, field: NumberField) -> None:
        limit = current_app.config["FILE_LIMIT"] // MEGABYTE
        if field.data is not None and field.data > limit:
            raise ValidationError(_("This server takes files of at most %(limit)s MB.", limit=limit))

    @property
    def changes(self) -> dict[str, Any]:
        found: dict[str, Any] = {name: self[name].data for name in self.NAMES}
        return found | {"file_limit": self.megabytes.data * MEGABYTE}


class CriteriaForm(FlaskForm):
    """One criterion a line: its name, a stroke, the most points."""

    version = VersionField()
    criteria = TextField(_l("Criteria, one a line"), most=6000)

    @classmethod
    def of(cls, contest: Contest, **kwargs: Any) -> "CriteriaForm":
        lines = [f"{row.name} | {row.most_points}" for row in contest.criteria]
        return cls(data={"criteria": "\n".join(lines), "version": contest.version}, **kwargs)

    def validate_criteria(self, field: TextField) -> None:
        if len(field.lines) > MOST_CRITERIA:
            raise ValidationError(_("At most %(most)s criteria, please.", most=MOST_CRITERIA))
        for line in field.lines:
            name, points = _criterion(line)
            if not name or len(name) > 200:
                raise ValidationError(_("“%(line)s” has no name, or one that is too long.", line=line[:60]))
            if points is None or not 1 <= points <= MOST_POINTS:
                raise ValidationError(
                    _(
                        "“%(line)s”: the most points are a whole number from 1 to %(most)s.",
                        line=line[:60],
                        most=MOST_POINTS,
                    )
                )

    @property
    def rows(self) -> list[tuple[str, int]]:
        return [(name, points or 0) for name, points in map(_criterion, self.criteria.lines)]


def _criterion(line: str) -> tuple[str, int | None]:
    """Name and most points of a line; ten points when it names none."""
    name, stroke, typed = line.rpartition("|")
    if not stroke:
        return line.strip(), 10
    typed = typed.strip()
    return name.strip(), int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else None
