"""Form fields that turn what people type into values, and say in a sentence what is wrong with it.

Every field keeps what was typed, so that a refused form comes back as it was sent.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from enum import Enum
from typing import Any
from urllib.parse import urlsplit

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from wtforms import (
    DateField,
    DateTimeLocalField,
    IntegerField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import StopValidation
from wtforms.widgets import EmailInput as EmailInputWidget
from wtforms.widgets import HiddenInput, TelInput, URLInput

from eventsvc import clock
from eventsvc.text import clean, display_phone, nfc
from eventsvc.web import labels
from eventsvc.web.arguments import whole

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)
_CLOCK = re.compile(r"([0-9]{1,2})\s*(?::|h|g|giờ)\s*(?:([0-9]{1,2})(?:\s*(?:p|phút))?)?", re.IGNORECASE)
_LINE_BREAKS = {"\n", "\r", "\t"}


def _is_control(character: str) -> bool:
    return unicodedata.category(character) == "Cc" and character not in _LINE_BREAKS


class LineField(StringField):
    """One line of text in NFC; None when nothing was typed. Longer than `most` characters is an error."""

    def __init__(
        self, label: Any = None, validators: Sequence[Any] = (), *, most: int = 300, **kwargs: Any
    ) -> None:
        super().__init__(label, list(validators), **kwargs)
        self.most = most
        self.flags.maxlength = most

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.data = self.tidy(valuelist[0]) or None

    def tidy(self, typed: str) -> str:
        return clean("".join(c for c in typed if not _is_control(c)))

    def pre_validate(self, form: Any) -> None:
        if any(_is_control(c) for c in (self.raw_data or [""])[0]):
            raise StopValidation(_("This text contains signs that cannot be stored. Please type it again."))
        if self.data and len(self.data) > self.most:
            raise StopValidation(
                _(
                    "At most %(most)s characters, please; there are %(count)s.",
                    most=self.most,
                    count=len(self.data),
                )
            )

    def _value(self) -> str:
        return self.data or ""


class TextField(LineField, TextAreaField):
    """Several lines of text."""

    widget = TextAreaField.widget

    def __init__(
        self, label: Any = None, validators: Sequence[Any] = (), *, most: int = 5000, **kwargs: Any
    ) -> None:
        super().__init__(label, validators, most=most, **kwargs)

    def tidy(self, typed: str) -> str:
        kept = nfc("".join(c for c in typed if not _is_control(c)))
        return "\n".join(" ".join(line.split()) for line in kept.splitlines()).strip()

    @property
    def lines(self) -> list[str]:
        """The lines that are not empty."""
        return [line for line in (self.data or "").split("\n") if line]


class PhoneField(LineField):
    """A telephone number, stored as E.164. Possible is enough: offices have numbers no list knows."""

    widget = TelInput()

    def __init__(self, label: Any = None, validators: Sequence[Any] = (), **kwargs: Any) -> None:
        super().__init__(label, validators, most=40, **kwargs)

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if not self.data:
            return
        try:
            number = phonenumbers.parse(self.data, "VN")
        except phonenumbers.NumberParseException:
            number = None
        if number is None or not phonenumbers.is_possible_number(number):
            raise StopValidation(_("This is not a telephone number. Example: 0255 3822 123."))
        self.data = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    def _value(self) -> str:
        if self.raw_data:
            return self.raw_data[0]
        return display_phone(self.data) if self.data else ""


class EmailField(LineField):
    """An e-mail address, in lower case."""

    widget = EmailInputWidget()

    def __init__(self, label: Any = None, validators: Sequence[Any] = (), **kwargs: Any) -> None:
        super().__init__(label, validators, most=254, **kwargs)

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if not self.data:
            return
        try:
            found = validate_email(self.data, check_deliverability=False, globally_deliverable=False)
        except EmailNotValidError:
            raise StopValidation(_("This is not an e-mail address. Example: ten@donvi.example.vn.")) from None
        self.data = found.normalized.lower()


class LinkField(LineField):
    """The address of a web page, http or https."""

    widget = URLInput()

    def __init__(self, label: Any = None, validators: Sequence[Any] = (), **kwargs: Any) -> None:
        super().__init__(label, validators, most=1000, **kwargs)

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if self.data and not _is_web_address(self.data):
            raise StopValidation(_("Give the whole address of a web page, beginning with https://."))


class NumberField(IntegerField):
    """A whole number between two bounds."""

    def __init__(
        self, label: Any = None, validators: Sequence[Any] = (), *, least: int = 1, most: int, **kwargs: Any
    ) -> None:
        super().__init__(label, list(validators), **kwargs)
        self.least, self.most = least, most
        self.flags.min, self.flags.max = least, most

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if not valuelist or not valuelist[0]:
            return
        typed = valuelist[0].strip()
        digits = typed.removeprefix("-")
        if not (digits.isascii() and digits.isdigit()) or len(digits) > 9:
            raise ValueError(self._sentence())
        self.data = int(typed)

    def pre_validate(self, form: Any) -> None:
        if self.data is not None and not self.least <= self.data <= self.most:
            raise StopValidation(self._sentence())

    def _value(self) -> str:
        if self.raw_data:
            return self.raw_data[0][:40]
        return "" if self.data is None else str(self.data)

    def _sentence(self) -> str:
        return _("A whole number from %(least)s to %(most)s, please.", least=self.least, most=self.most)


class VersionField(IntegerField):
    """The version a form was filled in from; travels hidden."""

    widget = HiddenInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = whole(valuelist[0]) if valuelist else None

    def _value(self) -> str:
        return "" if self.data is None else str(self.data)


class DayField(DateField):
    """A day between 2000 and 2100."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if not valuelist or not valuelist[0]:
            return
        try:
            self.data = datetime.strptime(valuelist[0].strip(), "%Y-%m-%d").date()
        except ValueError:
            raise ValueError(_("This is not a day. Example: 14/04/2022.")) from None

    def pre_validate(self, form: Any) -> None:
        if self.data is not None and not EARLIEST <= self.data <= LATEST:
            raise StopValidation(_("The year must lie between 2000 and 2100."))

    def _value(self) -> str:
        if self.raw_data:
            return self.raw_data[0][:40]
        return self.data.isoformat() if self.data else ""


