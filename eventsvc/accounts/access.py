"""Who is asking, and whether the route lets them: `@requires(permission)`, `@public`, deny by default."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar

from flask import abort, current_app, g, redirect, request, session, url_for
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.accounts import operations, queries
from eventsvc.accounts.permissions import Access, Permission
from eventsvc.errors import DomainError, NotFound

View = TypeVar("View", bound=Callable[..., Any])


CONFIRMED_FOR = timedelta(minutes=15)
"""So long after signing in nobody is asked again who they are."""


class SignInNeeded(DomainError):
    status, code = 401, "sign_in_needed"


def identify() -> None:
    """Before every request: find the actor. A bearer token is looked at only under /api/, a session elsewhere."""
    g.user = g.actor = None
    if getattr(current_app.view_functions.get(request.endpoint or ""), "identifies_its_caller", False):
        return
    if request.path.startswith("/api/"):
        scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer" and token:
            g.actor = queries.program_token(token.strip())
        return
    if request.endpoint in (None, "static") or "key" not in session:
        return
    sign_in = queries.sign_in_by_key(session["key"])
    if sign_in is None:
        session.pop("key", None)
        return
    g.user = g.actor = sign_in.user
    g.sign_in = sign_in


def stay_signed_in() -> None:
    """After identifying: note once a minute that the browser is in use."""
    sign_in = g.get("sign_in")
    if sign_in is not None and (clock.now() - sign_in.seen_at).total_seconds() > 60:
        operations.keep_alive(sign_in)


def requires(permission: Permission) -> Callable[[View], View]:
    """Only for actors who hold the permission somewhere; `g.access` then finds what it reaches.

    Nobody signed in: the sign-in page (401 for the API). Signed in without it: 404, as if nothing were there.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if g.get("actor") is None:
                if request.path.startswith("/api/"):
                    raise SignInNeeded(_("A valid access token is needed."))
                here = request.full_path.rstrip("?") if request.method == "GET" else None
                return redirect(url_for("accounts.sign_in", next=here))
            g.access = Access(g.actor, permission)
            if g.access.is_empty:
                raise NotFound(_("There is nothing at this address."))
            return view(*args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return mark


def confirmed_lately(back: str) -> Callable[[View], View]:
    """For what takes personal data out, below `@requires`: whoever signed in longer ago shows first who they are, by
    the password again or by a new link; then they come to the page `back`, with the same place in the address."""

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if is_confirmed():
                return view(*args, **kwargs)
            page = url_for(back, **kwargs, **request.args.to_dict())
            return redirect(url_for("accounts.confirm", next=page))

        return guarded  # type: ignore[return-value]

    return mark


def is_confirmed() -> bool:
    """Whether the one who asks has lately shown who they are: a browser left alone takes nothing out."""
    sign_in = g.get("sign_in")
    return sign_in is not None and clock.now() - sign_in.created_at <= CONFIRMED_FOR


def public(view: View) -> View:
    """For everybody, or for whoever holds the token in the address."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def deny_by_default(endpoint_view: Callable[..., Any] | None) -> None:
    """A view that says neither @requires nor @public answers nobody."""
    if endpoint_view is None:
        return
    if not (hasattr(endpoint_view, "permission") or getattr(endpoint_view, "is_public", False)):
        abort(404)
