"""Link tests and rehearsals: the list, one with its results, making and changing it, writing to its sites."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from eventsvc import clock
from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.link_tests import labels, operations, queries, sending_operations  # noqa: F401  (registers words)
from eventsvc.link_tests.forms import AudienceForm, LinkTestForm, TimesForm, results_form
from eventsvc.link_tests.models import InvitedSite, LinkTest, LinkTestKind, TestResult
from eventsvc.link_tests.queries import Audience, Outcome, Tally
from eventsvc.link_tests.telling import Telling
from eventsvc.sites import queries as sites
from eventsvc.sites.reporter import Reporter, of_account
from eventsvc.web.arguments import search, whole, word
from eventsvc.web.edits import attempt, carry_out, save_form
from eventsvc.web.pagination import paginate

bp = Blueprint("link_tests", __name__, url_prefix="/events/<slug>/link-tests")

PER_PAGE, MOST = 60, 200
"""Each row of the table is a small form: more than so many on one page would be slow to fill in."""


@bp.get("")
@requires(Permission.READ_SITES)
def index(slug):
    event = event_or_404(slug, g.access)
    reach = g.access.site_ids(event)
    return render_template(
        "link_tests/index.html",
        event=event,
        tests=queries.link_tests_of(event, reach),
        tallies=queries.tallies(event, reach),
        none=Tally(),
        now=clock.now(),
        makes=_may(Permission.EDIT_EVENT, event) and not event.is_cancelled,
        kinds=LinkTestKind,
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.EDIT_EVENT)
def new(slug):
    """A form filled in with what is usual; `kind` chooses between a link test and a rehearsal."""
    event = event_or_404(slug, g.access)
    form = LinkTestForm.proposed(event, word(LinkTestKind, "kind") or LinkTestKind.LINK_TEST)
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        made: list[LinkTest] = []
        status = attempt(
            form,
            lambda: made.append(
                operations.make_link_test(
                    event, kind=form.kind.data, sites=form.sites, by=g.user, **form.changes
                )
            ),
        )
        if status is None:
            flash(_("It is made. Nothing has been sent yet."))
            return redirect(url_for(".show", slug=slug, link_test_id=made[0].id))
    return render_template("link_tests/new.html", event=event, form=form), status


@bp.route("/<int:link_test_id>", methods=["GET", "POST"])
@requires(Permission.READ_SITES)
def show(slug, link_test_id):
    """The sites with their results; whoever may change them sends the whole table at once."""
    event, link_test = _link_test(slug, link_test_id)
    reach = g.access.site_ids(event)
    filters = _filters()
    page = paginate(queries.invited_sites(link_test, reach, **filters), per_page=PER_PAGE, most=MOST)
    reports = g.access.to(Permission.EDIT_SITES).covers(event) and not link_test.is_cancelled
    own = _own(event, page.items) if reports else []
    takes_results = link_test.takes_results(clock.now())
    form = results_form(own) if own and takes_results else None
    status = 200
    if request.method == "POST":
        if not reports:
            raise queries.no_such_test()
        status = 422
        form = form or results_form(own)
        if form.validate_on_submit():
            saved = _save(form)
            flash(ngettext("%(num)s result saved.", "%(num)s results saved.", saved))
            return redirect(url_for(".show", slug=slug, link_test_id=link_test_id, **_asked(filters)))
    organizes = _may(Permission.EDIT_EVENT, event)
    news = queries.to_tell(link_test) if organizes else []
    return render_template(
        "link_tests/show.html",
        event=event,
        test=link_test,
        page=page,
        form=form,
        own={row.id for row in own},
        takes_results=takes_results,
        filters=filters,
        outcomes=Outcome,
        tally=queries.tallies(event, reach).get(link_test.id, Tally()),
        districts=sites.districts_of(event, reach),
        organizes=organizes and not event.is_cancelled,
        to_write=sum(how is not Telling.PHONE for _row, how in news),
        to_phone=sum(how is Telling.PHONE for _row, how in news),
        is_over=link_test.ends_at <= clock.now(),
    ), status


@bp.route("/<int:link_test_id>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_EVENT)
def edit(slug, link_test_id):
    event, link_test = _link_test(slug, link_test_id)
    form = TimesForm(link_test)
    is_saved, status, conflict = save_form(
        form,
        lambda: operations.edit_link_test(link_test, form.changes, version=form.version.data, by=g.user),
        lambda: TimesForm(link_test, formdata=None),
    )
    if is_saved:
        flash(_("Saved."))
        return redirect(url_for(".show", slug=slug, link_test_id=link_test_id))
    page = render_template("link_tests/edit.html", event=event, test=link_test, form=form, conflict=conflict)
    return page, status


@bp.route("/<int:link_test_id>/sites", methods=["GET", "POST"])
@requires(Permission.EDIT_EVENT)
def add_sites(slug, link_test_id):
    """More sites take part."""
    event, link_test = _link_test(slug, link_test_id)
    form = AudienceForm(data={"audience": Audience.CHOSEN})
    form.offer(event)
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        added: list[int] = []
        status = attempt(
            form, lambda: added.append(operations.invite_sites(link_test, form.sites, by=g.user))
        )
        if status is None:
            flash(ngettext("%(num)s site added.", "%(num)s sites added.", added[0]))
            return redirect(url_for(".show", slug=slug, link_test_id=link_test_id))
    return render_template("link_tests/sites.html", event=event, test=link_test, form=form), status


@bp.post("/<int:link_test_id>/tell")
@requires(Permission.SEND_MAIL)
def tell(slug, link_test_id):
    _event, link_test = _link_test(slug, link_test_id)
    told = sending_operations.tell(link_test, by=g.user)
    if told:
        flash(ngettext("%(num)s site is written to.", "%(num)s sites are written to.", told))
    else:
        flash(_("Every site has been told already."), "info")
    return redirect(url_for(".show", slug=slug, link_test_id=link_test_id))


@bp.post("/<int:link_test_id>/cancel")
@requires(Permission.EDIT_EVENT)
def cancel(slug, link_test_id):
    _event, link_test = _link_test(slug, link_test_id)
    operations.cancel_link_test(link_test, by=g.user)
    flash(_("It is called off. The sites have not been told yet."))
    return redirect(url_for(".show", slug=slug, link_test_id=link_test_id))


@bp.post("/<int:link_test_id>/again")
@requires(Permission.EDIT_EVENT)
def again(slug, link_test_id):
    """A new session for those that have not passed; its time is proposed, and to be looked at first."""
    _event, link_test = _link_test(slug, link_test_id)
    made: list[LinkTest] = []
    if carry_out(lambda: made.append(operations.test_again(link_test, by=g.user))):
        flash(
            ngettext(
                "A new session for %(num)s site. Look at the time, then write to it.",
                "A new session for %(num)s sites. Look at the time, then write to them.",
                len(made[0].invited),
            )
        )
        return redirect(url_for(".edit", slug=slug, link_test_id=made[0].id))
    return redirect(url_for(".show", slug=slug, link_test_id=link_test_id))


@bp.post("/<int:link_test_id>/pass-others")
@requires(Permission.EDIT_SITES)
def pass_others(slug, link_test_id):
    event, link_test = _link_test(slug, link_test_id)
    passed: list[int] = []
    if carry_out(
        lambda: passed.append(
            operations.pass_others(link_test, _reporter(), site_ids=g.access.site_ids(event))
        )
    ):
        flash(ngettext("%(num)s site has passed.", "%(num)s sites have passed.", passed[0]))
    return redirect(url_for(".show", slug=slug, link_test_id=link_test_id))


def _filters() -> dict[str, Any]:
    within = request.args.get("within", "")
    return {
        "q": search(),
        "within": within if within.isalnum() else "",
        "outcome": word(Outcome, "outcome"),
    }


def _asked(filters: Mapping[str, Any]) -> dict[str, str]:
    """The filters and the page asked for, for an address; nothing else that stood in it."""
    chosen = {name: str(value) for name, value in filters.items() if value}
    pages = {name: whole(request.args.get(name)) for name in ("page", "per_page")}
    return chosen | {name: str(number) for name, number in pages.items() if number is not None}


def _own(event: Event, rows: Sequence[InvitedSite]) -> list[InvitedSite]:
    """Those of the rows for which a result may be entered; one may read of more sites than one speaks for."""
    reach = g.access.to(Permission.EDIT_SITES).site_ids(event)
    return [row for row in rows if reach is None or row.site_id in reach]


def _save(form: Any) -> int:
    """Save what was entered in the table; a refusal of one row is said and keeps no other back."""
    return sum(_saved(row, result, note) for row, result, note in form.changes)


def _saved(row: InvitedSite, result: TestResult, note: str | None) -> bool:
    return carry_out(lambda: operations.report_result(row, result, _reporter(), note=note))


def _link_test(slug: str, link_test_id: int) -> tuple[Event, LinkTest]:
    event = event_or_404(slug, g.access)
    return event, queries.link_test_of(event, link_test_id, g.access.site_ids(event))


def _reporter(spoke_with: str | None = None) -> Reporter:
    return of_account(g.user, spoke_with)


def _may(permission: Permission, event: Event) -> bool:
    return g.access.to(permission).covers(event)
