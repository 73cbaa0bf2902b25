"""The faults of the sites: the list with what is open first, one with its time line, raising one on behalf."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.sites import fault_operations, fault_queries, labels, queries, report_queries  # noqa: F401  (words)
from eventsvc.sites.fault_forms import ClearForm, CommentForm, NewFaultForm, TakeForm
from eventsvc.sites.models import Site, SiteLevel
from eventsvc.sites.report_models import Fault, FaultKind, FaultState
from eventsvc.sites.reporter import Reporter, of_account
from eventsvc.web.arguments import search, word
from eventsvc.web.edits import attempt
from eventsvc.web.pagination import paginate

bp = Blueprint("faults", __name__, url_prefix="/events/<slug>/faults")

PER_PAGE = 50


@bp.get("")
@requires(Permission.READ_SITES)
def index(slug):
    event = event_or_404(slug, g.access)
    reach = g.access.site_ids(event)
    filters: dict[str, Any] = {
        "q": search(),
        "within": request.args.get("within", "") if request.args.get("within", "").isalnum() else "",
        "kind": word(FaultKind, "kind"),
        "state": word(FaultState, "state"),
    }
    return render_template(
        "faults/index.html",
        event=event,
        page=paginate(fault_queries.faults(event, reach, **filters), per_page=PER_PAGE),
        filters=filters,
        tally=fault_queries.tally(event, reach),
        kinds=FaultKind,
        states=FaultState,
        districts=queries.districts_of(event, reach),
        now=clock.now(),
        reports=_reports(event),
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.EDIT_SITES)
def new(slug):
    """A fault that somebody at a site told us; `site` names the site by its code."""
    event = event_or_404(slug, g.access)
    form = NewFaultForm()
    sites = list(db.session.scalars(queries.sites_of(event, g.access.site_ids(event))))
    form.site.offer(sites, _name)
    if not form.is_submitted():
        code = request.args.get("site", "")
        form.site.process_data(next((site for site in sites if site.code == code), None))
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        if form.site.row is None:
            form.site.errors = [*form.site.errors, _("Choose a site.")]
        else:
            raised: list[Fault] = []
            status = attempt(form, lambda: raised.append(_raise(form)))
            if status is None:
                flash(_("The fault is reported."))
                return redirect(url_for(".show", slug=slug, fault_id=raised[0].id))
    return render_template("faults/new.html", event=event, form=form), status


@bp.get("/<int:fault_id>")
@requires(Permission.READ_SITES)
def show(slug, fault_id):
    event, fault = _fault(slug, fault_id)
    return _page(event, fault)


@bp.post("/<int:fault_id>/take")
@requires(Permission.EDIT_SITES)
def take(slug, fault_id):
    form = TakeForm()
    return _answer(
        slug,
        fault_id,
        form,
        _("Written down who sees to it."),
        lambda fault, by: fault_operations.take_fault(fault, form.owner.data, by, text=form.remark.data),
    )


@bp.post("/<int:fault_id>/comment")
@requires(Permission.EDIT_SITES)
def comment(slug, fault_id):
    form = CommentForm()
    return _answer(
        slug,
        fault_id,
        form,
        _("The remark is on the time line."),
        lambda fault, by: fault_operations.comment_fault(fault, form.words.data, by),
    )


@bp.post("/<int:fault_id>/clear")
@requires(Permission.EDIT_SITES)
def clear(slug, fault_id):
    form = ClearForm()
    return _answer(
        slug,
        fault_id,
        form,
        _("The fault is cleared."),
        lambda fault, by: fault_operations.clear_fault(fault, by, text=form.done.data),
    )


def _answer(slug: str, fault_id: int, form: Any, words: str, act: Callable[[Fault, Reporter], Any]) -> Any:
    """Do what the form says about the fault; a refused form comes back on the page as it was typed."""
    event, fault = _fault(slug, fault_id)
    status: int | None = 422
    if form.validate_on_submit():
        status = attempt(form, lambda: act(fault, _reporter(form.spoke_with.data)))
        if status is None:
            flash(words)
            return redirect(url_for(".show", slug=slug, fault_id=fault_id))
    return _page(event, fault, form), status


def _page(event: Event, fault: Fault, sent: Any = None) -> str:
    forms = {
        kind: sent if isinstance(sent, kind) else kind(formdata=None)
        for kind in (TakeForm, CommentForm, ClearForm)
    }
    return render_template(
        "faults/show.html",
        event=event,
        fault=fault,
        site=fault.site,
        entries=fault.entries,
        take_form=forms[TakeForm],
        comment_form=forms[CommentForm],
        clear_form=forms[ClearForm],
        is_open=fault.state is not FaultState.CLEARED,
        now=clock.now(),
        reports=g.access.to(Permission.EDIT_SITES).covers_site(fault.site) and not event.is_cancelled,
        shows_contacts=g.access.to(Permission.READ_CONTACTS).covers_site(fault.site),
    )


def _fault(slug: str, fault_id: int) -> tuple[Event, Fault]:
    event = event_or_404(slug, g.access)
    return event, report_queries.fault_of(event, fault_id, g.access.site_ids(event))


def _raise(form: NewFaultForm) -> Fault:
    return fault_operations.raise_fault(
        form.site.row, form.kind.data, form.text.data, _reporter(form.spoke_with.data)
    )


def _reporter(spoke_with: str | None) -> Reporter:
    return of_account(g.user, spoke_with)


def _reports(event: Event) -> bool:
    return g.access.to(Permission.EDIT_SITES).covers(event) and not event.is_cancelled


def _name(site: Site) -> str:
    is_below = site.level is SiteLevel.COMMUNE and site.parent_name
    return f"{site.name} ({site.parent_name})" if is_below else site.name
