"""Whether the doors are ready: a line for each site that expects guests, those that lack something first."""

from flask import Blueprint, g, render_template, request

from eventsvc import clock
from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.checkins import device_queries
from eventsvc.checkins.device_labels import WORDS
from eventsvc.checkins.door_readiness import A_DAY_BEFORE, AN_HOUR_BEFORE, Phase
from eventsvc.events.permissions import event_or_404
from eventsvc.events.sitting_rules import sitting_at
from eventsvc.sites.queries import districts_of
from eventsvc.web.pagination import page_of

bp = Blueprint("door_readiness", __name__)


@bp.get("/events/<slug>/devices/readiness")
@requires(Permission.MANAGE_DEVICES)
def index(slug):
    event = event_or_404(slug, g.access)
    reach, now = g.access.site_ids(event), clock.now()
    contacts = g.access.to(Permission.READ_CONTACTS)
    doors = device_queries.door_readiness(event, now, reach)
    within = request.args.get("within", "")[:80]
    sitting = sitting_at(event.standing_sittings, now)
    starts_at = sitting.starts_at if sitting else None
    return render_template(
        "checkins/door_readiness.html",
        event=event,
        page=page_of([one for one in doors if not within or within in (one.site.code, one.site.parent_code)]),
        total=len(doors),
        lacking=sum(not one.is_ready for one in doors),
        phase=doors[0].phase if doors else Phase.NO_TIME,
        phases=Phase,
        day_before=starts_at - A_DAY_BEFORE if starts_at else None,
        hour_before=starts_at - AN_HOUR_BEFORE if starts_at else None,
        contacts={one.site.id for one in doors if contacts.covers_site(one.site)},
        within=within,
        districts=districts_of(event, reach),
        as_of=now,
        **WORDS,
    )
