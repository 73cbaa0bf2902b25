"""What a site reports of itself: contact data, the checklist, how many people are in its hall, a picture of it."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.errors import Invalid
from eventsvc.events.models import Sitting
from eventsvc.files import operations as files
from eventsvc.files.operations import Brought
from eventsvc.rows import assign, lock, lock_open
from eventsvc.sites import link_operations, readiness, report_queries
from eventsvc.sites.contact import contact_of, is_another_contact
from eventsvc.sites.models import Site
from eventsvc.sites.report_models import CheckItem, CountGroup, HeadCount, HeadCountPart, SiteCheck
from eventsvc.sites.reporter import Reporter
from eventsvc.sites.step_operations import note_report, require_not_closed

OWN_DATA = frozenset(
    {
        "contact_name", "contact_phone", "contact_email", "host_name", "host_position", "host_phone",
        "technician_name", "technician_phone", "hall", "address", "map_url", "capacity", "video_platform",
        "meeting_id", "backup_line",
    }
)  # fmt: skip
"""What a site knows best about itself; name, level, order and link are the organizer's."""

MOST_PEOPLE = 50_000
"""In one hall, of one kind: a stadium. More is a slip of the finger."""


@atomic()
def tell_data(
    site: Site, changes: Mapping[str, Any], reporter: Reporter, *, version: int | None = None
) -> None:
    """The site's own data, as its coordinator gives it. StaleEdit when somebody else has saved since `version`.

    Whoever holds the link speaks for the site and keeps it. Another contact who is entered for it gets another link,
    and the old one dies.
    """
    lock_open(site.event)
    lock(site, version)
    former = contact_of(site)
    changed = assign(site, changes, OWN_DATA)
    if changed:
        if {"hall", "address"}.intersection(changed):
            site.place_sequence += 1
        db.session.flush()
        details = {"fields": changed, "on_behalf": bool(reporter.spoke_with)}
        record(reporter.by, "site.edited", site, event=site.event, **details)
        if (
            reporter.by is not site
            and site.token_hash is not None
            and is_another_contact(former, contact_of(site))
        ):
            link_operations.renew_link(site, by=reporter.by)


@atomic()
def tick(site: Site, item: CheckItem, reporter: Reporter) -> bool:
    """The line of the checklist is in order. Safe to repeat; whether this was what ticked it."""
    lock_open(site.event)
    lock(site)
    require_not_closed(site)
    _require_own(site, item)
    if _tick_of(site, item) is not None:
        return False
    db.session.add(SiteCheck(site_id=site.id, check_item_id=item.id, at=clock.now(), **reporter.columns))
    details = {"item": item.id, "on_behalf": bool(reporter.spoke_with)}
    record(reporter.by, "site.checked", site, event=site.event, **details)
    return True


@atomic()
def untick(site: Site, item: CheckItem, reporter: Reporter) -> bool:
    """The line is not in order after all. Safe to repeat; whether it had been ticked."""
    lock_open(site.event)
    lock(site)
    require_not_closed(site)
    _require_own(site, item)
    ticked = _tick_of(site, item)
    if ticked is None:
        return False
    db.session.delete(ticked)
    details = {"item": item.id, "on_behalf": bool(reporter.spoke_with)}
    record(reporter.by, "site.unchecked", site, event=site.event, **details)
    return True


@atomic()
def report_head_count(
    site: Site, sitting: Sitting, people: Sequence[tuple[CountGroup, int]], reporter: Reporter
) -> HeadCount:
    """So many people of each kind are in the hall at this sitting. Every report is kept, the newest counts.
    Only one of the day itself passes the gate: one may try it out before.

    Invalid for a number below 0 or above `MOST_PEOPLE`, a kind of another event, and no kind at all.
    """
    lock_open(site.event)
    lock(site)
    require_not_closed(site)
    if sitting.event_id != site.event_id or not people:
        raise Invalid(_("Say how many people there are."), field="people")
    for group, number in people:
        if group.event_id != site.event_id or not 0 <= number <= MOST_PEOPLE:
            raise Invalid(
                _("%(group)s: enter a number from 0 to %(most)s.", group=group.name, most=MOST_PEOPLE),
                field=f"group_{group.id}",
            )
    count = HeadCount(
        site=site,
        sitting=sitting,
        people=sum(number for _group, number in people),
        counted_at=clock.now(),
        parts=[
            HeadCountPart(number=place, name=group.name, people=number)
            for place, (group, number) in enumerate(people, start=1)
        ],
        **reporter.columns_on_behalf,
    )
    db.session.add(count)
    if readiness.is_on_the_day(sitting.starts_at, count.counted_at):
        note_report(site, counted_at=count.counted_at)
    db.session.flush()
    details = {"people": count.people, "sitting": sitting.id, "on_behalf": bool(reporter.spoke_with)}
    record(reporter.by, "site.counted", site, event=site.event, **details)
    return count


@atomic()
def set_photo(site: Site, brought: Brought, reporter: Reporter) -> None:
    """A picture of the hall, in the place of the one before, which is discarded. It was drawn anew when it was taken
    in."""
    lock_open(site.event)
    lock(site)
    if not brought.media_type.startswith("image/"):
        raise Invalid(_("This is no picture. Take a photo, or choose a JPEG or PNG file."), field="file")
    former, file = site.photo_id, files.keep(brought, event=site.event, by=reporter.by)
    note_report(site, photo_id=file.id)
    if former is not None:
        files.discard(former)
    record(reporter.by, "site.photo_set", site, event=site.event)


@atomic()
def remove_photo(site: Site, reporter: Reporter) -> None:
    """No picture of the hall any more. Safe to repeat."""
    lock_open(site.event)
    lock(site)
    former = site.photo_id
    if former is not None:
        note_report(site, photo_id=None)
        files.discard(former)
        record(reporter.by, "site.photo_removed", site, event=site.event)


def _tick_of(site: Site, item: CheckItem) -> SiteCheck | None:
    return db.session.scalar(
        sa.select(SiteCheck).where(SiteCheck.site_id == site.id, SiteCheck.check_item_id == item.id)
    )


def _require_own(site: Site, item: CheckItem) -> None:
    if item.event_id != site.event_id:
        raise report_queries.no_such_item()
