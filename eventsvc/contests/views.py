"""The contests of a campaign for those who organize them: made, edited, their criteria, their public pages."""

from typing import Any

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eventsvc import clock
from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.contests import labels, operations, queries, rules  # noqa: F401  (labels: words)
from eventsvc.contests.forms import ContestForm, CriteriaForm
from eventsvc.contests.models import Contest
from eventsvc.contests.rules import Registration
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.web.arguments import version_seen, whole
from eventsvc.web.edits import attempt, carry_out, save_form

bp = Blueprint("contests", __name__, url_prefix="/events/<slug>/contests")

# The pages of one contest, in the order of the work.
SECTIONS = (
    ("contests.show", _l("About the contest")),
    ("contest_entries.index", _l("Entries")),
    ("contest_judges.index", _l("Jury")),
    ("contest_rounds.index", _l("Rounds (contest)")),
    ("contest_votes.index", _l("Public vote (contest)")),
    ("contest_awards.index", _l("Awards (contest)")),
)


@bp.app_template_global()
def contest_sections() -> list[tuple[str, Any]]:
    """Endpoint and words of the pages that there are."""
    return [(endpoint, words) for endpoint, words in SECTIONS if endpoint in current_app.view_functions]


def contest_or_404(slug: str, contest_id: int) -> tuple[Event, Contest]:
    """The event and its contest, for whoever is asked for it."""
    event = event_or_404(slug, g.access)
    return event, queries.contest_of(event, contest_id)


@bp.get("")
@requires(Permission.READ_TASKS)
def index(slug):
    event, now = event_or_404(slug, g.access), clock.now()
    listed = queries.contests_of(event)
    return render_template(
        "contests/index.html",
        event=event,
        listed=listed,
        unopened=queries.activities_without_contest(event),
        figures=queries.figures(listed),
        registration={contest.id: rules.registration(contest, now) for contest in listed},
        edits=may_edit(event),
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.EDIT_TASKS)
def new(slug):
    event, form = event_or_404(slug, g.access), ContestForm.of(None)
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        made: list[Contest] = []
        refused = attempt(form, lambda: made.append(_made(event, form.changes)))
        if refused is None:
            flash(_("The contest is made."))
            return redirect(url_for(".show", slug=slug, contest_id=made[0].id))
        status = refused
    return render_template("contests/edit.html", event=event, contest=None, form=form, conflict=None), status


@bp.post("/open")
@requires(Permission.EDIT_TASKS)
def open_planned(slug):
    """Open a contest that the plan names."""
    event, chosen = event_or_404(slug, g.access), whole(request.form.get("activity"))
    activity = next((row for row in queries.activities_without_contest(event) if row.id == chosen), None)
    if activity is None:
        flash(_("This contest has been opened meanwhile, or it no longer stands in the plan."), "error")
        return redirect(url_for(".index", slug=slug))
    opened: list[Contest] = []
    if not carry_out(lambda: opened.append(operations.open_contest(activity, by=g.user))):
        return redirect(url_for(".index", slug=slug))
    flash(_("Say now who may enter, until when and with what."))
    return redirect(url_for(".edit", slug=slug, contest_id=opened[0].id))


@bp.get("/<int:contest_id>")
@requires(Permission.READ_TASKS)
def show(slug, contest_id):
    event, contest = contest_or_404(slug, contest_id)
    return render_template(
        "contests/show.html",
        event=event,
        contest=contest,
        figures=queries.figures([contest])[contest.id],
        registration=rules.registration(contest, clock.now()),
        registrations=Registration,
        edits=may_edit(event),
    )


@bp.route("/<int:contest_id>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_TASKS)
def edit(slug, contest_id):
    event, contest = contest_or_404(slug, contest_id)
    form = ContestForm.of(contest)
    is_saved, status, conflict = save_form(
        form,
        lambda: operations.edit_contest(contest, form.changes, version=form.version.data, by=g.user),
        lambda: ContestForm.of(contest, formdata=None),
    )
    if is_saved:
        flash(_("Saved."))
        return redirect(url_for(".show", slug=slug, contest_id=contest_id))
    page = render_template("contests/edit.html", event=event, contest=contest, form=form, conflict=conflict)
    return page, status


@bp.route("/<int:contest_id>/criteria", methods=["GET", "POST"])
@requires(Permission.EDIT_TASKS)
def criteria(slug, contest_id):
    event, contest = contest_or_404(slug, contest_id)
    form = CriteriaForm.of(contest)
    is_saved, status, conflict = save_form(
        form,
        lambda: operations.set_criteria(contest, form.rows, version=form.version.data, by=g.user),
        lambda: CriteriaForm.of(contest, formdata=None),
    )
    if is_saved:
        flash(_("Saved."))
        return redirect(url_for(".show", slug=slug, contest_id=contest_id))
    page = render_template(
        "contests/criteria.html", event=event, contest=contest, form=form, conflict=conflict
    )
    return page, status


@bp.post("/<int:contest_id>/show-entries")
@requires(Permission.EDIT_TASKS)
def show_entries(slug, contest_id):
    _event, contest = contest_or_404(slug, contest_id)
    carry_out(
        lambda: operations.show_entries(contest, by=g.user), _("Everybody reads the accepted entries now.")
    )
    return redirect(url_for(".show", slug=slug, contest_id=contest_id))


@bp.post("/<int:contest_id>/hide-entries")
@requires(Permission.EDIT_TASKS)
def hide_entries(slug, contest_id):
    _event, contest = contest_or_404(slug, contest_id)
    carry_out(
        lambda: operations.hide_entries(contest, by=g.user), _("The list of entries is no longer public.")
    )
    return redirect(url_for(".show", slug=slug, contest_id=contest_id))


@bp.post("/<int:contest_id>/remove")
@requires(Permission.EDIT_TASKS)
def remove(slug, contest_id):
    _event, contest = contest_or_404(slug, contest_id)
    version = version_seen()
    if carry_out(
        lambda: operations.remove_contest(contest, version=version, by=g.user), _("The contest is removed.")
    ):
        return redirect(url_for(".index", slug=slug))
    return redirect(url_for(".show", slug=slug, contest_id=contest_id))


def may_edit(event: Event) -> bool:
    return g.access.extends_to(Permission.EDIT_TASKS, event) and not event.is_cancelled


def _made(event: Event, values: dict[str, Any]) -> Contest:
    return operations.make_contest(event, **values, by=g.user)
