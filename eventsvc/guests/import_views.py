"""A spreadsheet on its way to the guest list: choose the file, check it row by row, decide, confirm."""

from collections.abc import Mapping

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.db import db
from eventsvc.errors import DomainError
from eventsvc.events.permissions import event_or_404
from eventsvc.guests import import_operations, labels, queries
from eventsvc.guests.forms import ImportForm
from eventsvc.guests.matching import Action, Decision, PlannedRow
from eventsvc.guests.views import bp
from eventsvc.sites import queries as sites
from eventsvc.web.arguments import whole
from eventsvc.web.pagination import Page, number
from eventsvc.web.uploads import takes_files

ROWS_A_PAGE = 200
DECISION = "decision-"
# Which rows of the file are shown.
SHOWN = {
    "all": lambda row: True,
    "look": lambda row: row.is_odd,
    "alike": lambda row: row.is_likely,
}


@bp.route("/imports/new", methods=["GET", "POST"])
@takes_files
@requires(Permission.IMPORT_GUESTS)
def new_import(slug):
    event = event_or_404(slug, g.access)
    halls = db.session.scalars(sites.sites_of(event, site_ids=g.access.site_ids(event))).all()
    form = ImportForm(halls, queries.groups_of(event))
    if form.validate_on_submit():
        try:
            import_operations.require_data_notice(event)
            parsed = import_operations.read(event, form.file.data.filename or "", form.file.data.read())
            started = import_operations.start_import(
                event, parsed, site=form.chosen_site, group=form.chosen_group, by=g.actor
            )
        except DomainError as refusal:
            form.file.errors = [str(refusal)]
        else:
            return redirect(url_for(".preview", slug=slug, import_id=started.id))
    return render_template("guests/import.html", event=event, form=form), 422 if form.errors else 200


@bp.get("/imports/<int:import_id>")
@requires(Permission.IMPORT_GUESTS)
def preview(slug, import_id):
    event = event_or_404(slug, g.access)
    started = queries.import_of(event, import_id)
    rows = import_operations.planned_rows(event, started.parsed["rows"], started.site, started)
    counts = {word: sum(map(is_shown, rows)) for word, is_shown in SHOWN.items()}
    shown = _shown(rows, counts)
    chosen = [row for row in rows if SHOWN[shown](row)]
    page = number("page", 1, 10**6)
    return render_template(
        "guests/preview.html",
        event=event,
        started=started,
        page=Page(chosen[(page - 1) * ROWS_A_PAGE : page * ROWS_A_PAGE], len(chosen), page, ROWS_A_PAGE),
        tally={action: sum(1 for row in rows if row.action is action) for action in Action},
        counts=counts,
        shown=shown,
        site_names={site.id: site.name for site in db.session.scalars(sites.sites_of(event))},
        flag=labels.flag,
    )


@bp.post("/imports/<int:import_id>/decide")
@requires(Permission.IMPORT_GUESTS)
def decide(slug, import_id):
    event = event_or_404(slug, g.access)
    started = queries.import_of(event, import_id)
    import_operations.decide(started, _decisions(request.form), by=g.actor)
    flash(_("The decisions are kept. Nothing is stored until you confirm."))
    return redirect(
        url_for(
            ".preview",
            slug=slug,
            import_id=import_id,
            show=request.form.get("show") or None,
            page=whole(request.form.get("page")) or 1,
        )
    )


@bp.post("/imports/<int:import_id>/confirm")
@requires(Permission.IMPORT_GUESTS)
def confirm(slug, import_id):
    """What is decided on the page when it is confirmed counts too."""
    event = event_or_404(slug, g.access)
    started = queries.import_of(event, import_id)
    counts = import_operations.confirm_import(started, decisions=_decisions(request.form), by=g.actor)
    added, same = counts[Action.ADD.value], counts[Action.SAME.value]
    flash(ngettext("%(num)s row added to the guest list.", "%(num)s rows added to the guest list.", added))
    if same:
        flash(
            ngettext("%(num)s row completed what was known.", "%(num)s rows completed what was known.", same)
        )
    return redirect(url_for(".index", slug=slug))


@bp.post("/imports/<int:import_id>/discard")
@requires(Permission.IMPORT_GUESTS)
def discard(slug, import_id):
    event = event_or_404(slug, g.access)
    import_operations.discard_import(queries.import_of(event, import_id), by=g.actor)
    flash(_("The file is discarded; nothing was stored."))
    return redirect(url_for(".index", slug=slug))


def _shown(rows: list[PlannedRow], counts: Mapping[str, int]) -> str:
    """The rows asked for; of a long file without being asked those that need a look, when there are any."""
    asked = request.args.get("show", "")
    if asked in SHOWN:
        return asked
    return "look" if len(rows) > ROWS_A_PAGE and counts["look"] else "all"


def _decisions(form: Mapping[str, str]) -> dict[int, Decision | None]:
    """What was chosen for the rows on the page, by the numbers of the rows; what is no choice is none."""
    known = {decision.value: decision for decision in Decision}
    return {
        row: known.get(value)
        for name, value in form.items()
        if name.startswith(DECISION) and (row := whole(name.removeprefix(DECISION))) is not None
    }
