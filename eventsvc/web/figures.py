"""The field of a figure that need not be whole, as people in Vietnam write it."""

import re
from decimal import Decimal
from typing import Any

from babel import numbers
from flask_babel import gettext as _
from wtforms.validators import StopValidation

from eventsvc.web.fields import LineField

LARGEST = Decimal(10) ** 11
_GROUPED = re.compile(r"-?[0-9]{1,3}(?:[. ][0-9]{3})+(?:,[0-9]{1,2})?")
_PLAIN = re.compile(r"-?[0-9]{1,12}(?:[.,][0-9]{1,2})?")


class FigureField(LineField):
    """A figure as people write it: 70,5 and 70.5 are the same, 1.234 is one thousand two hundred and thirty-four."""

    data: Any

    def __init__(self, label: Any = None, validators: Any = (), **kwargs: Any) -> None:
        super().__init__(label, validators, most=40, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        typed = self.tidy(valuelist[0]) if valuelist else ""
        if not typed:
            self.raw_data = [""]  # spaces are nothing typed
            return
        if _GROUPED.fullmatch(typed):
            self.data = Decimal(re.sub(r"[. ]", "", typed).replace(",", "."))
        elif _PLAIN.fullmatch(typed):
            self.data = Decimal(typed.replace(",", "."))
        else:
            raise ValueError(_("This is not a figure. Example: 70,5 or 1.234."))

    def pre_validate(self, form: Any) -> None:
        if self.data is None:
            return
        if self.data < 0:
            raise StopValidation(_("A figure cannot be below zero."))
        if self.data >= LARGEST:
            raise StopValidation(_("This figure is too large."))

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])[:2000]
        return "" if self.data is None else numbers.format_decimal(self.data, locale="vi")  # as it is read
