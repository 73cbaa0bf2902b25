"""What came in for an event: answers, bounces, letters; what became of each, and what a person must decide."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.deliveries import inbound_queries
from eventsvc.deliveries.models import InboundKind, InboundMail, InboundState
from eventsvc.deliveries.operations import receiving
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.invitations import replies, reply_labels, reply_operations, reply_queries
from eventsvc.invitations.message_models import ReadReply
from eventsvc.invitations.models import Answer
from eventsvc.invitations.reply_forms import AssignForm
from eventsvc.web import labels
from eventsvc.web.edits import attempt, carry_out
from eventsvc.web.navigation import may
from eventsvc.web.pagination import paginate

bp = Blueprint("replies", __name__, url_prefix="/events/<slug>/replies")


class View(NamedTuple):
    """A part of the list: which kinds of messages, in which state."""

    words: Any
    kinds: tuple[InboundKind, ...] = ()
    state: InboundState | None = None

    def number(self, counts: dict[tuple[InboundKind, InboundState], int]) -> int:
        return sum(
            number
            for (kind, state), number in counts.items()
            if (not self.kinds or kind in self.kinds) and self.state in (None, state)
        )


VIEWS = {
    "review": View(_l("Needs review"), state=InboundState.REVIEW),
    "answers": View(_l("Answers"), inbound_queries.ANSWERS),
    "bounces": View(_l("Bounces"), inbound_queries.BOUNCES),
    "automatic": View(_l("Automatic"), inbound_queries.AUTOMATIC),
    "all": View(_l("All that came in")),
}


@bp.get("")
@requires(Permission.SEND_MAIL)
def index(slug):
    event = event_or_404(slug, g.access)
    chosen = request.args.get("show", "all")
    name = chosen if chosen in VIEWS else "all"
    q = request.args.get("q", "")[:200]
    view, with_unknown = VIEWS[name], _sees_unknown()
    listed = inbound_queries.listed(event, with_unknown=with_unknown, kinds=view.kinds, state=view.state, q=q)
    page = paginate(listed)
    counts = inbound_queries.counts(event, with_unknown=with_unknown)
    return render_template(
        "replies/index.html",
        event=event,
        page=page,
        replies=reply_queries.replies_to([letter.id for letter in page.items]),
        views=VIEWS,
        shown=name,
        numbers={key: each.number(counts) for key, each in VIEWS.items()},
        q=q,
        outcome=reply_labels.outcome,
        said=_said,
    )


@bp.get("/<int:inbound_id>")
@requires(Permission.SEND_MAIL)
def show(slug, inbound_id):
    event, letter = _letter(slug, inbound_id)
    return _page(event, letter, _form(event, letter))


@bp.get("/<int:inbound_id>/message.eml")
@requires(Permission.SEND_MAIL)
def raw(slug, inbound_id):
    """The message as it came in; it holds what its writer put in, and none of our tokens but what they quote."""
    _event, letter = _letter(slug, inbound_id)
    response = Response(letter.raw, mimetype="message/rfc822")
    response.headers.set("Content-Disposition", "attachment", filename=f"{slug}-in-{letter.id}.eml")
    return response


@bp.post("/<int:inbound_id>/assign")
@requires(Permission.SEND_MAIL)
def assign(slug, inbound_id):
    event, letter = _letter(slug, inbound_id)
    form = _form(event, letter)
    status = 422
    if form.validate_on_submit():
        failed = attempt(form, lambda: reply_operations.assign(letter, form.chosen, form.given, by=g.actor))
        if failed is None:
            flash(_("The answer has been recorded."))
            return redirect(url_for(".show", slug=slug, inbound_id=inbound_id))
        status = failed
    return _page(event, letter, form), status


@bp.post("/<int:inbound_id>/ignore")
@requires(Permission.SEND_MAIL)
def ignore(slug, inbound_id):
    _event, letter = _letter(slug, inbound_id)
    return _done(
        lambda: receiving.ignore(letter, by=g.actor), _("Put aside. Nothing is changed."), slug, letter
    )


@bp.post("/<int:inbound_id>/believe")
@requires(Permission.SEND_MAIL)
def believe(slug, inbound_id):
    _event, letter = _letter(slug, inbound_id)
    return _done(lambda: receiving.believe_bounce(letter, by=g.actor), _("The report counts."), slug, letter)


def _said(attendee: Mapping[str, str]) -> Any:
    """What one attendee answered, in words."""
    if replies.names_substitute(attendee):
        return _("names a substitute")
    return labels.label(replies.ANSWERS.get(attendee["partstat"], Answer.NEEDS_ACTION))


def _sees_unknown() -> bool:
    """What belongs to no event is for those who organize them all."""
    return may(Permission.CREATE_EVENT)


def _letter(slug: str, inbound_id: int) -> tuple[Event, InboundMail]:
    event = event_or_404(slug, g.access)
    return event, inbound_queries.inbound_or_404(event, inbound_id, with_unknown=_sees_unknown())


def _form(event: Event, letter: InboundMail) -> AssignForm:
    """Filled in with what the message says, and with the only invitee found."""
    found = reply_queries.candidates(event, letter, request.args.get("q", "")[:200])
    said = {replies.ANSWERS.get(each["partstat"]) for each in letter.facts.get("attendees", [])}
    given = next(iter(said)) if len(said) == 1 else None
    return AssignForm(
        found,
        answer=given.value if given else None,
        invitation=found[0].id if len(found) == 1 else None,
    )


def _page(event: Event, letter: InboundMail, form: AssignForm) -> str:
    reply: ReadReply | None = reply_queries.replies_to([letter.id]).get(letter.id)
    is_open = letter.state in (InboundState.REVIEW, InboundState.IGNORED, InboundState.NEW)
    return render_template(
        "replies/show.html",
        event=event,
        letter=letter,
        reply=reply,
        form=form,
        q=request.args.get("q", "")[:200],
        outcome=reply_labels.outcome(letter.outcome),
        recipients=letter.facts.get("recipients", []),
        can_assign=is_open and letter.kind is not InboundKind.BOUNCE,
        can_ignore=letter.state in (InboundState.REVIEW, InboundState.NEW),
        can_believe=letter.state is InboundState.REVIEW
        and letter.kind is InboundKind.BOUNCE
        and letter.delivery is not None,
        kinds=InboundKind,
        said=_said,
        actions=reply_labels.ACTIONS,
    )


def _done(act: Any, words: str, slug: str, letter: InboundMail) -> Any:
    """Act, and say on the message's page what came of it."""
    carry_out(act, words)
    return redirect(url_for(".show", slug=slug, inbound_id=letter.id))
