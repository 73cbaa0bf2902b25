"""Links of entrants and guardians: who they open what for, and how often."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, current_app, render_template, request
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.contests import queries
from eventsvc.contests.models import Contest, Entry
from eventsvc.errors import DomainError
from eventsvc.extensions import limiter
from eventsvc.files import operations as files
from eventsvc.files.operations import Brought
from eventsvc.web.edits import attempt
from eventsvc.web.uploads import is_too_large

TOO_LARGE = 413


class Gone(Exception):
    """The link led somewhere once (410), or never did (404)."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def _who() -> str:
    args = request.view_args or {}
    return f"{request.blueprint}:{str(args.get('token', ''))[: queries.LONGEST_TOKEN]}"


few = limiter.limit("30 per minute; 300 per hour", key_func=_who, methods=["POST"])
few_from_one_address = limiter.limit("30 per minute; 600 per hour", methods=["POST"])


def own_pages(bp: Blueprint) -> None:
    bp.register_error_handler(Gone, _gone)


def entry_or_gone(token: str) -> Entry:
    return _kept(queries.entry_by_token(token))


def ward_or_gone(token: str) -> Entry:
    """The entry whose guardian's link this is."""
    return _kept(queries.entry_by_guardian_token(token))


def taken_in(contest: Contest, form: Any) -> tuple[list[Brought], int | None]:
    """The files of a form, checked and on the disk; or the status to answer with, the refusal standing in the form."""
    if is_too_large():
        limit = contest.file_limit // 2**20
        together = current_app.config["FILE_LIMIT"] // 2**20
        _blame(
            form,
            _(
                "This is too large: a file may have at most %(limit)s MB, and all of them together %(together)s MB. "
                "Nothing has been stored; please choose smaller files, or give a link.",
                limit=limit,
                together=together,
            ),
        )
        return [], TOO_LARGE
    brought: list[Brought] = []
    try:
        uploads = form.uploads
        if len(uploads) > contest.most_files:
            form.files.errors = [_("At most %(most)s files, please.", most=contest.most_files)]
            return [], 422
        for upload in uploads:
            upload.stream.seek(0, 2)
            if upload.stream.tell() > contest.file_limit:
                raise files.too_large(contest.file_limit)
            brought.append(files.take_in(upload.stream, upload.filename or ""))
    except DomainError as refusal:
        files.let_go(brought)
        form.files.errors = [f"{upload.filename[:80]}: {refusal}"]
        return [], refusal.status
    return brought, None


def attempt_with(form: Any, brought: list[Brought], act: Callable[[], Any]) -> int | None:
    """What web.edits.attempt does; what was brought for nothing does not stay on the disk."""
    try:
        refused = attempt(form, act)
    except DomainError:
        files.let_go(brought)
        raise
    if refused is not None:
        files.let_go(brought)
    return refused


def _blame(form: Any, words: str) -> None:
    """Beside the files, or with the form as a whole where it has none."""
    if form.files:
        form.files.errors = [words]
    else:
        form.form_errors.append(words)


def _kept(entry: Entry | None) -> Entry:
    if entry is None:
        raise Gone(404)
    kept_until = entry.contest.event.data_kept_until
    if kept_until is not None and kept_until < clock.today():
        raise Gone(410)
    return entry


def _gone(error: Gone) -> tuple[str, int]:
    return render_template("contests/gone.html", status=error.status), error.status
