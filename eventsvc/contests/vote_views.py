"""The public vote: the page on which everybody votes, and the link by which a vote is confirmed. No account."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.accounts.access import public
from eventsvc.contests import queries, rules, vote_operations, vote_queries, vote_rules
from eventsvc.contests.models import Contest, Entry
from eventsvc.contests.vote_forms import ConfirmForm, VoteForm
from eventsvc.contests.vote_rules import VoteState
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.extensions import limiter
from eventsvc.invitations import content
from eventsvc.web.arguments import whole
from eventsvc.web.edits import attempt, carry_out

bp = Blueprint("contest_vote", __name__)


def _network() -> str:
    """One measure for a network, not for an address: a flood comes from many of one."""
    return f"vote:{vote_rules.network_of(request.remote_addr or '')}"


few = limiter.limit("60 per minute; 1200 per hour", key_func=_network, methods=["POST"])


@bp.route("/c/<contest_slug>/vote", methods=["GET", "POST"])
@few
@public
def vote(contest_slug):
    contest = _contest(contest_slug)
    entries = queries.accepted_entries(contest)
    form = VoteForm()
    form.entry.offer(entries, lambda entry: f"{entry.title} – {entry.public_name}")
    status = 422 if form.is_submitted() else 200
    if not form.is_submitted():
        number = whole(request.args.get("entry"))
        form.entry.data = next((str(entry.id) for entry in entries if entry.number == number), "")
    if form.validate_on_submit():
        refused = attempt(
            form,
            lambda: vote_operations.ask(
                contest, form.entry.row, email=form.email.data, address=request.remote_addr or ""
            ),
        )
        if refused is None:
            flash(_("We have sent you a link. Your vote counts once you open it and press the button."))
            return redirect(url_for(".vote", contest_slug=contest_slug))
        status = refused
    return _page(contest, entries, form), status


@bp.route("/vote/<token>", methods=["GET", "POST"])
@few
@public
def confirm(token):
    """The page behind the link: a button, for programs that look at links press none."""
    found = vote_queries.vote_by_token(token)
    if found is None:
        return render_template("votes/gone.html"), 404
    contest = db.session.get_one(Contest, found.contest_id)
    entry = db.session.get_one(Entry, found.entry_id)
    form = ConfirmForm()
    if form.validate_on_submit():
        carry_out(lambda: vote_operations.confirm(token), _("Your vote is counted. Thank you."))
        return redirect(url_for(".confirm", token=token))
    return render_template(
        "votes/confirm.html",
        contest=contest,
        event=contest.event,
        entry=entry if rules.is_visible(entry) else None,
        vote=found,
        form=form,
        state=vote_rules.vote_state(contest, clock.now()),
        states=VoteState,
    )


def _contest(contest_slug: str) -> Contest:
    """A public contest that has a vote, now, soon or once."""
    contest = queries.public_contest(contest_slug)
    if vote_rules.vote_state(contest, clock.now()) is VoteState.NONE:
        raise NotFound(_("There is no public vote in this contest."))
    return contest


def _page(contest: Contest, entries: list[Entry], form: VoteForm) -> str:
    now = clock.now()
    counts = vote_queries.counts(contest) if vote_rules.shows_counts(contest, now) else None
    return render_template(
        "votes/vote.html",
        contest=contest,
        event=contest.event,
        entries=entries,
        counts=counts,
        notice=content.notice(contest.event),
        form=form,
        state=vote_rules.vote_state(contest, now),
        states=VoteState,
    )
