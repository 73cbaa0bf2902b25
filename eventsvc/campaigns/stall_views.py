"""Stalls: the list with its overview, several at once from lines, signs and lists on paper, a spreadsheet."""

from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from eventsvc import pdf, text
from eventsvc.accounts.access import confirmed_lately, requires
from eventsvc.accounts.permissions import Permission
from eventsvc.campaigns import activity_printing, stall_queries
from eventsvc.campaigns import stall_operations as operations
from eventsvc.campaigns.activity_forms import StallForm, StallLinesForm, space_words
from eventsvc.campaigns.activity_models import Stall, StallKind, StallState
from eventsvc.campaigns.activity_views import may_edit
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.organizations import queries as organizations
from eventsvc.spreadsheets import writing
from eventsvc.web import labels as words
from eventsvc.web import papers
from eventsvc.web.arguments import search, version_seen, whole, word
from eventsvc.web.edits import attempt, carry_out, save_form
from eventsvc.web.pagination import page_of

bp = Blueprint("stalls", __name__, url_prefix="/events/<slug>/stalls")

MOST_SIGNS = 200
LOCALE = "vi"


@bp.get("")
@requires(Permission.READ_TASKS)
def index(slug):
    return _index(event_or_404(slug, g.access))


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.EDIT_TASKS)
def new(slug):
    event = event_or_404(slug, g.access)
    form = StallForm(stall_queries.spaces(event), stall_queries.banks(event))
    if not form.is_submitted():
        form.activity.data = request.args.get("space", "")
    is_saved, status, _conflict = save_form(form, lambda: _add(form), lambda: form)
    if is_saved:
        flash(_("The stall is added."))
        return redirect(url_for(".index", slug=slug))
    return render_template("stalls/edit.html", event=event, form=form, stall=None, conflict=None), status


@bp.post("/lines")
@requires(Permission.EDIT_TASKS)
def add_lines(slug):
    """Several at once, as pasted."""
    event = event_or_404(slug, g.access)
    form, status = StallLinesForm(stall_queries.spaces(event)), 422
    if form.validate_on_submit():
        counts: list[int] = []
        refused = attempt(
            form,
            lambda: counts.append(
                operations.add_lines(form.activity.row, form.lines.lines, kind=form.kind.data, by=g.user)
            ),
        )
        if refused is None:
            flash(ngettext("%(num)s stall is added.", "%(num)s stalls are added.", counts[0]))
            return redirect(url_for(".index", slug=slug))
        status = refused
    return _index(event, form), status


