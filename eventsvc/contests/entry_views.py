"""The entries of a contest for those who organize it: read, accept or refuse, enter on behalf, consent on paper."""

from functools import partial
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from eventsvc import clock, secrets
from eventsvc.accounts.access import confirmed_lately, requires
from eventsvc.accounts.permissions import Permission
from eventsvc.contests import entry_operations, guardian_operations, queries, rules
from eventsvc.contests.access import attempt_with, taken_in
from eventsvc.contests.entry_forms import EntryForm, PaperForm, RefusalForm
from eventsvc.contests.guardian_views import sent_file
from eventsvc.contests.models import EntrantKind, Entry, EntryState
from eventsvc.contests.views import contest_or_404, may_edit
from eventsvc.db import db
from eventsvc.files import signatures
from eventsvc.spreadsheets import writing
from eventsvc.text import display_phone
from eventsvc.web.arguments import search, whole, word
from eventsvc.web.edits import carry_out, save_form
from eventsvc.web.filters import day, day_and_time
from eventsvc.web.labels import label
from eventsvc.web.pagination import paginate
from eventsvc.web.papers import disposition
from eventsvc.web.uploads import is_too_large, takes_files_up_to

bp = Blueprint("contest_entries", __name__, url_prefix="/events/<slug>/contests/<int:contest_id>/entries")

MOST_AT_ONCE = 500


@bp.get("")
@requires(Permission.READ_TASKS)
def index(slug, contest_id):
    return _index(slug, contest_id, RefusalForm(formdata=None))


@bp.post("/decide")
@requires(Permission.EDIT_TASKS)
def decide(slug, contest_id):
    """Accept or refuse those that are ticked."""
    _event, contest = contest_or_404(slug, contest_id)
    form, versions = RefusalForm(), _ticked()
    refuses = request.form.get("decision") == "refuse"
    if not form.validate() or (refuses and not form.remark.data):
        if not form.errors:
            form.remark.errors = [_("Say why, for whoever entered.")]
        return _index(slug, contest_id, form), 422
    done: list[tuple[int, int]] = []

    def carry() -> None:
        if refuses:
            remark = form.remark.data or ""
            done.append(entry_operations.refuse(contest, versions, remark=remark, by=g.user))
        else:
            done.append(entry_operations.accept(contest, versions, by=g.user))

    if carry_out(carry):
        count, left = done[0]
        if count and refuses:
            flash(ngettext("%(num)s entry is refused.", "%(num)s entries are refused.", count))
        elif count:
            flash(ngettext("%(num)s entry is accepted.", "%(num)s entries are accepted.", count))
        if left:
            flash(
                ngettext(
                    "%(num)s entry was left: it has changed, is withdrawn or waits for a guardian.",
                    "%(num)s entries were left: they have changed, are withdrawn or wait for a guardian.",
                    left,
                ),
                "warning",
            )
        if not count and not left:
            flash(_("Nothing was decided: tick entries first."), "warning")
    return redirect(url_for(".index", slug=slug, contest_id=contest_id))


@bp.route("/new", methods=["GET", "POST"])
@takes_files_up_to("FILE_LIMIT")
@requires(Permission.EDIT_TASKS)
def new(slug, contest_id):
    """Enter on behalf of somebody who came with paper."""
    event, contest = contest_or_404(slug, contest_id)
    form, made, status = EntryForm(contest), [], 200
    if form.is_submitted():
        status = _enter(contest, form, made)
    if made:
        flash(_("The entry is entered."))
        return redirect(url_for(".show", slug=slug, contest_id=contest_id, entry_id=made[0].id))
    return render_template(
        "contests/entry_new.html", event=event, contest=contest, form=form, endings=signatures.endings()
    ), status


