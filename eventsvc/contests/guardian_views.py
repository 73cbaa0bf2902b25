"""The own page of an entrant, and the page of a child's guardian: each by a secret link and by nothing else."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from eventsvc import clock
from eventsvc.accounts.access import public
from eventsvc.contests import (  # noqa: F401  (labels: words)
    course_queries,
    entry_operations,
    guardian_operations,
    labels,
    rules,
)
from eventsvc.contests.access import attempt_with, entry_or_gone, few, own_pages, taken_in, ward_or_gone
from eventsvc.contests.entry_forms import ConsentForm, EntryForm, FilesForm
from eventsvc.contests.models import Entry, EntryState
from eventsvc.contests.rules import Registration
from eventsvc.errors import NotFound
from eventsvc.files import queries as files_queries
from eventsvc.files import signatures
from eventsvc.invitations import content
from eventsvc.web.arguments import version_seen
from eventsvc.web.downloads import SHOWN_IN_PLACE, download
from eventsvc.web.edits import attempt, carry_out, save_form
from eventsvc.web.uploads import takes_files_up_to

bp = Blueprint("entry_page", __name__, url_prefix="/e/<token>")
guardians = Blueprint("guardian_page", __name__, url_prefix="/g/<token>")
own_pages(bp)
own_pages(guardians)


@bp.get("")
@public
def page(token):
    return _page(token)


@bp.route("/edit", methods=["GET", "POST"])
@few
@public
def edit(token):
    entry = entry_or_gone(token)
    if request.method == "GET" and not _may_edit(entry):
        flash(_("This entry cannot be changed any more."), "warning")
        return redirect(url_for(".page", token=token))
    form = EntryForm.of(entry)
    is_saved, status, conflict = save_form(
        form,
        lambda: entry_operations.edit_entry(entry, form.entered, version=form.version.data, by=entry),
        lambda: EntryForm.of(entry, formdata=None),
    )
    if is_saved:
        flash(_("Saved."))
        return redirect(url_for(".page", token=token))
    return render_template(
        "contests/entry_edit.html",
        contest=entry.contest,
        event=entry.contest.event,
        entry=entry,
        token=token,
        form=form,
        conflict=conflict,
    ), status


@bp.post("/files")
@few
@takes_files_up_to("FILE_LIMIT")
@public
def add_files(token):
    entry, form = entry_or_gone(token), FilesForm()
    brought, refused = taken_in(entry.contest, form)
    if refused is None and not brought:
        form.files.errors, refused = [_("Choose a file.")], 422
    if refused is None:
        refused = attempt_with(form, brought, lambda: entry_operations.add_files(entry, brought, by=entry))
    if refused is not None:
        return _page(token, form), refused
    flash(ngettext("%(num)s file added.", "%(num)s files added.", len(brought)))
    return redirect(url_for(".page", token=token))


@bp.get("/files/<int:entry_file_id>")
@public
def file(token, entry_file_id):
    return sent_file(entry_or_gone(token), entry_file_id)


@bp.post("/files/<int:entry_file_id>/remove")
@few
@public
def remove_file(token, entry_file_id):
    entry = entry_or_gone(token)
    carry_out(lambda: entry_operations.remove_file(entry, entry_file_id, by=entry), _("The file is removed."))
    return redirect(url_for(".page", token=token))


@bp.post("/withdraw")
@few
@public
def withdraw(token):
    entry = entry_or_gone(token)
    carry_out(lambda: entry_operations.withdraw(entry, by=entry), _("The entry is withdrawn."))
    return redirect(url_for(".page", token=token))


@guardians.get("")
@public
def ward(token):
    return _ward(token, None)


@guardians.post("/agree")
@few
@public
def agree(token):
    entry, form = ward_or_gone(token), ConsentForm()
    if not form.validate():
        return _ward(token, form), 422
    refused = attempt(
        form,
        lambda: guardian_operations.agree(
            entry, shows_work=form.shows_work.data, version=form.version.data, by=None
        ),
    )
    if refused is not None:
        form.version.data = entry.version
        return _ward(token, form), refused
    flash(_("Thank you: your consent is recorded."))
    return redirect(url_for(".ward", token=token))


@guardians.get("/files/<int:entry_file_id>")
@public
def ward_file(token, entry_file_id):
    """What the child hands in, to be looked at before anything is agreed to."""
    return sent_file(ward_or_gone(token), entry_file_id)


@guardians.post("/pictures")
@few
@public
def pictures(token):
    """Let the pictures be shown to everybody, or no longer; the child takes part either way."""
    entry, is_allowed = ward_or_gone(token), request.form.get("shown") == "1"
    carry_out(
        lambda: guardian_operations.allow_pictures(entry, is_allowed, version=version_seen(), by=None),
        _("The pictures may be shown to everybody.")
        if is_allowed
        else _("The pictures are no longer shown."),
    )
    return redirect(url_for(".ward", token=token))


@guardians.post("/refuse")
@few
@public
def refuse(token):
    entry = ward_or_gone(token)
    carry_out(
        lambda: guardian_operations.refuse(entry, by=None),
        _("The child takes no part; the files of the entry are removed."),
    )
    return redirect(url_for(".ward", token=token))


def sent_file(entry: Entry, entry_file_id: int) -> Any:
    """A file of this entry, a picture to be looked at; NotFound for any other."""
    row = next((each for each in entry.files if each.id == entry_file_id), None)
    if row is None:
        raise NotFound(_("There is no such file."))
    kept = row.file
    return download(
        files_queries.path_of(kept),
        name=kept.name,
        media_type=kept.media_type,
        etag=kept.sha256,
        shown=True,
    )


def _may_edit(entry: Entry) -> bool:
    registration = rules.registration(entry.contest, clock.now())
    return entry.state in rules.OPEN_TO_EDIT and registration is Registration.OPEN


def _page(token: str, form: FilesForm | None = None) -> str:
    entry = entry_or_gone(token)
    contest = entry.contest
    return render_template(
        "contests/entry.html",
        contest=contest,
        event=contest.event,
        entry=entry,
        token=token,
        states=EntryState,
        is_open=_may_edit(entry),
        form=form or FilesForm(formdata=None),
        endings=signatures.endings(),
        course=course_queries.course_of(entry),
    )


def _ward(token: str, form: ConsentForm | None) -> str:
    entry = ward_or_gone(token)
    return render_template(
        "contests/guardian.html",
        contest=entry.contest,
        event=entry.contest.event,
        entry=entry,
        token=token,
        form=(form or ConsentForm(formdata=None, data={"version": entry.version})).worded(entry),
        may_agree=rules.may_agree(entry, clock.now()),
        has_pictures=any(row.file.media_type in SHOWN_IN_PLACE for row in entry.files),
        notice=content.notice(entry.contest.event),
    )
