"""The devices of an event: who holds a door, enrolling one more, shutting one out."""

from datetime import datetime

from flask import Blueprint, Response, current_app, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _

from eventsvc import qr, secrets
from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.checkins import device_queries, labels, operations, queries  # noqa: F401  (labels: the words)
from eventsvc.checkins.forms import EnrolmentForm
from eventsvc.checkins.models import Device
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.halls import queries as halls
from eventsvc.sites.queries import sites_of
from eventsvc.web.edits import attempt

bp = Blueprint("devices", __name__)


@bp.get("/events/<slug>/devices")
@requires(Permission.MANAGE_DEVICES)
def index(slug):
    event = event_or_404(slug, g.access)
    reach = g.access.site_ids(event)
    rows = device_queries.devices_of(event, reach)
    return render_template(
        "checkins/devices.html",
        event=event,
        rows=rows,
        hours=_hours(event, rows),
        enrolments=device_queries.open_enrolments(event, reach),
    )


@bp.route("/events/<slug>/devices/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_DEVICES)
def new(slug):
    event = event_or_404(slug, g.access)
    reach = g.access.site_ids(event)
    sites = db.session.scalars(sites_of(event, reach)).all()
    form = EnrolmentForm(sites, everywhere=reach is None)
    status = 200
    if form.validate_on_submit():
        site = next((site for site in sites if site.code == form.site.data), None)
        made = []
        status = attempt(
            form,
            lambda: made.append(
                operations.create_enrolment(
                    event, site=site, name=form.name.data, profile=form.profile.data, by=g.user
                )
            ),
        )
        if made:
            return redirect(url_for(".enrolment", slug=slug, enrolment_id=made[0][0].id))
    if form.errors:
        status = 422
    return render_template("checkins/new_device.html", event=event, form=form), status


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


def _hours(event: Event, rows: list[device_queries.DeviceRow]) -> dict[int, tuple[datetime, datetime]]:
    """When the doors are open at the sites of the devices now, where shifts at them say so."""
    sitting = queries.present_sitting(event)
    ids = {row.device.site_id for row in rows if row.device.site_id is not None}
    return halls.door_hours(ids, sitting) if sitting is not None and ids else {}


def _address(enrolment) -> str:
    """Where the QR code leads; made from the configuration, never from the request."""
    token = secrets.unseal(enrolment.token_sealed)
    return f"{current_app.config['PUBLIC_URL']}/scan/enrol/{token}"
