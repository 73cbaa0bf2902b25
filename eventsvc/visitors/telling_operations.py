"""Tell those who have registered that it is at another time or place, or will not be: by the clock, once per change."""

from eventsvc import clock, jobs
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.deliveries import operations as outbox
from eventsvc.rows import lock
from eventsvc.visitors import messages, queries, telling
from eventsvc.visitors.models import OpenDoors, Visit, VisitState

AT_ONCE = 200
"""How many visitors are written to in one transaction: others want to register, too."""


@jobs.job("visitors.tell", every_minutes=5)
def tell_of_changes() -> int:
    """Write to all whose letter says something else than what holds now; how many. Safe to run beside itself."""
    written = 0
    for open_doors in queries.open_doors_to_come(clock.now()):
        while not jobs.is_stopping() and (some := tell_some(open_doors)):
            written += some
    return written


@atomic()
def tell_some(open_doors: OpenDoors) -> int:
    """Queue what the next visitors have to hear; how many. Their letters that have not left do not leave any more."""
    lock(open_doors)
    now = clock.now()
    if not telling.is_to_be_told(open_doors, now):
        return 0
    facts = telling.facts(open_doors)
    visits = list(db.session.scalars(queries.to_be_told(open_doors, facts).limit(AT_ONCE)))
    if not visits:
        return 0
    outbox.call_back(queries.SUBJECT, [visit.id for visit in visits], spared=messages.TAKING_BACK, by=None)
    codes = queries.codes(visits)
    numbers = queries.places_in_queue(open_doors)
    letters = []
    for visit in visits:
        before = telling.Told.read(visit.told)
        visit.told, visit.told_at = facts, now
        visit.changes += 1
        if facts == telling.OFF:
            letters.append(messages.called_off(visit))
        else:
            code, number = codes.get(visit.guest_id or 0), numbers.get(visit.id, 0)
            letters.append(messages.place(visit, code, number=number, before=before))
    db.session.flush()
    outbox.queue_many(letters)
    is_off = facts == telling.OFF
    record(None, "visits.told", open_doors, event=open_doors.event, count=len(visits), called_off=is_off)
    return len(visits)


@atomic()
def note_called(visit: Visit, *, by: object) -> None:
    """Note that a visitor without an e-mail address was told by telephone what holds now. Safe to repeat."""
    lock(visit.open_doors)
    lock(visit)
    facts = telling.facts(visit.open_doors)
    if visit.state is VisitState.CANCELLED or visit.told == facts:
        return
    visit.told, visit.told_at = facts, clock.now()
    visit.changes += 1
    record(by, "visit.called", visit, event=visit.open_doors.event)
