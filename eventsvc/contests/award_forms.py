"""What is typed about awards: the list of prizes, who wins, where they are handed over."""

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField
from wtforms.validators import ValidationError

from eventsvc.contests.award_operations import MOST_AMOUNT, Line
from eventsvc.contests.models import Award, Contest, Entry
from eventsvc.web.fields import RowField, TextField, VersionField


class ListForm(FlaskForm):
    """One prize a line: name | what comes with it | amount | who hands it over."""

    version = VersionField(id="list-version")
    lines = TextField(_l("Prizes, one line each"), most=20_000)

    @classmethod
    def of(cls, contest: Contest, awards: list[Award], **kwargs: Any) -> "ListForm":
        form = cls(**kwargs)
        if "formdata" in kwargs or not form.is_submitted():
            form.version.data = contest.version
            form.lines.data = "\n".join(_typed(award) for award in awards)
        return form

    def validate_lines(self, field: Any) -> None:
        for number, line in enumerate(field.lines, start=1):
            parts = [part.strip() for part in line.split("|")]
            if not parts[0] or len(parts) > 4:
                raise ValidationError(
                    _("Line %(number)s: name | what comes with it | amount | who presents it.", number=number)
                )
            if len(parts[0]) > 200 or any(len(part) > 300 for part in parts[1:]):
                raise ValidationError(_("Line %(number)s is too long.", number=number))
            if len(parts) > 2 and parts[2] and _amount(parts[2]) is None:
                raise ValidationError(
                    _(
                        "Line %(number)s: “%(amount)s” is not an amount in đồng.",
                        number=number,
                        amount=parts[2][:40],
                    )
                )

    @property
    def rows(self) -> list[Line]:
        found = []
        for line in self.lines.lines:
            name, prize, amount, presenter = ([part.strip() for part in line.split("|")] + [""] * 3)[:4]
            found.append(Line(name, prize or None, _amount(amount), presenter or None))
        return found


class GiveForm(FlaskForm):
    """One field for each award: `a` and its id."""

    version = VersionField(id="give-version")

    @classmethod
    def of(
        cls,
        contest: Contest,
        awards: list[Award],
        entries: list[Entry],
        proposed: dict[int, int],
        **kwargs: Any,
    ) -> "GiveForm":
        fields = {f"a{award.id}": RowField(award.name, empty=_l("nobody yet")) for award in awards}
        form: GiveForm = type("GiveForm", (cls,), fields)(**kwargs)
        for award in awards:
            field = form[f"a{award.id}"]
            field.offer(entries, lambda entry: f"{entry.number}. {entry.title} – {entry.name}")
            if "formdata" in kwargs or not form.is_submitted():
                field.data = str(award.entry_id or proposed.get(award.id) or "")
        if "formdata" in kwargs or not form.is_submitted():
            form.version.data = contest.version
        return form

    @property
    def winners(self) -> dict[int, int | None]:
        return {
            int(name.removeprefix("a")): field.row.id if field.row is not None else None
            for name, field in self._fields.items()
            if isinstance(field, RowField)
        }


class AgendaForm(FlaskForm):
    version = VersionField(id="agenda-version")
    item = RowField(_l("Item of the agenda"), empty=_l("none: the list is not in an agenda"))
    overwrite = BooleanField(_l("Write over what somebody has written there"))


def _typed(award: Award) -> str:
    amount = f"{award.amount:,}".replace(",", ".") if award.amount is not None else ""
    parts = [award.name, award.prize or "", amount, award.presenter or ""]
    while parts[-1] == "":
        parts.pop()
    return " | ".join(parts)


def _amount(typed: str) -> int | None:
    if not re.fullmatch(r"[0-9]{1,3}(?:[., ][0-9]{3})+|[0-9]{1,13}", typed):
        return None
    amount = int(re.sub(r"[^0-9]", "", typed))
    return amount if amount <= MOST_AMOUNT else None
