"""Templates of agendas: look, begin from one, keep one."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.agenda import labels, template_queries, templates  # noqa: F401  (labels registers the words)
from eventsvc.agenda.models import ItemKind, RitualRole
from eventsvc.agenda.operations import templates as operations
from eventsvc.agenda.template_forms import ApplyTemplateForm, RenameTemplateForm, SaveTemplateForm
from eventsvc.errors import NotFound
from eventsvc.events.permissions import event_or_404
from eventsvc.web.edits import attempt

bp = Blueprint("agenda_templates", __name__)


@bp.get("/events/<slug>/agenda/templates")
@requires(Permission.EDIT_EVENT)
def index(slug):
    event = event_or_404(slug, g.access)
    return _list(event, SaveTemplateForm(event))


@bp.post("/events/<slug>/agenda/templates")
@requires(Permission.EDIT_EVENT)
def save(slug):
    event = event_or_404(slug, g.access)
    form = SaveTemplateForm(event)
    if form.validate_on_submit():
        status = attempt(
            form,
            lambda: operations.save_template(event, form.name.data, sitting=form.chosen, by=g.user),
        )
        if status is None:
            flash(_("The agenda is kept as the template “%(name)s”.", name=form.name.data))
            return redirect(url_for(".index", slug=slug))
    return _list(event, form)


@bp.get("/events/<slug>/agenda/templates/<template>")
@requires(Permission.EDIT_EVENT)
def show(slug, template):
    event = event_or_404(slug, g.access)
    return _page(event, template, ApplyTemplateForm(event))


@bp.post("/events/<slug>/agenda/templates/<template>")
@requires(Permission.EDIT_EVENT)
def apply(slug, template):
    event = event_or_404(slug, g.access)
    chosen = template_queries.template(event, template)
    form = ApplyTemplateForm(event)
    if form.validate_on_submit():
        if form.chosen is None:
            raise NotFound(_("No sitting of this event takes place."))
        made = []
        status = attempt(
            form,
            lambda: made.extend(
                operations.apply_template(event, form.chosen, chosen, replace=form.replaces, by=g.user)
            ),
        )
        if status is None:
            flash(
                ngettext(
                    "%(num)s item of “%(name)s” stands in the agenda. Undo takes it back.",
                    "%(num)s items of “%(name)s” stand in the agenda. Undo takes them back.",
                    len(made),
                    name=chosen.name,
                )
            )
            return redirect(url_for("agenda.index", slug=slug))
    return _page(event, template, form)


@bp.post("/events/<slug>/agenda/templates/<template>/name")
@requires(Permission.EDIT_EVENT)
def rename(slug, template):
    event = event_or_404(slug, g.access)
    row = template_queries.saved_template(event, template)
    form = RenameTemplateForm(row)
    if form.validate_on_submit():
        status = attempt(form, lambda: operations.rename_template(event, row, form.name.data, by=g.user))
        if status is None:
            flash(_("The template is called “%(name)s” now.", name=row.name))
            return redirect(url_for(".show", slug=slug, template=template))
    return _page(event, template, ApplyTemplateForm(event, formdata=None), form)


@bp.post("/events/<slug>/agenda/templates/<template>/remove")
@requires(Permission.EDIT_EVENT)
def remove(slug, template):
    event = event_or_404(slug, g.access)
    operations.remove_template(event, template_queries.saved_template(event, template), by=g.user)
    flash(_("The template is removed. Agendas that began from it stay."))
    return redirect(url_for(".index", slug=slug))


def _list(event, form):
    page = render_template(
        "agenda_templates/index.html",
        event=event,
        shipped=templates.shipped(),
        saved=[(row, _content(row)) for row in template_queries.saved(event)],
        form=form,
    )
    return page, 422 if form.errors else 200


def _page(event, key, form, rename_form=None):
    template = template_queries.template(event, key)
    if rename_form is None and not template.is_shipped:
        rename_form = RenameTemplateForm(template_queries.saved_template(event, key), formdata=None)
    page = render_template(
        "agenda_templates/show.html",
        event=event,
        template=template,
        kinds={kind.value: kind for kind in ItemKind},
        roles={role.value: role for role in RitualRole},
        form=form,
        rename_form=rename_form,
    )
    return page, 422 if form.errors or (rename_form is not None and rename_form.errors) else 200


def _content(row):
    """What a stored template holds; None for one that can only be removed."""
    try:
        return templates.parse(row.content)
    except templates.BrokenTemplate:
        return None
