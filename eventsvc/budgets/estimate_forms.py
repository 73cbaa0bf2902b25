"""What is typed about estimates: whom to ask, the lines, what is approved and spent, the settlement."""

from collections.abc import Iterator, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import ImmutableMultiDict
from wtforms import BooleanField, FieldList, Form, FormField
from wtforms.validators import DataRequired, InputRequired, StopValidation

from eventsvc.budgets.amounts import COLUMNS, MOST, MOST_LINES, Line, amount_of, bare, pasted
from eventsvc.budgets.models import BudgetEstimate, BudgetLine, BudgetSource
from eventsvc.text import nfc
from eventsvc.web.edits import shown
from eventsvc.web.fields import AmountField, DayField, LineField, RowField, TextField, VersionField
from eventsvc.web.figures import FigureField

SPARE_ROWS = 3
MORE_ROWS = 5
LONGEST_PASTE = 100_000
_TYPED = (*COLUMNS, "source")


class AskForm(FlaskForm):
    names = TextField(_l("Who estimates what it needs"), [DataRequired(_l("Say who is asked."))], most=20_000)
    due_on = DayField(_l("Last day to hand in the estimate"))


class QuantityField(FigureField):
    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if self.data is not None and self.data == 0:
            raise StopValidation(_("The quantity must be more than zero."))
        if self.data is not None and self.data >= 10**9:
            raise StopValidation(_("This figure is too large."))


class MoneyField(AmountField):
    """An amount of a line: whole đồng, and not larger than any line can be. "150.000,00 đồng" is one, too."""

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = bare(valuelist[0]) if valuelist else ""
        if valuelist and not typed:
            self.raw_data = [""]  # spaces are nothing typed
        super().process_formdata([typed])

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if self.data is not None and self.data > MOST:
            raise StopValidation(_("At most 10.000.000.000.000 đồng, please."))


class PastedField(TextField):
    """Lines out of a spreadsheet: the tabs between the cells stay."""

    def tidy(self, typed: str) -> str:
        return nfc(typed).strip("\r\n")


