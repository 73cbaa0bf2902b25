"""The API's reads: events, agenda, sites, guests, board."""

from typing import Any

import sqlalchemy as sa
from flask import Response, g, request
from flask_smorest import Blueprint

from eventsvc import clock
from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.agenda import queries as agenda_queries
from eventsvc.agenda import snapshot, timing
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404, visible_events
from eventsvc.guests import queries as guests
from eventsvc.guests.models import Guest, Slot
from eventsvc.invitations.models import Invitation
from eventsvc.reports import board_items, board_views, queries, schemas, site_items
from eventsvc.sites import queries as sites
from eventsvc.sites import readiness_queries
from eventsvc.sites.models import SiteLevel, SiteStatus
from eventsvc.web.api import PageQuery, listed
from eventsvc.web.pagination import number, paginate

bp = Blueprint("events_api", __name__, description="Reading events")


@bp.get("/events")
@bp.arguments(PageQuery, location="query", as_kwargs=True)
@bp.response(200, schemas.EventPage)
@requires(Permission.READ_EVENT)
def events(**_page):
    answer = listed(visible_events(g.access), lambda event: event)
    counts = queries.counts(answer["items"])
    answer["items"] = [_event(event, counts[event.id]) for event in answer["items"]]
    return answer


@bp.get("/events/<slug>")
@bp.response(200, schemas.EventSchema)
@requires(Permission.READ_EVENT)
def event(slug):
    found = event_or_404(slug, g.access)
    return _event(found, queries.counts([found])[found.id])


@bp.get("/events/<slug>/agenda")
@bp.arguments(schemas.AgendaQuery, location="query", as_kwargs=True)
@bp.response(200, schemas.AgendaSchema)
@requires(Permission.READ_EVENT)
def agenda(slug, draft):
    """What the last release made known; the draft only for those who edit it, to others there is none."""
    found = event_or_404(slug, g.access.to(Permission.EDIT_EVENT) if draft else g.access)
    release = agenda_queries.last_release(found)
    items: list[dict[str, Any]] = []
    for part in agenda_queries.draft(found) if draft else agenda_queries.released(found):
        items += [_agenda_item(part, slot, place) for place, slot in enumerate(part.slots, len(items) + 1)]
    return {"release": release.number if release else 1, "draft": draft, "items": items}


@bp.get("/events/<slug>/sites")
@bp.arguments(schemas.SiteQuery, location="query", as_kwargs=True)
@bp.response(200, schemas.SitePage)
@requires(Permission.READ_BOARD)
def event_sites(slug, **asked):
    """Figures for everybody who may read the board; halls and contacts for those whose sites they are."""
    found = event_or_404(slug, g.access)
    own = g.access.to(Permission.READ_SITES)
    works_there = own.covers(found)
    with_contacts = works_there and own.extends_to(Permission.READ_CONTACTS, found)
    moment = readiness_queries.dues_of(found), clock.now()
    statement = sites.sites_of(
        found,
        own.site_ids(found) if works_there else None,
        asked["q"],
        SiteLevel(asked["level"]) if asked["level"] else None,
        within=asked["district"],
        cluster=asked["cluster"],
        status=SiteStatus(asked["status"]) if asked["status"] else None,
        late=moment if asked["late"] else None,
        attention_first=asked["order"] == "attention",
    )
    page = paginate(statement)
    shown = [site.id for site in page.items]
    figures, counted = queries.site_figures(found, shown), sites.last_counts(found, shown)
    items = [
        site_items.item(site, figures[site.id], moment, counted.get(site.id), works_there, with_contacts)
        for site in page.items
    ]
    return {"items": items, "total": page.total, "page": page.page, "per_page": page.per_page}


@bp.get("/events/<slug>/guests")
@bp.arguments(PageQuery, location="query", as_kwargs=True)
@bp.response(200, schemas.GuestPage)
@requires(Permission.READ_GUESTS)
def event_guests(slug, **_page):
    found = event_or_404(slug, g.access)
    reach = g.access.site_ids(found)
    wanted = request.args.get("site")
    if wanted:
        site = sites.site_by_code(found, wanted)
        reach = frozenset({site.id} if reach is None or site.id in reach else ())
    q = request.args.get("q", "")
    return _people_and_slots(found, q, reach, g.access.extends_to(Permission.READ_CONTACTS, found))


