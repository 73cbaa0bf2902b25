"""The jury for those who organize a contest: its members, their links, the ties that they have declared."""

from typing import Any

from flask import Blueprint, current_app, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _

from eventsvc import secrets
from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.contests import judge_operations, round_queries, score_queries
from eventsvc.contests.judge_forms import JudgeForm
from eventsvc.contests.models import Contest, Judge
from eventsvc.contests.queries import entry_of
from eventsvc.contests.views import contest_or_404, may_edit
from eventsvc.events.models import Event
from eventsvc.web.arguments import version_seen
from eventsvc.web.edits import attempt, carry_out, save_form

bp = Blueprint("contest_judges", __name__, url_prefix="/events/<slug>/contests/<int:contest_id>/jury")


@bp.get("")
@requires(Permission.READ_TASKS)
def index(slug, contest_id):
    event, contest = contest_or_404(slug, contest_id)
    return _index(event, contest, JudgeForm(formdata=None))


@bp.post("")
@requires(Permission.EDIT_TASKS)
def add(slug, contest_id):
    event, contest = contest_or_404(slug, contest_id)
    form, status = JudgeForm(), 422
    if form.validate_on_submit():
        refused = attempt(form, lambda: judge_operations.add_judge(contest, **form.changes, by=g.user))
        if refused is None:
            flash(_("The member of the jury is added. Pass the link on."))
            return redirect(url_for(".index", slug=slug, contest_id=contest_id))
        status = refused
    return _index(event, contest, form), status


@bp.route("/<int:judge_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_TASKS)
def edit(slug, contest_id, judge_id):
    """The details, and the secret link: for those who may edit only."""
    event, contest = contest_or_404(slug, contest_id)
    judge = score_queries.judge_of(contest, judge_id)
    form = JudgeForm.of(judge)
    is_saved, status, conflict = save_form(
        form,
        lambda: judge_operations.edit_judge(judge, form.changes, version=form.version.data, by=g.user),
        lambda: JudgeForm(formdata=None, obj=judge),
    )
    if is_saved:
        flash(_("Saved."))
        return redirect(url_for(".edit", slug=slug, contest_id=contest_id, judge_id=judge_id))
    ties = {
        entry_id: tie for (each, entry_id), tie in score_queries.ties_of(contest).items() if each == judge.id
    }
    return render_template(
        "judges/edit.html",
        event=event,
        contest=contest,
        judge=judge,
        link=f"{current_app.config['PUBLIC_URL']}/j/{secrets.unseal(judge.token_sealed)}",
        ties=[(entry_of(contest, entry_id), tie) for entry_id, tie in ties.items()],
        form=form,
        conflict=conflict,
    ), status


@bp.post("/<int:judge_id>/link")
@requires(Permission.EDIT_TASKS)
def new_link(slug, contest_id, judge_id):
    judge = _judge(slug, contest_id, judge_id)
    carry_out(
        lambda: judge_operations.new_link(judge, version=version_seen(), by=g.user),
        _("There is a new link; the old one opens nothing any more."),
    )
    return redirect(url_for(".edit", slug=slug, contest_id=contest_id, judge_id=judge_id))


@bp.post("/<int:judge_id>/revoke")
@requires(Permission.EDIT_TASKS)
def revoke(slug, contest_id, judge_id):
    judge = _judge(slug, contest_id, judge_id)
    carry_out(
        lambda: judge_operations.revoke(judge, version=version_seen(), by=g.user),
        _("The member is off the jury; the link opens nothing any more."),
    )
    return redirect(url_for(".index", slug=slug, contest_id=contest_id))


@bp.post("/<int:judge_id>/ties/<int:entry_id>/remove")
@requires(Permission.EDIT_TASKS)
def remove_tie(slug, contest_id, judge_id, entry_id):
    _event, contest = contest_or_404(slug, contest_id)
    judge, entry = score_queries.judge_of(contest, judge_id), entry_of(contest, entry_id)
    carry_out(lambda: judge_operations.take_tie_back(judge, entry, by=g.user), _("The tie is taken back."))
    return redirect(url_for(".edit", slug=slug, contest_id=contest_id, judge_id=judge_id))


def _judge(slug: str, contest_id: int, judge_id: int) -> Judge:
    _event, contest = contest_or_404(slug, contest_id)
    return score_queries.judge_of(contest, judge_id)


def _index(event: Event, contest: Contest, form: JudgeForm) -> str:
    missing: dict[int, int] = {}
    for round_ in score_queries.open_rounds(contest):
        rows = round_queries.places_of(round_)
        gone = round_queries.withdrawn_of(rows)
        entries = [row.entry for row in rows if row.entry_id not in gone]
        for judged in score_queries.judged(round_, entries).values():
            for judge_id in judged.missing:
                missing[judge_id] = missing.get(judge_id, 0) + 1
    context: dict[str, Any] = {"judges": score_queries.judges_of(contest), "missing": missing}
    return render_template(
        "judges/index.html", event=event, contest=contest, form=form, edits=may_edit(event), **context
    )
