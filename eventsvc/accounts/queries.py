"""Look up users, sign-ins, links and tokens."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from eventsvc import clock, secrets
from eventsvc.accounts.models import ApiToken, SignIn, SignInFailure, SignInLink, User
from eventsvc.accounts.permissions import Role
from eventsvc.db import db

IDLE, LONGEST = timedelta(minutes=30), timedelta(hours=12)
TRIES, TRIES_WITHIN = 10, timedelta(minutes=5)


def user_by_email(email: str) -> User | None:
    return db.session.scalar(sa.select(User).where(User.email == email.strip().lower()))


def sign_in_by_key(key: str) -> SignIn | None:
    """The live sign-in of a browser, or None when it has ended, lapsed or its user was disabled."""
    found = db.session.scalar(sa.select(SignIn).where(SignIn.key_hash == secrets.digest(key)))
    now = clock.now()
    if found is None or found.ended_at or not found.user.active:
        return None
    if found.seen_at < now - IDLE or found.created_at < now - LONGEST:
        return None
    return found


def usable_link(token: str) -> SignInLink | None:
    link = db.session.scalar(sa.select(SignInLink).where(SignInLink.token_hash == secrets.digest(token)))
    if link is None or link.used_at or link.expires_at < clock.now() or not link.user.active:
        return None
    return link


def links_to_send() -> list[SignInLink]:
    """Links that someone asked for by mail and that still open the door."""
    return list(
        db.session.scalars(
            sa.select(SignInLink).where(
                SignInLink.requested_at.is_not(None),
                SignInLink.used_at.is_(None),
                SignInLink.expires_at > clock.now(),
            )
        )
    )


def api_token(token: str) -> ApiToken | None:
    """The token's row unless it is unknown, revoked or past its time."""
    found = db.session.scalar(sa.select(ApiToken).where(ApiToken.token_hash == secrets.digest(token)))
    if found is None or found.revoked_at or (found.expires_at and found.expires_at < clock.now()):
        return None
    return found


def oldest_of_too_many_failures(email: str, address: str) -> datetime | None:
    """When the limit of failed sign-ins is reached: the moment of the failure that must lapse first."""
    since = clock.now() - TRIES_WITHIN
    for column, value in ((SignInFailure.email_hash, email), (SignInFailure.address_hash, address)):
        times = db.session.scalars(
            sa.select(SignInFailure.at)
            .where(column == secrets.digest(value), SignInFailure.at > since)
            .order_by(SignInFailure.at.desc())
            .limit(TRIES)
        ).all()
        if len(times) >= TRIES:
            return times[-1]
    return None


def program_token(token: str) -> ApiToken | None:
    """The token's row for a program that calls the API; the link of a screen or a stage opens its own pages only."""
    found = api_token(token)
    return None if found is None or found.token_sealed else found


def screen_tokens(event_id: int, role: Role = Role.VIEWER) -> list[ApiToken]:
    """The live links of an event that show without signing in: those of big screens, or of another role."""
    return list(
        db.session.scalars(
            sa.select(ApiToken)
            .where(
                ApiToken.event_id == event_id,
                ApiToken.role == role,
                ApiToken.token_sealed.is_not(None),
                ApiToken.revoked_at.is_(None),
            )
            .order_by(ApiToken.id)
        )
    )
