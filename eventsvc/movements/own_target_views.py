"""The figures an organization returns, on its own page."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eventsvc import clock
from eventsvc.accounts.access import public
from eventsvc.errors import NotFound
from eventsvc.extensions import csrf
from eventsvc.movements import labels  # noqa: F401  (words)
from eventsvc.movements import target_operations as operations
from eventsvc.movements import target_queries as queries
from eventsvc.movements.target_forms import FigureForm
from eventsvc.movements.target_periods import turns
from eventsvc.movements.target_views import turn_or_404
from eventsvc.movements.target_words import period_of, turn_words
from eventsvc.nominations.access import Gone, asked_by_link, few, own_page, own_pages
from eventsvc.nominations.operations import stop_reminders
from eventsvc.tasks.returns import OPEN_TO_EDIT
from eventsvc.web.edits import save_form

bp = Blueprint("own_targets", __name__, url_prefix="/o/<token>/targets")
own_pages(bp)
own_page("own_targets.index", _l("Figures to return"), queries.is_reporter)


@bp.get("")
@public
def index(token):
    asked = asked_by_link(token)
    return render_template(
        "targets/own.html",
        asked=asked,
        event=asked.event,
        token=token,
        own=queries.own_targets(asked, clock.today()),
        turn_words=turn_words,
        period_of=period_of,
    )


@bp.route("/<int:target_reporter_id>", methods=["GET", "POST"])
@few
@public
def report(token, target_reporter_id):
    asked = asked_by_link(token)
    try:
        reporter = queries.own_reporter(asked, target_reporter_id)
        turn = turn_or_404(reporter.target)
    except NotFound:
        raise Gone(404) from None
    row = queries.return_for(reporter, turn) if turn else None
    form = FigureForm.of(reporter, row)
    is_saved, status, conflict = save_form(
        form,
        lambda: operations.hand_in(reporter, turn.key if turn else None, **form.values, by=asked),
        lambda: FigureForm.of(reporter, queries.return_for(reporter, turn) if turn else None, formdata=None),
    )
    if is_saved:
        flash(_("The figure is handed in."))
        return redirect(url_for(".index", token=token))
    today = clock.today()
    page = render_template(
        "targets/own_report.html",
        asked=asked,
        event=asked.event,
        token=token,
        reporter=reporter,
        target=reporter.target,
        turn=turn,
        turns=[(each, turn_words(each)) for each in reversed(turns(reporter.target, today))],
        period_of=period_of,
        when=turn_words(turn),
        line=queries.line_of(reporter.target, reporter, row, turn, today),
        form=form,
        conflict=conflict,
        is_open=(row is None or row.state in OPEN_TO_EDIT)
        and turn is not None
        and not asked.event.is_cancelled,
    )
    return page, status


@bp.route("/stop", methods=["GET", "POST"])
@csrf.exempt
@public
def stop(token):
    """No more reminders: mail programs post here by themselves (RFC 8058), people press the button."""
    asked = asked_by_link(token)
    if request.method == "POST":
        stop_reminders(asked)
    return render_template("targets/stop.html", asked=asked, event=asked.event, token=token)