class RowsField(FieldList):
    """Rows of the same form; in words, one row a line, where two versions are compared."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.type = FieldList.__name__  # to the pages it is one

    def _value(self) -> str:
        rows = [[shown(each) for each in entry.form if each.data not in (None, "")] for entry in self.entries]
        return "\n".join(f"{number}. {'; '.join(row)}" for number, row in enumerate(rows, start=1) if row)

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterator[int]:
        """Of the names that a page of ours can have sent only."""
        names = {f"{prefix}-{number}-": number for number in range(MOST_LINES)}
        heads = (key.rpartition("-")[0] + "-" for key in formdata)
        return iter({names[head] for head in heads if head in names})


class LineForm(Form):
    text = LineField(_l("What is paid for"), most=1000)
    unit = LineField(_l("Unit of counting"), most=60)
    quantity = QuantityField(_l("Quantity"))
    unit_price = MoneyField(_l("Price of one, in đồng"))
    source = RowField(_l("Source of the money"), empty=_l("– not said –"))

    @property
    def is_blank(self) -> bool:
        return not any(_typed(self[name]).strip() for name in COLUMNS)

    @property
    def amount(self) -> int | None:
        """What the line comes to, as far as it can be reckoned from what is typed."""
        quantity, price = self.quantity.data, self.unit_price.data
        if quantity is None or price is None or not 0 < quantity < 10**9 or price > MOST:
            return None
        return amount_of(quantity, price)

    def validate(self, extra_validators: Any = None) -> bool:
        if self.is_blank:
            return True
        is_right = super().validate(extra_validators)
        for name, words in (
            ("text", _("Say what is paid for.")),
            ("quantity", _("Enter the quantity.")),
            ("unit_price", _("Enter the price.")),
        ):
            if self[name].data is None and not self[name].errors:
                self[name].errors = [words]
                is_right = False
        if is_right and amount_of(self.quantity.data, self.unit_price.data) > MOST:
            self.unit_price.errors = [_("The line comes to more than 10.000.000.000.000 đồng.")]
            is_right = False
        return is_right

    @property
    def line(self) -> Line:
        source = self.source.row
        return Line(
            self.text.data,
            self.unit.data,
            self.quantity.data,
            self.unit_price.data,
            source.id if source is not None else None,
        )


class EstimateForm(FlaskForm):
    """The lines of an estimate, with some rows to spare; a blank row is no line."""

    version = VersionField()
    lines = RowsField(FormField(LineForm), _l("Lines of the estimate"), max_entries=MOST_LINES)
    pasted = PastedField(_l("Lines out of a spreadsheet"), most=LONGEST_PASTE)
    note = TextField(_l("Note on the estimate"), most=2000)
    by_name = LineField(_l("Who draws up the estimate (name and position)"), most=200)

    def __init__(
        self,
        estimate: BudgetEstimate,
        sources: Sequence[BudgetSource],
        spare: int = SPARE_ROWS,
        **kwargs: Any,
    ) -> None:
        rows = [_values(line) for line in estimate.lines]
        spare_rows = [{}] * min(max(spare, 1 if not rows else 0), MOST_LINES - len(rows))
        data = {
            "version": estimate.version,
            "lines": [*rows, *spare_rows],
            "note": estimate.note,
            "by_name": estimate.submitted_by,
        }
        super().__init__(data=data, **kwargs)
        self.estimate, self.sources = estimate, sources
        for entry in self.lines:
            entry.form.source.offer(sources, source_words)

    @property
    def values(self) -> list[Line]:
        return [entry.form.line for entry in self.lines if not entry.form.is_blank]

    @property
    def total(self) -> int:
        """What the lines come to that can be reckoned."""
        return sum(entry.form.amount or 0 for entry in self.lines)

    def with_more_rows(self, more: int = MORE_ROWS) -> "EstimateForm":
        """The same as it was typed, with the pasted lines behind and some empty rows; nothing is stored."""
        typed = [
            {name: _typed(entry.form[name]) for name in _TYPED}
            for entry in self.lines
            if not entry.form.is_blank
        ]
        rows = [*typed, *pasted(self.pasted.data or "")]
        kept = [*rows[:MOST_LINES], *([{}] * min(more, max(MOST_LINES - len(rows), 0)))]
        sent = [(f"lines-{n}-{name}", row.get(name, "")) for n, row in enumerate(kept) for name in _TYPED]
        sent += [(name, _typed(self[name])) for name in ("version", "note", "by_name")]
        form = EstimateForm(self.estimate, self.sources, formdata=ImmutableMultiDict(sent))
        form.lines.validate(form)
        if len(rows) > MOST_LINES:
            form.form_errors.append(
                _(
                    "At most %(most)s lines, please: %(count)s were left out.",
                    most=MOST_LINES,
                    count=len(rows) - MOST_LINES,
                )
            )
        return form


class GrantedLineForm(Form):
    approved = MoneyField(_l("Approved, in đồng"), [InputRequired(_l("Enter an amount, 0 for nothing."))])
    source = RowField(_l("Source of the money"), empty=_l("– not said –"))


class ApproveForm(FlaskForm):
    """What is approved of each line, in the order of the lines."""

    version = VersionField(id="approve-version")
    lines = RowsField(FormField(GrantedLineForm), _l("Approved, in đồng"), max_entries=MOST_LINES)
    approved_by = LineField(_l("Who approves, by which paper"), most=300)
    despite = BooleanField(_l("Approve it all the same"))

    def __init__(self, estimate: BudgetEstimate, sources: Sequence[BudgetSource], **kwargs: Any) -> None:
        rows = [
            {
                "approved": line.amount if line.approved is None else line.approved,
                "source": line.source,
            }
            for line in estimate.lines
        ]
        data = {"version": estimate.version, "lines": rows, "approved_by": estimate.approved_by}
        super().__init__(data=data, **kwargs)
        _as_many(self.lines, len(rows))
        for entry, line in zip(self.lines, estimate.lines, strict=True):
            entry.form.source.offer(sources, source_words)
            entry.form.approved.label.text = _about(line, _("Approved, in đồng"))

    @property
    def values(self) -> list[tuple[int, int | None]]:
        return [
            (entry.form.approved.data, entry.form.source.row.id if entry.form.source.row else None)
            for entry in self.lines
        ]


class SpentLineForm(Form):
    spent = MoneyField(_l("Spent, in đồng"))


class SpentForm(FlaskForm):
    version = VersionField(id="spent-version")
    spent_lines = RowsField(FormField(SpentLineForm), _l("Spent, in đồng"), max_entries=MOST_LINES)

    def __init__(self, estimate: BudgetEstimate, **kwargs: Any) -> None:
        rows = [{"spent": line.spent} for line in estimate.lines]
        super().__init__(data={"version": estimate.version, "spent_lines": rows}, **kwargs)
        _as_many(self.spent_lines, len(rows))
        for entry, line in zip(self.spent_lines, estimate.lines, strict=True):
            entry.form.spent.label.text = _about(line, _("Spent, in đồng"))

    @property
    def values(self) -> list[int | None]:
        return [entry.form.spent.data for entry in self.spent_lines]


class SettleForm(FlaskForm):
    version = VersionField(id="settle-version")
    settled_on = DayField(_l("Day of the settlement"), [InputRequired(_l("Enter the day."))])
    settlement_paper = LineField(
        _l("Paper of the settlement"), [DataRequired(_l("Enter the paper of the settlement."))], most=200
    )


class SendBackForm(FlaskForm):
    version = VersionField(id="remark-version")
    remark = TextField(
        _l("What is to be put right"), [DataRequired(_l("Say what is to be put right."))], most=2000
    )


def source_words(source: BudgetSource) -> str:
    text = source.text if len(source.text) <= 70 else f"{source.text[:69].rstrip()}…"
    return f"{source.number}. {text}" + (f" ({source.decision})" if source.decision else "")


def _about(line: BudgetLine, words: str) -> str:
    return f"{line.number}. {words}"


def _as_many(rows: FieldList, count: int) -> None:
    """As many rows as there are lines, whatever was sent: missing ones are blank."""
    while len(rows.entries) < count:
        rows.append_entry({})
    while len(rows.entries) > count:
        rows.pop_entry()


def _values(line: BudgetLine) -> dict[str, Any]:
    return {
        "text": line.text,
        "unit": line.unit,
        "quantity": line.quantity,
        "unit_price": line.unit_price,
        "source": line.source,
    }


def _typed(field: Any) -> str:
    """What stands in a field, as it was typed or as it is shown."""
    if field.raw_data:
        return str(field.raw_data[0])
    if isinstance(field, RowField):
        return field.data or ""
    return str(field._value())
