"""Signed counts: the sites with what they would sign and have signed. Up here because visitors counted by taps stand
beside the scans."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eventsvc import clock, pdf
from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.checkins import closing_operations, closing_papers, closing_queries, queries
from eventsvc.checkins.attendance_models import SiteClosing
from eventsvc.checkins.closings import Doubt, SiteCount
from eventsvc.errors import NotFound
from eventsvc.events.models import Event, Sitting
from eventsvc.events.permissions import event_or_404
from eventsvc.events.queries import users_by_id
from eventsvc.organizations import queries as organizations
from eventsvc.reports.closing_forms import CloseForm, ReopenForm, SignForm
from eventsvc.sites.models import Site
from eventsvc.sites.queries import districts_of, site_or_404
from eventsvc.text import fold
from eventsvc.visitors import queries as visitors
from eventsvc.web import papers
from eventsvc.web.arguments import search, whole
from eventsvc.web.edits import attempt, carry_out
from eventsvc.web.pagination import page_of

bp = Blueprint("closings", __name__, url_prefix="/events/<slug>/checkins/closings")
bp.add_app_template_filter(closing_papers.later_words, "later_words")

LOCALE = "vi"

DOUBTS = {
    Doubt.NOT_BEGUN: _l("The sitting has not begun yet."),
    Doubt.WAITING: _l(
        "Scans are still on devices of this site: let them connect first, or sign and see them added later."
    ),
    Doubt.CASES: _l("Cases at this site are open: they may change who counts here."),
    Doubt.SILENT: _l("Nobody was let in by name and no head-count was reported: the count would be nought."),
}


@bp.get("")
@requires(Permission.CHECK_IN_BY_NAME)
def index(slug):
    event = event_or_404(slug, g.access)
    sitting = sitting_asked(event)
    counts = _counts(event, sitting)
    which, q = request.args.get("which", ""), search()
    shown = [count for count in _narrowed(counts, which) if _fits(count.site, q)]
    return render_template(
        "checkins/closings.html",
        event=event,
        sitting=sitting,
        counts=counts,
        page=page_of(shown),
        which=which,
        q=q,
        tallied=visitors.tallied(sitting) if sitting else {},
        people=_people(count.closing for count in counts),
        signs=g.access.to(Permission.ANNUL_SCAN).covers(event),
    )


@bp.get("/<code>")
@requires(Permission.CHECK_IN_BY_NAME)
def show(slug, code):
    event, site, sitting = _place(slug, code)
    count = closing_queries.count_of(site, sitting)
    form = CloseForm(formdata=None, data={"people": count.people, "named": count.named})
    return _page(event, sitting, count, form)


@bp.post("/<code>")
@requires(Permission.ANNUL_SCAN)
def close(slug, code):
    event, site, sitting = _place(slug, code)
    form = CloseForm()
    status = 422
    if form.validate_on_submit():
        refused = attempt(
            form,
            lambda: closing_operations.close(
                site,
                sitting,
                named=form.named.data if form.named.data is not None else -1,
                people=form.people.data,
                signed=form.signature,
                by=g.user,
            ),
        )
        if refused is None:
            flash(_("The count of %(site)s is signed.", site=site.name))
            return redirect(url_for(".show", slug=slug, code=code, sitting=sitting.number))
        status = refused
    count = closing_queries.count_of(site, sitting)
    form.named.raw_data, form.named.data = None, count.named
    return _page(event, sitting, count, form), status


@bp.route("/several", methods=["GET", "POST"])
@requires(Permission.ANNUL_SCAN)
def several(slug):
    """What would be signed for every site that has not, to be ticked; one signature for all of them."""
    event = event_or_404(slug, g.access)
    sitting = sitting_asked(event)
    if sitting is None:
        flash(_("The event has no sitting yet."), "error")
        return redirect(url_for(".index", slug=slug))
    form, seen = SignForm(), _seen()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        if seen:
            done: list[Any] = []
            refused = attempt(
                form,
                lambda: done.extend(
                    closing_operations.close_several(
                        event, sitting, _within(event, seen), signed=form.signature, by=g.user
                    )
                ),
            )
            if refused is None:
                _tell(*done)
                return redirect(url_for(".index", slug=slug, sitting=sitting.number))
            status = refused
        else:
            form.form_errors.append(_("Tick the sites to sign for first."))
    within = request.args.get("within", "")[:80]
    counts = [
        count
        for count in _counts(event, sitting)
        if count.closing is None and within in ("", count.site.code, count.site.parent_code)
    ]
    return (
        render_template(
            "checkins/closings_several.html",
            event=event,
            sitting=sitting,
            counts=counts,
            form=form,
            ticked=set(seen) if form.is_submitted() else None,
            has_begun=_has_begun(sitting),
            doubts=DOUBTS,
            tallied=visitors.tallied(sitting),
            within=within,
            districts=districts_of(event, g.access.site_ids(event)),
        ),
        status,
    )


@bp.post("/<code>/<int:closing_id>/reopen")
@requires(Permission.ANNUL_SCAN)
def reopen(slug, code, closing_id):
    event, site, _sitting = _place(slug, code)
    closing = _closing(event, site, closing_id)
    form = ReopenForm()
    if form.validate_on_submit():
        carry_out(
            lambda: closing_operations.reopen(closing, reason=form.reason.data, by=g.user),
            _("The count of %(site)s is open again.", site=site.name),
        )
        return redirect(url_for(".show", slug=slug, code=code, sitting=closing.sitting.number))
    count = closing_queries.count_of(site, closing.sitting)
    return _page(event, closing.sitting, count, CloseForm(formdata=None), reopen_form=form), 422


@bp.post("/<code>/<int:closing_id>/paper")
@requires(Permission.CHECK_IN_BY_NAME)
def paper(slug, code, closing_id):
    """The minutes as a PDF to be signed by hand; posted, because it is written down who has them."""
    event, site, _sitting = _place(slug, code)
    closing = _closing(event, site, closing_id)
    count = closing_queries.count_of(site, closing.sitting)
    by = _people([closing]).get(closing.actor_id or 0) if closing.actor_kind == "user" else None
    with force_locale(LOCALE):
        head = organizations.letterhead_of(event.host, event.units_as_of)
        tallied = visitors.tallied(closing.sitting).get(site.id, 0)
        values = closing_papers.minutes(
            event, closing, count, head=head, tallied=tallied, by=(by.name or by.email) if by else None
        )
        name = " – ".join([_("Minutes of the signed count"), site.name, event.short_title]) + ".pdf"
    body = pdf.render("signed_count.typ", values)
    closing_operations.note_printing(closing, by=g.actor)
    return papers.paper(body, name)


def sitting_asked(event: Event) -> Sitting | None:
    """The sitting that the address names, else the one that matters now."""
    asked = whole(request.args.get("sitting"))
    found = next((sitting for sitting in event.sittings if sitting.number == asked), None)
    return found or queries.present_sitting(event)


def _place(slug: str, code: str) -> tuple[Event, Site, Sitting]:
    event = event_or_404(slug, g.access)
    site = site_or_404(event, code, g.access)
    sitting = sitting_asked(event)
    if sitting is None:
        raise NotFound(_("The event has no sitting yet."))
    return event, site, sitting


def _closing(event: Event, site: Site, closing_id: int) -> SiteClosing:
    return closing_queries.closing_of(event, closing_id, {site.id})


def _counts(event: Event, sitting: Sitting | None) -> list[SiteCount]:
    return closing_queries.counts(event, sitting, g.access.site_ids(event)) if sitting else []


def _narrowed(counts: list[SiteCount], which: str) -> list[SiteCount]:
    if which == "open":
        return [count for count in counts if count.closing is None]
    if which == "closed":
        return [count for count in counts if count.closing is not None]
    if which == "later":
        return [count for count in counts if count.later]
    return counts


def _fits(site: Site, q: str) -> bool:
    return fold(q) in fold(site.name)


def _page(
    event: Event, sitting: Sitting, count: SiteCount, form: CloseForm, reopen_form: ReopenForm | None = None
) -> str:
    past = closing_queries.history(count.site, sitting)
    return render_template(
        "checkins/closings_site.html",
        event=event,
        sitting=sitting,
        count=count,
        form=form,
        reopen_form=reopen_form or ReopenForm(formdata=None),
        doubts=[DOUBTS[doubt] for doubt in count.doubts(_has_begun(sitting))],
        tallied=visitors.tallied(sitting).get(count.site.id, 0),
        past=past,
        people=_people(past),
        signs=g.access.to(Permission.ANNUL_SCAN).covers_site(count.site),
    )


def _has_begun(sitting: Sitting) -> bool:
    return sitting.starts_at is None or sitting.starts_at <= clock.now()


def _seen() -> dict[int, tuple[int, int]]:
    """The ticked sites with the figures that stood beside them."""
    found: dict[int, tuple[int, int]] = {}
    for typed in request.form.getlist("site"):
        site_id = whole(typed)
        named, _dash, people = request.form.get(f"seen_{typed}", "").partition("-")
        if site_id is not None and whole(named) is not None and whole(people) is not None:
            found[site_id] = (int(named), int(people))
    return found


def _within(event: Event, seen: Mapping[int, tuple[int, int]]) -> dict[int, tuple[int, int]]:
    reach = g.access.site_ids(event)
    return {site_id: figures for site_id, figures in seen.items() if reach is None or site_id in reach}


def _tell(made: list[SiteClosing], left: list[Site]) -> None:
    if made:
        flash(
            ngettext(
                "The count of %(num)s site is signed.", "The counts of %(num)s sites are signed.", len(made)
            )
        )
    if left:
        names = ", ".join(site.name for site in left[:8]) + (" …" if len(left) > 8 else "")
        flash(
            _(
                "Not signed, because their figures have changed or somebody else has signed: %(names)s.",
                names=names,
            ),
            "warning",
        )


def _people(closings: Any) -> dict[int, Any]:
    ids: set[int] = set()
    for closing in closings:
        if closing is not None:
            ids |= {closing.actor_id} if closing.actor_kind == "user" and closing.actor_id else set()
            ids |= {closing.reopened_by_id} if closing.reopened_by_id else set()
    return users_by_id(ids) if ids else {}