@bp.get("/events/<slug>/board")
@bp.response(200, schemas.BoardSchema)
@requires(Permission.READ_BOARD)
def board(slug):
    """The figures that every screen shows, and no names, as they stand now."""
    found = board_views.look(event_or_404(slug, g.access).id, None, anew=True)
    headers = {"ETag": f'"{found.figures}"', "Cache-Control": "private, no-cache"}
    if request.if_none_match.contains(found.figures):
        return Response(status=304, headers=headers)
    return board_items.board(found.event.slug, found.board), 200, headers


def _event(event: Event, counts: queries.Counts) -> dict[str, Any]:
    return {
        "slug": event.slug,
        "title": event.title,
        "short_title": event.short_title,
        "kind": event.kind.value,
        "status": event.status.value,
        "form": event.form.value,
        "host": event.host.name,
        "venue": event.venue,
        "units_as_of": event.units_as_of,
        "window": {"text": event.window_text, "start": event.window_start, "end": event.window_end},
        "starts_at": event.starts_at,
        "ends_at": event.ends_at,
        "time_approved": event.is_time_approved,
        "sittings": [
            {
                "number": sitting.number,
                "title": sitting.title,
                "starts_at": sitting.starts_at,
                "ends_at": sitting.ends_at,
                "time_state": sitting.time_state.value,
                "place": sitting.place,
            }
            for sitting in event.sittings
        ],
        "counts": counts,
    }


def _agenda_item(part: timing.Part, slot: timing.Slot, place: int) -> dict[str, Any]:
    item = slot.item
    people = []
    if item.speaker or item.person:
        people.append(
            {
                "role": "speaker",
                "text": item.speaker or item.person.full_name,
                "position": item.position,
                "organization": None,
                "person": item.person.full_name if item.person else None,
            }
        )
    if item.ritual:
        people += [
            {
                "role": participant.role.value,
                "text": participant.text,
                "position": participant.position,
                "organization": participant.organization_name,
                "person": participant.person.full_name if participant.person else None,
            }
            for participant in item.ritual.participants
        ]
    return {
        "number": place,
        "key": item.key,
        "cue": item.cue,
        "sitting": part.sitting.number,
        "strand": part.strand.name if part.strand else None,
        "kind": item.kind.value,
        "title": item.title,
        "start": slot.start,
        "end": slot.end,
        "pinned": snapshot.clock_words(item.pinned_at),
        "duration_minutes": item.duration_minutes,
        "position": item.position,
        "site": item.site.code if item.site else None,
        "is_public": item.is_public,
        "people": people,
    }


def _people_and_slots(event: Event, q: str, reach: Any, with_contacts: bool) -> dict[str, Any]:
    """One list: the people by given name, then the slots; the page may lie across the two."""
    page, per_page = number("page", 1, 10**9), number("per_page", 50, 500)
    people = guests.guests_of(event, q=q, site_ids=reach)
    count = db.session.scalar(sa.select(sa.func.count()).select_from(people.order_by(None).subquery())) or 0
    slots = guests.slots_of(event, site_ids=reach, q=q)
    start = (page - 1) * per_page
    rows: list[Guest | Slot] = list(db.session.scalars(people.limit(per_page).offset(start)))
    first = max(0, start - count)
    rows += slots[first : first + per_page - len(rows)] if start + per_page > count else []
    answers = _answers([row.id for row in rows if isinstance(row, Guest)])
    return {
        "items": [
            _guest(row, answers.get(row.id), with_contacts) if isinstance(row, Guest) else _slot(row)
            for row in rows
        ],
        "total": count + len(slots),
        "page": page,
        "per_page": per_page,
    }


def _answers(guest_ids: list[int]) -> dict[int, str]:
    rows = db.session.execute(
        sa.select(Invitation.guest_id, Invitation.answer).where(Invitation.guest_id.in_(guest_ids))
    )
    return {guest_id: answer.value for guest_id, answer in rows}


def _guest(guest: Guest, answer: str | None, with_contacts: bool) -> dict[str, Any]:
    person = guest.person
    row = {
        "id": guest.id,
        "kind": "person",
        "honorific": person.honorific,
        "name": person.full_name,
        "position": person.position,
        "organization": person.organization_name,
        "site": guest.site.code,
        "group": guest.group.name if guest.group else None,
        "seats": 1,
        "answer": answer,
    }
    if with_contacts:
        row |= {"emails": person.emails, "phones": person.phones}
    return row


def _slot(slot: Slot) -> dict[str, Any]:
    return {
        "id": slot.id,
        "kind": "slot",
        "honorific": None,
        "name": slot.label,
        "position": None,
        "organization": slot.organization_name,
        "site": slot.site.code,
        "group": slot.group.name if slot.group else None,
        "seats": slot.seats,
        "answer": None,
    }
