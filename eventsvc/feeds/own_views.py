"""A calendar of one's own: made, renewed and taken back by whoever holds a link (`/i/<token>`, `/o/<token>`,
`/s/<token>`)."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from eventsvc.accounts.access import public
from eventsvc.errors import NotFound
from eventsvc.feeds import labels, operations, own_queries  # noqa: F401  (labels registers the words)
from eventsvc.feeds.links import links
from eventsvc.feeds.models import NoLongerKept
from eventsvc.feeds.own_queries import Bearer
from eventsvc.feeds.views import address_of, keep_once, kept_once
from eventsvc.invitations import queries as invitations
from eventsvc.invitations.models import Invitation
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.sites import link_queries

bp = Blueprint("personal_feeds", __name__)
JUST_MADE = "own_feed"


@bp.get("/i/<token>/feed")
@public
def person(token):
    return _page(_invitee(token), "person", token)


@bp.post("/i/<token>/feed")
@public
def make_person(token):
    return _make(_invitee(token), "person", token)


@bp.post("/i/<token>/feed/stop")
@public
def stop_person(token):
    return _stop(_invitee(token), "person", token)


@bp.get("/o/<token>/feed")
@public
def organization(token):
    return _page(_organization(token), "organization", token)


@bp.post("/o/<token>/feed")
@public
def make_organization(token):
    return _make(_organization(token), "organization", token)


@bp.post("/o/<token>/feed/stop")
@public
def stop_organization(token):
    return _stop(_organization(token), "organization", token)


@bp.get("/s/<token>/feed")
@public
def site(token):
    return _page(_site(token), "site", token)


@bp.post("/s/<token>/feed")
@public
def make_site(token):
    return _make(_site(token), "site", token)


@bp.post("/s/<token>/feed/stop")
@public
def stop_site(token):
    return _stop(_site(token), "site", token)


def _invitee(token: str) -> Bearer:
    return _standing(invitations.invitation_by_token(token))


def _organization(token: str) -> Bearer:
    return _standing(own_queries.organization_by_token(token))


def _site(token: str) -> Bearer:
    found = link_queries.site_by_token(token)
    if found is None:
        raise NotFound(_("There is nothing at this address."))
    if link_queries.has_expired(found.event):
        raise NoLongerKept(_("This link is no longer valid. Please ask whoever invited you."))
    return found


def _standing(bearer: Invitation | OrganizationInvitation | None) -> Bearer:
    """Whoever holds a link that still works: 410 for one that was taken back or whose data is no longer kept."""
    if bearer is None:
        raise NotFound(_("There is nothing at this address."))
    if bearer.revoked_at is not None or not own_queries.is_kept(bearer.event):
        raise NoLongerKept(_("This link is no longer valid. Please ask whoever invited you."))
    return bearer


def _page(bearer: Bearer, whose: str, token: str) -> str:
    feeds, fresh = own_queries.own_feeds(bearer), kept_once(JUST_MADE)
    # The address is shown on the page of whoever made it only, should another link be open in the same browser.
    shown = fresh is not None and any(feed.id == fresh[0] for feed in feeds)
    return render_template(
        "feeds/own.html",
        event=bearer.event,
        whose=whose,
        token=token,
        feed=feeds[-1] if feeds else None,
        links=links(address_of(fresh[1]), bearer.event.short_title) if shown and fresh else None,
    )


def _make(bearer: Bearer, whose: str, token: str):
    feed, secret = operations.renew_own_feed(bearer, by=bearer)
    keep_once(JUST_MADE, feed, secret)
    return redirect(url_for(f".{whose}", token=token))


def _stop(bearer: Bearer, whose: str, token: str):
    operations.revoke_own_feed(bearer, by=bearer)
    flash(_("The calendar no longer opens."))
    return redirect(url_for(f".{whose}", token=token))
