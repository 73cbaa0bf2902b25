"""What every stop of a campaign has: its sittings by day, its agenda, its tasks."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from wtforms import FieldList

from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.agenda import template_queries as agendas
from eventsvc.agenda.templates import shipped
from eventsvc.campaigns import roadshow_operations as operations
from eventsvc.campaigns import roadshow_queries as queries
from eventsvc.campaigns.roadshow_forms import TemplateForm
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.web.edits import save_form

bp = Blueprint("stop_templates", __name__, url_prefix="/events/<slug>/stop-template")


@bp.get("")
@requires(Permission.READ_TASKS)
def show(slug):
    event = event_or_404(slug, g.access)
    template = queries.template_of(event)
    names = dict(_agendas(event))
    key = template and (template.shipped_agenda or str(template.agenda_template_id or ""))
    return render_template(
        "stop_templates/show.html",
        event=event,
        template=template,
        agenda=names.get(key) if key else None,
        may_edit=g.access.to(Permission.EDIT_TASKS).covers(event) and not event.is_cancelled,
    )


@bp.route("/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_TASKS)
def edit(slug):
    event = event_or_404(slug, g.access)
    template, choices = queries.template_of(event), _agendas(event)
    form = TemplateForm(template, choices)
    is_saved, status, conflict = save_form(
        form,
        lambda: operations.set_template(event, form.details, version=form.version.data, by=g.user),
        lambda: TemplateForm(queries.template_of(event), choices, formdata=None),
    )
    if is_saved:
        flash(_("Saved. Stops become events with this from now on."))
        return redirect(url_for(".show", slug=slug))
    if conflict is not None:  # of the lists of rows, the page shows those that were typed
        lists = {str(field.label.text) for field in form if isinstance(field, FieldList)}
        conflict = [difference for difference in conflict if difference.label not in lists]
    page = render_template(
        "stop_templates/edit.html", event=event, template=template, form=form, conflict=conflict
    )
    return page, status


def _agendas(event: Event) -> list[tuple[str, str]]:
    """What an agenda can begin from: the shipped ones, and those that the host has kept."""
    return [(each.key, each.name) for each in shipped()] + [
        (str(row.id), row.name) for row in agendas.saved(event)
    ]
