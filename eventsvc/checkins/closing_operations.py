"""A site closes with a signed count, once; reopening it says why. Scans are stored all the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.audit.operations import record, user_id
from eventsvc.checkins import closing_queries
from eventsvc.checkins.attendance_models import SiteClosing
from eventsvc.checkins.closings import SiteCount
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError, Invalid, StaleEdit
from eventsvc.events.models import Event, Sitting
from eventsvc.rows import insert, lock
from eventsvc.sites.models import Site
from eventsvc.sites.report_operations import MOST_PEOPLE


class ClosedAlready(DomainError):
    """Somebody else has signed for this site in the meantime."""

    code = "site_closed_already"


@dataclass(frozen=True)
class Signature:
    """Who answers for a count."""

    name: str
    position: str | None = None
    note: str | None = None


@atomic()
def close(
    site: Site, sitting: Sitting, *, named: int, people: int, signed: Signature, by: Any
) -> SiteClosing:
    """Sign that so many people came. Of two who press at once one signs, the other gets ClosedAlready.

    StaleEdit when somebody came in by name since the figures were shown: nobody signs what they have not seen.
    """
    lock(site)
    if sitting.event_id != site.event_id:
        raise Invalid(_("The sitting belongs to another event."), field="sitting")
    if not 0 <= people <= MOST_PEOPLE:
        raise Invalid(_("A number from 0 to %(most)s, please.", most=MOST_PEOPLE), field="people")
    count = closing_queries.count_of(site, sitting)
    if count.closing is not None:
        raise already_closed()
    if count.named != named:
        raise StaleEdit(
            _(
                "Since this page was opened the number of people in by name has changed from %(seen)s to %(now)s. "
                "Look at the figures once more, then sign.",
                seen=named,
                now=count.named,
            )
        )
    if people < named:
        raise Invalid(
            _("%(number)s people came in by name: there cannot be fewer in the hall.", number=named),
            field="people",
        )
    closing = _sign(count, sitting, people, signed, by)
    if closing is None:
        raise already_closed()
    return closing


@atomic()
def close_several(
    event: Event, sitting: Sitting, seen: Mapping[int, tuple[int, int]], *, signed: Signature, by: Any
) -> tuple[list[SiteClosing], list[Site]]:
    """Sign for many sites what was seen of each: people by name, people in the hall. Those that have closed since, or
    whose figures are others now, are left as they are: they are the second list."""
    if sitting.event_id != event.id:
        raise Invalid(_("The sitting belongs to another event."), field="sitting")
    lock(event)
    made, left = [], []
    for count in closing_queries.counts(event, sitting, set(seen)):
        is_same = count.closing is None and count.seen == seen[count.site.id]
        closing = _sign(count, sitting, count.people, signed, by) if is_same else None
        if closing is None:
            left.append(count.site)
        else:
            made.append(closing)
    return made, left


@atomic()
def reopen(closing: SiteClosing, *, reason: str, by: Any) -> None:
    """The signed count stands no more, and says why; another can be signed. Safe to repeat."""
    lock(closing)
    if closing.reopened_at is not None:
        return
    if not reason.strip():
        raise Invalid(_("Say why the site is opened again."), field="reason")
    closing.reopened_at, closing.reopened_by_id, closing.reopen_reason = clock.now(), user_id(by), reason
    record(
        by, "site_closing.reopened", closing, site=closing.site_id, sitting=closing.sitting_id,
        people=closing.people,
    )  # fmt: skip


@atomic()
def note_printing(closing: SiteClosing, *, by: Any) -> None:
    """Write down who took the minutes of a count out."""
    record(by, "site_closing.printed", closing, site=closing.site_id, sitting=closing.sitting_id)


def already_closed() -> ClosedAlready:
    return ClosedAlready(_("The count of this site has been signed in the meantime; one signature stands."))


def _sign(count: SiteCount, sitting: Sitting, people: int, signed: Signature, by: Any) -> SiteClosing | None:
    """The row; None when another one stands, which the index of the standing ones decides."""
    values = {
        "event_id": sitting.event_id,
        "site_id": count.site.id,
        "sitting_id": sitting.id,
        "named": count.named,
        "people": people,
        "note": signed.note,
        "signed_name": signed.name,
        "signed_position": signed.position,
        "closed_at": clock.now(),
        "actor_kind": by.actor_kind if by is not None else "system",
        "actor_id": by.id if by is not None else None,
    }
    made = db.session.scalar(
        insert(SiteClosing)
        .values(**values)
        .on_conflict_do_nothing(
            index_elements=["sitting_id", "site_id"], index_where=sa.text("reopened_at IS NULL")
        )
        .returning(SiteClosing.id)
    )
    if made is None:
        return None
    closing = db.session.get_one(SiteClosing, made)
    record(
        by, "site_closing.signed", closing, site=count.site.id, sitting=sitting.id, named=count.named,
        people=people, waiting=count.waiting, cases=count.cases,
    )  # fmt: skip
    return closing
