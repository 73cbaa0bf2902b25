"""A spreadsheet of sites that somebody brings."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField


class SheetForm(FlaskForm):
    file = FileField(
        _l("Spreadsheet of sites"), [FileRequired(_l("Choose a file: .xlsx, .xls, .ods or .csv."))]
    )
    clears = BooleanField(_l("Empty cells empty what stands at the site"))
