"""Badges, passes on paper and the list of delegates: for whom, in which size, in files of a bearable length."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from eventsvc import pdf
from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.agenda import printing as agenda_printing
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.guests import queries as guests
from eventsvc.guests import rank_queries
from eventsvc.guests.models import BadgeRole
from eventsvc.invitations import badge_queries, badges, pass_operations, wording
from eventsvc.invitations.badge_queries import Scope
from eventsvc.invitations.badges import Size
from eventsvc.invitations.pass_views import LOCALE, role_words
from eventsvc.organizations import queries as organizations
from eventsvc.sites import queries as sites
from eventsvc.sites.models import Site
from eventsvc.text import nfc
from eventsvc.web import papers
from eventsvc.web.arguments import LONGEST_SEARCH, whole
from eventsvc.web.pagination import paginate

bp = Blueprint("badges", __name__, url_prefix="/events/<slug>/badges")

MOST = 400
"""People in one file: it is made while somebody waits, and fifty sheets are what a printer takes."""
MOST_DELEGATES = 5000
BLANK = (8, 16, 40, 80, 160)
CHOICES = (Size.SMALL, Size.LARGE, Size.CARD, Size.LIST)


@bp.get("")
@requires(Permission.ISSUE_PASS)
def index(slug):
    """The choice: which people, and what to make for them."""
    event = event_or_404(slug, g.access)
    chosen = _chosen(event, request.args)
    scope = _scope(event, chosen)
    total = badge_queries.count(event, scope)
    return render_template(
        "badges/index.html",
        event=event,
        chosen=chosen,
        page=paginate(badge_queries.guests_in(event, scope), per_page=100, most=100),
        total=total,
        files=max(1, -(-total // MOST)),
        most=MOST,
        sizes=CHOICES,
        roles=list(BadgeRole),
        role_of=badges.role_of,
        blanks=BLANK,
        sites=list(db.session.scalars(sites.sites_of(event, site_ids=g.access.site_ids(event)))),
        groups=guests.groups_of(event),
        ranks=rank_queries.ranks_of(event),
    )


@bp.post("/sheets")
@requires(Permission.ISSUE_PASS)
def sheets(slug):
    """A file of badges or passes: of the people ticked (`guest`), else of everybody chosen, part by part."""
    event = event_or_404(slug, g.access)
    size = _size(request.form.get("size"))
    scope = _scope(event, _chosen(event, request.form), _ticked())
    part = max(whole(request.form.get("part")) or 1, 1)
    chosen = badge_queries.guests_in(event, scope).limit(MOST).offset((part - 1) * MOST)
    found = list(db.session.scalars(chosen))
    codes = pass_operations.print_passes(event, [guest.id for guest in found], what=size.value, by=g.actor)
    people = [badges.Shown(guest, codes[guest.id]) for guest in found]
    with force_locale(LOCALE):
        values = badges.sheets(event, people, size, role_words, "\n".join(agenda_printing.when(event)))
        words = _("Badges") if size in (Size.SMALL, Size.LARGE) else _("Passes")
        name = " – ".join([words, event.short_title]) + ".pdf"
    return papers.paper(pdf.render(_template(size), values), name)


@bp.post("/blank")
@requires(Permission.ISSUE_PASS)
def blank(slug):
    """Badges with the role alone; they hold nobody's name, so nothing is written down."""
    event = event_or_404(slug, g.access)
    word = request.form.get("role", "")
    role = BadgeRole(word) if word in set(BadgeRole) else BadgeRole.GUEST
    size = _size(request.form.get("size"))
    size = size if size in (Size.SMALL, Size.LARGE) else Size.SMALL
    number = min(max(whole(request.form.get("number")) or BLANK[0], 1), BLANK[-1])
    with force_locale(LOCALE):
        values = badges.blank(event, role, number, size, role_words)
        name = " – ".join([_("Badges"), role_words(role), event.short_title]) + ".pdf"
    return papers.paper(pdf.render(_template(size), values), name)


@bp.post("/delegates")
@requires(Permission.ISSUE_PASS)
def delegates(slug):
    """The list of delegates of everybody chosen, as a paper with the letterhead of the host."""
    event = event_or_404(slug, g.access)
    chosen = _chosen(event, request.form)
    scope = _scope(event, chosen, _ticked())
    number = badge_queries.count(event, scope)
    if number > MOST_DELEGATES:
        flash(
            _("That is %(number)s people; one paper holds at most %(most)s. Choose a site or a group.",
              number=number, most=MOST_DELEGATES), "error",
        )  # fmt: skip
        return redirect(url_for(".index", slug=slug))
    found = badge_queries.delegates(event, scope)
    head = organizations.letterhead_of(event.host, event.units_as_of)
    with force_locale(LOCALE):
        values = badges.delegates(
            event,
            badge_queries.by_group(guests.groups_of(event), found),
            head=head,
            place=_place(event, chosen["site"]),
            when=agenda_printing.when(event),
        )
        name = " – ".join([_("Delegate list"), event.short_title]) + ".pdf"
    body = pdf.render("delegate_list.typ", values)
    pass_operations.note_list(event, what="delegates", count=len(found), by=g.actor)
    return papers.paper(body, name)


def _template(size: Size) -> str:
    return "badges.typ" if size in (Size.SMALL, Size.LARGE) else "pass.typ"


def _size(word: str | None) -> Size:
    return Size(word) if word in {size.value for size in CHOICES} else Size.SMALL


def _place(event: Event, site: Site | None) -> str:
    if site is None:
        return event.venue or _("at all sites")
    return wording.site_name(site)


def _chosen(event: Event, asked: Any) -> dict[str, Any]:
    """The filters asked for; what is out of reach or does not exist is not found."""
    code, group_id, rank_id = asked.get("site"), whole(asked.get("group")), whole(asked.get("rank"))
    return {
        "site": sites.site_or_404(event, code, g.access) if code else None,
        "group": guests.group_of(event, group_id) if group_id else None,
        "rank": _rank(event, rank_id) if rank_id else None,
        "q": "".join(c for c in nfc(asked.get("q") or "") if c.isprintable())[:LONGEST_SEARCH].strip(),
    }


def _rank(event: Event, rank_id: int) -> Any:
    found = next((rank for rank in rank_queries.ranks_of(event) if rank.id == rank_id), None)
    if found is None:
        raise NotFound(_("There is nothing at this address."))
    return found


def _scope(event: Event, chosen: dict[str, Any], guest_ids: frozenset[int] = frozenset()) -> Scope:
    ids = {name: chosen[name].id if chosen[name] else None for name in ("site", "group", "rank")}
    return Scope(
        site_ids=g.access.site_ids(event),
        site_id=ids["site"],
        group_id=ids["group"],
        rank_id=ids["rank"],
        q=chosen["q"],
        guest_ids=guest_ids,
    )


def _ticked() -> frozenset[int]:
    """The guests ticked on the page, at most as many as a file holds."""
    ids = [number for typed in request.form.getlist("guest") if (number := whole(typed)) is not None]
    return frozenset(ids[:MOST])
