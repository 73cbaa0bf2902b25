"""The page of a member of the jury, reached by a secret link: entry by entry, on a telephone."""

from typing import NamedTuple

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.accounts.access import public
from eventsvc.contests import judge_operations, round_queries, score_queries
from eventsvc.contests.judge_forms import ScoreForm, TieForm
from eventsvc.contests.models import Judge, Round, RoundKind
from eventsvc.contests.score_queries import Row
from eventsvc.errors import NotFound
from eventsvc.extensions import limiter
from eventsvc.files.queries import path_of
from eventsvc.web.downloads import download
from eventsvc.web.edits import attempt, carry_out

bp = Blueprint("jury_page", __name__, url_prefix="/j/<token>")


class Gone(Exception):
    """The link was taken back (410), or never opened anything (404)."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@bp.errorhandler(Gone)
def gone(error: Gone):
    return render_template("judges/gone.html", status=error.status), error.status


def _who() -> str:
    """Each link has its own measure: a jury sits behind one address."""
    return f"j:{(request.view_args or {}).get('token', '')[: score_queries.LONGEST_TOKEN]}"


few = limiter.limit("60 per minute", key_func=_who, methods=["POST"])


class Desk(NamedTuple):
    judge: Judge
    round: Round
    rows: list[Row]
    row: Row


@bp.get("")
@public
def home(token):
    judge = _judge(token)
    rounds = [(round_, score_queries.rows_for(judge, round_)) for round_ in _open(judge)]
    return render_template("judges/home.html", judge=judge, contest=judge.contest, token=token, rounds=rounds)


@bp.route("/<int:round_number>/<int:entry_number>", methods=["GET", "POST"])
@few
@public
def entry(token, round_number, entry_number):
    desk = _desk(token, round_number, entry_number)
    form = ScoreForm.of(desk.judge.contest, desk.row.given)
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        refused = attempt(
            form,
            lambda: judge_operations.give_points(desk.round, desk.judge, desk.row.entry, form.points),
        )
        if refused is None:
            return _to_next(token, round_number, entry_number)
        status = refused
    return _page(token, desk, form), status


@bp.post("/<int:round_number>/<int:entry_number>/tie")
@few
@public
def tie(token, round_number, entry_number):
    desk, form = _desk(token, round_number, entry_number), TieForm()
    if not form.validate_on_submit():
        score_form = ScoreForm.of(desk.judge.contest, desk.row.given, formdata=None)
        return _page(token, desk, score_form, form), 422
    carry_out(
        lambda: judge_operations.declare_tie(
            desk.judge, desk.row.entry, reason=form.reason.data, by=desk.judge
        ),
        _("Noted. You do not judge this entry."),
    )
    return redirect(url_for(".home", token=token))


@bp.get("/files/<int:file_id>")
@public
def file(token, file_id):
    kept = score_queries.file_for(_judge(token), file_id)
    return download(path_of(kept), name=kept.name, media_type=kept.media_type, etag=kept.sha256, shown=True)


def _judge(token: str) -> Judge:
    judge = score_queries.judge_by_token(token)
    if judge is None:
        raise Gone(404)
    event = judge.contest.event
    is_past = event.data_kept_until is not None and event.data_kept_until < clock.today()
    if judge.revoked_at is not None or event.is_cancelled or is_past:
        raise Gone(410)
    return judge


def _open(judge: Judge) -> list[Round]:
    return score_queries.open_rounds(judge.contest)


def _desk(token: str, round_number: int, entry_number: int) -> Desk:
    judge = _judge(token)
    round_ = round_queries.round_of(judge.contest, round_number)
    if round_.kind is not RoundKind.JURY:
        raise NotFound(_("There is no such round."))
    rows = score_queries.rows_for(judge, round_)
    row = next((row for row in rows if row.entry.number == entry_number), None)
    if row is None:
        raise NotFound(_("There is no such entry."))
    return Desk(judge, round_, rows, row)


def _to_next(token: str, round_number: int, entry_number: int):
    """To the next entry that is not judged fully, going round; home when that was the last."""
    rows = _desk(token, round_number, entry_number).rows
    left = [row.entry.number for row in rows if row.may_judge and not row.is_complete]
    after = [number for number in left if number > entry_number] + [n for n in left if n < entry_number]
    if entry_number in left:
        flash(_("Saved, but not all points are given yet."), "warning")
        return redirect(url_for(".home", token=token))
    if not after:
        flash(_("Saved. You have judged every entry. Thank you."))
        return redirect(url_for(".home", token=token))
    flash(_("Saved. This is the next entry."))
    return redirect(url_for(".entry", token=token, round_number=round_number, entry_number=after[0]))


def _page(token: str, desk: Desk, form: ScoreForm, tie_form: TieForm | None = None) -> str:
    return render_template(
        "judges/entry.html",
        judge=desk.judge,
        contest=desk.judge.contest,
        round=desk.round,
        row=desk.row,
        rows=desk.rows,
        token=token,
        form=form,
        tie_form=tie_form or TieForm(formdata=None),
    )
