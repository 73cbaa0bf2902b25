"""The estimates of an event as files: a workbook of all lines, and the sheet for the chair. Pure."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _

from eventsvc.budgets.amounts import sentence_of_amount
from eventsvc.budgets.models import BudgetEstimate, BudgetSource
from eventsvc.documents import table_paper
from eventsvc.documents.table_paper import Column
from eventsvc.events.models import Event
from eventsvc.spreadsheets.writing import Sheet
from eventsvc.tasks.returns import HANDED_IN, ReturnState

HEADING = "BẢNG TỔNG HỢP"


def workbook(
    estimates: Sequence[BudgetEstimate],
    by_source: Sequence[Any],
    by_estimate: Mapping[int, Any],
    words: Callable[[BudgetEstimate], Any],
) -> list[Sheet]:
    """The agencies with their sums, the sources with theirs, and every line. `words` says how an estimate stands."""
    money = [
        (str(_("Estimated, in đồng")), 18),
        (str(_("Approved, in đồng")), 18),
        (str(_("Spent, in đồng")), 18),
        (str(_("Settled, in đồng")), 18),
    ]
    agencies = Sheet(
        str(_("By agency (money)")),
        [(str(_("Agency")), 44), (str(_("State")), 18), *money,
         (str(_("Day of the settlement")), 14), (str(_("Paper of the settlement")), 26)],
        [
            [row.asked.name, str(words(row)), *_sums(by_estimate.get(row.id)), row.settled_on, row.settlement_paper]
            for row in estimates
        ],
    )  # fmt: skip
    sources = Sheet(
        str(_("By source (money)")),
        [(str(_("Source")), 60), (str(_("Decision")), 22), (str(_("Allotted, in đồng")), 18), *money,
         (str(_("Left, in đồng")), 18)],
        [
            [
                row.source.text if row.source else str(_("No source named")),
                row.source.decision if row.source else None,
                row.source.amount if row.source else None,
                *_sums(row.totals),
                row.left,
            ]
            for row in by_source
        ],
    )  # fmt: skip
    lines = Sheet(
        str(_("Lines of the estimates")),
        [(str(_("Agency")), 36), (str(_("No.")), 6), (str(_("What is paid for")), 50),
         (str(_("Unit of counting")), 12), (str(_("Quantity")), 12), (str(_("Price of one, in đồng")), 16),
         (str(_("Estimated, in đồng")), 18), (str(_("Approved, in đồng")), 18), (str(_("Spent, in đồng")), 18),
         (str(_("Source")), 40)],
        [
            [
                row.asked.name, line.number, line.text, line.unit, _quantity(line.quantity), line.unit_price,
                line.amount, line.approved, line.spent, line.source.text if line.source else None,
            ]
            for row in estimates
            for line in row.lines
        ],
    )  # fmt: skip
    return [agencies, sources, lines]


def chairs_sheet(
    event: Event,
    estimates: Sequence[BudgetEstimate],
    by_estimate: Mapping[int, Any],
    by_source: Sequence[Any],
    *,
    today: date,
    committee: str | None,
) -> dict[str, Any]:
    """ "Bảng tổng hợp dự toán kinh phí": what was handed in and approved, agency by agency, the sum in words."""
    kept = [row for row in estimates if row.state in HANDED_IN]
    sums = [by_estimate.get(row.id) for row in kept]
    estimated, approved = sum(s.estimated for s in sums if s), sum(s.approved for s in sums if s)
    asked = len(estimates)
    body = [
        f"Số cơ quan, đơn vị được đề nghị lập dự toán: {asked}; đã gửi dự toán: {len(kept)}; chưa gửi hoặc đang chỉnh "
        f"sửa: {asked - len(kept)}.",
        f"Tổng kinh phí đề nghị: {_dong(estimated)} đồng (Bằng chữ: {sentence_of_amount(estimated)}).",
        f"Tổng kinh phí đã duyệt: {_dong(approved)} đồng (Bằng chữ: {sentence_of_amount(approved)}).",
    ]
    right = "right"
    agencies = table_paper.Table(
        "Tổng hợp dự toán theo cơ quan, đơn vị",
        [
            Column("Cơ quan, đơn vị", 3.2), Column("Đề nghị (đồng)", 1.4, right),
            Column("Được duyệt (đồng)", 1.4, right), Column("Ghi chú", 1.6),
        ],
        [
            [
                row.asked.name,
                _dong(found.estimated) if found else "0",
                _dong(found.approved) if found and row.state is ReturnState.APPROVED else "",
                _first_line(row.note),
            ]
            for row, found in zip(kept, sums, strict=True)
        ],
        ["Tổng cộng", _dong(estimated), _dong(approved), ""],
    )  # fmt: skip
    sources = table_paper.Table(
        "Nguồn kinh phí",
        [
            Column("Nguồn", 3.2), Column("Quyết định", 1.4), Column("Được giao (đồng)", 1.4, right),
            Column("Đã duyệt (đồng)", 1.4, right), Column("Còn lại (đồng)", 1.4, right),
        ],
        [
            [
                _source(row.source),
                row.source.decision or "" if row.source else "",
                _dong(row.source.amount) if row.source and row.source.amount is not None else "",
                _dong(row.totals.approved),
                _dong(row.left) if row.left is not None else "",
            ]
            for row in by_source
        ],
    )  # fmt: skip
    return table_paper.values(
        event,
        heading=HEADING,
        subject=f"Dự toán kinh phí {event.short_title}",
        body=body,
        tables=[agencies, sources] if by_source else [agencies],
        today=today,
        committee=committee,
    )


def _sums(totals: Any) -> list[int]:
    return [totals.estimated, totals.approved, totals.spent, totals.settled] if totals else [0, 0, 0, 0]


def _quantity(value: Any) -> int | float:
    return int(value) if value == int(value) else float(value)


def _source(source: BudgetSource | None) -> str:
    return source.text if source is not None else "Chưa nêu nguồn"


def _dong(amount: int) -> str:
    return f"{amount:,}".replace(",", ".")


def _first_line(note: str | None) -> str:
    return (note or "").split("\n")[0][:200]
