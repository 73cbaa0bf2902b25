"""Every change to users, grants, sign-ins and tokens."""

import math
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc import clock, jobs, secrets
from eventsvc.accounts import passwords, queries
from eventsvc.accounts.models import ApiToken, Grant, SignIn, SignInFailure, SignInLink, User
from eventsvc.accounts.permissions import Role
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError, Invalid

LINK_LIFETIME = timedelta(days=3)
MAILED_LINK_LIFETIME = timedelta(minutes=30)


class WrongSignIn(DomainError):
    status, code = 422, "wrong_sign_in"


class TooManyAttempts(DomainError):
    status, code = 429, "too_many_attempts"

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class LinkSpent(DomainError):
    status, code = 410, "link_spent"


@atomic()
def create_user(email: str, *, name: str = "", by: Any = None) -> User:
    """A new user, or the one who already has this address."""
    email = email.strip().lower()
    user = queries.user_by_email(email)
    if user is None:
        user = User(email=email, name=name)
        db.session.add(user)
        db.session.flush()
        record(by, "user.created", user)
    return user


@atomic()
def grant(
    user: User,
    role: Role,
    *,
    organization_id: int | None = None,
    event_id: int | None = None,
    site_id: int | None = None,
    by: Any = None,
) -> Grant:
    """Give a role in a scope; safe to repeat, takes effect on the user's next request."""
    scope = {"organization_id": organization_id, "event_id": event_id, "site_id": site_id}
    for given in user.grants:
        if given.role is role and all(getattr(given, name) == value for name, value in scope.items()):
            return given
    words = ".".join(str(value or 0) for value in scope.values())
    given = Grant(user=user, role=role, scope=words, **scope)
    db.session.add(given)
    db.session.flush()
    record(by, "grant.given", user, role=role.value, **scope)
    return given


def set_password(user: User, password: str, *, keep: SignIn | None = None, by: Any) -> None:
    """Store a new password and end the user's other sign-ins; `keep` is the browser that asked."""
    if not passwords.SHORTEST <= len(password) <= passwords.LONGEST:
        raise Invalid(
            _(
                "A password has %(least)s to %(most)s characters.",
                least=passwords.SHORTEST,
                most=passwords.LONGEST,
            ),
            field="password",
        )
    if passwords.is_guessable(password, (user.email, user.name)):
        raise Invalid(
            _("This password would be guessed. Take several words that do not belong together."),
            field="password",
        )
    _store_password(user, passwords.hashed(password), keep, by)  # hashing takes its time: hold nobody up


@atomic()
def _store_password(user: User, password_hash: str, keep: SignIn | None, by: Any) -> None:
    user.password_hash = password_hash
    others = SignIn.id != keep.id if keep is not None else sa.true()
    db.session.execute(
        sa.update(SignIn)
        .where(SignIn.user_id == user.id, SignIn.ended_at.is_(None), others)
        .values(ended_at=clock.now())
    )
    record(by, "password.set", user)


@atomic()
def make_link(user: User, *, requested: bool = False, by: Any = None) -> str:
    """A one-time sign-in token for the user; `requested` asks the outbox to mail it."""
    token, now = secrets.new_token(), clock.now()
    link = SignInLink(
        user=user,
        token_hash=secrets.digest(token),
        token_sealed=secrets.seal(token),
        expires_at=now + (MAILED_LINK_LIFETIME if requested else LINK_LIFETIME),
        requested_at=now if requested else None,
    )
    db.session.add(link)
    db.session.flush()
    record(by, "sign_in_link.made", user)
    return token


def request_link(email: str) -> None:
    """Ask for a link by mail; says nothing about whether the address is known."""
    user = queries.user_by_email(email)
    if user is not None and user.active:
        make_link(user, requested=True)
    jobs.enqueue("deliveries.drain")


