"""Communication work of a campaign: the list with its figures, that a work was done, the livestreams for everybody."""

from typing import Any

from flask import Blueprint, current_app, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.agenda import beside
from eventsvc.campaigns import activity_queries
from eventsvc.campaigns import communication_operations as operations
from eventsvc.campaigns import communication_queries as queries
from eventsvc.campaigns.activity_forms import DoneForm, WorkForm
from eventsvc.campaigns.activity_views import may_edit
from eventsvc.campaigns.communication_models import Channel, Communication
from eventsvc.campaigns.communication_queries import Progress
from eventsvc.errors import DomainError, NotFound
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.files import operations as files
from eventsvc.files import queries as files_queries
from eventsvc.files import signatures
from eventsvc.web.arguments import search, version_seen, word
from eventsvc.web.downloads import download
from eventsvc.web.edits import TOO_LATE, attempt, carry_out, differences, save_form
from eventsvc.web.filters import day_and_time
from eventsvc.web.pagination import page_of
from eventsvc.web.uploads import is_too_large, takes_files_up_to

bp = Blueprint("communications", __name__, url_prefix="/events/<slug>/communications")

TOO_LARGE = 413


@bp.get("")
@requires(Permission.READ_TASKS)
def index(slug):
    event = event_or_404(slug, g.access)
    filters = {"channel": word(Channel, "channel"), "q": search()}
    return render_template(
        "communications/index.html",
        event=event,
        page=page_of(queries.works_of(event, **filters), per_page=60),
        filters=filters,
        channels=Channel,
        figures=queries.figures(event),
        progress=queries.progress,
        progresses=Progress,
        today=clock.today(),
        may_edit=may_edit(event),
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.EDIT_TASKS)
def new(slug):
    event = event_or_404(slug, g.access)
    form = WorkForm(_activities(event))
    is_saved, status, _conflict = save_form(
        form, lambda: operations.add_work(event, **form.values, by=g.user), lambda: form
    )
    if is_saved:
        flash(_("The work is added."))
        return redirect(url_for(".index", slug=slug))
    return render_template(
        "communications/edit.html", event=event, form=form, work=None, conflict=None
    ), status


@bp.get("/<int:work_id>")
@requires(Permission.READ_TASKS)
def show(slug, work_id):
    event = event_or_404(slug, g.access)
    work = queries.work_of(event, work_id)
    return _show(event, work, DoneForm(work, formdata=None))


@bp.route("/<int:work_id>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_TASKS)
def edit(slug, work_id):
    event = event_or_404(slug, g.access)
    work, activities = queries.work_of(event, work_id), _activities(event)
    form = WorkForm(activities, work)
    is_saved, status, conflict = save_form(
        form,
        lambda: operations.edit_work(work, **form.values, version=form.version.data, by=g.user),
        lambda: WorkForm(activities, work, formdata=None),
    )
    if is_saved:
        flash(_("Saved."))
        return redirect(url_for(".show", slug=slug, work_id=work_id))
    return render_template(
        "communications/edit.html", event=event, form=form, work=work, conflict=conflict
    ), status


@bp.post("/<int:work_id>/done")
@takes_files_up_to("FILE_LIMIT")
@requires(Permission.EDIT_TASKS)
def report(slug, work_id):
    event = event_or_404(slug, g.access)
    work = queries.work_of(event, work_id)
    form = DoneForm(work)
    status, conflict = hand_in(work, form, by=g.user)
    if status is not None:
        return _show(event, work, form, conflict), status
    flash(_("Entered as done."))
    return redirect(url_for(".show", slug=slug, work_id=work_id))


@bp.post("/<int:work_id>/take-back")
@requires(Permission.EDIT_TASKS)
def take_back(slug, work_id):
    event = event_or_404(slug, g.access)
    work = queries.work_of(event, work_id)
    carry_out(
        lambda: operations.take_back(work, version=version_seen(), by=g.user), _("It is to be done again.")
    )
    return redirect(url_for(".show", slug=slug, work_id=work_id))


@bp.post("/<int:work_id>/remove")
@requires(Permission.EDIT_TASKS)
def remove(slug, work_id):
    event = event_or_404(slug, g.access)
    work = queries.work_of(event, work_id)
    if carry_out(
        lambda: operations.remove_work(work, version=version_seen(), by=g.user), _("The work is removed.")
    ):
        return redirect(url_for(".index", slug=slug))
    return redirect(url_for(".show", slug=slug, work_id=work_id))


@bp.get("/<int:work_id>/proof")
@requires(Permission.READ_TASKS)
def proof(slug, work_id):
    return sent_proof(queries.work_of(event_or_404(slug, g.access), work_id))


@beside.on_programme
def livestreams(event: Event) -> list[beside.Offer]:
    """The livestreams that everybody may watch, for the public programme."""
    return [
        beside.Offer(
            _("Watch: %(title)s", title=work.text),
            work.owner or "",
            _("Begins at %(time)s.", time=day_and_time(work.starts_at)) if work.starts_at else "",
            work.url or "",
        )
        for work in queries.public_livestreams(event)
    ]


def hand_in(work: Communication, form: DoneForm, *, by: Any) -> tuple[int | None, Any]:
    """Report what was typed: None and nothing when it is done; otherwise the status and what somebody else saved."""
    if is_too_large():
        form.file.errors = [str(files.too_large(current_app.config["FILE_LIMIT"]))]
        return TOO_LARGE, None
    if not form.validate():
        return 422, None
    upload = form.file.data
    try:
        brought = files.take_in(upload.stream, upload.filename or "") if upload else None
    except DomainError as refusal:
        form.file.errors = [str(refusal)]
        return refusal.status, None
    status = attempt(form, lambda: operations.report_done(work, **form.values, brought=brought, by=by))
    is_stale = status == TOO_LATE and form.version.data != work.version
    return status, differences(form, DoneForm(work, formdata=None)) if is_stale else None


def sent_proof(work: Communication) -> Any:
    kept = work.proof_file
    if kept is None:
        raise NotFound(_("There is nothing at this address."))
    return download(files_queries.path_of(kept), name=kept.name, media_type=kept.media_type, etag=kept.sha256)


def file_values() -> dict[str, Any]:
    """What a page with the form needs to know of files."""
    return {"endings": signatures.endings(), "limit": current_app.config["FILE_LIMIT"]}


def _activities(event: Event) -> list[Any]:
    return activity_queries.all_of(event)


def _show(event: Event, work: Communication, form: DoneForm, conflict: Any = None) -> str:
    return render_template(
        "communications/show.html",
        event=event,
        work=work,
        form=form,
        conflict=conflict,
        progress=queries.progress(work, clock.today()),
        asked=queries.asked_for(work),
        may_edit=may_edit(event),
        **file_values(),
    )
