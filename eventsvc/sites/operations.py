"""Every change to the sites of an event."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from eventsvc import clock
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.deliveries import operations as outbox
from eventsvc.errors import DomainError, Invalid
from eventsvc.events.models import Event
from eventsvc.files import operations as files
from eventsvc.organizations import queries as organizations
from eventsvc.organizations.models import Level, Organization
from eventsvc.rows import assign, lock, lock_open
from eventsvc.sites import link_operations, queries, reminder_messages, template_operations
from eventsvc.sites.contact import contact_of, is_another_contact
from eventsvc.sites.models import MAIN, Site, SiteLevel
from eventsvc.text import fold, slugify

EDITABLE = frozenset(
    {
        "name", "hall", "address", "map_url", "contact_name", "contact_phone", "contact_email", "capacity",
        "speaks", "number", "note", "host_name", "host_position", "host_phone", "technician_name",
        "technician_phone", "cluster", "video_platform", "meeting_id", "meeting_url", "backup_line",
    }
)  # fmt: skip

# What an invitation says of the place.
ANNOUNCED = frozenset({"name", "hall", "address"})

# What the coordinator's page says has changed; guests hear nothing of it.
CONNECTION = frozenset({"video_platform", "meeting_id", "meeting_url", "backup_line"})

# Where a site's own page would be, others are.
PAGES = frozenset({"new", "bulk", "copy", "links", "board", "import"})

UNIT_LEVELS = {SiteLevel.DISTRICT: Level.DISTRICT, SiteLevel.COMMUNE: Level.COMMUNE}


Release = Callable[[Site, Any], None]
_releases: list[Release] = []


class SiteInUse(DomainError):
    code = "site_in_use"


class NoProvince(Invalid):
    code = "no_province"


@atomic()
def add_main_site(
    event: Event, *, name: str, hall: str | None = None, address: str | None = None, by: Any
) -> Site:
    """The main hall; the one that is there already when it has been made before."""
    lock_open(event)
    if MAIN in queries.codes_of(event):
        return queries.site_by_code(event, MAIN)
    site = Site(
        event=event,
        code=MAIN,
        name=name,
        folded=fold(name),
        level=SiteLevel.MAIN,
        number=1,
        hall=hall,
        address=address,
    )
    return _added(site, by)


@atomic()
def add_site(
    event: Event, *, name: str, hall: str | None = None, address: str | None = None, by: Any
) -> Site:
    """One hall beside those of the tree: a school, a university, a border post."""
    lock_open(event)
    taken = queries.codes_of(event) | PAGES
    stem = slugify(name)[:60].strip("-") or "diem-cau"
    code = next(c for c in (stem, *(f"{stem}-{n}" for n in range(2, len(taken) + 3))) if c not in taken)
    site = Site(
        event=event, code=code, name=name, folded=fold(name), level=SiteLevel.OTHER,
        number=_next_number(event), hall=hall, address=address,
    )  # fmt: skip
    return _added(site, by)


@atomic()
def add_sites(event: Event, level: SiteLevel, *, by: Any) -> list[Site]:
    """A site for every unit of the level that has none yet, from the tree at the event's `units_as_of`.

    Safe to repeat; returns the new ones. A district without communes has its own site all the same.
    """
    lock_open(event)
    units = units_for(event, level)
    taken = queries.codes_of(event)
    parents = organizations.parent_names(units, event.units_as_of)
    sites = [
        _of_unit(event, unit, level, number, parents.get(unit.id))
        for number, unit in enumerate(units, 1)
        if unit.code not in taken
    ]
    db.session.add_all(sites)
    db.session.flush()
    if sites:
        template_operations.furnish(event)
        record(by, "sites.added", event, event=event, level=level.value, count=len(sites))
    return sites


def units_for(event: Event, level: SiteLevel) -> list[Organization]:
    """The units of the event's province that have a site of this level; none where there is no such level."""
    if level not in UNIT_LEVELS:
        raise Invalid(_("Only districts and communes can be taken from the list of units."), field="level")
    if not event.province_code:
        raise NoProvince(_("The host of this event belongs to no province, so there are no units to take."))
    return organizations.units(event.province_code, UNIT_LEVELS[level], event.units_as_of)


@atomic()
def add_all_sites(event: Event, *, by: Any) -> list[Site]:
    """A site for every unit of every level that has none yet. Safe to repeat; returns the new ones."""
    return [site for level in UNIT_LEVELS for site in add_sites(event, level, by=by)]


@atomic()
def edit_site(site: Site, changes: dict[str, Any], *, version: int | None = None, by: Any) -> Site:
    """Change a site. StaleEdit when `version` is no longer the site's. Its code never changes.

    Another contact gets another link, and the old one dies; a site that has no link gets none.
    """
    lock_open(site.event)
    lock(site, version)
    changed = change(site, changes, by)
    if changed:
        db.session.flush()
        record(by, "site.edited", site, event=site.event, fields=changed)
    return site


def change(site: Site, changes: Mapping[str, Any], by: Any) -> list[str]:
    """Set what differs with all that follows from it; the columns that changed. For operations that hold the site."""
    former = contact_of(site)
    changed = assign(site, changes, EDITABLE)
    if changed:
        site.folded = fold(site.name)
        if ANNOUNCED.intersection(changed):
            site.place_sequence += 1
        if site.link_opened_at is not None and CONNECTION.intersection(changed):
            site.connection_changed_at = clock.now()  # news only for who has seen the page
        if site.token_hash is not None and is_another_contact(former, contact_of(site)):
            db.session.flush()
            link_operations.renew_link(site, by=by)
    return changed


def before_removal(release: Release) -> Release:
    """Register what has to happen before a site is removed: letters about it are called back, or SiteInUse says why
    it must stay."""
    _releases.append(release)
    return release


@atomic()
def remove_site(site: Site, *, by: Any) -> None:
    """Take a site away, and the letters about it that have not left; refused when guests, devices or scans belong to
    it, or a link test that stands in somebody's calendar."""
    event = site.event
    lock_open(event)
    photo_id = site.photo_id
    record(by, "site.removed", site, event=event, code=site.code)
    for release in _releases:
        release(site, by)
    for letters in (link_operations.LETTERS, reminder_messages.SUBJECT):
        outbox.call_back(letters, [site.id], by=by)
    try:
        with db.session.begin_nested():
            db.session.delete(site)
    except IntegrityError as error:
        raise SiteInUse(
            _("Guests or scans belong to this site. Move them to another site first, or close this one.")
        ) from error
    if photo_id is not None:
        files.discard(photo_id)


def _of_unit(event: Event, unit: Organization, level: SiteLevel, number: int, parent: str | None) -> Site:
    return Site(
        event=event, organization=unit, code=unit.code, name=unit.name, folded=fold(unit.name), level=level,
        number=number, parent_code=unit.parent_code, parent_name=parent,
    )  # fmt: skip


def _added(site: Site, by: Any) -> Site:
    db.session.add(site)
    db.session.flush()
    template_operations.furnish(site.event)
    record(by, "site.added", site, event=site.event, level=site.level.value)
    return site


def _next_number(event: Event) -> int:
    numbers = db.session.scalars(
        queries.sites_of(event, level=SiteLevel.OTHER).with_only_columns(Site.number)
    )
    return max(numbers, default=0) + 1
