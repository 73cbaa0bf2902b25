"""Make the draft known: a numbered, frozen version, and whom it touches."""

from collections import Counter
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext

from eventsvc.agenda import changes, queries, release_queries, snapshot, touches
from eventsvc.agenda.clashes import Level
from eventsvc.agenda.frozen import CANCELLED, SINCE, Version
from eventsvc.agenda.release_models import AgendaRelease, ReleaseTouch, Touch
from eventsvc.audit.operations import record, user_id
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError, Invalid, StaleEdit
from eventsvc.events.models import Event
from eventsvc.people.models import Person
from eventsvc.rows import lock_open
from eventsvc.sites.models import Site

LONGEST_NOTE = 2000


class NothingToRelease(DomainError):
    """Nobody would see anything else than before."""

    code = "nothing_to_release"


class ReleaseBlocked(DomainError):
    """The draft holds what cannot be."""

    code = "release_blocked"


class ReleaseUnconfirmed(DomainError):
    """The draft holds what may be meant, but somebody has to say so."""

    code = "release_unconfirmed"


class DraftChanged(StaleEdit):
    """Somebody has edited the draft since its release was looked at; nothing was released."""

    code = "draft_changed"


class NoteTooLong(Invalid):
    code = "note_too_long"


@atomic()
def release(
    event: Event, *, note: str | None = None, confirmed: bool = False, seen: str | None = None, by: Any
) -> AgendaRelease:
    """Freeze the draft under the next number: from now on public pages, letters and feeds show it. Of two at once
    the second is told that there is nothing to release.

    Refused while a clash blocks; `confirmed` says that clashes of the level below have been looked at. With the
    seal of the draft that was looked at (`snapshot.seal`): DraftChanged when it is another one by now.
    """
    lock_open(event)
    note = (note or "").strip() or None
    if note is not None and len(note) > LONGEST_NOTE:
        raise NoteTooLong(_("Use at most %(most)s characters.", most=LONGEST_NOTE), field="note")
    last = queries.last_release(event)
    if queries.unreleased_changes(event) == 0:
        raise NothingToRelease(_("Nothing has changed since the last release: there is nothing to release."))
    if seen is not None and snapshot.seal(queries.values(event)) != seen:
        raise DraftChanged(
            _(
                "Someone has edited the agenda since you looked at it. Look at the changes again, then release."
            )
        )
    _require_sound(event, confirmed)
    version = release_queries.version(event)
    before: Version = last.snapshot if last else {}
    number = last.number + 1 if last else 1
    found = changes.between(before, version)
    made = AgendaRelease(
        event_id=event.id,
        number=number,
        note=note,
        released_by_id=user_id(by),
        snapshot={
            **version,
            SINCE: changes.since(found, version, number, before.get(SINCE)),
            CANCELLED: changes.cancelled(before, version, number),
        },
        counts=dict(
            Counter(group.changes[0].what.value for group in changes.grouped(found) if group.key or last)
        ),
    )
    db.session.add(made)
    db.session.flush()
    rows = _touches(event, made, before if last else None, version)
    record(by, "agenda.released", made, event=event, number=number, changes=len(found), touches=rows)
    return made


def _require_sound(event: Event, confirmed: bool) -> None:
    levels = Counter(clash.level for clash in queries.clashes(event))
    if levels[Level.BLOCK]:
        raise ReleaseBlocked(
            ngettext(
                "%(num)s clash blocks the release: solve it first.",
                "%(num)s clashes block the release: solve them first.",
                levels[Level.BLOCK],
            )
        )
    if levels[Level.CONFIRM] and not confirmed:
        raise ReleaseUnconfirmed(
            ngettext(
                "%(num)s point needs your confirmation before the release.",
                "%(num)s points need your confirmation before the release.",
                levels[Level.CONFIRM],
            ),
            field="confirmed",
        )


def _touches(event: Event, made: AgendaRelease, before: Version | None, version: Version) -> int:
    """Write down whom it touches; who has been erased and sites that are gone need not hear of it."""
    found = touches.touched(before, version)
    sites = dict(db.session.execute(sa.select(Site.code, Site.id).where(Site.event_id == event.id)).all())
    ids = {touch.person_id for touch in found if touch.person_id is not None}
    known = set(db.session.scalars(sa.select(Person.id).where(Person.id.in_(ids))))
    rows = [
        {
            "person_id": touch.person_id,
            "site_id": sites.get(touch.site),
            "item_key": touch.key,
            "how": touch.how,
        }
        for touch in sorted(
            found, key=lambda touch: (touch.key, touch.how, touch.person_id or 0, touch.site or "")
        )
        if touch.person_id in known or touch.site in sites
    ]
    if touches.is_programme_changed(before, version):
        rows += [
            {"person_id": None, "site_id": site_id, "item_key": None, "how": Touch.PROGRAMME}
            for site_id in sorted(sites.values())
        ]
    if rows:
        db.session.execute(sa.insert(ReleaseTouch), [{"release_id": made.id, **row} for row in rows])
    return len(rows)
