"""What everybody may know of the contests of a campaign, and the form by which people enter."""

from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask_babel import gettext as _

from eventsvc import clock, secrets
from eventsvc.accounts.access import public
from eventsvc.contests import (  # noqa: F401  (labels: words)
    course_queries,
    entry_operations,
    labels,
    queries,
    round_queries,
    rules,
    vote_rules,
)
from eventsvc.contests.access import attempt_with, few_from_one_address, taken_in
from eventsvc.contests.entry_forms import EntryForm
from eventsvc.contests.models import Contest, Entry
from eventsvc.contests.rules import Registration
from eventsvc.contests.vote_rules import VoteState
from eventsvc.errors import NotFound
from eventsvc.events.queries import event_by_slug
from eventsvc.files import queries as files_queries
from eventsvc.files import signatures
from eventsvc.invitations import content
from eventsvc.web.downloads import SHOWN_IN_PLACE, download
from eventsvc.web.edits import attempt
from eventsvc.web.pagination import paginate
from eventsvc.web.uploads import is_too_large, takes_files_up_to

bp = Blueprint("contest_pages", __name__)
bp.add_app_template_filter(rules.is_visible, "may_be_known")

MADE_HERE = "entrant"
"""In the session: the secret that stands for this browser, so that a double press makes one entry."""


@bp.get("/p/<slug>/contests")
@public
def index(slug):
    event = event_by_slug(slug)
    if event is None:
        raise NotFound(_("There is no such event."))
    listed, now = queries.public_contests(event), clock.now()
    states = {contest.id: rules.registration(contest, now) for contest in listed}
    return render_template("contests/public_index.html", event=event, listed=listed, registration=states)


@bp.get("/c/<contest_slug>")
@public
def page(contest_slug):
    contest = queries.public_contest(contest_slug)
    return render_template(
        "contests/public_page.html",
        contest=contest,
        event=contest.event,
        registration=rules.registration(contest, clock.now()),
        registrations=Registration,
        slots=round_queries.public_slots(contest),
        rounds=course_queries.public_brackets(contest),
        vote=vote_rules.vote_state(contest, clock.now()),
        votes=VoteState,
    )


@bp.get("/c/<contest_slug>/entries")
@public
def entries(contest_slug):
    """The accepted entries by their public names, once the organizer shows them."""
    contest = queries.public_contest(contest_slug)
    if not queries.shows_entries(contest):
        raise NotFound(_("The entries are not shown."))
    listed = paginate(queries.visible(contest), per_page=100)
    return render_template("contests/public_entries.html", contest=contest, event=contest.event, page=listed)


@bp.get("/c/<contest_slug>/entries/<int:number>")
@public
def entry(contest_slug, number):
    contest = queries.public_contest(contest_slug)
    shown = queries.visible_entry(contest, number)
    return render_template(
        "contests/public_entry.html",
        contest=contest,
        event=contest.event,
        entry=shown,
        pictures=_pictures(shown),
        votes_open=vote_rules.vote_state(contest, clock.now()) is VoteState.OPEN,
    )


@bp.get("/c/<contest_slug>/entries/<int:number>/pictures/<int:picture>")
@public
def picture(contest_slug, number, picture):
    """A picture of a work that may be shown; it was drawn anew when it came in and has nothing hidden in it."""
    shown = queries.visible_entry(queries.public_contest(contest_slug), number)
    kept = next((row.file for row in _pictures(shown) if row.number == picture), None)
    if kept is None:
        raise NotFound(_("There is no such file."))
    ending = "jpg" if kept.media_type == "image/jpeg" else "png"
    return download(
        files_queries.path_of(kept),
        name=f"tac-pham-{number}-{picture}.{ending}",
        media_type=kept.media_type,
        etag=kept.sha256,
        shown=True,
    )


@bp.route("/c/<contest_slug>/enter", methods=["GET", "POST"])
@few_from_one_address
@takes_files_up_to("FILE_LIMIT")
@public
def enter(contest_slug):
    """The form. Sending it twice from one browser leads to the same entry."""
    contest = queries.public_contest(contest_slug)
    form, browser = EntryForm(contest), session.setdefault(MADE_HERE, secrets.new_token())
    made: list[Entry] = []
    status = _enter(contest, form, browser, made) if form.is_submitted() else 200
    if made:
        flash(_("Your entry has been received."))
        return redirect(url_for("entry_page.page", token=secrets.unseal(made[0].token_sealed)))
    return render_template(
        "contests/enter.html",
        contest=contest,
        event=contest.event,
        form=form,
        registration=rules.registration(contest, clock.now()),
        registrations=Registration,
        notice=content.notice(contest.event),
        endings=signatures.endings(),
    ), status


def _enter(contest: Contest, form: EntryForm, browser: str, made: list[Entry]) -> int:
    closed = attempt(form, lambda: entry_operations.require_open(contest, None))
    if closed is not None:  # before the files are looked at: nobody fills the disk of a contest that is over
        return closed
    if not is_too_large() and not form.validate():
        return 422
    entered: Any = None if is_too_large() else form.entered
    brought, refused = taken_in(contest, form)
    if refused is not None:
        return refused
    token = secrets.token_of("entry", browser, str(contest.id), (form.key.data or "")[:64])
    enter = partial(entry_operations.enter, contest, entered, brought=brought, token=token, by=None)
    return attempt_with(form, brought, lambda: made.append(enter())) or 200


def _pictures(entry: Entry) -> list[Any]:
    """Pictures of a work whose entrant or guardian lets it be shown."""
    return [row for row in entry.files if row.file.media_type in SHOWN_IN_PLACE] if entry.shows_work else []
