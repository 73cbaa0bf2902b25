"""The papers of agenda items: what is missing, one paper with its versions, sending a version."""

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.agenda import material_labels  # noqa: F401  (registers the words)
from eventsvc.agenda import material_queries as queries
from eventsvc.agenda.material_forms import MaterialForm, MaterialVersionForm, StandardForm, StateForm
from eventsvc.agenda.material_models import Material, MaterialState
from eventsvc.agenda.material_queries import Entry
from eventsvc.agenda.models import AgendaItem
from eventsvc.agenda.operations import materials as operations
from eventsvc.errors import DomainError, NotFound
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.events.queries import users_by_id
from eventsvc.files import operations as files
from eventsvc.files import queries as files_queries
from eventsvc.files import signatures
from eventsvc.web.arguments import search, word
from eventsvc.web.downloads import SHOWN_IN_PLACE, download
from eventsvc.web.edits import REFUSED, attempt, save_form
from eventsvc.web.pagination import Page, number
from eventsvc.web.uploads import is_too_large, takes_files_up_to

bp = Blueprint("materials", __name__, url_prefix="/events/<slug>/materials")
PER_PAGE = 100
TOO_LARGE = 413


@bp.get("")
@requires(Permission.RUN_SHOW)
def index(slug):
    return _list(event_or_404(slug, g.access), StandardForm(formdata=None))


@bp.post("/standard")
@requires(Permission.EDIT_EVENT)
def add_standard(slug):
    event = event_or_404(slug, g.access)
    form = StandardForm()
    if not form.validate_on_submit():
        return _list(event, form, REFUSED)
    made = len(
        operations.add_standard_materials(
            event, form.kinds.data, days_before=form.days_before.data, by=g.user
        )
    )
    if made:
        flash(ngettext("%(num)s material added.", "%(num)s materials added.", made))
    else:
        flash(_("Every such item has a material already."), "info")
    return redirect(url_for(".index", slug=slug))


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.EDIT_EVENT)
def new(slug):
    event = event_or_404(slug, g.access)
    items = queries.items_of(event)
    form = MaterialForm(event, items=items, item=_named(items))
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        made: list[Material] = []
        refused = attempt(
            form, lambda: made.append(operations.add_material(form.item.row, form.values, by=g.user))
        )
        if refused is None:
            flash(_("The material is on the list."))
            return redirect(url_for(".show", slug=slug, material_id=made[0].id))
        status = refused
    page = render_template("materials/edit.html", event=event, material=None, form=form, conflict=None)
    return page, status


@bp.get("/<int:material_id>")
@requires(Permission.RUN_SHOW)
def show(slug, material_id):
    event = event_or_404(slug, g.access)
    return _page(event, queries.material_of(event, material_id), MaterialVersionForm(formdata=None))


