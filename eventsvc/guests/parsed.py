"""What a spreadsheet of guests was read as: rows, rows left out with the reason, and what to look at."""

from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _


@dataclass
class ParsedFile:
    """Every non-empty row of the file is in `rows` or in `skipped_rows`. `warnings` hold codes and values."""

    file: str
    sheets: list[dict[str, Any]] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    skipped_rows: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[dict[str, Any]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def file_warnings(self) -> list[str]:
        """Sentences for people, in the language of the reader."""
        return [warning_sentence(warning) for warning in self.warnings]

    def as_dict(self) -> dict[str, Any]:
        """The shape that `guests import --format json` prints."""
        return {
            "file": self.file,
            "sheets": self.sheets,
            "rows": self.rows,
            "skipped_rows": self.skipped_rows,
            "file_warnings": self.file_warnings,
            "counts": self.counts,
        }

    def stored(self) -> dict[str, Any]:
        """Everything, for `ParsedFile(**stored)` later."""
        return dict(vars(self))


def warning_sentence(warning: dict[str, Any]) -> str:
    values = {key: _listed(value) for key, value in warning.items() if key != "code"}
    sentences = {
        "hidden_row": lambda: _(
            "Sheet “%(sheet)s”: hidden rows hold guests and were read too (rows %(rows)s).", **values
        ),
        "hidden_sheet": lambda: _("Sheet “%(sheet)s” is hidden and was not read.", **values),
        "no_table_on_sheet": lambda: _("Sheet “%(sheet)s” has no list of guests.", **values),
        "legacy_encoding": lambda: _(
            "Sheet “%(sheet)s” is typed in an old font (%(encoding)s); its words were converted, please check them.",
            **values,
        ),
        "total_differs": lambda: _(
            "Sheet “%(sheet)s”, row %(row)s: the printed total is %(printed)s, but the list has %(persons)s names "
            "(%(unique)s without repeats) and %(slots)s places for organizations (%(seats)s seats stated).",
            **values,
        ),
        "unread_columns": lambda: _("Sheet “%(sheet)s”: columns not taken over: %(columns)s.", **values),
        "no_name": lambda: _(
            "Sheet “%(sheet)s”: rows without a name were left out (rows %(rows)s).", **values
        ),
        "comments": lambda: _("The file has cell comments; they were not read."),
        "no_table": lambda: _(
            "No list of guests was found: no row has headings such as “Họ và tên”, “Chức vụ”."
        ),
    }
    return sentences[warning["code"]]()


def _listed(value: Any) -> Any:
    return ", ".join(map(str, value)) if isinstance(value, list) else value
