"""The devices of an event: who holds a door and how it stands, enrolling more, changing one, shutting one out."""

from collections.abc import Sequence
from datetime import datetime

from flask import Blueprint, Response, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from eventsvc import pdf, qr, secrets
from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.checkins import (
    device_operations,
    device_queries,
    enrolment_sheets,
    labels,  # noqa: F401  (the words)
    operations,
    queries,
)
from eventsvc.checkins.device_labels import WORDS
from eventsvc.checkins.forms import DeviceForm, EnrolmentForm
from eventsvc.checkins.models import Device, Enrolment
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.events.sitting_rules import Doors, doors
from eventsvc.halls import queries as halls
from eventsvc.sites.models import Site
from eventsvc.sites.queries import districts_of, sites_of
from eventsvc.text import fold
from eventsvc.web.arguments import search
from eventsvc.web.edits import attempt, save_form
from eventsvc.web.pagination import page_of
from eventsvc.web.papers import paper

bp = Blueprint("devices", __name__)

CODES_SHOWN = 20
"""So many codes that wait for a phone are listed; the sheet prints all of them."""


@bp.get("/events/<slug>/devices")
@requires(Permission.MANAGE_DEVICES)
def index(slug):
    event = event_or_404(slug, g.access)
    reach = g.access.site_ids(event)
    rows = device_queries.devices_of(event, reach)
    filters = {"q": search(), "within": request.args.get("within", "")[:80]}
    page = page_of([row for row in rows if _fits(row.device, **filters)])
    codes = [one for one in device_queries.open_enrolments(event, reach) if _fits(one, **filters)]
    return render_template(
        "checkins/devices.html",
        event=event,
        page=page,
        counts=device_queries.tally(rows),
        hours=_hours(event, [row.device.site_id for row in page.items]),
        enrolments=codes[:CODES_SHOWN],
        codes=len(codes),
        filters=filters,
        districts=districts_of(event, reach),
        **WORDS,
    )


