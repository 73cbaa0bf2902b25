"""What may stand in an address: a row's number is one that a row can have; anything else is not found."""

from flask import Flask
from werkzeug.routing import IntegerConverter, ValidationError

LARGEST = 2**31 - 1


class RowNumber(IntegerConverter):
    """Whole numbers that fit the id of a row; written in the digits that everybody reads."""

    regex = r"[0-9]{1,10}"

    def to_python(self, value: str) -> int:
        number = int(value)
        if number > LARGEST:
            raise ValidationError
        return number


def init_app(app: Flask) -> None:
    """Register before the routes: `<int:…>` stands for a row's number everywhere."""
    app.url_map.converters["int"] = RowNumber
