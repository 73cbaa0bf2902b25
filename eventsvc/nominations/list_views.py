"""The list of organizations: whom to write to, what came back, which names to agree to."""

from collections.abc import Collection

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from eventsvc import clock
from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.guests import queries as guests
from eventsvc.invitations.letter_queries import Letters
from eventsvc.invitations.letters import may_be_preceded
from eventsvc.nominations import (
    approval_operations,
    labels,  # noqa: F401  (registers the words)
    messages,
    naming_queries,
    operations,
    queries,
    sending_operations,
)
from eventsvc.nominations.forms import DueDayForm, RemarkForm
from eventsvc.nominations.states import AskingState
from eventsvc.web.arguments import search, whole, word
from eventsvc.web.edits import carry_out, obstacle
from eventsvc.web.pagination import Page, number, paginate

bp = Blueprint("nominations", __name__, url_prefix="/events/<slug>/organizations")
LINES_A_PAGE = 200


@bp.get("")
@requires(Permission.EDIT_GUESTS)
def index(slug):
    event = event_or_404(slug, g.access)
    reach, q, state = g.access.site_ids(event), search(), word(AskingState, "state")
    lines = queries.lines(
        event, queries.asked_in(event, site_ids=reach), is_letter_issued=is_letter_issued(event)
    )
    found = {row.id for row in queries.asked_in(event, site_ids=reach, q=q)} if q else None
    shown = [
        line
        for line in lines
        if (found is None or line.asked.id in found) and (state is None or line.state is state)
    ]
    page = number("page", 1, 10**6)
    return render_template(
        "nominations/index.html",
        event=event,
        page=Page(shown[(page - 1) * LINES_A_PAGE : page * LINES_A_PAGE], len(shown), page, LINES_A_PAGE),
        tally=queries.tally(lines),
        states=list(AskingState),
        chosen={"q": q, "state": state},
        waiting=naming_queries.waiting_count(event, reach),
        unasked=len(queries.unasked_slots(event)),
        groups=guests.groups_of(event),
        outdated=len(queries.outdated(event)),
        silent=sum(1 for line in lines if line.facts.is_silent),
        due_form=DueDayForm(formdata=None),
        obstacle=obstacle(lambda: sending_operations.require_sendable(event)),
        today=clock.today(),
    )


@bp.post("/ask")
@requires(Permission.SEND_MAIL)
def ask(slug):
    """Write to all who have not been written to."""
    event = event_or_404(slug, g.access)
    carry_out(lambda: tell_written(sending_operations.ask(event, by=g.actor)))
    return redirect(url_for(".index", slug=slug))


@bp.post("/chase")
@requires(Permission.SEND_MAIL)
def chase(slug):
    """Remind all who have neither named anybody nor declined."""
    event = event_or_404(slug, g.access)
    carry_out(lambda: tell_written(sending_operations.chase(event, by=g.actor), reminded=True))
    return redirect(url_for(".index", slug=slug))


@bp.post("/updates")
@requires(Permission.SEND_MAIL)
def send_updates(slug):
    event = event_or_404(slug, g.access)
    carry_out(lambda: tell_written(sending_operations.send_updates(event, by=g.actor)))
    return redirect(url_for(".index", slug=slug))


@bp.post("/selected")
@requires(Permission.SEND_MAIL)
def selected(slug):
    """What is to happen to the organizations that were ticked: `ask`, `chase` or `due`."""
    event = event_or_404(slug, g.access)
    ids = {found for typed in request.form.getlist("asked") if (found := whole(typed)) is not None}
    action = request.form.get("action")
    if not ids:
        flash(_("Tick at least one organization."), "error")
    elif action == "ask":
        carry_out(lambda: tell_written(sending_operations.ask(event, asked_ids=ids, by=g.actor)))
    elif action == "chase":
        carry_out(
            lambda: tell_written(sending_operations.chase(event, asked_ids=ids, by=g.actor), reminded=True)
        )
    elif action == "due":
        _set_due_day(event, ids)
    else:
        raise NotFound(_("There is nothing at this address."))
    return redirect(url_for(".index", slug=slug))


