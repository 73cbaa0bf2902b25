"""Posts of a hall and the shifts at them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError, Invalid
from eventsvc.halls import coverage
from eventsvc.halls.models import Post, Shift, StaffKind
from eventsvc.halls.operations import TooMany, next_number
from eventsvc.rows import assign, lock, lock_open
from eventsvc.sites.models import Site

POST_EDITABLE = frozenset({"name", "is_door", "needed", "note"})
SHIFT_EDITABLE = frozenset(
    {"post", "starts_at", "ends_at", "person_name", "person_phone", "agency_name", "kind"}
)
LONGEST = timedelta(hours=24)
MOST_NEEDED = 500
MOST_SHIFTS = 1000


class Person(NamedTuple):
    """Somebody who stands at a post."""

    person_name: str
    person_phone: str | None = None
    agency_name: str | None = None


class AtTwoShifts(DomainError):
    """The person stands at this very post then already."""

    code = "at_two_shifts"


@atomic()
def add_post(
    site: Site, *, name: str, is_door: bool = False, needed: int = 1, note: str | None = None, by: Any
) -> Post:
    """A place where somebody has to stand. TooMany when the hall has some hundred already."""
    lock_open(site.event)
    lock(site)
    _require_needed(needed)
    post = Post(
        event_id=site.event_id,
        site=site,
        number=next_number(Post, site),
        name=name,
        is_door=is_door,
        needed=needed,
        note=note,
    )
    db.session.add(post)
    db.session.flush()
    record(by, "post.added", post, event=site.event, site=site.id, is_door=is_door, needed=needed)
    return post


@atomic()
def edit_post(post: Post, changes: Mapping[str, Any], *, version: int | None = None, by: Any) -> None:
    """StaleEdit when somebody else has saved since `version`. Whether it is a door changes the hours of the doors."""
    lock_open(post.event)
    lock(post, version)
    _require_needed(changes.get("needed", post.needed))
    changed = assign(post, changes, POST_EDITABLE)
    if changed:
        record(by, "post.edited", post, event=post.event, site=post.site_id, fields=changed)


@atomic()
def remove_post(post: Post, *, by: Any) -> None:
    """With the shifts at it."""
    lock_open(post.event)
    lock(post)
    count = len(post.shifts)
    db.session.delete(post)
    record(by, "post.removed", post, event=post.event, site=post.site_id, shifts=count)


@atomic()
def add_shifts(
    post: Post,
    people: Sequence[Person],
    *,
    starts_at: datetime,
    ends_at: datetime,
    kind: StaffKind = StaffKind.STAFF,
    by: Any,
) -> list[Shift]:
    """Each of these people stands at the post from then to then: all of them or, when one is refused, nobody.

    AtTwoShifts when somebody stands there then already, or is named twice.
    """
    lock_open(post.event)
    lock(post)
    _require_times(starts_at, ends_at)
    standing = _shifts_of(post)
    if len(standing) + len(people) > MOST_SHIFTS:
        raise TooMany(_("A post can have at most %(most)s shifts.", most=MOST_SHIFTS))
    made: list[Shift] = []
    for person in people:
        shift = Shift(starts_at=starts_at, ends_at=ends_at, kind=kind, **person._asdict())
        _require_once(shift, [*standing, *made], "people")
        made.append(shift)
    post.shifts.extend(made)
    db.session.flush()
    record(by, "shifts.added", post, event=post.event, site=post.site_id, count=len(made))
    return made


@atomic()
def edit_shift(shift: Shift, changes: Mapping[str, Any], *, version: int | None = None, by: Any) -> None:
    """Another time, person or post of the same hall. Somebody else, or another time, is not there yet.

    StaleEdit when somebody else has saved since `version`.
    """
    site_id, event = shift.post.site_id, shift.post.event
    lock_open(event)
    post = changes.get("post", shift.post)
    lock(post)
    lock(shift, version)
    if post.site_id != site_id:
        raise Invalid(_("Choose a post of this hall."), field="post")
    _require_times(changes.get("starts_at", shift.starts_at), changes.get("ends_at", shift.ends_at))
    others = [other for other in _shifts_of(post) if other.id != shift.id]
    with db.session.no_autoflush:
        changed = assign(shift, changes, SHIFT_EDITABLE)
        _require_once(shift, others, "person_name")
    if {"person_name", "starts_at", "ends_at"}.intersection(changed):
        shift.present_at = None
    if changed:
        record(by, "shift.edited", shift, event=event, site=site_id, fields=changed)


@atomic()
def remove_shift(shift: Shift, *, by: Any) -> None:
    event, site_id = shift.post.event, shift.post.site_id
    lock_open(event)
    lock(shift)
    db.session.delete(shift)
    record(by, "shift.removed", shift, event=event, site=site_id)


@atomic()
def mark_present(shift: Shift, is_present: bool = True, *, by: Any) -> bool:
    """The person is at the post, or that was a mistake. Safe to repeat; whether this changed it."""
    event = shift.post.event
    lock_open(event)
    lock(shift)
    if (shift.present_at is not None) == is_present:
        return False
    shift.present_at = clock.now() if is_present else None
    record(by, "shift.present" if is_present else "shift.absent", shift, event=event, site=shift.post.site_id)
    return True


@atomic()
def note_print(site: Site, count: int, *, by: Any) -> None:
    """Somebody has the list of who is on duty on paper."""
    record(by, "duty_list.printed", site, event=site.event, count=count)


def _shifts_of(post: Post) -> list[Shift]:
    """As they are in the database, not as they were when the page was opened."""
    rows = sa.select(Shift).where(Shift.post_id == post.id).execution_options(populate_existing=True)
    return list(db.session.scalars(rows))


def _require_needed(needed: int) -> None:
    if not 1 <= needed <= MOST_NEEDED:
        raise Invalid(
            _("A whole number from %(least)s to %(most)s, please.", least=1, most=MOST_NEEDED), field="needed"
        )


def _require_times(starts_at: datetime, ends_at: datetime) -> None:
    if ends_at <= starts_at:
        raise Invalid(_("It must end after it starts."), field="ends_at")
    if ends_at - starts_at > LONGEST:
        raise Invalid(_("It may last a day at most."), field="ends_at")


def _require_once(shift: Shift, others: Sequence[Shift], field: str) -> None:
    for other in others:
        overlaps = shift.starts_at < other.ends_at and other.starts_at < shift.ends_at
        if overlaps and coverage.is_same_person(shift, other):
            raise AtTwoShifts(
                _("%(name)s stands at this post then already.", name=shift.person_name), field=field
            )
