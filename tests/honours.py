"""What an agency estimates and whom it proposes, for the world of the tests of all routes: a row of everything that an
address of estimates and commendations may name."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from eventsvc import clock, secrets
from eventsvc.agenda import operations as agenda
from eventsvc.agenda.models import ItemKind
from eventsvc.budgets import estimate_operations, estimate_queries
from eventsvc.budgets import operations as sources
from eventsvc.budgets.amounts import Line
from eventsvc.budgets.models import BudgetEstimate
from eventsvc.commendations import operations
from eventsvc.commendations.models import Commendation, NomineeKind
from eventsvc.commendations.pasting import Proposal
from eventsvc.db import atomic, db
from eventsvc.events.models import Event
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.nominations.operations import charge_organizations


def honours(
    event: Event, asked: OrganizationInvitation, poison: str
) -> tuple[dict[str, Any], dict[str, str]]:
    """An estimate that the organization has handed in, at which the department of finance may look, and a proposal of
    its own that the department of home affairs may check."""
    source = sources.add_source(event, {"text": f"Nguồn của cơ quan{poison}", "amount": 90_000_000}, by=None)
    wanted = [f"Ban Thi đua – Khen thưởng tỉnh{poison}", f"Sở Tài chính{poison}"]
    home, finance = charge_organizations(event, [(name, None) for name in wanted], by=None)
    lines = [Line(f"Thuê sân khấu{poison}", f"bộ{poison}"[:60], Decimal("1.5"), 30_000_000, source.id)]
    said = {"note": f"Theo báo giá{poison}", "by_name": f"Bà Tư{poison}"[:200]}
    estimate = _handed_in(event, asked, lines, said)
    if estimate_queries.own_estimate(home) is None:
        spent = _handed_in(event, home, lines, said)
        estimate_operations.approve_estimate(spent, [(9_000_000, source.id)], despite=True, by=None)
        estimate_operations.record_spending(spent, [9_000_000], by=home)
    row = _proposed(event, asked, poison)
    tokens = {
        "home_affairs": secrets.unseal(home.token_sealed),
        "finance": secrets.unseal(finance.token_sealed),
    }
    return {"estimate_id": estimate.id, "commendation_id": row.id}, tokens


def _handed_in(event: Event, asked: OrganizationInvitation, lines: list[Line], said: Any) -> BudgetEstimate:
    with atomic():
        estimate = BudgetEstimate(event=event, asked=asked, due_on=clock.today() + timedelta(days=9))
        db.session.add(estimate)
        db.session.flush()
    estimate_operations.save_lines(estimate, lines, is_final=True, **said, by=asked)
    return estimate


def _proposed(event: Event, asked: OrganizationInvitation, poison: str) -> Commendation:
    proposal = Proposal(
        NomineeKind.INDIVIDUAL,
        f"Trần Văn An {asked.id}{poison}"[:300],
        f"Sáng kiến số{poison}",
        f"Bằng khen{poison}"[:200],
        f"Phó Giám đốc{poison}"[:300],
        f"Sở Y tế{poison}"[:300],
    )
    row = operations.propose(event, proposal, proposed_by=asked, by=asked)
    item = agenda.add_item(event, kind=ItemKind.RECOGNITION, title=f"Vinh danh{poison}", by=None)
    decided = operations.propose(event, proposal._replace(name=f"Lê Thị Bình {asked.id}{poison}"), by=None)
    seen = [(decided.id, None)]
    operations.check_several(event, seen, checked_by=f"Sở Nội vụ{poison}", by=None)
    operations.decide_several(event, seen, number=f"12/QĐ{poison}"[:80], day=clock.today(), by=None)
    operations.read_out_at(event, item, by=None)
    return row
