"""Journalists who ask to work at a campaign: the public request, the decisions, badges and lists."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from eventsvc import clock, pdf, qr, secrets, text
from eventsvc.accounts.access import confirmed_lately, public, requires
from eventsvc.accounts.permissions import Permission
from eventsvc.campaigns import accreditation_messages as messages
from eventsvc.campaigns import accreditation_operations as operations
from eventsvc.campaigns import accreditation_queries as queries
from eventsvc.campaigns import activity_printing
from eventsvc.campaigns.activity_forms import DecisionForm, PressForm, PressRequestForm
from eventsvc.campaigns.activity_views import may_edit
from eventsvc.campaigns.communication_models import Accreditation, AccreditationState
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.events.queries import event_by_slug
from eventsvc.extensions import limiter
from eventsvc.invitations import content, wording
from eventsvc.organizations import queries as organizations
from eventsvc.spreadsheets import writing
from eventsvc.web import labels as words
from eventsvc.web import papers
from eventsvc.web.arguments import search, version_seen, whole, word
from eventsvc.web.edits import REFUSED, attempt, carry_out, save_form
from eventsvc.web.pagination import page_of

bp = Blueprint("accreditations", __name__, url_prefix="/events/<slug>/accreditations")
press = Blueprint("press", __name__, url_prefix="/p/<slug>/press")

card = Blueprint("press_badge", __name__, url_prefix="/press-badge/<token>")

MOST_BADGES = 400
LOCALE = "vi"

few_from_one_address = limiter.limit("10 per minute; 100 per hour", methods=["POST"])


@press.route("", methods=["GET", "POST"])
@few_from_one_address
@public
def ask(slug):
    """A journalist asks to be accredited; everybody is told the same, whether it was known or not."""
    event = event_by_slug(slug)
    if event is None or not queries.has_page(event):
        raise NotFound(_("There is no such event."))
    form, status = PressRequestForm(), 200
    if form.is_submitted():
        status = 422
        if form.validate():
            refused = attempt(form, lambda: operations.request_accreditation(event, **form.values))
            if refused is None:
                return redirect(url_for(".asked", slug=slug))
            status = refused
    page = render_template(
        "accreditations/ask.html",
        event=event,
        form=form,
        is_open=queries.is_open(event),
        notice=content.notice(event),
        contact=wording.contact(event),
    )
    return page, status


@press.get("/asked")
@public
def asked(slug):
    event = event_by_slug(slug)
    if event is None or not queries.has_page(event):
        raise NotFound(_("There is no such event."))
    return render_template("accreditations/asked.html", event=event)


@card.get("")
@public
def page(token):
    """What the code of a press badge leads to: whether it is valid. The bearer shows it, the door reads it."""
    found = _by_card(token)
    return render_template(
        "accreditations/card.html",
        event=found.event,
        one=found,
        token=token,
        is_valid=queries.is_valid(found),
        now=clock.now(),
    )


@card.get("/code.svg")
@public
def code(token):
    _by_card(token)
    return Response(qr.address_svg(messages.card_link(token)), mimetype="image/svg+xml")


@bp.get("")
@requires(Permission.READ_TASKS)
def index(slug):
    return _index(event_or_404(slug, g.access), DecisionForm(formdata=None))


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.EDIT_TASKS)
def new(slug):
    event = event_or_404(slug, g.access)
    form = PressForm()
    is_saved, status, _conflict = save_form(
        form, lambda: operations.request_accreditation(event, **form.values, by=g.user), lambda: form
    )
    if is_saved:
        flash(_("The journalist is entered."))
        return redirect(url_for(".index", slug=slug))
    return render_template(
        "accreditations/edit.html", event=event, form=form, accreditation=None, conflict=None
    ), status


@bp.route("/<int:accreditation_id>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_TASKS)
def edit(slug, accreditation_id):
    event = event_or_404(slug, g.access)
    accreditation = queries.accreditation_of(event, accreditation_id)
    form = PressForm(accreditation)
    is_saved, status, conflict = save_form(
        form,
        lambda: operations.edit_accreditation(
            accreditation, **form.values, version=form.version.data, by=g.user
        ),
        lambda: PressForm(accreditation, formdata=None),
    )
    if is_saved:
        flash(_("Saved."))
        return redirect(url_for(".index", slug=slug))
    return render_template(
        "accreditations/edit.html", event=event, form=form, accreditation=accreditation, conflict=conflict
    ), status


@bp.post("/decide")
@requires(Permission.EDIT_TASKS)
def decide(slug):
    """Approve or refuse those ticked, each as it was read."""
    event, form = event_or_404(slug, g.access), DecisionForm()
    approves = request.form.get("decision") == "approve"
    state = AccreditationState.APPROVED if approves else AccreditationState.REFUSED
    done: list[operations.Decided] = []

    def carry() -> None:
        done.append(operations.decide(event, _ticked(), state, remark=form.remark.data, by=g.user))

    status = attempt(form, carry) if form.validate_on_submit() else REFUSED
    if status is not None:
        return _index(event, form), status
    _say(done[0])
    return redirect(url_for(".index", slug=slug))


@bp.post("/<int:accreditation_id>/withdraw")
@requires(Permission.EDIT_TASKS)
def withdraw(slug, accreditation_id):
    event = event_or_404(slug, g.access)
    accreditation = queries.accreditation_of(event, accreditation_id)
    carry_out(
        lambda: operations.withdraw(accreditation, version=version_seen(), by=g.user),
        _("The accreditation is withdrawn."),
    )
    return redirect(url_for(".index", slug=slug))


@bp.post("/badges.pdf")
@requires(Permission.EDIT_TASKS)
def badges(slug):
    """A badge for everybody who is accredited; posted, because it is written down who has them."""
    event = event_or_404(slug, g.access)
    found = _accredited(event)[:MOST_BADGES]
    with force_locale(LOCALE):
        values = activity_printing.press_badges(event, found, _links(found))
    operations.note_export(event, len(found), what="badges", by=g.user)
    return papers.paper(pdf.render("badges.typ", values), values["title"] + ".pdf")


@bp.post("/list.pdf")
@requires(Permission.EDIT_TASKS)
def as_list(slug):
    """Whom the door lets in."""
    event = event_or_404(slug, g.access)
    found = _accredited(event)
    head = organizations.letterhead_of(event.host, event.units_as_of)
    with force_locale(LOCALE):
        values = activity_printing.press_list(event, found, head=head)
    operations.note_export(event, len(found), what="list", by=g.user)
    return papers.paper(pdf.render("delegate_list.typ", values), values["title"] + ".pdf")


@bp.post("/export.xlsx")
@requires(Permission.EDIT_TASKS)
@confirmed_lately("accreditations.index")
def export(slug):
    event = event_or_404(slug, g.access)
    with_contacts = g.access.extends_to(Permission.READ_CONTACTS, event)
    found = queries.accreditations_of(event)
    with force_locale(LOCALE):
        columns = [
            (_("Press agency, outlet"), 36),
            (_("Full name"), 28),
            (_("Position"), 22),
            (_("Press card"), 16),
        ]
        columns += [(_("Telephone"), 18), (_("E-mail"), 30)] if with_contacts else []
        columns += [(_("Equipment"), 36), (_("State"), 20), (_("Remark"), 30)]
        body = writing.workbook(
            [writing.Sheet(_("Press"), columns, [_line(one, with_contacts) for one in found])]
        )
    operations.note_export(event, len(found), what="spreadsheet", by=g.user)
    response = Response(body, mimetype=writing.XLSX)
    response.headers["Content-Disposition"] = papers.disposition("attachment", f"bao-chi-{event.slug}.xlsx")
    response.headers["Cache-Control"] = "no-store"
    return response


def _by_card(token: str) -> Accreditation:
    found = queries.accreditation_by_token(token)
    if found is None:
        raise NotFound(_("There is nothing at this address."))
    return found


def _links(found: Sequence[Accreditation]) -> dict[int, str]:
    """The address of the press badge of everybody who has one."""
    return {one.id: messages.card_link(secrets.unseal(one.token_sealed)) for one in found if one.token_sealed}


def _line(one: Accreditation, with_contacts: bool) -> tuple[Any, ...]:
    phone = text.display_phone(one.phone) if one.phone else None
    contacts = (phone, one.email) if with_contacts else ()
    state = str(words.label(one.state))
    return (one.outlet, one.name, one.position, one.press_card, *contacts, one.equipment, state, one.remark)


def _accredited(event: Event) -> list[Accreditation]:
    return queries.accreditations_of(event, state=AccreditationState.APPROVED)


def _ticked() -> dict[int, int]:
    """Each ticked journalist with the version that the page showed: "12-3"."""
    pairs = (typed.partition("-") for typed in request.form.getlist("journalist")[:500])
    return {
        one: version
        for first, _dash, last in pairs
        if (one := whole(first)) and (version := whole(last)) is not None
    }


def _say(decided: operations.Decided) -> None:
    if decided.count:
        flash(
            ngettext("%(num)s request is decided.", "%(num)s requests are decided.", decided.count)
            + (
                " "
                + ngettext(
                    "%(num)s journalist has no e-mail address: please call.",
                    "%(num)s journalists have no e-mail address: please call them.",
                    decided.without_address,
                )
                if decided.without_address
                else ""
            )
        )
    if decided.changed:
        flash(
            ngettext(
                "%(num)s request was changed after you had opened this page: read it first.",
                "%(num)s requests were changed after you had opened this page: read them first.",
                decided.changed,
            ),
            "warning",
        )
    if not decided.count and not decided.changed:
        flash(_("Nothing was changed: it had been decided so before."), "info")


def _index(event: Event, form: DecisionForm) -> str:
    filters = {"state": word(AccreditationState, "state"), "q": search()}
    shows_contacts = g.access.extends_to(Permission.READ_CONTACTS, event)
    found = queries.accreditations_of(event, **filters, contacts=shows_contacts)
    return render_template(
        "accreditations/index.html",
        event=event,
        page=page_of(found, per_page=100),
        filters=filters,
        counts=queries.counts(event),
        states=AccreditationState,
        is_open=queries.is_open(event),
        has_page=queries.has_page(event),
        may_edit=may_edit(event),
        shows_contacts=shows_contacts,
        form=form,
        ticked=set(request.form.getlist("journalist")),
    )