@bp.route("/<int:stall_id>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_TASKS)
def edit(slug, stall_id):
    event = event_or_404(slug, g.access)
    stall = stall_queries.stall_of(event, stall_id)
    spaces, banks = stall_queries.spaces(event), stall_queries.banks(event)
    form = StallForm(spaces, banks, stall)
    is_saved, status, conflict = save_form(
        form,
        lambda: operations.edit_stall(stall, **form.values, version=form.version.data, by=g.user),
        lambda: StallForm(spaces, banks, stall, formdata=None),
    )
    if is_saved:
        flash(_("Saved."))
        return redirect(url_for(".index", slug=slug))
    return render_template("stalls/edit.html", event=event, form=form, stall=stall, conflict=conflict), status


@bp.post("/<int:stall_id>/state")
@requires(Permission.EDIT_TASKS)
def set_state(slug, stall_id):
    event = event_or_404(slug, g.access)
    stall = stall_queries.stall_of(event, stall_id)
    typed = request.form.get("state", "")
    state = StallState(typed) if typed in set(StallState) else stall.state
    carry_out(lambda: operations.set_state(stall, state, version=version_seen(), by=g.user), _("Saved."))
    return redirect(url_for(".index", slug=slug))


@bp.post("/<int:stall_id>/remove")
@requires(Permission.EDIT_TASKS)
def remove(slug, stall_id):
    event = event_or_404(slug, g.access)
    stall = stall_queries.stall_of(event, stall_id)
    carry_out(
        lambda: operations.remove_stall(stall, version=version_seen(), by=g.user), _("The stall is removed.")
    )
    return redirect(url_for(".index", slug=slug))


@bp.get("/signs.pdf")
@requires(Permission.READ_TASKS)
def signs(slug):
    """One sign a page, of the stalls chosen."""
    event = event_or_404(slug, g.access)
    found = [stall for stall in _chosen(event) if stall.state is not StallState.CANCELLED]
    if len(found) > MOST_SIGNS:
        flash(_("One file holds at most %(most)s signs. Choose a space.", most=MOST_SIGNS), "error")
        return redirect(url_for(".index", slug=slug))
    with force_locale(LOCALE):
        values = activity_printing.signs(event, found)
    return papers.paper(pdf.render("stall_signs.typ", values), values["title"] + ".pdf")


@bp.get("/list.pdf")
@requires(Permission.READ_TASKS)
def as_list(slug):
    """The list to be signed."""
    event = event_or_404(slug, g.access)
    head = organizations.letterhead_of(event.host, event.units_as_of)
    with force_locale(LOCALE):
        standing = [stall for stall in _chosen(event) if stall.state is not StallState.CANCELLED]
        values = activity_printing.stall_list(event, standing, head=head)
    return papers.paper(pdf.render("delegate_list.typ", values), values["title"] + ".pdf")


@bp.post("/export.xlsx")
@requires(Permission.EDIT_TASKS)
@confirmed_lately("stalls.index")
def export(slug):
    """All stalls, with their contacts for those who may read them; posted, because it is written down who has it."""
    event = event_or_404(slug, g.access)
    found, with_contacts = stall_queries.stalls_of(event), _shows_contacts(event)
    with force_locale(LOCALE):
        columns = [
            (_("Space of the stall"), 40),
            (_("Code"), 12),
            (_("Kind of stall"), 22),
            (_("Owner of the stall"), 36),
            (_("Goods"), 40),
            (_("OCOP stars"), 10),
        ]
        if with_contacts:
            columns += [(_("Contact person of the stall"), 26), (_("Telephone"), 18), (_("E-mail"), 30)]
        columns += [
            (_("Cashless"), 12),
            (_("Bank that serves it"), 30),
            (_("State"), 16),
            (_("Note"), 30),
        ]
        rows = [_line(stall, with_contacts) for stall in found]
        body = writing.workbook([writing.Sheet(_("Stalls"), columns, rows)])
    operations.note_export(event, len(rows), by=g.user)
    response = Response(body, mimetype=writing.XLSX)
    response.headers["Content-Disposition"] = papers.disposition("attachment", f"gian-hang-{event.slug}.xlsx")
    response.headers["Cache-Control"] = "no-store"
    return response


def _shows_contacts(event: Event) -> bool:
    return g.access.extends_to(Permission.READ_CONTACTS, event)


def _line(stall: Stall, with_contacts: bool) -> tuple[Any, ...]:
    phone = text.display_phone(stall.contact_phone) if stall.contact_phone else None
    return (
        space_words(stall.activity),
        stall.code,
        str(words.label(stall.kind)),
        stall.owner,
        stall.goods,
        stall.ocop_stars,
        *((stall.contact_name, phone, stall.contact_email) if with_contacts else ()),
        _("yes") if stall.is_cashless else _("no"),
        stall.bank.owner if stall.bank else None,
        str(words.label(stall.state)),
        stall.note,
    )


def _add(form: StallForm) -> Stall:
    values = form.values
    return operations.add_stall(values.pop("activity"), **values, by=g.user)


def _filters() -> dict[str, Any]:
    return {
        "activity_id": whole(request.args.get("space")),
        "kind": word(StallKind, "kind"),
        "state": word(StallState, "state"),
        "q": search(),
    }


def _chosen(event: Event) -> list[Stall]:
    return stall_queries.stalls_of(event, **_filters(), contacts=_shows_contacts(event))


def _index(event: Event, form: StallLinesForm | None = None) -> str:
    spaces = stall_queries.spaces(event)
    return render_template(
        "stalls/index.html",
        event=event,
        form=form or StallLinesForm(spaces, formdata=None),
        page=page_of(_chosen(event), per_page=60),
        filters=_filters(),
        overview=stall_queries.overview(event),
        spaces=spaces,
        space_words=space_words,
        kinds=StallKind,
        states=StallState,
        may_edit=may_edit(event),
        shows_contacts=_shows_contacts(event),
    )
