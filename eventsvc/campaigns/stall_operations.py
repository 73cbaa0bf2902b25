"""Every change to the stalls of an exhibition: whose they are, what they offer, how people pay there."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc import text
from eventsvc.audit.operations import record
from eventsvc.campaigns import stall_lines
from eventsvc.campaigns.activity_models import Activity, Stall, StallKind, StallState
from eventsvc.campaigns.activity_queries import SPACES
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError, Invalid
from eventsvc.events.models import Event
from eventsvc.organizations import queries as organizations
from eventsvc.rows import assign, lock, lock_open

COLUMNS = frozenset(
    {
        "activity", "code", "kind", "state", "owner", "goods", "ocop_stars", "contact_name", "contact_phone",
        "contact_email", "is_cashless", "bank", "note",
    }
)  # fmt: skip
STARS = (3, 4, 5)


class CodeTaken(Invalid):
    code = "code_taken"


class WrongBank(Invalid):
    code = "wrong_bank"


class WrongStars(Invalid):
    code = "wrong_stars"


class NotASpace(Invalid):
    code = "not_a_space"


class WrongLines(Invalid):
    code = "wrong_lines"


class ServesOthers(DomainError):
    code = "serves_others"


@atomic()
def add_stall(activity: Activity, *, by: Any, **columns: Any) -> Stall:
    """A stall in a space. CodeTaken when another one there has the code."""
    event = activity.event
    lock_open(event)
    stall = Stall(
        event_id=event.id,
        activity=activity,
        kind=StallKind.OTHER,
        state=StallState.REQUESTED,
        is_cashless=False,
    )
    with db.session.no_autoflush:
        assign(stall, columns, COLUMNS)
        _require_sense(event, stall)
        _find_owner(event, stall)
    db.session.add(stall)
    db.session.flush()
    record(by, "stall.added", stall, event=event, kind=stall.kind.value)
    return stall


@atomic()
def edit_stall(stall: Stall, *, version: int | None = None, by: Any, **columns: Any) -> None:
    """StaleEdit when `version` is no longer the stall's."""
    event = stall.activity.event
    lock_open(event)
    lock(stall, version)
    with db.session.no_autoflush:
        changed = assign(stall, columns, COLUMNS)
        if not changed:
            return
        _require_sense(event, stall)
        if "owner" in changed:
            _find_owner(event, stall)
    db.session.flush()
    record(by, "stall.edited", stall, event=event, changed=changed)


@atomic()
def set_state(stall: Stall, state: StallState, *, version: int | None = None, by: Any) -> None:
    """Confirmed, set up, called off. Safe to repeat."""
    lock_open(stall.activity.event)
    lock(stall, version)
    if assign(stall, {"state": state}):
        record(by, "stall.state_set", stall, event=stall.activity.event, state=state.value)


@atomic()
def remove_stall(stall: Stall, *, version: int | None = None, by: Any) -> None:
    """ServesOthers while other stalls name it as their bank."""
    event = stall.activity.event
    lock_open(event)
    lock(stall, version)
    _require_serves_nobody(stall)
    record(by, "stall.removed", stall, event=event)
    db.session.delete(stall)


@atomic()
def add_lines(activity: Activity, lines: Sequence[str], *, kind: StallKind, by: Any) -> int:
    """A stall for each line, all or none; how many. WrongLines names the lines that cannot be taken."""
    event = activity.event
    lock_open(event)
    _require_space(activity)
    if len(lines) > stall_lines.MOST_LINES:
        raise WrongLines(
            _("At most %(most)s lines at once, please.", most=stall_lines.MOST_LINES), field="lines"
        )
    taken = db.session.scalars(sa.select(Stall.code).where(Stall.activity_id == activity.id))
    found, wrong = stall_lines.parse(lines, taken)
    if wrong:
        raise WrongLines(" ".join(_complaint(one) for one in wrong[:10]), field="lines")
    if not found:
        raise WrongLines(_("There is no stall in these lines."), field="lines")
    for line in found:
        stall = Stall(
            event_id=event.id,
            activity=activity,
            code=line.code,
            owner=line.owner,
            goods=line.goods,
            kind=kind,
            state=StallState.REQUESTED,
            is_cashless=False,
        )
        with db.session.no_autoflush:
            _find_owner(event, stall)
        db.session.add(stall)
    db.session.flush()
    record(by, "stalls.added", activity, event=event, count=len(found))
    return len(found)


@atomic()
def note_export(event: Event, count: int, *, by: Any) -> None:
    """Write down who took the list of stalls out, and how long it was."""
    record(by, "stalls.exported", event, event=event, count=count)


# --- What the operations above are made of -----------------------------------------------------------------


def _require_sense(event: Event, stall: Stall) -> None:
    _require_space(stall.activity)
    stall.code = text.clean(stall.code or "")
    if not stall.code:
        raise Invalid(_("Give the stall a code: it stands on its sign."), field="code")
    if not text.same_words(stall.owner or ""):
        raise Invalid(_("Say whose stall it is."), field="owner")
    if stall.activity.event_id != event.id:
        raise NotASpace(_("This space belongs to another campaign."), field="activity")
    others = sa.select(Stall.code).where(Stall.activity_id == stall.activity.id, Stall.id != (stall.id or 0))
    if stall_lines.code_key(stall.code) in {
        stall_lines.code_key(code) for code in db.session.scalars(others)
    }:
        raise CodeTaken(_("Another stall of this space has this code."), field="code")
    if stall.ocop_stars is not None and (stall.kind is not StallKind.OCOP or stall.ocop_stars not in STARS):
        raise WrongStars(_("Only OCOP products have stars, three to five."), field="ocop_stars")
    if stall.kind is not StallKind.BANK and stall.id:
        _require_serves_nobody(stall)
    bank = stall.bank
    if bank is None:
        return
    if bank is stall or stall.kind is StallKind.BANK:
        raise WrongBank(_("The stall of a bank is not served by a bank."), field="bank")
    if bank.kind is not StallKind.BANK or bank.event_id != event.id:
        raise WrongBank(_("Choose the stall of a bank of this campaign."), field="bank")
    stall.is_cashless = True  # that is what the bank has opened an account for


def _require_space(activity: Activity) -> None:
    if activity.kind not in SPACES:
        raise NotASpace(_("Stalls stand in the spaces of an exhibition."), field="activity")


def _require_serves_nobody(stall: Stall) -> None:
    if db.session.scalar(sa.select(Stall.id).where(Stall.bank_id == stall.id).limit(1)) is not None:
        raise ServesOthers(
            _("Other stalls take cashless payment through this bank; give them another one first.")
        )


def _find_owner(event: Event, stall: Stall) -> None:
    stall.organization = organizations.find(
        stall.owner, on=event.units_as_of, province_code=event.province_code
    )


def _complaint(one: stall_lines.Complaint) -> str:
    if one.why == "twice":
        return _("Line %(number)s: this code stands there twice.", number=one.number)
    if one.why == "too_long":
        return _("Line %(number)s: too long.", number=one.number)
    return _("Line %(number)s: code and owner are needed, parted by “|”.", number=one.number)
