"""Calendar entries of a campaign: its stops and finale, the days of its contests, what everybody may come to. Pure.

As in `entries`, a UID never changes and SEQUENCE is the age of the campaign at the last change.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.campaigns.activity_models import Activity, ActivityState
from eventsvc.contests.models import Contest
from eventsvc.events.models import Event
from eventsvc.feeds import entries
from eventsvc.feeds.entries import UID_DOMAIN
from eventsvc.ical import CalendarEntry

Moments = Mapping[int, datetime]


def of_parts(parts: Iterable[Event], edited: Moments, *, url: str) -> list[CalendarEntry]:
    """The sittings of every event of the campaign; its window while no time is approved."""
    return [entry for part in parts for entry in entries.of_sittings(part, edited, url=url)]


def of_activities(
    event: Event, rows: Iterable[Activity], changed: Moments, *, url: str
) -> list[CalendarEntry]:
    found = []
    for row in rows:
        assert row.starts_on is not None
        first, last = row.starts_on, row.ends_on or row.starts_on
        start: date | datetime = first
        end: date | datetime = last
        if first == last and row.opens and row.closes:
            start = clock.from_local(datetime.combine(first, row.opens))
            end = clock.from_local(datetime.combine(first, row.closes))
        is_off = row.state is ActivityState.CANCELLED
        found.append(
            _entry(
                event, f"activity-{row.id}", row.name, start, end, row.place, changed.get(row.id), url, is_off
            )
        )
    return found


def of_contests(
    event: Event, rows: Sequence[Contest], changed: Moments, activities: Moments, *, url: str
) -> list[CalendarEntry]:
    """When one may enter until, and when the vote closes: those that have a moment."""
    found = []
    for row in rows:
        since = max(filter(None, [changed.get(row.id), activities.get(row.activity_id)]), default=None)
        is_off = row.activity.state is ActivityState.CANCELLED
        for word, words, moment in (
            ("opens", _("Entries open: %(contest)s", contest=row.activity.name), row.opens_at),
            ("closes", _("Last day for entries: %(contest)s", contest=row.activity.name), row.closes_at),
            ("vote", _("Public vote closes: %(contest)s", contest=row.activity.name), row.vote_closes_at),
        ):
            if moment is not None:
                day = clock.local(moment).date()
                key = f"contest-{row.id}-{word}"
                found.append(_entry(event, key, words, day, day, row.activity.place, since, url, is_off))
    return found


def _entry(
    event: Event,
    key: str,
    summary: str,
    start: date | datetime,
    end: date | datetime,
    place: str | None,
    since: datetime | None,
    url: str,
    is_off: bool,
) -> CalendarEntry:
    changed = max(since or event.created_at, event.created_at)
    return CalendarEntry(
        uid=f"{event.slug}-{key}@{UID_DOMAIN}",
        sequence=entries.sequence(event, changed),
        start=start,
        end=end,
        summary=summary,
        description=event.title,
        location=place or event.venue or "",
        url=url,
        last_changed=changed,
        status="CANCELLED" if is_off or event.is_cancelled else "CONFIRMED",
    )
