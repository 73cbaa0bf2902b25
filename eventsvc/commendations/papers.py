"""Proposals as files: a workbook, and the list behind the Tờ trình. Pure."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _

from eventsvc.commendations.models import Commendation, NomineeKind
from eventsvc.commendations.script import ORDER, decisions, in_order
from eventsvc.documents import table_paper
from eventsvc.documents.table_paper import Column, Table
from eventsvc.events.models import Event
from eventsvc.spreadsheets.writing import Sheet

TITLE = "Danh sách đề nghị khen thưởng"
_WORDS = {
    NomineeKind.COLLECTIVE: ("tập thể", "Tập thể"),
    NomineeKind.CHANNEL: ("kênh truyền thông cộng đồng", "Kênh truyền thông cộng đồng"),
    NomineeKind.INDIVIDUAL: ("cá nhân", "Cá nhân"),
}


def workbook(rows: Sequence[Commendation], words: Callable[[Any], Any]) -> list[Sheet]:
    columns = [
        (str(_("No.")), 6), (str(_("Who is proposed")), 16), (str(_("Name (commendation)")), 34),
        (str(_("Position")), 26),
        (str(_("Organization")), 34), (str(_("Achievement")), 60), (str(_("Honour")), 34),
        (str(_("Proposed by (commendation)")), 30), (str(_("State")), 22), (str(_("Checked by")), 26),
        (str(_("Number of the decision")), 20), (str(_("Day of the decision")), 14),
        (str(_("Remark (commendation)")), 40),
    ]  # fmt: skip
    return [
        Sheet(
            TITLE,
            columns,
            [
                [
                    row.number, str(words(row.kind)), row.name, row.position, row.organization_name,
                    row.achievement, row.form, row.proposed_by.name if row.proposed_by else None,
                    str(words(row.state)), row.checked_by, row.decision_number, row.decision_date, row.remark,
                ]
                for row in in_order(rows)
            ],
        )
    ]  # fmt: skip


def list_paper(
    event: Event, rows: Sequence[Commendation], *, today: date, committee: str | None
) -> dict[str, Any]:
    """The Tờ trình with a list of each kind: collectives, channels, individuals; of those decided the list alone."""
    is_decided = bool(rows) and all(row.decision_number for row in rows)
    groups = [(kind, in_order(row for row in rows if row.kind is kind)) for kind in ORDER]
    counted = [f"{len(group):02d} {_WORDS[kind][0]}" for kind, group in groups if group]
    body = [
        f"Danh sách {', '.join(counted)} được khen thưởng trong {event.title} theo {'; '.join(decisions(rows))} "
        "(kèm theo).",
    ] if is_decided else [
        f"Thực hiện kế hoạch tổ chức {event.title}, {event.host.name} đã tổng hợp đề nghị khen thưởng của các cơ quan, "
        "đơn vị, địa phương.",
        f"Kính đề nghị cấp có thẩm quyền xem xét, quyết định khen thưởng {', '.join(counted) or 'các trường hợp'} có "
        "thành tích (danh sách kèm theo).",
    ]  # fmt: skip
    return table_paper.values(
        event,
        heading="DANH SÁCH" if is_decided else "TỜ TRÌNH",
        subject=f"{'Khen thưởng' if is_decided else 'Về việc đề nghị khen thưởng'} trong {event.short_title}",
        body=body,
        tables=[_table(kind, group, is_decided) for kind, group in groups if group],
        today=today,
        committee=committee,
    )


def _table(kind: NomineeKind, group: Sequence[Commendation], is_decided: bool) -> Table:
    is_person = kind is NomineeKind.INDIVIDUAL
    columns = [Column(_WORDS[kind][1] if not is_person else "Họ và tên", 1.8)]
    if is_person:
        columns.append(Column("Chức vụ, đơn vị", 2.2))
    columns.append(Column("Thành tích", 3.4))
    if is_decided:
        columns += [Column("Hình thức khen thưởng", 1.8), Column("Quyết định", 1.8)]
    else:
        columns.append(Column("Hình thức đề nghị", 1.8))
    title = "Danh sách khen thưởng" if is_decided else TITLE
    rows = [_cells(row, is_person, is_decided) for row in group]
    return Table(f"{title}: {_WORDS[kind][0]}", columns, rows)


def _cells(row: Commendation, is_person: bool, is_decided: bool) -> list[str]:
    place = ", ".join(part for part in (row.position, row.organization_name) if part)
    named = [row.name, place] if is_person else [f"{row.name}, {place}" if place else row.name]
    decision = [row.decision_number or ""] if is_decided else []
    return [*named, row.achievement, row.form, *decision]