@atomic()
def use_link(token: str) -> str:
    """Sign in by a one-time link: the browser's new key. The link is spent."""
    link = queries.usable_link(token)
    spent = link is not None and db.session.execute(
        sa.update(SignInLink)
        .where(SignInLink.id == link.id, SignInLink.used_at.is_(None))
        .values(used_at=clock.now())
    )
    if not spent or spent.rowcount != 1:  # type: ignore[attr-defined]
        raise LinkSpent(_("This sign-in link has been used or has expired. Ask for a new one."))
    return _start(link.user)  # type: ignore[union-attr]


def sign_in(email: str, password: str, *, address: str) -> str:
    """Sign in by password: the browser's new key. Ten failures in five minutes close the door for a while."""
    email = email.strip().lower()[:254]
    oldest = queries.oldest_of_too_many_failures(email, address)
    if oldest is not None:
        wait = oldest + queries.TRIES_WITHIN - clock.now()
        raise TooManyAttempts(
            _("Too many failed attempts. Please try again in a few minutes."),
            max(1, math.ceil(wait.total_seconds())),
        )
    user = queries.user_by_email(email)
    if not passwords.is_right(password, user.password_hash if user and user.active else None):
        _note_failure(email, address)
        raise WrongSignIn(_("The e-mail address or the password is not right."), field="password")
    return _start_for(user)  # type: ignore[arg-type]


def confirm(found: SignIn, password: str, *, address: str) -> str:
    """Show again who it is: the browser's new key, in place of the old one. Refused as `sign_in` refuses."""
    key = sign_in(found.user.email, password, address=address)
    _end(found)
    return key


@atomic()
def _end(found: SignIn) -> None:
    found.ended_at = clock.now()


@atomic()
def sign_out(key: str) -> None:
    """End this browser's sign-in for good; its cookie is worth nothing afterwards."""
    found = queries.sign_in_by_key(key)
    if found is not None:
        found.ended_at = clock.now()
        record(found.user, "sign_in.ended", found)


@atomic()
def keep_alive(found: SignIn) -> None:
    """Note that the browser is in use; at most one write a minute."""
    found.seen_at = clock.now()


@atomic()
def disable(user: User, *, by: Any) -> None:
    """Shut the user out: every sign-in ends with this transaction."""
    user.active = False
    db.session.execute(
        sa.update(SignIn)
        .where(SignIn.user_id == user.id, SignIn.ended_at.is_(None))
        .values(ended_at=clock.now())
    )
    record(by, "user.disabled", user)


@atomic()
def set_locale(user: User, locale: str) -> None:
    user.locale = locale


@atomic()
def create_token(
    role: Role,
    *,
    name: str = "",
    organization_id: int | None = None,
    event_id: int | None = None,
    site_id: int | None = None,
    expires_at: datetime | None = None,
    shown_again: bool = False,
    by: Any = None,
) -> tuple[ApiToken, str]:
    """A new API token: its row, and the token itself, which is shown once unless `shown_again`."""
    token = secrets.new_token()
    row = ApiToken(
        role=role,
        name=name,
        token_hash=secrets.digest(token),
        token_sealed=secrets.seal(token) if shown_again else None,
        organization_id=organization_id,
        event_id=event_id,
        site_id=site_id,
        expires_at=expires_at,
    )
    db.session.add(row)
    db.session.flush()
    record(by, "api_token.created", row, role=role.value)
    return row, token


@atomic()
def revoke_token(token: ApiToken, *, by: Any) -> None:
    """The token opens nothing from the next request on; safe to repeat."""
    if token.revoked_at is None:
        token.revoked_at = clock.now()
        record(by, "api_token.revoked", token)


@atomic()
def _start_for(user: User) -> str:
    return _start(user)


def _start(user: User) -> str:
    key = secrets.new_token()
    db.session.add(SignIn(user=user, key_hash=secrets.digest(key)))
    record(user, "sign_in.started", user)
    return key


@atomic()
def _note_failure(email: str, address: str) -> None:
    lapsed = clock.now() - queries.TRIES_WITHIN
    db.session.execute(sa.delete(SignInFailure).where(SignInFailure.at < lapsed))
    db.session.add(SignInFailure(email_hash=secrets.digest(email), address_hash=secrets.digest(address)))
