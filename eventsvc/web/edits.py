"""Saving a form: refusals come back beside their field, a stale form shows what someone else has saved. Pressing a
button: a refusal is a sentence on the next page."""

from collections.abc import Callable
from typing import Any, NamedTuple

from flask import flash
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, Form, SelectChoice, SelectField, SelectMultipleField

from eventsvc.errors import DomainError, StaleEdit

TOO_LATE, REFUSED = 409, 422


class Difference(NamedTuple):
    """A field in which the typed value is not the one that is stored now."""

    label: str
    stored: str
    typed: str


def attempt(form: Form, save: Callable[[], Any]) -> int | None:
    """Save and return None; or the status to answer with, the refusal standing in the form.

    A stale edit is for the caller to compare (`differences`); a refusal without a field of this form concerns
    the form as a whole.
    """
    try:
        save()
    except StaleEdit as refusal:
        form.form_errors.append(str(refusal))
        return TOO_LATE
    except DomainError as refusal:
        if refusal.status not in (409, 422):
            raise
        if refusal.field in form._fields:
            form[refusal.field].errors = [*form[refusal.field].errors, str(refusal)]
        else:
            form.form_errors.append(str(refusal))
        return REFUSED
    return None


class Saving(NamedTuple):
    """What became of a form. Not saved: the page is shown with the status, and with what somebody else has saved."""

    is_saved: bool
    status: int = 200
    conflict: list[Difference] | None = None


def save_form(form: FlaskForm, save: Callable[[], Any], stored: Callable[[], Form]) -> Saving:
    """Save the form if it was sent and makes sense. `stored` fills it in from what is stored now: after a stale edit
    the page shows both."""
    if not form.is_submitted():
        return Saving(is_saved=False)
    if not form.validate():
        return Saving(is_saved=False, status=REFUSED)
    status = attempt(form, save)
    if status is None:
        return Saving(is_saved=True)
    conflict = differences(form, stored()) if status == TOO_LATE else None
    return Saving(is_saved=False, status=status, conflict=conflict)


def filled(form: Any, row: Any) -> Any:
    """The form, which has a `fill`, as the row fills it in."""
    form.fill(row)
    return form


def carry_out(act: Callable[[], Any], words: str | None = None) -> bool:
    """Do it and say `words` on the next page; a refusal is said there instead. Whether it was done."""
    try:
        act()
    except DomainError as refusal:
        flash(str(refusal), "error")
        return False
    if words:
        flash(words)
    return True


def obstacle(check: Callable[[], Any]) -> str | None:
    """Why something may not be done now, as the sentence of the refusal; None when it may."""
    try:
        check()
    except DomainError as refusal:
        return str(refusal)
    return None


def differences(typed: Form, stored: Form) -> list[Difference]:
    """Where the form that was sent differs from one filled in from what is stored now. The typed form takes
    the stored version, so that saving once more is a decision and not an accident."""
    found = [
        Difference(str(field.label.text), shown(stored[name]), shown(field))
        for name, field in typed._fields.items()
        if name not in ("csrf_token", "version") and shown(field) != shown(stored[name])
    ]
    typed["version"].data = stored["version"].data
    return found


def shown(field: Field) -> str:
    """The value of a field as the page shows it."""
    if isinstance(field, BooleanField):
        return _("yes") if field.data else _("no")
    if isinstance(field, SelectField | SelectMultipleField):
        return ", ".join(str(choice.label) for choice in _chosen(field))
    value = field._value() if hasattr(field, "_value") else field.data
    return "" if value is None else str(value)


def _chosen(field: Any) -> list[SelectChoice]:
    wanted = field.data if isinstance(field, SelectMultipleField) else [field.data]
    choices = [SelectChoice.from_input(choice) for choice in field.choices or []]
    return [choice for choice in choices if choice.value in (wanted or [])]