@bp.route("/<int:material_id>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_EVENT)
def edit(slug, material_id):
    event = event_or_404(slug, g.access)
    material = queries.material_of(event, material_id)
    form = MaterialForm(event, material)
    is_saved, status, conflict = save_form(
        form,
        lambda: operations.edit_material(event, material, form.values, version=form.version.data, by=g.user),
        lambda: MaterialForm(event, material, formdata=None),
    )
    if is_saved:
        flash(_("Saved."))
        return redirect(url_for(".show", slug=slug, material_id=material_id))
    page = render_template(
        "materials/edit.html", event=event, material=material, form=form, conflict=conflict
    )
    return page, status


@bp.post("/<int:material_id>")
@requires(Permission.EDIT_EVENT)
def set_state(slug, material_id):
    """One press: reviewed, approved, back to the draft. What has changed since the page was read is shown first."""
    event = event_or_404(slug, g.access)
    material = queries.material_of(event, material_id)
    form = StateForm()
    if not form.validate_on_submit():
        flash(_("Choose how far it is."), "error")
    else:
        operations.edit_material(
            event, material, {"state": form.state.data}, version=form.version.data, by=g.user
        )
        flash(_("Saved."))
    return redirect(url_for(".show", slug=slug, material_id=material_id))


@bp.post("/<int:material_id>/remove")
@requires(Permission.EDIT_EVENT)
def remove(slug, material_id):
    event = event_or_404(slug, g.access)
    operations.remove_material(event, queries.material_of(event, material_id), by=g.user)
    flash(_("The material is removed."))
    return redirect(url_for(".index", slug=slug))


@bp.post("/<int:material_id>/versions")
@takes_files_up_to("FILE_LIMIT")
@requires(Permission.EDIT_EVENT)
def add_version(slug, material_id):
    event = event_or_404(slug, g.access)
    material = queries.material_of(event, material_id)
    form = MaterialVersionForm()
    if is_too_large():
        form.file.errors = [str(files.too_large(current_app.config["FILE_LIMIT"]))]
        return _page(event, material, form, TOO_LARGE)
    if not form.validate_on_submit():
        return _page(event, material, form, REFUSED)
    added, status = _added(event, material, form)
    if added is None:
        return _page(event, material, form, status)
    if added.needs_new_review:
        flash(
            _(
                "Version %(number)s is added. What was said of the version before holds no longer: "
                "the material is a draft again and needs to be approved anew.",
                number=added.version.number,
            ),
            "warning",
        )
    else:
        flash(_("Version %(number)s is added.", number=added.version.number))
    return redirect(url_for(".show", slug=slug, material_id=material_id))


@bp.get("/<int:material_id>/versions/<int:number>")
@requires(Permission.RUN_SHOW)
def version(slug, material_id, number):
    """The file of a version; a picture may be looked at in place (?show=1)."""
    event = event_or_404(slug, g.access)
    kept = queries.version_of(queries.material_of(event, material_id), number).file
    if kept is None:
        raise NotFound(_("This version is a link, not a file."))
    path, shown = files_queries.path_of(kept), request.args.get("show") == "1"
    return download(path, name=kept.name, media_type=kept.media_type, etag=kept.sha256, shown=shown)


@bp.post("/<int:material_id>/versions/<int:number>/remove")
@requires(Permission.EDIT_EVENT)
def remove_version(slug, material_id, number):
    event = event_or_404(slug, g.access)
    material = queries.material_of(event, material_id)
    was = material.state
    operations.remove_version(event, queries.version_of(material, number), by=g.user)
    flash(_("Version %(number)s is removed.", number=number))
    if was in (MaterialState.REVIEWED, MaterialState.APPROVED):
        flash(
            _("What was said of it holds for no other version: the material needs to be approved anew."),
            "warning",
        )
    return redirect(url_for(".show", slug=slug, material_id=material_id))


def _added(
    event: Event, material: Material, form: MaterialVersionForm
) -> tuple[operations.Added | None, int]:
    """The version that was added; or none, the refusal standing in the form, and the status to answer with."""
    event.require_open()
    brought, upload = None, form.file.data
    try:
        if upload:
            brought = files.take_in(upload.stream, upload.filename or "")
        added = operations.add_version(
            event, material, brought=brought, link=form.link.data, note=form.note.data, by=g.user
        )
    except DomainError as refusal:
        if refusal.field not in form._fields:
            raise
        form[refusal.field].errors = [str(refusal)]
        return None, refusal.status
    return added, 302


def _named(items: list[AgendaItem]) -> AgendaItem | None:
    """The item that the address names, to begin a form from."""
    key = request.args.get("item", "")
    return next((item for item in items if item.key == key), None)


def _list(event: Event, standard_form: StandardForm, status: int = 200):
    entries = queries.materials_of(event, with_versions=True)
    chosen = {"state": word(MaterialState, "state"), "owner": search("owner")}
    shown = [entry for entry in entries if _is_wanted(entry, **chosen)]
    page = number("page", 1, 10**6)
    page = Page(shown[(page - 1) * PER_PAGE : page * PER_PAGE], len(shown), page, PER_PAGE)
    body = render_template(
        "materials/index.html",
        event=event,
        page=page,
        entries=entries,
        chosen=chosen,
        states=list(MaterialState),
        owners=queries.owners(entries),
        bare_items=queries.items_without(event),
        standard_form=standard_form,
    )
    return body, status


def _is_wanted(entry: Entry, state: MaterialState | None, owner: str) -> bool:
    return (state is None or entry.material.state is state) and (not owner or entry.material.owner == owner)


def _page(event: Event, material: Material, form: MaterialVersionForm, status: int = 200):
    page = render_template(
        "materials/show.html",
        event=event,
        entry=queries.entry_of(material),
        material=material,
        versions=sorted(material.versions, key=lambda version: -version.number),
        users=users_by_id({version.added_by_id for version in material.versions if version.added_by_id}),
        form=form,
        limit=current_app.config["FILE_LIMIT"],
        endings=signatures.endings(),
        shown_in_place=SHOWN_IN_PLACE,
        refusal=str(files.too_large(current_app.config["FILE_LIMIT"])),
    )
    return page, status