@bp.route("/events/<slug>/devices/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_DEVICES)
def new(slug):
    """One device or several. `site` chooses one beforehand; its hours are proposed."""
    event = event_or_404(slug, g.access)
    reach = g.access.site_ids(event)
    sites = db.session.scalars(sites_of(event, reach)).all()
    form = EnrolmentForm(sites, everywhere=reach is None)
    status = 200
    if "propose" in request.form:
        _propose(event, form)
    elif not form.is_submitted():
        asked = request.args.get("site", "")
        if asked in form.sites or len(sites) == 1:
            form.site.data = asked or sites[0].code
            _propose(event, form)
    elif form.validate():
        made: list[Enrolment] = []
        status = attempt(form, lambda: made.extend(_enrolments(event, form)))
        if len(made) == 1:
            return redirect(url_for(".enrolment", slug=slug, enrolment_id=made[0].id))
        if made:
            flash(ngettext("%(num)s code made.", "%(num)s codes made.", len(made)))
            return redirect(url_for(".index", slug=slug))
    if form.errors:
        status = 422
    return render_template("checkins/new_device.html", event=event, form=form), status


@bp.route("/events/<slug>/devices/<int:device_id>", methods=["GET", "POST"])
@requires(Permission.MANAGE_DEVICES)
def device(slug, device_id):
    """One device: how it stands, and what may be changed about it."""
    event = event_or_404(slug, g.access)
    reach = g.access.site_ids(event)
    found = device_queries.device_of(event, device_id, reach)
    sites = db.session.scalars(sites_of(event, reach)).all()
    form = DeviceForm(found, sites, everywhere=reach is None)
    is_saved, status, conflict = save_form(
        form,
        lambda: device_operations.edit_device(found, form.changes, version=form.version.data, by=g.user),
        lambda: DeviceForm(found, sites, everywhere=reach is None, formdata=None),
    )
    if is_saved:
        flash(_("Saved. The device follows as soon as it is on the network."))
        return redirect(url_for(".device", slug=slug, device_id=device_id))
    page = render_template(
        "checkins/device.html",
        event=event,
        row=device_queries.row_of(found),
        form=form,
        conflict=conflict,
        hours=_hours(event, [found.site_id]),
        **WORDS,
    )
    return page, status


@bp.get("/events/<slug>/devices/enrolments/<int:enrolment_id>")
@requires(Permission.MANAGE_DEVICES)
def enrolment(slug, enrolment_id):
    """The card to hold a phone's camera to; it may be printed."""
    event = event_or_404(slug, g.access)
    found = device_queries.enrolment_of(event, enrolment_id, g.access.site_ids(event))
    device = db.session.get(Device, found.device_id) if found.device_id else None
    return render_template(
        "checkins/enrolment.html", event=event, enrolment=found, address=_address(found), device=device
    )


@bp.get("/events/<slug>/devices/enrolments/<int:enrolment_id>/qr.svg")
@requires(Permission.MANAGE_DEVICES)
def enrolment_qr(slug, enrolment_id):
    event = event_or_404(slug, g.access)
    found = device_queries.enrolment_of(event, enrolment_id, g.access.site_ids(event))
    if found.used_at is not None:
        raise NotFound(_("There is nothing at this address."))
    return Response(qr.address_svg(_address(found)), mimetype="image/svg+xml")


@bp.post("/events/<slug>/devices/enrolments/sheet.pdf")
@requires(Permission.MANAGE_DEVICES)
def sheet(slug):
    """Cards with the codes of all devices that wait for a phone, to cut out. Logged, so not for a GET."""
    event = event_or_404(slug, g.access)
    waiting = device_queries.open_enrolments(event, g.access.site_ids(event))
    shown = sorted(waiting, key=lambda one: (one.site.number if one.site else 0, one.id))
    shown = shown[: enrolment_sheets.MOST_CARDS]
    device_operations.note_printed(event, shown, by=g.user)
    values = enrolment_sheets.values(event, [(one, _address(one)) for one in shown])
    return paper(pdf.render("site_links.typ", values), _("Codes for devices") + ".pdf")


@bp.post("/events/<slug>/devices/enrolments/<int:enrolment_id>/withdraw")
@requires(Permission.MANAGE_DEVICES)
def withdraw(slug, enrolment_id):
    event = event_or_404(slug, g.access)
    found = device_queries.enrolment_of(event, enrolment_id, g.access.site_ids(event))
    operations.withdraw_enrolment(found, by=g.user)
    flash(_("The code no longer enrols a device."))
    return redirect(url_for(".index", slug=slug))


@bp.post("/events/<slug>/devices/<int:device_id>/revoke")
@requires(Permission.MANAGE_DEVICES)
def revoke(slug, device_id):
    event = event_or_404(slug, g.access)
    device = device_queries.device_of(event, device_id, g.access.site_ids(event))
    operations.revoke_device(device, by=g.user)
    flash(_("%(name)s is shut out. What it still sends is put aside.", name=device.name))
    return redirect(url_for(".index", slug=slug))


def _enrolments(event: Event, form: EnrolmentForm) -> list[Enrolment]:
    names = device_operations.numbered(form.name.data or "", form.number.data or 1)
    return device_operations.create_enrolments(
        event, form.chosen_sites, names, profile=form.profile.data, hours=form.hours, by=g.user
    )


def _propose(event: Event, form: EnrolmentForm) -> None:
    """Fill in the hours of the doors of the chosen site: by its shifts, else those of the sitting."""
    sitting, site = queries.present_sitting(event), form.chosen_site
    if sitting is None:
        return
    of_site = halls.door_hours([site.id], sitting).get(site.id) if site is not None else None
    proposed: Doors = doors(sitting, of_site)
    form.opens_at.raw_data = form.closes_at.raw_data = None
    form.opens_at.data, form.closes_at.data = proposed.opens, proposed.closes


def _fits(device: Device | Enrolment, *, q: str, within: str) -> bool:
    site: Site | None = device.site
    words = fold(" ".join(filter(None, (device.name, site.name if site else ""))))
    is_within = not within or (site is not None and within in (site.code, site.parent_code))
    return is_within and all(word in words for word in fold(q).split())


def _hours(event: Event, site_ids: Sequence[int | None]) -> dict[int, tuple[datetime, datetime]]:
    """When the doors are open at these sites now, where shifts at them say so."""
    sitting = queries.present_sitting(event)
    ids = {site_id for site_id in site_ids if site_id is not None}
    return halls.door_hours(ids, sitting) if sitting is not None and ids else {}


def _address(enrolment) -> str:
    """Where the QR code leads; made from the configuration, never from the request."""
    token = secrets.unseal(enrolment.token_sealed)
    return f"{current_app.config['PUBLIC_URL']}/scan/enrol/{token}"
