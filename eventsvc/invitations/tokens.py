"""Signed tokens: the one-click stop of reminders needs no row of its own, only proof that we wrote the link."""

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from eventsvc.invitations.models import Invitation


def stop_token(invitation: Invitation) -> str:
    return _signer().dumps(invitation.id)


def invitation_id_of(token: str) -> int | None:
    """The invitation that a stop token was made for; None for anything that we did not sign."""
    try:
        value = _signer().loads(token)
    except BadSignature:
        return None
    return value if isinstance(value, int) else None


def _signer() -> URLSafeSerializer:
    keys = [*reversed(current_app.config["SECRET_KEY_FALLBACKS"]), current_app.config["SECRET_KEY"]]
    return URLSafeSerializer(keys, salt="stop-reminders")
