"""The page an organization reaches by its link: what it is asked for, whom it has named, and how to change that."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm

from eventsvc import clock, pdf
from eventsvc.accounts.access import public
from eventsvc.errors import DomainError
from eventsvc.extensions import csrf
from eventsvc.guests import import_operations as imports
from eventsvc.guests.models import Slot
from eventsvc.invitations import content, entries, rules, wording
from eventsvc.invitations.letter_queries import Letters
from eventsvc.invitations.models import Invitation
from eventsvc.invitations.substitution_models import SubstitutionSource
from eventsvc.invitations.substitution_operations import request_substitution
from eventsvc.nominations import (
    labels,
    lists,
    messages,
    naming_operations,
    naming_queries,
    operations,
    queries,
)
from eventsvc.nominations.access import Gone, asked_by_link, few, own_navigation, own_page, own_pages
from eventsvc.nominations.forms import (
    DeclineForm,
    DeputyForm,
    ListForm,
    NameForm,
    NominationForm,
    ReceiptForm,
)
from eventsvc.nominations.lists import ReadList
from eventsvc.nominations.models import Nomination, OrganizationInvitation
from eventsvc.nominations.naming_operations import LinkRevoked, Outcome
from eventsvc.people.operations import Details
from eventsvc.web.edits import attempt, filled, save_form
from eventsvc.web.uploads import takes_files

bp = Blueprint("organization_page", __name__, url_prefix="/o/<token>")
MOST_TOLD = 8


own_pages(bp)
own_page("organization_page.page", _l("Invitation"), lambda asked: asked.is_invited)


@bp.get("")
@public
def page(token):
    asked = _asked(token)
    if asked.is_invited:
        return _page(asked, token)
    pages = own_navigation(asked, token)
    if not pages:
        raise Gone(404)
    return redirect(pages[0][1])


@bp.post("/receipt")
@few
@public
def receipt(token):
    """The contact confirms that the letter has come."""
    asked, form = _asked(token), ReceiptForm()
    if not form.validate():
        return _page(asked, token, form), 422
    _try(lambda: naming_operations.acknowledge(asked, by_name=form.received_by.data))
    return _back(token)


@bp.post("/people")
@few
@public
def name(token):
    """One person, from the fields of the page."""
    asked = _asked(token)
    form = NameForm(_slots(asked))
    if form.validate_on_submit():
        status = attempt(
            form,
            lambda: _tell(
                naming_operations.name_people(asked, [form.details], slot=form.chosen_slot), ReadList()
            ),
        )
        if status is None:
            return _back(token)
    return _page(asked, token, form), 422


@bp.post("/list")
@few
@takes_files
@public
def name_list(token):
    """Many people: pasted lines, or a spreadsheet read as the guests' importer reads it."""
    asked = _asked(token)
    form = ListForm()
    if form.validate_on_submit():
        status = attempt(form, lambda: _name_many(asked, form))
        if status is None:
            return _back(token)
    return _page(asked, token, form), 422


@bp.route("/people/<int:nomination_id>", methods=["GET", "POST"])
@few
@public
def edit(token, nomination_id):
    asked = _asked(token)
    nomination = _nomination(asked, nomination_id)
    slots = _slots(asked)
    form = NominationForm(slots)
    if not form.is_submitted():
        form.fill(nomination)
    is_saved, status, conflict = save_form(
        form,
        lambda: naming_operations.edit_nomination(
            nomination, form.details, slot=form.chosen_slot, version=form.version.data
        ),
        lambda: filled(NominationForm(slots, formdata=None), nomination),
    )
    if is_saved:
        flash(_("Saved."))
        return _back(token)
    return render_template(
        "nominations/person.html",
        asked=asked,
        event=asked.event,
        token=token,
        nomination=nomination,
        form=form,
        conflict=conflict,
        may_change=naming_queries.Named(nomination, naming_queries.invitation_for(nomination)).may_change,
        is_settled=naming_operations.is_settled(nomination),
        is_late=naming_operations.is_late(asked),
    ), status


@bp.post("/people/<int:nomination_id>/withdraw")
@few
@public
def withdraw(token, nomination_id):
    asked = _asked(token)
    nomination = _nomination(asked, nomination_id)
    if _try(lambda: naming_operations.withdraw(nomination)):
        flash(_("The name has been taken back."))
    return _back(token)


@bp.route("/people/<int:invited_id>/substitute", methods=["GET", "POST"])
@few
@public
def substitute(token, invited_id):
    """Somebody else goes in the place of a person who has been invited."""
    asked = _asked(token)
    nomination = _nomination(asked, invited_id)
    invitation = _standing_invitation(nomination)
    form = DeputyForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        failed = attempt(form, lambda: _ask_for_deputy(asked, invitation, form))
        if failed is None:
            return _back(token)
        status = failed
    return render_template(
        "nominations/substitute.html",
        asked=asked,
        event=asked.event,
        token=token,
        nomination=nomination,
        form=form,
    ), status


@bp.post("/decline")
@few
@public
def decline(token):
    asked, form = _asked(token), DeclineForm()
    if form.validate_on_submit():
        status = attempt(form, lambda: naming_operations.decline(asked, reason=form.reason.data))
        if status is None:
            flash(_("Your refusal has been recorded. Thank you for telling us."))
            return _back(token)
    return _page(asked, token, form), 422


