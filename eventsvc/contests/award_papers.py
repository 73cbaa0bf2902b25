"""The awards of a contest as files: a workbook, and the list that is signed. Pure.

For those who write the certificates: the names are the real ones, and none of this is ever public.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _

from eventsvc.contests.award_script import amount_words, award_name
from eventsvc.contests.models import Award, Contest, Entry
from eventsvc.contests.rules import is_visible
from eventsvc.documents import table_paper
from eventsvc.documents.table_paper import Column, Table
from eventsvc.spreadsheets.writing import Sheet

TITLE = "Danh sách giải thưởng"


def workbook(awards: Sequence[Award]) -> list[Sheet]:
    columns = (
        (str(_("No.")), 6),
        (str(_("Award")), 24),
        (str(_("Winner (full name)")), 32),
        (str(_("Public name")), 32),
        (str(_("Agency")), 32),
        (str(_("Contest entry")), 40),
        (str(_("What comes with it")), 28),
        (str(_("Amount (đồng)")), 16),
        (str(_("Who presents it")), 30),
    )
    rows = [
        (number, award_name(award.name), *_winner(award), award.prize, award.amount, award.presenter)
        for number, award in enumerate(awards, start=1)
    ]
    return [Sheet(str(_("Awards")), columns, rows)]


def list_paper(
    contest: Contest, awards: Sequence[Award], *, today: date, committee: str | None
) -> dict[str, Any]:
    """The report of the results with the list of those who have won; prizes that nobody has won are left out."""
    won = [award for award in awards if winner_of(award) is not None]
    total = sum(award.amount or 0 for award in won)
    money = f", tổng giá trị tiền thưởng {amount_words(total)}" if total else ""
    body = [
        f"Thực hiện kế hoạch tổ chức {contest.event.title}, {contest.event.host.name} đã tổ chức cuộc thi "
        f"“{contest.activity.name}”.",
        f"Kết quả có {len(won):02d} giải thưởng được trao{money} (danh sách kèm theo).",
    ]
    columns = [
        Column("Giải thưởng", 1.3),
        Column("Tác giả, đội thi", 2.2),
        Column("Cơ quan, đơn vị, trường", 2.0),
        Column("Tác phẩm, bài dự thi", 2.4),
        Column("Mức thưởng", 1.8),
    ]
    rows = [_cells(award) for award in won]
    summed = ["Tổng cộng", "", "", "", amount_words(total)] if total else None
    return table_paper.values(
        contest.event,
        heading="BÁO CÁO",
        subject=f"Kết quả cuộc thi “{contest.activity.name}”",
        body=body,
        tables=[Table(TITLE, columns, rows, summed)],
        today=today,
        committee=committee,
    )


def winner_of(award: Award) -> Entry | None:
    """Nobody, when the entry takes no part any more or a guardian has taken the consent back."""
    return award.entry if award.entry is not None and is_visible(award.entry) else None


def _cells(award: Award) -> list[str]:
    name, _public, organization, title = _winner(award)
    amount = amount_words(award.amount) if award.amount is not None else None
    worth = "; ".join(words for words in (award.prize, amount) if words)
    return [award_name(award.name), name or "", organization or "", title or "", worth]


def _winner(award: Award) -> tuple[str | None, ...]:
    entry = winner_of(award)
    if entry is None:
        return None, None, None, None
    members = ", ".join(member.name for member in entry.members)
    name = f"{entry.name} ({members})" if members else entry.name
    return name, entry.public_name, entry.organization_name, entry.title
