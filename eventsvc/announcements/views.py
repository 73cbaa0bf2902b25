"""Announcements to the sites: the list, a new one, one with who has read it."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from eventsvc import clock
from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.announcements import labels, operations, queries, sending_operations
from eventsvc.announcements.forms import AnnouncementForm
from eventsvc.announcements.models import Announcement
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.sites import queries as sites
from eventsvc.sites import readiness_queries
from eventsvc.sites.models import Site, SiteLevel, SiteStatus
from eventsvc.web.arguments import search, word
from eventsvc.web.edits import attempt, carry_out
from eventsvc.web.pagination import paginate

bp = Blueprint("announcements", __name__, url_prefix="/events/<slug>/announcements")

PER_PAGE = 60


@bp.get("")
@requires(Permission.READ_SITES)
def index(slug):
    event = event_or_404(slug, g.access)
    reach = g.access.site_ids(event)
    page = paginate(queries.announcements_of(event, reach), per_page=30)
    return render_template(
        "announcements/index.html",
        event=event,
        page=page,
        readings=queries.readings(page.items, reach),
        none=queries.Reading(),
        told=_words(event),
        announces=_may_announce(event) and not event.is_cancelled,
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.EDIT_SITES)
def new(slug):
    """Write it, see to how many sites it would go, send it. A query string like that of the list of sites chooses what
    the list shows."""
    event = _whole_event_or_404(slug)
    if not carry_out(event.require_open):
        return redirect(url_for(".index", slug=slug))
    form = _form(event)
    if request.method == "GET":
        if request.args.get("found") == "1":
            form.take(_bridges(event, **_filters(event)))
        return _page(event, form)
    if not form.validate_on_submit():
        return _page(event, form), 422
    told = form.sites
    if request.form.get("act") != "send" or form.previewed.data != form.digest(told):
        return _page(event, form, told)
    made: list[Announcement] = []
    status = attempt(form, lambda: made.append(_announce(event, form, told)))
    if status is not None:
        return _page(event, form), status
    _say(made[0], len(told), sending_operations.mail(made[0], by=g.user) if form.is_mailed else None)
    return redirect(url_for(".show", slug=slug, announcement_id=made[0].id))


@bp.post("/chosen")
@requires(Permission.EDIT_SITES)
def chosen(slug):
    """Write to the sites that were ticked in the list of sites."""
    event = _whole_event_or_404(slug)
    codes = set(request.form.getlist("site"))
    ticked = [site for site in _bridges(event) if site.code in codes]
    if not ticked:
        flash(_("Tick the sites that the announcement is for."), "error")
        return redirect(url_for("sites.index", slug=slug))
    form = AnnouncementForm(event, _bridges(event), may_mail=_may(Permission.SEND_MAIL, event), formdata=None)
    form.take(ticked)
    return _page(event, form)


@bp.get("/<int:announcement_id>")
@requires(Permission.READ_SITES)
def show(slug, announcement_id):
    """Who has read it; those who have not stand first."""
    event = event_or_404(slug, g.access)
    reach = g.access.site_ids(event)
    announcement = queries.announcement_of(event, announcement_id, reach)
    unread = request.args.get("unread") == "1"
    q = search()
    receipts = queries.receipts_of(announcement, reach, unread=unread, q=q)
    sends = _may_announce(event) and not event.is_cancelled and announcement.withdrawn_at is None
    mails = sends and _may(Permission.SEND_MAIL, event)
    return render_template(
        "announcements/show.html",
        event=event,
        announcement=announcement,
        page=paginate(receipts, per_page=PER_PAGE),
        reading=queries.readings([announcement], reach).get(announcement.id, queries.Reading()),
        unread=unread,
        q=q,
        told=_words(event)(announcement),
        withdraws=_may_announce(event) and announcement.withdrawn_at is None,
        to_mail=queries.number(queries.to_mail(announcement)) if mails else 0,
        to_remind=queries.number(queries.to_remind(announcement)) if mails else 0,
        newer=queries.newer_sites(announcement) if reach is None else 0,
        shows_contacts=g.access.extends_to(Permission.READ_CONTACTS, event),
    )


@bp.post("/<int:announcement_id>/withdraw")
@requires(Permission.EDIT_SITES)
def withdraw(slug, announcement_id):
    announcement = queries.announcement_of(_whole_event_or_404(slug), announcement_id)
    operations.withdraw(announcement, by=g.user)
    flash(_("The announcement is taken back: it stands on no page any more."))
    return redirect(url_for(".show", slug=slug, announcement_id=announcement_id))


@bp.post("/<int:announcement_id>/mail")
@requires(Permission.SEND_MAIL)
def mail(slug, announcement_id):
    """To whoever has an address and has not been written to."""
    announcement = queries.announcement_of(_whole_event_or_404(slug), announcement_id)
    sent: list[int] = []
    if carry_out(lambda: sent.append(sending_operations.mail(announcement, by=g.user))):
        _say_letters(sent[0])
    return redirect(url_for(".show", slug=slug, announcement_id=announcement_id))


@bp.post("/<int:announcement_id>/remind")
@requires(Permission.SEND_MAIL)
def remind(slug, announcement_id):
    announcement = queries.announcement_of(_whole_event_or_404(slug), announcement_id)
    sent: list[int] = []
    if carry_out(lambda: sent.append(sending_operations.remind(announcement, by=g.user))):
        _say_letters(sent[0])
    return redirect(url_for(".show", slug=slug, announcement_id=announcement_id))


def _announce(event: Event, form: AnnouncementForm, told: Sequence[Site]) -> Announcement:
    return operations.announce(
        event,
        text=form.text.data or "",
        sites=told,
        is_urgent=form.is_urgent.data,
        by_mail=form.is_mailed,
        by=g.user,
        **form.target,
    )


def _say(announcement: Announcement, number: int, letters: int | None) -> None:
    flash(
        ngettext(
            "Announced to %(num)s site: it stands on the page of the site now.",
            "Announced to %(num)s sites: it stands on their pages now.",
            number,
        )
    )
    if letters is not None:
        _say_letters(letters)


def _say_letters(number: int) -> None:
    if number:
        flash(ngettext("%(num)s letter is on its way.", "%(num)s letters are on their way.", number))
    else:
        flash(
            _("There is nobody left to write to: an address is missing, or the letter went out before."),
            "info",
        )


def _form(event: Event) -> AnnouncementForm:
    return AnnouncementForm(event, _bridges(event), may_mail=_may(Permission.SEND_MAIL, event))


def _page(event: Event, form: AnnouncementForm, told: Sequence[Site] | None = None) -> str:
    """The form; with the sites that it would go to when that has been asked."""
    if told is not None:
        form.previewed.data = form.digest(told)
    ids = form.from_list.ids
    return render_template(
        "announcements/new.html",
        event=event,
        form=form,
        told=told,
        from_list=[site for site in form.listed if site.id in ids] if ids else None,
    )


def _bridges(event: Event, **filters: Any) -> list[Site]:
    return list(db.session.scalars(sites.sites_of(event, **filters).where(Site.level != SiteLevel.MAIN)))


def _filters(event: Event) -> dict[str, Any]:
    """What the list of sites understands in its query string."""
    within = request.args.get("within", "")
    late = (readiness_queries.dues_of(event), clock.now()) if request.args.get("late") == "1" else None
    return {
        "q": search(),
        "level": word(SiteLevel, "level"),
        "within": within if within.isalnum() else "",
        "cluster": search("cluster"),
        "status": word(SiteStatus, "status"),
        "late": late,
    }


def _words(event: Event) -> Any:
    districts = dict(sites.districts_of(event))
    return lambda announcement: labels.told(announcement, districts)


def _whole_event_or_404(slug: str) -> Event:
    """The event, for those who may speak to all of its sites."""
    event = event_or_404(slug, g.access)
    if g.access.site_ids(event) is not None:
        raise NotFound(_("There is nothing at this address."))
    return event


def _may_announce(event: Event) -> bool:
    access = g.access.to(Permission.EDIT_SITES)
    return access.covers(event) and access.site_ids(event) is None


def _may(permission: Permission, event: Event) -> bool:
    return g.access.to(permission).covers(event)
