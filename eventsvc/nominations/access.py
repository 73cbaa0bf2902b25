"""The page of an organization, for features above that add pages to it: who stands behind a link, how often they may
send, and the row of pages that leads from one to the other.

A feature makes its pages under `/o/<token>/…` in a blueprint of its own: `own_pages(bp)`, then
`asked = asked_by_link(token)` in every view, and `own_page(endpoint, words, is_there)` once.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from flask import Blueprint, current_app, render_template, request, url_for

from eventsvc import clock
from eventsvc.extensions import limiter
from eventsvc.nominations import queries
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.nominations.naming_operations import LinkRevoked


class Gone(Exception):
    """The link led somewhere once (410), or never did (404)."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class OwnPage(NamedTuple):
    endpoint: str
    words: Any
    is_there: Callable[[OrganizationInvitation], bool]


_pages: list[OwnPage] = []


def _who() -> str:
    """Each link has its own measure: many organizations come from behind one address."""
    return f"o:{(request.view_args or {}).get('token', '')[: queries.LONGEST_TOKEN]}"


few = limiter.limit("60 per minute", key_func=_who, methods=["POST"])


def own_pages(bp: Blueprint) -> None:
    """Links that lead nowhere are answered with a page that says so; templates may call `own_navigation`."""
    bp.context_processor(lambda: {"own_navigation": own_navigation})
    bp.register_error_handler(Gone, gone)
    bp.register_error_handler(LinkRevoked, lambda error: gone(Gone(410)))


def gone(error: Gone) -> tuple[str, int]:
    return render_template("nominations/gone.html", status=error.status), error.status


def asked_by_link(token: str) -> OrganizationInvitation:
    """The organization of a link that still works; Gone says which of the two ends it came to."""
    asked = queries.invitation_by_token(token)
    if asked is None:
        raise Gone(404)
    kept_until = asked.event.data_kept_until
    if asked.revoked_at is not None or (kept_until is not None and kept_until < clock.today()):
        raise Gone(410)
    return asked


def own_page(endpoint: str, words: Any, is_there: Callable[[OrganizationInvitation], bool]) -> None:
    """One more page in the row; `is_there` says whether this organization has anything on it."""
    if endpoint not in {page.endpoint for page in _pages}:
        _pages.append(OwnPage(endpoint, words, is_there))


def own_navigation(asked: OrganizationInvitation, token: str) -> list[tuple[Any, str, bool]]:
    """Words, address and whether it is the current one, of each page that has something for the organization."""
    here = (request.endpoint or "").partition(".")[0]
    return [
        (page.words, url_for(page.endpoint, token=token), page.endpoint.partition(".")[0] == here)
        for page in _pages
        if page.endpoint in current_app.view_functions and page.is_there(asked)
    ]
