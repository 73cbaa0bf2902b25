"""The links of coordinators: who has one, who was sent theirs, who has opened it; sending, copying, printing."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from eventsvc import pdf, qr
from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.coordinators import messages, queries, sending_operations, sheets
from eventsvc.coordinators.queries import LinkState
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.sites import link_operations, link_queries
from eventsvc.sites import queries as sites
from eventsvc.sites.models import MAIN, Site, SiteLevel
from eventsvc.web.arguments import search, word
from eventsvc.web.edits import carry_out
from eventsvc.web.pagination import paginate
from eventsvc.web.papers import paper

bp = Blueprint("site_links", __name__, url_prefix="/events/<slug>/sites")

PER_PAGE = 60
MOST_NAMED = 10


@bp.get("/links")
@requires(Permission.EDIT_SITES)
def index(slug):
    event = event_or_404(slug, g.access)
    reach = g.access.site_ids(event)
    chosen = _chosen()
    page = paginate(queries.bridge_sites(event, reach, **chosen), per_page=PER_PAGE)
    return render_template(
        "site_links/index.html",
        event=event,
        page=page,
        chosen=chosen,
        asked={name: str(value) for name, value in chosen.items() if value},
        figures=queries.link_figures(event, reach),
        states=list(LinkState),
        link_state=queries.link_state,
        levels=[level for level in sites.LEVEL_ORDER if level is not SiteLevel.MAIN],
        districts=sites.districts_of(event, reach),
        expires_at=link_queries.expires_at(event),
    )


@bp.post("/links/made")
@requires(Permission.EDIT_SITES)
def make(slug):
    """A link for every site within reach that the filters show and that has none."""
    event = event_or_404(slug, g.access)
    made = link_operations.make_links(event, _shown(event), by=g.user)
    if made:
        flash(ngettext("%(num)s link made.", "%(num)s links made.", made))
    else:
        flash(_("Every site of this list has its link already."), "info")
    return _back(slug)


@bp.post("/links/sent")
@requires(Permission.EDIT_SITES)
def send(slug):
    """Letters to the coordinators of the sites that the filters show; nobody is written to twice about one link."""
    event = event_or_404(slug, g.access)
    shown = _shown(event)
    sent = sending_operations.send_soon(event, shown, by=g.user)
    if sent is None:
        flash(_("%(num)s sites are being written to, which takes some minutes.", num=len(shown)), "info")
        return _back(slug)
    if sent.messages:
        flash(ngettext("%(num)s message queued.", "%(num)s messages queued.", sent.messages))
    if sent.without_address:
        named = ", ".join(sent.without_address[:MOST_NAMED])
        more = "…" if len(sent.without_address) > MOST_NAMED else "."
        flash(
            ngettext(
                "%(num)s site has no e-mail address, pass its link on by hand: ",
                "%(num)s sites have no e-mail address, pass their links on by hand: ",
                len(sent.without_address),
            )
            + named
            + more,
            "warning",
        )
    if not sent.messages and not sent.without_address:
        flash(_("Everybody in this list has been written to already."), "info")
    return _back(slug)


@bp.post("/links/sheet.pdf")
@requires(Permission.EDIT_SITES)
def sheet(slug):
    """Cards with QR codes to cut out, for the sites that the filters show and that have links."""
    event = event_or_404(slug, g.access)
    shown = [site for site in _shown(event) if site.token_sealed is not None]
    if len(shown) > sheets.MOST_CARDS:
        flash(
            _(
                "At most %(most)s cards are printed at once: choose a level or a district.",
                most=sheets.MOST_CARDS,
            ),
            "warning",
        )
        return _back(slug)
    cards = [(site, link_queries.link_of(site)) for site in shown]
    values = sheets.values(event, [(site, link) for site, link in cards if link is not None])
    return paper(pdf.render("site_links.typ", values), _("Links of the bridge sites") + ".pdf")


@bp.get("/<code>/link")
@requires(Permission.EDIT_SITES)
def show(slug, code):
    """One site's link: the words to paste into a chat, the QR code, a new link."""
    site = _site(slug, code)
    has_link = site.token_hash is not None
    return render_template(
        "site_links/show.html",
        event=site.event,
        site=site,
        state=queries.link_state(site),
        link=link_queries.link_of(site),
        words=messages.Composer(site.event).to_copy(site) if has_link else None,
    )


@bp.get("/<code>/link.svg")
@requires(Permission.EDIT_SITES)
def link_qr(slug, code):
    link = link_queries.link_of(_site(slug, code))
    if link is None:
        raise NotFound(_("There is nothing at this address."))
    return Response(qr.address_svg(link), mimetype="image/svg+xml")


@bp.post("/<code>/link/sent")
@requires(Permission.EDIT_SITES)
def send_one(slug, code):
    site = _site(slug, code)
    sent = sending_operations.send_links(site.event, [site], by=g.user)
    if sent.messages:
        flash(_("The message is queued."))
    elif sent.without_address:
        flash(_("This site has no e-mail address. Copy the words, or let the QR code be scanned."), "warning")
    else:
        flash(_("This link has been sent already. Give the site a new link to send it again."), "info")
    return redirect(url_for(".show", slug=slug, code=code))


@bp.post("/<code>/link/renewed")
@requires(Permission.EDIT_SITES)
def renew(slug, code):
    site = _site(slug, code)
    carry_out(
        lambda: link_operations.renew_link(site, by=g.user),
        _("The site has a new link; the old one leads nowhere any more."),
    )
    return redirect(url_for(".show", slug=slug, code=code))


@bp.post("/<code>/link/revoked")
@requires(Permission.EDIT_SITES)
def revoke(slug, code):
    site = _site(slug, code)
    carry_out(lambda: link_operations.revoke_link(site, by=g.user), _("The link leads nowhere any more."))
    return redirect(url_for(".show", slug=slug, code=code))


# --- What the pages above are made of ----------------------------------------------------------------------


def _chosen() -> dict[str, Any]:
    """The filters, from the address; buttons post to it with the same ones."""
    within = request.args.get("within", "")
    return {
        "q": search(),
        "level": word(SiteLevel, "level"),
        "within": within if within.isalnum() else "",
        "link": word(LinkState, "link"),
    }


def _shown(event: Event) -> list[Site]:
    statement: sa.Select[Site] = queries.bridge_sites(event, g.access.site_ids(event), **_chosen())
    return list(db.session.scalars(statement))


def _back(slug: str):
    chosen = {name: str(value) for name, value in _chosen().items() if value}
    return redirect(url_for(".index", slug=slug, **chosen))


def _site(slug: str, code: str) -> Site:
    site = sites.site_or_404(event_or_404(slug, g.access), code, g.access)
    if site.code == MAIN:
        raise NotFound(_("There is no such site."))
    return site
