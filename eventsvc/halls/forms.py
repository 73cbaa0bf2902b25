"""What people type about the services, posts and shifts of a hall."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Optional

from eventsvc.halls import labels, people_lines  # noqa: F401  (labels registers the words)
from eventsvc.halls.models import Post, Service, ServiceKind, Shift, StaffKind
from eventsvc.halls.people_lines import MOST_LINES
from eventsvc.halls.post_operations import MOST_NEEDED, Person
from eventsvc.web.fields import (
    LineField,
    MomentField,
    NumberField,
    PhoneField,
    RowField,
    TextField,
    VersionField,
    WordField,
)

_MOMENT = "%Y-%m-%dT%H:%M"
COMPLAINTS_SHOWN = 20


class ServiceForm(FlaskForm):
    version = VersionField()
    kind = WordField(_l("Kind of service"), ServiceKind)
    detail = LineField(_l("What exactly"), most=300)
    agency_name = LineField(_l("Agency that provides it"), most=300)
    on_duty_name = LineField(_l("Person on duty"), most=200)
    on_duty_phone = PhoneField(_l("Telephone of the person on duty"), [Optional()])
    note = TextField(_l("Note"), most=2000)

    NAMES = ("kind", "detail", "agency_name", "on_duty_name", "on_duty_phone", "note")

    def __init__(self, service: Service | None = None, **kwargs: Any) -> None:
        if service is not None:
            kwargs["data"] = {name: getattr(service, name) for name in (*self.NAMES, "version")}
        super().__init__(**kwargs)

    @property
    def changes(self) -> dict[str, Any]:
        return {name: self[name].data or None for name in self.NAMES}


class ProblemForm(FlaskForm):
    problem = TextField(_l("What is wrong with it"), [DataRequired(_l("Say what is wrong."))], most=1000)


class PostForm(FlaskForm):
    version = VersionField()
    name = LineField(_l("Name of the post"), [DataRequired(_l("Give the post a name."))], most=200)
    is_door = BooleanField(_l("It is a door"))
    needed = NumberField(
        _l("People needed at a time"), [InputRequired(_l("Enter how many are needed."))], most=MOST_NEEDED
    )
    note = TextField(_l("Note"), most=2000)

    NAMES = ("name", "is_door", "needed", "note")

    def __init__(self, post: Post | None = None, **kwargs: Any) -> None:
        if post is not None:
            kwargs["data"] = {name: getattr(post, name) for name in (*self.NAMES, "version")}
        super().__init__(**kwargs)

    @property
    def changes(self) -> dict[str, Any]:
        return {name: self[name].data for name in self.NAMES}


class PeopleField(TextField):
    """Lines out of a table carry tabs between the columns: they are kept as semicolons."""

    def tidy(self, typed: str) -> str:
        return super().tidy(typed.replace("\t", "; "))


class TimesForm(FlaskForm):
    starts_at = MomentField(
        _l("Shift begins"), [InputRequired(_l("Enter a day and a time."))], format=_MOMENT
    )
    ends_at = MomentField(_l("Shift ends"), [InputRequired(_l("Enter a day and a time."))], format=_MOMENT)
    kind = WordField(_l("Staff or volunteer"), StaffKind)

    def validate_ends_at(self, field: MomentField) -> None:
        if field.data and self.starts_at.data and field.data <= self.starts_at.data:
            raise ValidationError(_("It must end after it starts."))


class ShiftsForm(TimesForm):
    """Several people for one time at a post."""

    people = PeopleField(
        _l("People, one a line"), [DataRequired(_l("Enter at least one person."))], most=40_000
    )

    def __init__(self, usual: tuple[datetime | None, datetime | None] = (None, None), **kwargs: Any) -> None:
        super().__init__(data={"starts_at": usual[0], "ends_at": usual[1], "kind": StaffKind.STAFF}, **kwargs)
        self.persons: list[Person] = []

    def validate_people(self, field: PeopleField) -> None:
        if len(field.lines) > MOST_LINES:
            raise ValidationError(_("At most %(most)s lines at once, please.", most=MOST_LINES))
        read = people_lines.read(field.data or "")
        if read.complaints:
            field.errors = [*field.errors, *read.complaints[1:COMPLAINTS_SHOWN]]
            raise ValidationError(read.complaints[0])
        if not read.people:
            raise ValidationError(_("Enter at least one person."))
        self.persons = [Person(*line) for line in read.people]


class ShiftForm(TimesForm):
    """One shift of one person."""

    version = VersionField()
    post = RowField(_l("Post of the shift"))
    person_name = LineField(_l("Full name"), [DataRequired(_l("Enter a name."))], most=200)
    person_phone = PhoneField(_l("Telephone"), [Optional()])
    agency_name = LineField(_l("Agency of the person"), most=300)

    NAMES = ("person_name", "person_phone", "agency_name", "starts_at", "ends_at", "kind")

    def __init__(self, shift: Shift, posts: Sequence[Post], **kwargs: Any) -> None:
        data = {name: getattr(shift, name) for name in (*self.NAMES, "version")}
        super().__init__(data={**data, "post": shift.post}, **kwargs)
        self.post.offer(posts, lambda post: post.name)

    @property
    def changes(self) -> dict[str, Any]:
        return {**{name: self[name].data or None for name in self.NAMES}, "post": self.post.row}
