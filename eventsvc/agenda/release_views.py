"""Releases of the agenda: what the next one would make known, those that were made, what differs between two."""

from typing import NamedTuple

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.agenda import changes, frozen, operations, queries, release_queries, snapshot
from eventsvc.agenda.clash_words import sentence as clash_sentence
from eventsvc.agenda.clashes import Level
from eventsvc.agenda.frozen import Version
from eventsvc.agenda.labels import edit_words
from eventsvc.agenda.release_forms import ReleaseForm, UndoForm
from eventsvc.agenda.release_labels import sentence
from eventsvc.agenda.release_models import AgendaRelease
from eventsvc.errors import DomainError, NotFound
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.web.edits import attempt

bp = Blueprint("releases", __name__)

DRAFT = "draft"


class Side(NamedTuple):
    """One of two versions that are compared; `release` None is the draft."""

    word: str
    release: AgendaRelease | None
    version: Version


@bp.get("/events/<slug>/agenda/releases")
@requires(Permission.READ_EVENT)
def index(slug):
    event = event_or_404(slug, g.access)
    edits = _edits(event)
    return render_template(
        "releases/index.html",
        event=event,
        releases=release_queries.releases(event),
        unreleased=queries.unreleased_changes(event) if edits else 0,
        what=changes.What,
        edits=edits,
    )


@bp.route("/events/<slug>/agenda/release", methods=["GET", "POST"])
@requires(Permission.EDIT_EVENT)
def new(slug):
    """What the next release would make known, and to whom; then the release itself."""
    event = event_or_404(slug, g.access)
    form = ReleaseForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        made: list[AgendaRelease] = []
        refused = attempt(
            form,
            lambda: made.append(
                operations.release(
                    event,
                    note=form.note.data,
                    confirmed=form.confirmed.data,
                    seen=form.seen.data or None,
                    by=g.user,
                )
            ),
        )
        if refused is None:
            flash(
                _(
                    "Release %(number)s is made. Public pages and letters show it from now on.",
                    number=made[0].number,
                )
            )
            return redirect(url_for(".show", slug=slug, number=made[0].number))
        status = refused
    return _preview(event, form), status


@bp.get("/events/<slug>/agenda/releases/<int:number>")
@requires(Permission.READ_EVENT)
def show(slug, number):
    """A release as it was made, with the times its sittings had then."""
    event = event_or_404(slug, g.access)
    release = _release_or_404(event, number)
    before = release_queries.before_it(event, release)
    edits = _edits(event)
    return render_template(
        "releases/show.html",
        event=event,
        release=release,
        released_by=release_queries.by_whom(release),
        before=before,
        is_last=queries.last_release(event).number == number,
        programme=frozen.as_it_was(release.snapshot),
        cancelled=_cancelled(release),
        groups=_groups(before.snapshot, release.snapshot, edits) if before else [],
        touched=release_queries.touched(release) if edits else [],
        titles=_titles(release.snapshot),
        sentence=sentence,
        edits=edits,
    )


@bp.get("/events/<slug>/agenda/diff")
@requires(Permission.READ_EVENT)
def difference(slug):
    """What differs between any two versions: ?from= and to= are numbers of releases or "draft"."""
    event = event_or_404(slug, g.access)
    edits = _edits(event)
    old, new = _side(event, "from", edits), _side(event, "to", edits)
    return render_template(
        "releases/diff.html",
        event=event,
        old=old,
        new=new,
        groups=_groups(old.version, new.version, edits),
        releases=release_queries.releases(event),
        sentence=sentence,
        edits=edits,
    )


@bp.post("/events/<slug>/agenda/releases/<int:number>/restore")
@requires(Permission.EDIT_EVENT)
def restore(slug, number):
    event = event_or_404(slug, g.access)
    release = _release_or_404(event, number)
    try:
        lost = operations.restore(release, by=g.user)
    except DomainError as refusal:
        flash(str(refusal), "warning")
        return redirect(url_for(".show", slug=slug, number=number))
    flash(
        _(
            "The draft is as in release %(number)s again. Nothing is made known before you release it.",
            number=number,
        )
    )
    if lost:
        flash(
            ngettext(
                "%(num)s thing named there no longer exists and was left out.",
                "%(num)s things named there no longer exist and were left out.",
                lost,
            ),
            "warning",
        )
    return redirect(url_for("agenda.index", slug=slug))


@bp.post("/events/<slug>/agenda/undo")
@requires(Permission.EDIT_EVENT)
def undo(slug):
    """Take back the last edit that the page has shown; a later one by somebody else stays."""
    event = event_or_404(slug, g.access)
    form = UndoForm()
    if not form.validate_on_submit() or form.edit_id.data is None:
        abort(422)
    try:
        edit = operations.undo(event, form.edit_id.data, by=g.user)
    except DomainError as refusal:
        flash(str(refusal), "warning")
    else:
        flash(_("Undone: %(edit)s.", edit=edit_words(edit)))
    return redirect(url_for("agenda.index", slug=slug))


def _preview(event: Event, form: ReleaseForm) -> str:
    preview = release_queries.preview(event)
    clashes = queries.clashes(event)
    return render_template(
        "releases/new.html",
        event=event,
        form=form,
        preview=preview,
        seal=snapshot.seal(preview.version),
        groups=changes.grouped(preview.changes),
        titles=_titles(preview.before) | _titles(preview.version),
        levels=[
            (level, [clash_sentence(clash) for clash in clashes if clash.level is level])
            for level in (Level.BLOCK, Level.CONFIRM, Level.HINT)
        ],
        is_blocked=any(clash.level is Level.BLOCK for clash in clashes),
        needs_confirmation=any(clash.level is Level.CONFIRM for clash in clashes),
        sentence=sentence,
    )


def _groups(old: Version, new: Version, edits: bool) -> list[changes.Group]:
    """What differs; what the organizers noted for themselves only for those who edit."""
    found = changes.between(old, new)
    return changes.grouped(
        change
        for change in found
        if edits or change.what is not changes.What.NOTES or change.now[0] != "note"
    )


def _titles(version: Version) -> dict[str, str]:
    """The title of every item that a version knows, those that it cancelled too."""
    rows = {**version.get(frozen.CANCELLED, {}), **version.get("items", {})}
    return {key: row["title"] for key, row in rows.items()}


def _cancelled(release: AgendaRelease) -> list[dict]:
    rows = release.snapshot.get(frozen.CANCELLED, {}).values()
    return sorted(rows, key=lambda row: (-row["since"], row["sitting"], row["number"]))


def _side(event: Event, name: str, edits: bool) -> Side:
    """A version named in the address: a number, or the draft for those who may edit it. Without a name, what is to
    be compared first: the last release with the draft, or with the one before."""
    word = request.args.get(name) or _usual(event, name, edits)
    if word == DRAFT and edits:
        return Side(DRAFT, None, release_queries.version(event))
    if not (word.isascii() and word.isdigit() and len(word) < 10):
        raise NotFound(_("There is no such release."))
    release = _release_or_404(event, int(word))
    return Side(str(release.number), release, release.snapshot)


def _usual(event: Event, name: str, edits: bool) -> str:
    last = queries.last_release(event)
    if last is None:
        return DRAFT
    if name == "to":
        return DRAFT if edits else str(last.number)
    return str(last.number if edits else max(1, last.number - 1))


def _release_or_404(event: Event, number: int) -> AgendaRelease:
    release = release_queries.release(event, number)
    if release is None:
        raise NotFound(_("There is no such release."))
    return release


def _edits(event: Event) -> bool:
    return g.access.to(Permission.EDIT_EVENT).covers(event)