@bp.get("/letter.pdf")
@public
def letter(token):
    """The letter of invitation to this organization."""
    asked = _asked(token)
    paper = messages.enclosed(Letters(asked.event), asked)
    if paper is None:
        raise Gone(404)
    body = pdf.render(paper.template, {**paper.common, **paper.own})
    response = Response(body, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{paper.name}"'
    return response


@bp.route("/stop", methods=["GET", "POST"])
@csrf.exempt
@public
def stop(token):
    """No more reminders: mail programs post here by themselves (RFC 8058), people press the button."""
    asked = _asked(token)
    if request.method == "POST":
        operations.stop_reminders(asked)
    return render_template("nominations/stop.html", asked=asked, event=asked.event, token=token)


# --- What the pages above are made of ----------------------------------------------------------------------


def _asked(token: str) -> OrganizationInvitation:
    """The organization of the link, which must be invited: one with tasks alone has no delegates to name."""
    asked = asked_by_link(token)
    if not asked.is_invited and request.endpoint != "organization_page.page":
        raise Gone(404)
    return asked


def _nomination(asked: OrganizationInvitation, nomination_id: int) -> Nomination:
    found = naming_queries.own_nomination(asked, nomination_id)
    if found is None:
        raise Gone(404)
    return found


def _standing_invitation(nomination: Nomination) -> Invitation:
    invitation = naming_queries.invitation_for(nomination)
    if invitation is None or invitation.revoked_at is not None:
        raise Gone(404)
    return invitation


def _slots(asked: OrganizationInvitation) -> list[Slot]:
    return list(asked.slots)


def _back(token: str):
    return redirect(url_for(".page", token=token))


def _page(asked: OrganizationInvitation, token: str, sent: FlaskForm | None = None) -> str:
    """The page with its forms; the one that was sent and refused keeps what was typed."""
    event, now = asked.event, clock.now()
    sittings = entries.dated(event)
    halls = list(dict.fromkeys(slot.site for slot in asked.slots))
    counts = naming_queries.slot_counts(asked)
    named = naming_queries.named_by(asked)
    return render_template(
        "nominations/organization.html",
        asked=asked,
        event=event,
        token=token,
        occasions=[
            content.occasion(site, sitting, of=len(sittings)) for site in halls for sitting in sittings
        ],
        window=wording.window(event),
        where=", ".join(wording.site_name(site) for site in halls),
        contact=wording.contact(event),
        notice=content.notice(event),
        counts=counts,
        quota=queries.quota(asked.slots),
        named=named,
        total=sum(count.named for count in counts),
        waiting=sum(count.waiting for count in counts),
        is_open=not event.is_cancelled and not rules.is_past(event, now),
        is_past=rules.is_past(event, now),
        is_late=naming_operations.is_late(asked),
        has_letter=messages.enclosed(Letters(event), asked) is not None,
        name_form=_form(NameForm, sent, _slots(asked)),
        list_form=_form(ListForm, sent),
        receipt_form=_form(ReceiptForm, sent),
        decline_form=_form(DeclineForm, sent),
        site_name=wording.site_name,
        reasons={reason.value: words for reason, words in labels.TOLD_TO_ORGANIZATION.items()},
    )


def _form(kind: type[Any], sent: FlaskForm | None, *arguments: Any) -> Any:
    return sent if isinstance(sent, kind) else kind(*arguments, formdata=None)


def _name_many(asked: OrganizationInvitation, form: ListForm) -> None:
    read = _read_list(asked, form)
    if not read.people:
        raise naming_operations.NothingRead(
            _("No name was found. One person on each line, please: name; position; telephone; e-mail."),
            field="pasted",
        )
    _tell(naming_operations.name_people(asked, read.people), read)


def _read_list(asked: OrganizationInvitation, form: ListForm) -> ReadList:
    upload = form.file.data
    if upload is not None and getattr(upload, "filename", ""):
        parsed = imports.read(asked.event, upload.filename or "", upload.read())
        return lists.from_rows(parsed.rows, asked.name)
    return lists.read_lines(form.pasted.data or "", asked.name)


def _ask_for_deputy(asked: OrganizationInvitation, invitation: Invitation, form: DeputyForm) -> None:
    details: Details = form.details_of(asked.name)
    substitution = request_substitution(
        invitation,
        details=details,
        reason=form.reason.data,
        authority=form.authority.data,
        source=SubstitutionSource.ORGANIZATION,
        by=asked,
    )
    flash(
        _("The substitute waits for the organizers to agree.")
        if substitution.state.value == "waiting"
        else _("The substitute is invited; the earlier invitation and QR code are no longer valid.")
    )


def _try(act: Any) -> bool:
    """Do it; a refusal is told on the next page."""
    try:
        act()
    except LinkRevoked:
        raise
    except DomainError as refusal:
        flash(str(refusal), "error")
        return False
    return True


def _tell(outcome: Outcome, read: ReadList) -> None:
    """What came of the names, in a sentence each."""
    accepted, waiting = len(outcome.accepted), len(outcome.waiting)
    if accepted:
        flash(
            ngettext(
                "%(num)s person is on the guest list.", "%(num)s people are on the guest list.", accepted
            )
        )
    if waiting:
        flash(
            ngettext(
                "%(num)s person waits until the organizers agree; the reason stands beside the name.",
                "%(num)s people wait until the organizers agree; the reason stands beside each name.",
                waiting,
            ),
            "warning",
        )
    if outcome.repeated:
        flash(_("Named before, not added again: %(names)s.", names=_some(outcome.repeated)), "info")
    if read.unread:
        flash(_("No name was found in these lines: %(lines)s.", lines=_some(read.unread)), "warning")


def _some(words: list[str]) -> str:
    told = "; ".join(word[:80] for word in words[:MOST_TOLD])
    return f"{told}…" if len(words) > MOST_TOLD else told
