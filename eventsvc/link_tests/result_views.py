"""One site of a link test: that it comes, how it went with the fault, and taking it off; whom to phone."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.link_tests import operations, queries
from eventsvc.link_tests.forms import AcceptForm, ResultForm
from eventsvc.link_tests.messages import Composer
from eventsvc.link_tests.models import InvitedSite, LinkTest
from eventsvc.link_tests.telling import Telling
from eventsvc.sites import report_queries
from eventsvc.sites.reporter import Reporter, of_account
from eventsvc.web.edits import attempt, carry_out

bp = Blueprint("link_test_results", __name__, url_prefix="/events/<slug>/link-tests/<int:link_test_id>")


@bp.get("/phone")
@requires(Permission.SEND_MAIL)
def phone(slug, link_test_id):
    """The sites that nobody can write to, with what to tell them."""
    event = event_or_404(slug, g.access)
    link_test = queries.link_test_of(event, link_test_id)
    composer = Composer(link_test, clock.now())
    rows = [row for row, how in queries.to_tell(link_test) if how is Telling.PHONE]
    return render_template(
        "link_tests/phone.html",
        event=event,
        test=link_test,
        rows=[(row, composer.to_copy(row)) for row in rows],
    )


@bp.route("/sites/<int:invited_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_SITES)
def show(slug, link_test_id, invited_id):
    event, link_test, invited = _invited(slug, link_test_id, invited_id)
    form = ResultForm(data={"result": invited.result, "note": invited.note})
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        status = attempt(
            form,
            lambda: operations.report_result(
                invited,
                form.result.data,
                _reporter(form.spoke_with.data),
                note=form.note.data,
                fault=form.reported_fault,
            ),
        )
        if status is None:
            flash(_("The result is saved."))
            return redirect(_back(slug, link_test_id, invited_id))
    return _page(event, link_test, invited, form, AcceptForm(formdata=None)), status


@bp.post("/sites/<int:invited_id>/accept")
@requires(Permission.EDIT_SITES)
def accept(slug, link_test_id, invited_id):
    """Somebody at the site said on the telephone that it will be there."""
    event, link_test, invited = _invited(slug, link_test_id, invited_id)
    form, status = AcceptForm(), 422
    if form.validate_on_submit():
        status = attempt(form, lambda: operations.accept(invited, _reporter(form.spoke_with.data)))
        if status is None:
            flash(_("Recorded: the site will be there."))
            return redirect(_back(slug, link_test_id, invited_id))
    return _page(event, link_test, invited, ResultForm(formdata=None), form), status


@bp.post("/sites/<int:invited_id>/take-off")
@requires(Permission.EDIT_EVENT)
def take_off(slug, link_test_id, invited_id):
    _event, _test, invited = _invited(slug, link_test_id, invited_id)
    carry_out(
        lambda: operations.take_off(invited, by=g.user),
        _("The site does not take part any more. If it was told before, write to it."),
    )
    return redirect(url_for("link_tests.show", slug=slug, link_test_id=link_test_id))


def _invited(slug: str, link_test_id: int, invited_id: int) -> tuple[Event, LinkTest, InvitedSite]:
    event = event_or_404(slug, g.access)
    reach = g.access.site_ids(event)
    link_test = queries.link_test_of(event, link_test_id, reach)
    return event, link_test, queries.invited_site(link_test, invited_id, reach)


def _page(
    event: Event, link_test: LinkTest, invited: InvitedSite, form: ResultForm, accept_form: AcceptForm
) -> str:
    faults = report_queries.faults_of_site(invited.site)
    return render_template(
        "link_tests/result.html",
        event=event,
        test=link_test,
        invited=invited,
        site=invited.site,
        form=form,
        accept_form=accept_form,
        faults=[fault for fault in faults if fault.link_test_id == link_test.id],
        takes_results=link_test.takes_results(clock.now()),
        is_over=link_test.ends_at <= clock.now(),
        organizes=g.access.to(Permission.EDIT_EVENT).covers(event) and not event.is_cancelled,
        shows_contacts=g.access.to(Permission.READ_CONTACTS).covers_site(invited.site),
    )


def _reporter(spoke_with: str | None) -> Reporter:
    return of_account(g.user, spoke_with)


def _back(slug: str, link_test_id: int, invited_id: int) -> str:
    return url_for("link_tests.show", slug=slug, link_test_id=link_test_id, _anchor=f"invited-{invited_id}")
