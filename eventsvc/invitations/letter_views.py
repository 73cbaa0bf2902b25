"""The letters of invitation: which paper goes to whom, each guest's letter, and all of them at once."""

import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any, NamedTuple, cast

from flask import (
    Blueprint,
    Response,
    flash,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from pypdf import PdfWriter

from eventsvc import clock, pdf
from eventsvc.accounts.access import public, requires
from eventsvc.accounts.permissions import Permission
from eventsvc.db import db, end_reading
from eventsvc.documents import paper_queries, sheet
from eventsvc.documents.models import Document, DocumentState
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.guests import rank_queries
from eventsvc.guests.models import Rank
from eventsvc.invitations import letter_operations, letter_queries, letters, queries
from eventsvc.invitations.invitee_views import Gone, gone
from eventsvc.invitations.letter_forms import Key, keys, letters_form, name_of, paper_words
from eventsvc.invitations.letter_models import Audience, Letter
from eventsvc.invitations.letter_queries import Letters
from eventsvc.text import slugify
from eventsvc.web import papers
from eventsvc.web.arguments import search, whole
from eventsvc.web.edits import attempt
from eventsvc.web.pagination import paginate

bp = Blueprint("letters", __name__)
public_bp = Blueprint("letters_public", __name__)
public_bp.register_error_handler(Gone, gone)

MOST = 1000
"""Letters in one file: ten seconds of work. More come in parts."""
TOGETHER = 50
"""Letters that are set in one go: the press stays small, and starts no page anew."""


class Line(NamedTuple):
    """An audience of the page: its letter, if it has one, the paper in force, and what to look at."""

    key: Key
    field: str
    words: str
    letter: Letter | None
    paper: Document | None
    guests: int
    latest: Any
    warnings: list[str]


@bp.route("/events/<slug>/letters", methods=["GET"])
@requires(Permission.READ_EVENT)
def index(slug):
    return _page(event_or_404(slug, g.access))


@bp.post("/events/<slug>/letters")
@requires(Permission.EDIT_EVENT)
def assign(slug):
    event = event_or_404(slug, g.access)
    form = _form(event)
    status: int | None = 422
    if form.validate_on_submit():
        status = attempt(form, lambda: letter_operations.assign_letters(event, form.values, by=g.user))
        if status is None:
            flash(_("Saved."))
            return redirect(url_for(".index", slug=slug))
    return _page(event, form), status


@bp.get("/events/<slug>/letters/guests")
@requires(Permission.EDIT_EVENT)
def guests(slug):
    """Every guest with the letter that is theirs, to be looked at."""
    event = event_or_404(slug, g.access)
    found = Letters(event)
    q = search()
    page = paginate(letter_queries.guests_listed(event.id, q))
    rows = [(guest, found.for_guest(guest)) for guest in page.items]
    return render_template(
        "letters/guests.html",
        event=event,
        page=page,
        q=q,
        rows=[(guest, found.paper(letter) if letter else None) for guest, letter in rows],
    )


@bp.get("/events/<slug>/letters/guests/<int:guest_id>.pdf")
@requires(Permission.EDIT_EVENT)
def preview(slug, guest_id):
    """The letter of this guest as it would go out now."""
    event = event_or_404(slug, g.access)
    guest = letter_queries.guest_of(event, guest_id)
    values = Letters(event).values_for(guest)
    if values is None:
        raise NotFound(_("No letter goes to this guest yet."))
    name = f"giay-moi-{slugify(guest.person.full_name)[:60]}.pdf"
    return papers.paper(pdf.render(letters.TEMPLATE, values), name)


@bp.get("/events/<slug>/letters/<int:letter_id>/all.pdf")
@requires(Permission.EDIT_EVENT)
def all_pdf(slug, letter_id):
    """All copies of a letter as one file, to be printed."""
    copies, values = _copies(slug, letter_id)
    end_reading()
    writer = PdfWriter()
    for start in range(0, len(copies), TOGETHER):
        bodies = [own["body"] for _name, own in copies[start : start + TOGETHER]]
        for part in pdf.render_many(letters.TEMPLATE, [values | {"copies": bodies}]):
            writer.append(BytesIO(part), import_outline=False)
    file = BytesIO()
    writer.write(file)
    return papers.paper(file.getvalue(), "giay-moi.pdf")


@bp.get("/events/<slug>/letters/<int:letter_id>/all.zip")
@requires(Permission.EDIT_EVENT)
def all_zip(slug, letter_id):
    """All copies of a letter as one file each, sent on as they are set: nothing waits for the last one."""
    copies, values = _copies(slug, letter_id)
    end_reading()
    answer = Response(_zipped(copies, values), content_type="application/zip")
    answer.headers["Content-Disposition"] = papers.disposition("attachment", "giay-moi.zip")
    return answer


@public_bp.get("/i/<token>/letter.pdf")
@public
def own_letter(token):
    """The invitee's own letter, once it is issued and as long as it is in force."""
    invitation = queries.invitation_by_token(token)
    if invitation is None:
        raise Gone(404)
    kept_until = invitation.event.data_kept_until
    if invitation.revoked_at is not None or (kept_until is not None and kept_until < clock.today()):
        raise Gone(410)
    enclosed = Letters(invitation.event).enclosed(invitation)
    if enclosed is None:
        raise Gone(404)
    return papers.paper(pdf.render(enclosed.template, {**enclosed.common, **enclosed.own}), enclosed.name)


class _Stream:
    """Something to write a zip file to, from which what was written is taken at once."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, part: bytes) -> int:
        self._parts.append(bytes(part))
        return len(part)

    def flush(self) -> None:
        pass

    def taken(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


def _zipped(copies: list[tuple[str, dict[str, Any]]], values: dict[str, Any]) -> Iterator[bytes]:
    stream = _Stream()
    papers_set = pdf.render_many(letters.TEMPLATE, (values | own for _name, own in copies))
    with zipfile.ZipFile(cast(Any, stream), "w", zipfile.ZIP_STORED) as file:
        for number, ((name, _own), paper) in enumerate(zip(copies, papers_set, strict=True), 1):
            file.writestr(f"{number:04d}-{slugify(name)[:60]}.pdf", paper)
            yield stream.taken()
    yield stream.taken()


def _copies(slug: str, letter_id: int) -> tuple[list[tuple[str, dict[str, Any]]], dict[str, Any]]:
    """The copies of a letter (each with the name of its recipient) and what they share, for ?part= of them."""
    event = event_or_404(slug, g.access)
    letter = letter_queries.letter_by_id(event, letter_id)
    found = Letters(event)
    start = (max(whole(request.args.get("part")) or 1, 1) - 1) * MOST
    paper = found.paper(letter)
    if letter.audience is Audience.ORGANIZATIONS:
        names = letter_queries.organizations_asked(event)[start : start + MOST]
        owns = [(name, letters.of_organization(name)) for name in names]
        copies = [(name, found.own(paper, own)) for name, own in owns]
    else:
        statement = letter_queries.guests_of(letter).limit(MOST).offset(start)
        rows = db.session.scalars(statement).unique()
        copies = [(guest.person.full_name, found.own_of(paper, guest)) for guest in rows]
    if not copies:
        raise NotFound(_("This letter goes to nobody yet."))
    return copies, found.common(paper)


def _form(event: Event) -> Any:
    papers_known = [
        paper for paper in paper_queries.letters_of(event) if paper.state is not DocumentState.RECALLED
    ]
    rows = letter_queries.letters_of(event)
    chosen = [row.document for row in rows if row.document not in papers_known]
    return letters_form(
        rank_queries.ranks_of(event), [*papers_known, *dict.fromkeys(chosen)], rows, paper_words
    )


def _page(event: Event, form: Any = None) -> str:
    ranks = rank_queries.ranks_of(event)
    edits = g.access.to(Permission.EDIT_EVENT).covers(event)
    lines = _lines(event, ranks)
    return render_template(
        "letters/index.html",
        event=event,
        form=form or _form(event),
        lines=lines,
        without=_without(lines),
        has_papers=bool(paper_queries.letters_of(event)),
        edits=edits,
        writes=edits and not event.is_cancelled,
        most=MOST,
        titles={line.paper.id: sheet.filled_title(line.paper) for line in lines if line.paper},
    )


def _lines(event: Event, ranks: list[Rank]) -> list[Line]:
    found = Letters(event)
    rows = {(row.audience, row.rank_id): row for row in found.rows}
    by_id = {rank.id: rank for rank in ranks}
    counts = letter_queries.counts(event)
    signers = {block.id: block.signer for block in paper_queries.blocks_of(event.host, with_retired=True)}
    own = {row.rank_id for row in found.rows if row.audience is Audience.PEOPLE and row.rank_id}
    lines = []
    for key in keys(ranks):
        audience, rank_id = key
        rank, letter = by_id.get(rank_id or 0), rows.get(key)
        paper = found.paper(letter) if letter else None
        if audience is Audience.ORGANIZATIONS:
            number, words = (
                len(letter_queries.organizations_asked(event)),
                _("Organizations asked to name people"),
            )
        elif rank is not None:
            number, words = counts.get(rank.id, 0), rank.name
        else:
            number = sum(count for of, count in counts.items() if of not in own)
            words = _("All guests without a letter of their own")
        told = letters.warnings(event, rank, paper, today=clock.today(), signers=signers) if letter else []
        lines.append(
            Line(key, name_of(key), words, letter, paper, number, letters.latest_day(event, rank), told)
        )
    return lines


def _without(lines: list[Line]) -> int:
    """How many guests get no letter: nobody chose one for their rank, nor for all."""
    for_all = lines[0]
    return 0 if for_all.letter else for_all.guests