class ClockField(StringField):
    """A time on the clock in Vietnam, as people write it: 8:00, 08:30, 8h, 8 giờ 30."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        typed = valuelist[0].strip() if valuelist else ""
        if not typed:
            self.raw_data = [""]  # spaces are nothing typed, for a validator that asks whether anything was
            return
        found = _CLOCK.fullmatch(typed) if len(typed) <= 20 else None
        hour, minute = (int(found[1]), int(found[2] or 0)) if found else (24, 0)
        if hour > 23 or minute > 59:
            raise ValueError(_("This is not a time on the clock. Example: 08:00."))
        self.data = time(hour, minute)

    def _value(self) -> str:
        if self.raw_data:
            return self.raw_data[0]
        return self.data.strftime("%H:%M") if self.data else ""


class MomentField(DateTimeLocalField):
    """A day and a time on the clock in Vietnam; the value is aware, in UTC."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if not valuelist or not valuelist[0]:
            return
        typed = valuelist[0].strip().replace(" ", "T")
        try:
            wall = datetime.strptime(typed[:16], "%Y-%m-%dT%H:%M")
            if len(typed) > 16:
                datetime.strptime(typed, "%Y-%m-%dT%H:%M:%S")
        except ValueError:
            raise ValueError(_("This is not a day with a time. Example: 14/04/2022 08:00.")) from None
        if not EARLIEST <= wall.date() <= LATEST:
            raise ValueError(_("The year must lie between 2000 and 2100."))
        self.data = clock.from_local(wall)

    def _value(self) -> str:
        if self.raw_data:
            return self.raw_data[0][:40]
        return clock.local(self.data).strftime("%Y-%m-%dT%H:%M") if self.data else ""


class WordField(SelectField):
    """One member of an enum, by its words."""

    def __init__(self, label: Any, words: type[Enum], validators: Sequence[Any] = (), **kwargs: Any) -> None:
        super().__init__(label, list(validators), coerce=words, choices=labels.choices(words), **kwargs)
        self.flags.required = True

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if valuelist:
            try:
                self.data = self.coerce(valuelist[0])
            except ValueError:
                return

    def pre_validate(self, form: Any) -> None:
        if self.data is None:
            raise StopValidation(_("Choose one from the list."))


class RowField(SelectField):
    """One row out of a list that was loaded before; `row` is the row itself, None for the empty choice."""

    def __init__(
        self, label: Any = None, validators: Sequence[Any] = (), *, empty: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(label, list(validators), coerce=str, choices=[], validate_choice=False, **kwargs)
        self.empty = empty
        self.flags.required = empty is None
        self._rows: dict[str, Any] = {}

    def offer(self, rows: Sequence[Any], words: Callable[[Any], str]) -> None:
        """Say which rows may be chosen; call it before validating."""
        self._rows = {str(row.id): row for row in rows}
        first = [SelectChoice("", self.empty)] if self.empty is not None else []
        self.choices = first + [SelectChoice(key, words(row)) for key, row in self._rows.items()]

    def process_data(self, value: Any) -> None:
        self.data = str(value.id) if value is not None and hasattr(value, "id") else str(value or "")

    def pre_validate(self, form: Any) -> None:
        if self.data in ("", None) and self.empty is not None:
            return
        if self.data not in self._rows:
            raise StopValidation(_("Choose one from the list."))

    @property
    def row(self) -> Any:
        return self._rows.get(self.data or "")


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and " " not in text


class AmountField(LineField):
    """An amount in đồng, with or without the points between thousands."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        typed = valuelist[0].strip() if valuelist else ""
        if re.fullmatch(r"\d{1,3}([., ]\d{3})+|\d{1,15}", typed):
            self.data = int(re.sub(r"\D", "", typed))
        elif typed:
            raise ValueError(_("This is not an amount in đồng. Example: 150.000.000."))

    def pre_validate(self, form: Any) -> None:
        if self.data is not None and self.data > 10**15:
            raise StopValidation(_("This is not an amount in đồng. Example: 150.000.000."))

    def _value(self) -> str:
        if self.raw_data:
            return self.raw_data[0]
        return f"{self.data:,}".replace(",", ".") if self.data is not None else ""
