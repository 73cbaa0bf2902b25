"""The checklist that every bridge site goes through, and the kinds of people that are counted."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.sites import (
    checklist_operations,
    count_group_operations,
    report_queries,
)
from eventsvc.sites.readiness_forms import ItemForm, KindForm
from eventsvc.sites.report_models import CheckGroup
from eventsvc.sites.views import whole_event_or_404
from eventsvc.web.edits import attempt, carry_out, save_form

bp = Blueprint("checklists", __name__, url_prefix="/events/<slug>/readiness")


@bp.get("/checklist")
@requires(Permission.EDIT_SITES)
def index(slug):
    return _lists(whole_event_or_404(slug))


@bp.post("/checklist")
@requires(Permission.EDIT_SITES)
def add_item(slug):
    event, form = whole_event_or_404(slug), ItemForm()
    status: Any = 422
    if form.validate_on_submit():
        status = attempt(
            form,
            lambda: checklist_operations.add_item(event, form.group.data, form.text.data or "", by=g.user),
        )
        if status is None:
            flash(_("The line is added."))
            return redirect(url_for(".index", slug=slug))
    return _lists(event, item_form=form), status


@bp.route("/checklist/<int:check_item_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_SITES)
def edit_item(slug, check_item_id):
    event = whole_event_or_404(slug)
    item = report_queries.check_item(event, check_item_id)
    form = ItemForm(item)
    is_saved, status, conflict = save_form(
        form,
        lambda: checklist_operations.edit_item(
            item, group=form.group.data, text=form.text.data or "", version=form.version.data, by=g.user
        ),
        lambda: ItemForm(item, formdata=None),
    )
    if is_saved:
        flash(_("Saved."))
        return redirect(url_for(".index", slug=slug))
    ticks = report_queries.tick_numbers(event).get(item.id, 0)
    page = render_template(
        "readiness/item.html", event=event, form=form, item=item, ticks=ticks, conflict=conflict
    )
    return page, status


@bp.post("/checklist/<int:check_item_id>/move/<direction>")
@requires(Permission.EDIT_SITES)
def move_item(slug, check_item_id, direction):
    event = whole_event_or_404(slug)
    checklist_operations.move_item(
        report_queries.check_item(event, check_item_id), up=_is_up(direction), by=g.user
    )
    return redirect(url_for(".index", slug=slug, _anchor=f"item-{check_item_id}"))


@bp.post("/checklist/<int:check_item_id>/remove")
@requires(Permission.EDIT_SITES)
def remove_item(slug, check_item_id):
    event = whole_event_or_404(slug)
    ticks = checklist_operations.remove_item(report_queries.check_item(event, check_item_id), by=g.user)
    flash(_("The line is removed."))
    if ticks:
        flash(ngettext("With it %(num)s tick went.", "With it %(num)s ticks went.", ticks), "info")
    return redirect(url_for(".index", slug=slug))


@bp.post("/people")
@requires(Permission.EDIT_SITES)
def add_kind(slug):
    event, form = whole_event_or_404(slug), KindForm()
    status: Any = 422
    if form.validate_on_submit():
        status = attempt(
            form, lambda: count_group_operations.add_kind(event, form.name.data or "", by=g.user)
        )
        if status is None:
            flash(_("The kind of people is added."))
            return _to_kinds(slug)
    return _lists(event, kind_form=form), status


@bp.route("/people/<int:count_group_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_SITES)
def rename_kind(slug, count_group_id):
    event = whole_event_or_404(slug)
    kind = report_queries.count_group(event, count_group_id)
    form = KindForm(kind)
    is_saved, status, conflict = save_form(
        form,
        lambda: count_group_operations.rename_kind(
            event, kind, form.name.data or "", version=form.version.data, by=g.user
        ),
        lambda: KindForm(kind, formdata=None),
    )
    if is_saved:
        flash(_("Saved."))
        return _to_kinds(slug)
    page = render_template("readiness/kind.html", event=event, form=form, kind=kind, conflict=conflict)
    return page, status


@bp.post("/people/<int:count_group_id>/move/<direction>")
@requires(Permission.EDIT_SITES)
def move_kind(slug, count_group_id, direction):
    event = whole_event_or_404(slug)
    kind = report_queries.count_group(event, count_group_id)
    count_group_operations.move_kind(event, kind, up=_is_up(direction), by=g.user)
    return _to_kinds(slug)


@bp.post("/people/<int:count_group_id>/remove")
@requires(Permission.EDIT_SITES)
def remove_kind(slug, count_group_id):
    event = whole_event_or_404(slug)
    kind = report_queries.count_group(event, count_group_id)
    carry_out(
        lambda: count_group_operations.remove_kind(event, kind, by=g.user),
        _("The kind of people is removed."),
    )
    return _to_kinds(slug)


def _lists(event: Event, *, item_form: ItemForm | None = None, kind_form: KindForm | None = None) -> str:
    items = report_queries.check_items(event)
    return render_template(
        "readiness/checklist.html",
        event=event,
        groups=[(group, [item for item in items if item.group is group]) for group in CheckGroup],
        ticks=report_queries.tick_numbers(event),
        kinds=report_queries.count_groups(event),
        item_form=item_form or ItemForm(formdata=None),
        kind_form=kind_form or KindForm(formdata=None),
    )


def _is_up(direction: str) -> bool:
    if direction not in ("up", "down"):
        raise NotFound(_("There is nothing at this address."))
    return direction == "up"


def _to_kinds(slug: str) -> Any:
    return redirect(url_for(".index", slug=slug, _anchor="people"))
