"""What entrants, guardians and organizers type about an entry."""

import re
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, MultipleFileField, StringField, ValidationError
from wtforms.validators import DataRequired, Optional, StopValidation
from wtforms.widgets import HiddenInput

from eventsvc import clock, secrets
from eventsvc.contests.entry_operations import Entered
from eventsvc.contests.models import Contest, EntrantKind, Entry
from eventsvc.text import clean
from eventsvc.web.fields import (
    DayField,
    EmailField,
    LineField,
    LinkField,
    PhoneField,
    TextField,
    VersionField,
    WordField,
)

EARLIEST_BIRTH = date(1900, 1, 1)
_MEMBER = re.compile(r"(?P<name>.*?)[\s,;|–-]*(?P<d>\d{1,2})[./-](?P<m>\d{1,2})[./-](?P<y>\d{4})\s*")


class BirthField(DayField):
    """A day on which somebody living can have been born."""

    def pre_validate(self, form: Any) -> None:
        if self.data is None:
            return
        if self.data > clock.today():
            raise StopValidation(_("This day lies in the future."))
        if self.data < EARLIEST_BIRTH:
            raise StopValidation(_("This day lies too far back."))


class EntryForm(FlaskForm):
    """An entry; which fields there are depends on the contest. The files stand last: of a request that is too large
    what stands before them is kept."""

    version = VersionField()
    key = StringField(widget=HiddenInput())
    kind = WordField(_l("Who enters"), EntrantKind)
    name = LineField(_l("Full name, or name of the team"), [DataRequired(_l("Enter a name."))], most=200)
    born_on = BirthField(_l("Day of birth"), [Optional()])
    members = TextField(_l("Members of the team, one a line"), most=6000)
    organization = LineField(_l("School or agency"), most=300)
    email = EmailField(_l("E-mail"), [Optional()])
    phone = PhoneField(_l("Telephone (entrant)"), [Optional()])
    guardian_name = LineField(_l("Full name of the parent or guardian"), most=200)
    guardian_phone = PhoneField(_l("Telephone of the guardian"), [Optional()])
    guardian_email = EmailField(_l("E-mail of the guardian"), [Optional()])
    title = LineField(_l("Title of the work"), [DataRequired(_l("Enter a title of the work."))], most=300)
    text = TextField(_l("About the work"), most=5000)
    link = LinkField(_l("Link to the work"), [Optional()])
    shows_work = BooleanField(_l("The work itself (text, link, pictures) may be shown to everybody"))
    agrees = BooleanField(
        _l("I agree that my data is used as said here."),
        [DataRequired(_l("We can take entries only of those who agree."))],
    )
    files = MultipleFileField(_l("Files"))

    def __init__(self, contest: Contest, *, is_new: bool = True, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.contest = contest
        if not is_new:
            del self.agrees, self.files, self.key
        elif not self.key.data:
            self.key.data = secrets.new_token()
        if contest.entrants is EntrantKind.EITHER:
            choices = self.kind.choices or []
            self.kind.choices = [each for each in choices if each.value != EntrantKind.EITHER.value]
        else:
            del self.kind
        if contest.entrants is EntrantKind.PERSON:
            del self.members
        if contest.entrants is EntrantKind.TEAM or not contest.takes_children:
            del self.born_on
        if not contest.takes_children:
            del self.guardian_name, self.guardian_phone, self.guardian_email
        if not contest.takes_links:
            del self.link
        if is_new and not contest.takes_files:
            del self.files

    @classmethod
    def of(cls, entry: Entry, **kwargs: Any) -> "EntryForm":
        """The form as the entry fills it in."""
        names = ("kind", "name", "born_on", "email", "phone", "guardian_name", "guardian_phone", "version")
        names += ("guardian_email", "title", "text", "link", "shows_work")
        data = {name: getattr(entry, name) for name in names}
        data |= {"organization": entry.organization_name, "members": "\n".join(map(_line, entry.members))}
        return cls(entry.contest, is_new=False, data=data, **kwargs)

    def validate_name(self, field: LineField) -> None:
        if not any(character.isalpha() for character in field.data or ""):
            raise ValidationError(_("Enter a name."))

    def validate_members(self, field: TextField) -> None:
        for line in field.lines if self._kind is EntrantKind.TEAM else ():
            name, born_on = _member(line)
            if not any(character.isalpha() for character in name) or len(name) > 200:
                raise ValidationError(_("“%(line)s”: enter the member's name.", line=line[:60]))
            if self.contest.takes_children and born_on is None:
                raise ValidationError(
                    _(
                        "“%(line)s”: enter name and day of birth, for example Trần Thị Mẫu, 14/04/2012.",
                        line=line[:60],
                    )
                )
            if born_on is not None and not EARLIEST_BIRTH <= born_on <= clock.today():
                raise ValidationError(_("“%(line)s”: nobody living was born on this day.", line=line[:60]))

    @property
    def _kind(self) -> EntrantKind:
        return self.kind.data if self.kind else self.contest.entrants

    @property
    def entered(self) -> Entered:
        is_team = self._kind is EntrantKind.TEAM

        def typed(name: str) -> Any:
            field = self._fields.get(name)
            return field.data or None if field is not None else None

        return Entered(
            title=self.title.data or "",
            kind=self._kind,
            name=self.name.data or "",
            text=typed("text"),
            link=typed("link"),
            organization=typed("organization"),
            email=typed("email"),
            phone=typed("phone"),
            born_on=None if is_team else typed("born_on"),
            members=tuple(map(_member, self.members.lines)) if is_team and self.members else (),
            guardian_name=typed("guardian_name"),
            guardian_phone=typed("guardian_phone"),
            guardian_email=typed("guardian_email"),
            shows_work=bool(self.shows_work.data),
        )

    @property
    def uploads(self) -> list[Any]:
        return [each for each in (self.files.data or []) if each and each.filename] if self.files else []


class FilesForm(FlaskForm):
    version = VersionField()
    files = MultipleFileField(_l("More files"))

    @property
    def uploads(self) -> list[Any]:
        return [each for each in (self.files.data or []) if each and each.filename]


class ConsentForm(FlaskForm):
    """What a guardian says."""

    version = VersionField()
    agrees = BooleanField(
        _l("I am the parent or guardian, and I agree that the child takes part."),
        [DataRequired(_l("Tick this to agree; or press the other button."))],
    )
    shows_work = BooleanField(
        _l("The pictures may be shown to everybody; I have looked: no face or name of a child is on them.")
    )

    def worded(self, entry: Entry) -> "ConsentForm":
        """Of a team one answers for all: who does so says that the parents of each have agreed."""
        if entry.kind is EntrantKind.TEAM:
            self.agrees.label.text = _(
                "I am a parent or guardian, or I look after this team; the parents of each child in it agree that the"
                " child takes part, and I have their word."
            )
        return self


class PaperForm(FlaskForm):
    version = VersionField()
    shows_work = BooleanField(_l("The paper also allows that the pictures are shown to everybody"))


class RefusalForm(FlaskForm):
    remark = LineField(_l("Remark, told to whoever entered"), most=500)


def _member(line: str) -> tuple[str, date | None]:
    """Name and day of birth of a line such as "Trần Thị Mẫu, 14/04/2012"."""
    found = _MEMBER.fullmatch(line)
    if found is None:
        return clean(line), None
    try:
        born_on = date(int(found["y"]), int(found["m"]), int(found["d"]))
    except ValueError:
        return clean(line), None
    return clean(found["name"]), born_on


def _line(member: Any) -> str:
    return f"{member.name}, {member.born_on:%d/%m/%Y}" if member.born_on else member.name
