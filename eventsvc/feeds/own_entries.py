"""Calendar entries for one person, one organization, one site. Pure.

Calendars are shared with drivers, assistants and families: nothing in here opens anything, and nobody is named but
those whom the public programme names too. A person's sittings have the UID and the SEQUENCE of the invitation sent
by mail, so that a program which knows both takes them for one.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from eventsvc.agenda.timing import Part
from eventsvc.events.models import Event, TimeState
from eventsvc.feeds.entries import (
    UID_DOMAIN,
    Cancelled,
    Changed,
    item_entry,
    known_to_all,
    left_out,
    of_sittings,
    sequence,
)
from eventsvc.ical import CalendarEntry
from eventsvc.invitations import entries as invited
from eventsvc.invitations import wording
from eventsvc.invitations.models import Invitation
from eventsvc.link_tests import entries as tested
from eventsvc.link_tests.models import InvitedSite
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.sites.models import MAIN, Site


@dataclass(frozen=True)
class Named:
    """The places of an organization at one site, and how many people it has named for them."""

    site: Site
    seats: int | None
    accepted: int
    waiting: int
    changed_at: datetime


def of_person(
    invitation: Invitation,
    parts: Iterable[Part],
    *,
    changed: Changed,
    cancelled: Iterable[Cancelled],
    edited: Mapping[int, datetime],
    moved_at: datetime,
    url: str,
    sender: str,
) -> list[CalendarEntry]:
    """The sittings a guest is asked to, at the guest's site, and the items in which the guest speaks or takes part;
    while no time is approved, the window. Everything is called off for somebody who is no longer asked; what has
    changed since then is left out, for it is no longer told to them.

    `moved_at`: when the guest's site was last edited, or the guest moved to another.
    """
    event, person_id = invitation.event, invitation.guest.person_id
    links = {"link": "", "sender": sender}
    sittings = invited.dated(event)
    found = [
        replace(
            entry,
            last_changed=max(
                entry.last_changed, event.changed_at, moved_at, edited.get(sitting.id, moved_at)
            ),
        )
        for sitting, entry in zip(sittings, invited.entries(invitation, sittings, **links), strict=True)
    ] or [
        replace(entry, last_changed=max(entry.last_changed, moved_at))
        for entry in invited.tentative(invitation, **links)
    ]
    words = f"{event.title}\n{event.host.name}"
    found = [replace(entry, description=words, url=url, attendee_name="") for entry in found]
    found += _items(
        event,
        parts,
        lambda item: person_id in _people_in(item),
        stem=invitation.uid,
        changed=changed,
        cancelled=[row for row in cancelled if person_id in row.people],
        url=url,
    )
    if invitation.revoked_at is not None:
        taken_back = invitation.revoked_at
        found = [
            replace(entry, status="CANCELLED", last_changed=taken_back)
            for entry in found
            if entry.last_changed <= taken_back
        ]
    return found


def of_organization(
    asked: OrganizationInvitation,
    places: Iterable[Named],
    *,
    edited: Mapping[int, datetime],
    url: str,
) -> list[CalendarEntry]:
    """The sittings, at each site where the organization has places, with how many people it has named. What has
    changed since it is no longer asked is left out."""
    event = asked.event
    found = []
    for place in places:
        for sitting in _sittings(event, place.site, edited, url=url):
            changed = max(sitting.last_changed, place.changed_at)
            if asked.revoked_at is not None:
                if changed > asked.revoked_at:
                    continue
                changed = asked.revoked_at
            found.append(
                replace(
                    sitting,
                    uid=f"{event.slug}-o{asked.id}-{sitting.uid}",
                    sequence=sequence(event, changed),
                    description=f"{sitting.description}\n{_named(place)}",
                    last_changed=changed,
                    status="CANCELLED" if asked.revoked_at else sitting.status,
                )
            )
    return found


def of_site(
    site: Site,
    parts: Iterable[Part],
    *,
    changed: Changed,
    cancelled: Iterable[Cancelled],
    edited: Mapping[int, datetime],
    edited_at: datetime,
    link_tests: Iterable[InvitedSite],
    url: str,
) -> list[CalendarEntry]:
    """The sittings at this site, the items in which the picture and the word go to it, and its link tests, which have
    the UID and the SEQUENCE of the letters about them."""
    event = site.event
    found = []
    for entry in _sittings(event, site, edited, url=url):
        moment = max(entry.last_changed, edited_at)
        found.append(replace(entry, uid=f"{event.slug}-{entry.uid}", last_changed=moment))
    found += [tested.entry(invited, url=url, changed_at=edited_at) for invited in link_tests]
    return found + _items(
        event,
        parts,
        lambda item: item.site is not None and item.site.code == site.code != MAIN,
        stem=f"{event.slug}-{site.code}",
        changed=changed,
        cancelled=[row for row in cancelled if row.site == site.code != MAIN],
        url=url,
    )


def _sittings(event: Event, site: Site, edited: Mapping[int, datetime], *, url: str) -> list[CalendarEntry]:
    """The entries of the event at this site, their UIDs naming the site."""
    dated = [sitting for sitting in event.sittings if sitting.time_state is TimeState.APPROVED]
    found = of_sittings(event, edited, url=url)
    if found and found[0].is_all_day:
        where = wording.plain(wording.site_name(site))
        return [replace(entry, uid=f"window-{site.code}@{UID_DOMAIN}", location=where) for entry in found]
    return [
        replace(
            entry,
            uid=f"{sitting.id}-{site.code}@{UID_DOMAIN}",
            sequence=sitting.sequence + site.place_changes,
            location=wording.plain(wording.where(site, sitting)),
        )
        for sitting, entry in zip([s for s in dated if s.starts_at is not None], found, strict=True)
    ]


def _items(
    event: Event,
    parts: Iterable[Part],
    concerns: Any,
    *,
    stem: str,
    changed: Changed,
    cancelled: Iterable[Cancelled],
    url: str,
) -> list[CalendarEntry]:
    """The items that concern somebody, at approved times, under UIDs of their own; those taken out stay."""
    found = [
        replace(item_entry(event, part, slot, changed(part, slot.item), url), description=_told(slot.item))
        for part in parts
        if part.sitting.time_state is TimeState.APPROVED
        for slot in part.slots
        if slot.start is not None and slot.end is not None and concerns(slot.item)
    ]
    known = {s.number for s in event.sittings if s.time_state is TimeState.APPROVED}
    found += [
        left_out(event, row, url) for row in cancelled if row.sitting in known and row.start and row.end
    ]
    return [replace(entry, uid=f"{stem}-{entry.uid}") for entry in found]


def _told(item: Any) -> str:
    lines = known_to_all(item)
    if item.line_note:
        lines.append(_("Transmission line") + f": {item.line_note}")
    return "\n".join(lines)


def _people_in(item: Any) -> Iterator[int | None]:
    """Who speaks, presses, signs or witnesses, as far as the house knows them."""
    yield item.person_id
    if item.ritual is not None:
        for row in item.ritual.participants:
            yield row.person_id


def _named(place: Named) -> str:
    if place.seats:
        words = _("Named: %(named)s of %(seats)s", named=place.accepted, seats=place.seats)
    else:
        words = _("Named: %(named)s", named=place.accepted)
    return words + _("; waiting: %(waiting)s", waiting=place.waiting) if place.waiting else words