@bp.get("/texts")
@requires(Permission.SEND_MAIL)
def texts(slug):
    """The words for each organization not asked yet or silent, with its own link: to be copied into Zalo or printed."""
    event = event_or_404(slug, g.access)
    lines = [
        line
        for line in queries.lines(event, queries.asked_in(event))
        if line.facts.is_silent
        or line.state in {AskingState.DRAFT, AskingState.ISSUED, AskingState.UNDELIVERED}
    ]
    page = number("page", 1, 10**6)
    shown = lines[(page - 1) * 50 : page * 50]
    composer = messages.Composer(event, messages.INVITATION, clock.now())
    return render_template(
        "nominations/texts.html",
        event=event,
        page=Page(shown, len(lines), page, 50),
        words=[messages.to_copy(composer, line.asked) for line in shown],
        names=[line.asked.name for line in lines],
        obstacle=obstacle(lambda: sending_operations.require_sendable(event)),
    )


@bp.get("/waiting")
@requires(Permission.EDIT_GUESTS)
def waiting(slug):
    return _waiting_page(event_or_404(slug, g.access), RemarkForm(formdata=None))


@bp.post("/waiting")
@requires(Permission.EDIT_GUESTS)
def decide(slug):
    """Agree to the names that were ticked, or turn them down with a remark."""
    event = event_or_404(slug, g.access)
    reach = g.access.site_ids(event)
    ids = {found for typed in request.form.getlist("nomination") if (found := whole(typed)) is not None}
    chosen = [naming_queries.nomination_of(event, nomination_id, reach) for nomination_id in sorted(ids)]
    form, action = RemarkForm(), request.form.get("action")
    if not form.validate():
        return _waiting_page(event, form, ids), 422
    if not chosen:
        flash(_("Tick at least one name."), "error")
    elif action == "approve":
        carry_out(
            lambda: _tell_decided(
                approval_operations.approve(event, chosen, remark=form.remark.data, by=g.actor)
            )
        )
    elif action == "refuse":
        carry_out(
            lambda: _tell_decided(
                approval_operations.refuse(event, chosen, remark=form.remark.data or "", by=g.actor)
            )
        )
    else:
        raise NotFound(_("There is nothing at this address."))
    return redirect(url_for(".waiting", slug=slug))


# --- What the pages above are made of ----------------------------------------------------------------------


def _waiting_page(event: Event, form: RemarkForm, ticked: Collection[int] = ()) -> str:
    page = paginate(naming_queries.waiting(event, g.access.site_ids(event)), per_page=100)
    return render_template("nominations/waiting.html", event=event, page=page, form=form, ticked=ticked)


def is_letter_issued(event: Event) -> bool:
    letters = Letters(event)
    letter = letters.for_organizations()
    return letter is not None and may_be_preceded(letters.paper(letter))


def _set_due_day(event: Event, ids: set[int]) -> None:
    form = DueDayForm()
    if not form.validate():
        flash(" ".join(form.due_on.errors), "error")
        return
    count = operations.set_due_day(event, ids, form.due_on.data, by=g.actor)
    flash(
        ngettext(
            "The last day is set for %(num)s organization.",
            "The last day is set for %(num)s organizations.",
            count,
        )
    )


def tell_written(written: sending_operations.Written, *, reminded: bool = False) -> None:
    count = written.messages
    if reminded and count:
        flash(ngettext("%(num)s organization is reminded.", "%(num)s organizations are reminded.", count))
    elif count:
        flash(ngettext("%(num)s organization is written to.", "%(num)s organizations are written to.", count))
    elif not written.without_address:
        flash(_("There is nobody to write to: everybody concerned has been told."), "info")
    if written.without_address:
        flash(
            _(
                "No e-mail address, to be told by hand or in the group: %(names)s.",
                names=", ".join(written.without_address[:20])
                + ("…" if len(written.without_address) > 20 else ""),
            ),
            "warning",
        )


def _tell_decided(count: int) -> None:
    flash(
        ngettext("%(num)s name is decided on.", "%(num)s names are decided on.", count)
        if count
        else _("These names have been decided on already.")
    )
