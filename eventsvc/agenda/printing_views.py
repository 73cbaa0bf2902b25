"""The agenda on paper: the programme for everybody, the running orders for those who work from them.

Official papers are in Vietnamese, whatever language the reader of the pages has chosen.
"""

from flask import Blueprint, g, render_template, request
from flask_babel import force_locale
from flask_babel import gettext as _

from eventsvc import pdf
from eventsvc.accounts.access import public, requires
from eventsvc.accounts.permissions import Permission
from eventsvc.agenda import printing, queries, running_order
from eventsvc.agenda.running_order import FILE_NAMES, View
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.events.queries import event_by_slug
from eventsvc.organizations import queries as organizations
from eventsvc.organizations.letterhead import Letterhead, letterhead
from eventsvc.web import papers
from eventsvc.web.labels import label

bp = Blueprint("running_order", __name__)

LOCALE = "vi"


@bp.get("/p/<slug>/programme.pdf")
@public
def programme(slug):
    """The public programme with the letterhead of its host: what /p/<slug> says, on paper."""
    event = event_by_slug(slug)
    if event is None:
        raise NotFound(_("There is no such event."))
    parts, release = queries.public(queries.released(event)), queries.last_release(event)
    with force_locale(LOCALE):
        values = printing.programme(
            event, parts, head=_head(event), form=str(label(event.form)), release=release
        )
        name = " – ".join([_("Programme"), event.short_title]) + ".pdf"
    return papers.paper(pdf.render("programme.typ", values), name, keep=True)


@bp.get("/events/<slug>/running-order")
@requires(Permission.READ_EVENT)
def index(slug):
    event = event_or_404(slug, g.access)
    return render_template(
        "agenda/running_order.html",
        event=event,
        release=queries.last_release(event),
        views=list(View),
        names=FILE_NAMES,
    )


@bp.get("/events/<slug>/running-order/<any(master, mc, technician, reception):view>.pdf")
@requires(Permission.READ_EVENT)
def paper(slug, view):
    """The running order as last released; for those who edit it with their notes, and with ?release=draft as it
    stands."""
    event = event_or_404(slug, g.access)
    edits = g.access.to(Permission.EDIT_EVENT).covers(event)
    is_draft = request.args.get("release") == "draft"
    if is_draft and not edits:
        raise NotFound(_("There is nothing at this address."))
    release = None if is_draft else queries.last_release(event)
    parts = queries.draft(event) if release is None else queries.released(event)
    with force_locale(LOCALE):
        values = running_order.running_order(event, parts, View(view), release=release, with_notes=edits)
        name = f"{FILE_NAMES[View(view)]} – {event.short_title}.pdf"
    return papers.paper(pdf.render("running_order.typ", values), name)


def _head(event: Event) -> Letterhead:
    """The host's letterhead; a department of a province has its People's Committee above it."""
    host = event.host
    committee = organizations.committee(host.province_code, event.units_as_of) if host.province_code else None
    return letterhead(host.name, committee.name if committee else None)
