"""The estimates of an event as files: a workbook of all lines, and the sheet for the chair. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
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
    """The agencies with their sums, the sources with theirs, and every line that was handed in: the three come to the
    same. `words` says how an estimate stands."""
    in_all = str(_("In all"))
    money = [
        (str(_("Estimated, in đồng")), 18),
        (str(_("Approved, in đồng")), 18),
        (str(_("Spent, in đồng")), 18),
        (str(_("Settled, in đồng")), 18),
    ]
    agencies = Sheet(
        str(_("By agency (money)")),
        [(str(_("Agency")), 44), (str(_("State")), 18), *money, (str(_("Who approves, by which paper")), 30),
         (str(_("Day of the settlement")), 14), (str(_("Paper of the settlement")), 26)],
        [
            *([
                row.asked.name, str(words(row)), *_sums(by_estimate.get(row.id)), _approved_by(row),
                row.settled_on, row.settlement_paper,
            ] for row in estimates),
            [in_all, None, *_columns(_sums(by_estimate.get(row.id)) for row in estimates), None, None, None],
        ],
    )  # fmt: skip
    sources = Sheet(
        str(_("By source (money)")),
        [(str(_("Source")), 60), (str(_("Decision")), 22), (str(_("Allotted, in đồng")), 18), *money,
         (str(_("Left, in đồng")), 18)],
        [
            *([
                row.source.text if row.source else str(_("No source named")),
                row.source.decision if row.source else None,
                row.source.amount if row.source else None,
                *_sums(row.totals),
                row.left,
            ] for row in by_source),
            [in_all, None, *_given_and_left(by_source, _columns(_sums(row.totals) for row in by_source))],
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
            if row.state in HANDED_IN
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
        *_spent_and_settled([s for s in sums if s]),
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
            Column("Nguồn", 2.9), Column("Quyết định", 1.7), Column("Được giao (đồng)", 1.4, right),
            Column("Đã duyệt (đồng)", 1.4, right), Column("Còn lại (đồng)", 1.4, right),
        ],
        [
            [
                _source(row.source),
                row.source.decision or "chưa có số" if row.source else "",
                _dong(row.source.amount) if row.source and row.source.amount is not None else "",
                _dong(row.totals.approved),
                _dong(row.left) if row.left is not None else "",
            ]
            for row in by_source
        ],
        _total_of_sources(by_source),
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


def _spent_and_settled(sums: Sequence[Any]) -> list[str]:
    """What became of the money, once some was spent."""
    spent, settled = sum(s.spent for s in sums), sum(s.settled for s in sums)
    if not spent:
        return []
    return [
        f"Tổng kinh phí đã chi: {_dong(spent)} đồng; trong đó đã quyết toán: {_dong(settled)} đồng.",
        "Số còn lại của mỗi nguồn bằng số được giao trừ số đã duyệt; đối với dự toán đã quyết toán thì trừ số đã chi.",
    ]


def _total_of_sources(by_source: Sequence[Any]) -> list[str]:
    given, approved, left = _given_and_left(by_source, [sum(row.totals.approved for row in by_source)])
    return [
        "Tổng cộng",
        "",
        _dong(given) if given is not None else "",
        _dong(approved),
        _dong(left) if left is not None else "",
    ]


def _given_and_left(by_source: Sequence[Any], sums: Sequence[int]) -> list[Any]:
    """The sums between what is given in all and what is left of it; None where no source says how much there is."""
    given = [row.source.amount for row in by_source if row.source and row.source.amount is not None]
    left = [row.left for row in by_source if row.left is not None]
    return [sum(given) if given else None, *sums, sum(left) if left else None]


def _columns(rows: Iterable[Sequence[int]]) -> list[int]:
    return [sum(column) for column in zip(*rows, strict=True)] or [0, 0, 0, 0]


def _approved_by(estimate: BudgetEstimate) -> str | None:
    return estimate.approved_by if estimate.state is ReturnState.APPROVED else None


def _sums(totals: Any) -> list[int]:
    return [totals.estimated, totals.approved, totals.spent, totals.settled] if totals else [0, 0, 0, 0]


def _quantity(value: Decimal) -> int | Decimal:
    return int(value) if value == int(value) else value


def _source(source: BudgetSource | None) -> str:
    return source.text if source is not None else "Chưa nêu nguồn"


def _dong(amount: int) -> str:
    return f"{amount:,}".replace(",", ".")


def _first_line(note: str | None) -> str:
    return (note or "").split("\n")[0][:200]
