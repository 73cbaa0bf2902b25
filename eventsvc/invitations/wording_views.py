"""What organizers say in messages, with a preview and a letter to try it; and the days on which something goes out."""

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.db import db
from eventsvc.errors import Invalid, NotFound
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.guests import queries as guests
from eventsvc.guests.models import Guest
from eventsvc.invitations import (
    kinds,
    messages,
    queries,
    reminder_rules,
    wording_fields,
    wording_operations,
    wording_queries,
)
from eventsvc.invitations.wording_forms import RuleForm, WordingForm
from eventsvc.invitations.wording_labels import KINDS, WHEN
from eventsvc.web.arguments import whole
from eventsvc.web.edits import attempt, carry_out, differences

bp = Blueprint("wordings", __name__, url_prefix="/events/<slug>/wordings")

PREVIEW_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'; sandbox"
)
MOST_CANDIDATES = 500


@bp.get("")
@requires(Permission.SEND_MAIL)
def index(slug):
    return _index(event_or_404(slug, g.access), RuleForm(formdata=None))


@bp.route("/<kind>", methods=["GET", "POST"])
@requires(Permission.SEND_MAIL)
def edit(slug, kind):
    """The words of one kind of message, and what a guest would read."""
    event = _event(slug, kind)
    row = wording_queries.of_kind(event, kind)
    form, conflict, status = WordingForm.of(row), None, 200
    if form.validate_on_submit():
        version = form.version.data
        failed = attempt(
            form,
            lambda: wording_operations.set_wording(event, kind, **form.words, version=version, by=g.actor),
        )
        if failed is None:
            flash(_("The wording is saved."))
            return redirect(url_for(".edit", slug=slug, kind=kind))
        status = failed
        if status == 409:
            conflict = differences(form, WordingForm.of(wording_queries.of_kind(event, kind), formdata=None))
    elif form.errors:
        status = 422
    guest = _guest(event)
    shown = messages.preview(event, guest, clock.now(), kind, row) if guest else None
    return (
        render_template(
            "wordings/edit.html",
            event=event,
            kind=kind,
            name=KINDS[kind],
            when=WHEN[kind],
            form=form,
            conflict=conflict,
            fields=wording_fields.KNOWN,
            guest=guest,
            shown=shown,
            others=_candidates(event),
            number=wording_queries.trials(event, kind, g.user.id) + 1,
        ),
        status,
    )


@bp.get("/<kind>/preview")
@requires(Permission.SEND_MAIL)
def show_preview(slug, kind):
    """The message with pictures as one guest would get it."""
    event = _event(slug, kind)
    guest = _guest(event)
    if guest is None:
        raise NotFound(_("There is nothing at this address."))
    shown = messages.preview(event, guest, clock.now(), kind, wording_queries.of_kind(event, kind))
    return Response(shown.html, headers={"Content-Security-Policy": PREVIEW_POLICY})


@bp.post("/<kind>/trial")
@requires(Permission.SEND_MAIL)
def send_trial(slug, kind):
    """A letter to oneself."""
    event = _event(slug, kind)
    guest, number = _guest(event, request.form.get("guest")), whole(request.form.get("number"))
    to = g.user.email
    if guest is None or number is None:
        raise Invalid(_("The page is out of date. Load it again."))
    carry_out(
        lambda: wording_operations.send_trial(event, kind, guest, to=to, number=number, by=g.user),
        _("A letter to try is on its way to %(address)s.", address=to),
    )
    return redirect(url_for(".edit", slug=slug, kind=kind, guest=guest.id))


@bp.post("/rules")
@requires(Permission.SEND_MAIL)
def add_rule(slug):
    event = event_or_404(slug, g.access)
    form, status = RuleForm(), 422
    if form.validate_on_submit():
        values = {"kind": form.kind.data, "days": form.days.data, "at_hour": form.at_hour.data}
        failed = attempt(form, lambda: wording_operations.add_rule(event, **values, by=g.actor))
        if failed is None:
            flash(_("From now on this goes out by itself."))
            return redirect(url_for(".index", slug=slug))
        status = failed
    return _index(event, form), status


@bp.post("/rules/<int:rule_id>/remove")
@requires(Permission.SEND_MAIL)
def remove_rule(slug, rule_id):
    event = event_or_404(slug, g.access)
    wording_operations.remove_rule(wording_queries.rule_of(event, rule_id), by=g.actor)
    flash(_("Nothing goes out by itself on that day any more."))
    return redirect(url_for(".index", slug=slug))


def _index(event: Event, form: RuleForm) -> str:
    now = clock.now()
    rules = [(rule, reminder_rules.moment(rule, event)) for rule in wording_queries.rules_of(event)]
    return render_template(
        "wordings/index.html",
        event=event,
        kinds=[(kind, KINDS[kind], WHEN[kind]) for kind in kinds.ALL],
        own=wording_queries.by_kind(event),
        rules=rules,
        form=form,
        silent=queries.count(queries.silent(event)),
        now=now,
    )


def _event(slug: str, kind: str) -> Event:
    if kind not in kinds.ALL:
        raise NotFound(_("There is nothing at this address."))
    return event_or_404(slug, g.access)


def _guest(event: Event, typed: str | None = None) -> Guest | None:
    """The guest that was chosen, else the first on the list."""
    guest_id = whole(typed or request.args.get("guest"))
    if guest_id is not None:
        return guests.guest_of(event, guest_id, g.access.site_ids(event))
    return db.session.scalars(queries.listed(event, site_ids=g.access.site_ids(event)).limit(1)).first()


def _candidates(event: Event) -> list[Guest]:
    candidates = queries.listed(event, site_ids=g.access.site_ids(event)).limit(MOST_CANDIDATES)
    return list(db.session.scalars(candidates))
