"""The public vote for those who organize the contest: counts, floods by network and minute, votes struck out."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from eventsvc import clock
from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.contests import queries, vote_operations, vote_queries, vote_rules
from eventsvc.contests.models import Contest
from eventsvc.contests.views import contest_or_404, may_edit
from eventsvc.contests.vote_forms import StrikeForm
from eventsvc.contests.vote_queries import Minute
from eventsvc.contests.vote_rules import VoteState
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.web.edits import attempt, carry_out

bp = Blueprint("contest_votes", __name__, url_prefix="/events/<slug>/contests/<int:contest_id>/votes")


@bp.get("")
@requires(Permission.READ_TASKS)
def index(slug, contest_id):
    event, contest = contest_or_404(slug, contest_id)
    counts = vote_queries.counts(contest)
    entries = sorted(queries.accepted_entries(contest), key=lambda one: (-counts.get(one.id, 0), one.number))
    return render_template(
        "votes/index.html",
        event=event,
        contest=contest,
        entries=entries,
        counts=counts,
        totals=vote_queries.totals(contest),
        networks=vote_queries.networks(contest),
        state=vote_rules.vote_state(contest, clock.now()),
        states=VoteState,
        edits=may_edit(event),
    )


@bp.post("/show-counts")
@requires(Permission.EDIT_TASKS)
def show_counts(slug, contest_id):
    _event, contest = contest_or_404(slug, contest_id)
    carry_out(
        lambda: vote_operations.show_counts(contest, True, by=g.user),
        _("Everybody sees the counts while the vote goes on."),
    )
    return redirect(url_for(".index", slug=slug, contest_id=contest_id))


@bp.post("/hide-counts")
@requires(Permission.EDIT_TASKS)
def hide_counts(slug, contest_id):
    _event, contest = contest_or_404(slug, contest_id)
    carry_out(
        lambda: vote_operations.show_counts(contest, False, by=g.user),
        _("Nobody outside sees the counts before the vote has ended."),
    )
    return redirect(url_for(".index", slug=slug, contest_id=contest_id))


@bp.get("/<network>")
@requires(Permission.READ_TASKS)
def network(slug, contest_id, network):
    event, contest = contest_or_404(slug, contest_id)
    return _page(event, contest, network, StrikeForm(formdata=None))


@bp.post("/<network>/strike-out")
@requires(Permission.EDIT_TASKS)
def strike_out(slug, contest_id, network):
    event, contest = contest_or_404(slug, contest_id)
    _minutes_or_404(contest, network)
    form, status = StrikeForm(), 422
    if form.validate_on_submit():
        struck: list[int] = []
        refused = attempt(
            form,
            lambda: struck.append(
                vote_operations.strike_out(
                    contest,
                    network,
                    reason=form.reason.data,
                    since=form.since.data,
                    until=form.until.data,
                    by=g.user,
                )
            ),
        )
        if refused is None:
            flash(ngettext("%(num)s vote struck out.", "%(num)s votes struck out.", struck[0]))
            return redirect(url_for(".network", slug=slug, contest_id=contest_id, network=network))
        status = refused
    return _page(event, contest, network, form), status


@bp.post("/<network>/restore")
@requires(Permission.EDIT_TASKS)
def restore(slug, contest_id, network):
    _event, contest = contest_or_404(slug, contest_id)
    _minutes_or_404(contest, network)

    def act() -> None:
        count = vote_operations.restore(contest, network, by=g.user)
        flash(ngettext("%(num)s vote counts again.", "%(num)s votes count again.", count))

    carry_out(act)
    return redirect(url_for(".network", slug=slug, contest_id=contest_id, network=network))


def _minutes_or_404(contest: Contest, network: str) -> list[Minute]:
    minutes = vote_queries.minutes_of(contest, network)
    if not minutes:
        raise NotFound(_("No vote came from this network."))
    return minutes


def _page(event: Event, contest: Contest, network: str, form: StrikeForm) -> str:
    minutes = _minutes_or_404(contest, network)
    return render_template(
        "votes/network.html",
        event=event,
        contest=contest,
        network=network,
        minutes=minutes,
        reasons=vote_queries.reasons_of(contest, network),
        form=form,
        edits=may_edit(event),
    )