@bp.get("/<int:entry_id>")
@requires(Permission.READ_TASKS)
def show(slug, contest_id, entry_id):
    event, contest = contest_or_404(slug, contest_id)
    entry = queries.entry_of(contest, entry_id)
    edits = may_edit(event)
    guardian = entry.guardian_token_sealed if edits and rules.may_agree(entry, clock.now()) else None
    link = url_for("guardian_page.ward", token=secrets.unseal(guardian), _external=True) if guardian else None
    return render_template(
        "contests/entry_show.html",
        event=event,
        contest=contest,
        entry=entry,
        edits=edits,
        states=EntryState,
        guardian_link=link,
        own_link=url_for("entry_page.page", token=secrets.unseal(entry.token_sealed), _external=True)
        if edits
        else None,
        may_correct=edits and entry.state in rules.OPEN_TO_EDIT,
        paper_form=PaperForm(formdata=None, data={"version": entry.version}),
        refusal_form=RefusalForm(formdata=None),
    )


@bp.route("/<int:entry_id>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_TASKS)
def edit(slug, contest_id, entry_id):
    """Put right what came on paper, or a title that says too much, until it is decided on."""
    event, entry = _found(slug, contest_id, entry_id)
    if request.method == "GET" and entry.state not in rules.OPEN_TO_EDIT:
        flash(_("The entry has been decided on or withdrawn; it cannot be changed any more."), "warning")
        return _back(slug, contest_id, entry_id)
    form = EntryForm.of(entry)
    is_saved, status, conflict = save_form(
        form,
        lambda: entry_operations.edit_entry(entry, form.entered, version=form.version.data, by=g.user),
        lambda: EntryForm.of(entry, formdata=None),
    )
    if is_saved:
        flash(_("Saved."))
        return _back(slug, contest_id, entry_id)
    return render_template(
        "contests/entry_correct.html",
        event=event,
        contest=entry.contest,
        entry=entry,
        form=form,
        conflict=conflict,
    ), status


@bp.post("/<int:entry_id>/paper-consent")
@requires(Permission.EDIT_TASKS)
def paper_consent(slug, contest_id, entry_id):
    _event, entry = _found(slug, contest_id, entry_id)
    form = PaperForm()
    carry_out(
        lambda: guardian_operations.record_paper(
            entry, shows_work=form.shows_work.data, version=form.version.data, by=g.user
        ),
        _("The signed consent is recorded."),
    )
    return _back(slug, contest_id, entry_id)


@bp.post("/<int:entry_id>/consent-refused")
@requires(Permission.EDIT_TASKS)
def consent_refused(slug, contest_id, entry_id):
    """The guardian has said no, by telephone or on paper."""
    _event, entry = _found(slug, contest_id, entry_id)
    carry_out(
        lambda: guardian_operations.refuse(entry, by=g.user),
        _("The child takes no part; the files of the entry are removed."),
    )
    return _back(slug, contest_id, entry_id)


@bp.post("/<int:entry_id>/ask-guardian")
@requires(Permission.EDIT_TASKS)
def ask_guardian(slug, contest_id, entry_id):
    _event, entry = _found(slug, contest_id, entry_id)
    asked: list[bool] = []
    if carry_out(lambda: asked.append(guardian_operations.ask_again(entry, by=g.user))):
        if asked[0]:
            flash(_("The guardian is asked once more, at most once an hour."))
        else:
            flash(_("The guardian gave no e-mail address; please call."), "warning")
    return _back(slug, contest_id, entry_id)


@bp.post("/<int:entry_id>/withdraw")
@requires(Permission.EDIT_TASKS)
def withdraw(slug, contest_id, entry_id):
    _event, entry = _found(slug, contest_id, entry_id)
    carry_out(lambda: entry_operations.withdraw(entry, by=g.user), _("The entry is withdrawn."))
    return _back(slug, contest_id, entry_id)


@bp.get("/<int:entry_id>/files/<int:entry_file_id>")
@requires(Permission.READ_TASKS)
def file(slug, contest_id, entry_id, entry_file_id):
    _event, entry = _found(slug, contest_id, entry_id)
    return sent_file(entry, entry_file_id)


@bp.post("/export.xlsx")
@requires(Permission.EDIT_TASKS)
@confirmed_lately("contest_entries.index")
def export(slug, contest_id):
    """All entries with names and contacts; posted, because it is written down who has it."""
    _event, contest = contest_or_404(slug, contest_id)
    listed = db.session.scalars(queries.listed(contest)).all()
    with force_locale("vi"):
        columns = [(_("No."), 6), (_("Title of the work"), 40), (_("Who enters"), 16), (_("Name"), 30)]
        columns += [(_("Public name"), 22), (_("Day of birth"), 14), (_("School or agency"), 36)]
        columns += [(_("E-mail"), 30), (_("Telephone"), 18), (_("Guardian"), 30)]
        columns += [(_("E-mail of the guardian"), 30), (_("Telephone of the guardian"), 18)]
        columns += [(_("State"), 20), (_("Handed in at"), 20), (_("Link to the work"), 40)]
        body = writing.workbook([writing.Sheet(_("Entries"), columns, [_line(entry) for entry in listed])])
    entry_operations.note_export(contest, len(listed), by=g.user)
    response = Response(body, mimetype=writing.XLSX)
    response.headers["Content-Disposition"] = disposition("attachment", f"bai-du-thi-{contest.slug}.xlsx")
    response.headers["Cache-Control"] = "no-store"
    return response


def _index(slug: str, contest_id: int, form: RefusalForm) -> str:
    event, contest = contest_or_404(slug, contest_id)
    state, kind, q = word(EntryState, "state"), word(EntrantKind, "kind"), search()
    return render_template(
        "contests/entries.html",
        event=event,
        contest=contest,
        page=paginate(queries.listed(contest, state=state, kind=kind, q=q)),
        state=state,
        kind=kind,
        q=q,
        states=EntryState,
        kinds=[EntrantKind.PERSON, EntrantKind.TEAM],
        figures=queries.figures([contest])[contest.id],
        edits=may_edit(event),
        form=form,
        ticked=set(request.form.getlist("entry")),
    )


def _enter(contest: Any, form: EntryForm, made: list[Entry]) -> int:
    if not is_too_large() and not form.validate():
        return 422
    brought, refused = taken_in(contest, form)
    if refused is not None:
        return refused
    token = secrets.token_of("entry", f"user:{g.user.id}", str(contest.id), (form.key.data or "")[:64])
    entered = form.entered
    enter = partial(entry_operations.enter, contest, entered, brought=brought, token=token, by=g.user)
    return attempt_with(form, brought, lambda: made.append(enter())) or 200


def _found(slug: str, contest_id: int, entry_id: int) -> tuple[Any, Entry]:
    event, contest = contest_or_404(slug, contest_id)
    return event, queries.entry_of(contest, entry_id)


def _back(slug: str, contest_id: int, entry_id: int) -> Any:
    return redirect(url_for(".show", slug=slug, contest_id=contest_id, entry_id=entry_id))


def _ticked() -> dict[int, int]:
    """Each ticked entry with the version that the page showed: "12-3"."""
    pairs = (typed.partition("-") for typed in request.form.getlist("entry")[:MOST_AT_ONCE])
    return {
        entry_id: version
        for first, _dash, last in pairs
        if (entry_id := whole(first)) and (version := whole(last)) is not None
    }


def _line(entry: Entry) -> list[str]:
    return [
        str(entry.number),
        entry.title,
        str(label(entry.kind)),
        entry.name,
        entry.public_name,
        day(entry.born_on) if entry.born_on else "",
        entry.organization_name or "",
        entry.email or "",
        display_phone(entry.phone) if entry.phone else "",
        entry.guardian_name or "",
        entry.guardian_email or "",
        display_phone(entry.guardian_phone) if entry.guardian_phone else "",
        str(label(entry.state)),
        day_and_time(entry.submitted_at),
        entry.link or "",
    ]
