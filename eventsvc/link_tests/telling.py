"""Which sites have to be written to about a link test, and what. Pure."""

from datetime import datetime
from enum import StrEnum

from eventsvc.link_tests.models import InvitedSite


class Telling(StrEnum):
    """Invite it, or tell it the new edition; call back what its calendar holds; nobody can be written to."""

    REQUEST = "request"
    CANCEL = "cancel"
    PHONE = "phone"


def due(invited: InvitedSite, now: datetime) -> Telling | None:
    """What this site has not been told yet. Nobody is written to about what has begun; called back is only what was
    sent before, also from somebody who speaks for the site no more; a site without an address is to be phoned until it
    says that it comes."""
    email = invited.site.contact_email
    if invited.link_test.starts_at <= now:
        return None
    if not invited.is_expected:
        return Telling.CANCEL if invited.told_sequence is not None else None
    if not email:
        if invited.told_email is not None:
            return Telling.CANCEL
        return None if invited.accepted_at else Telling.PHONE
    is_told = invited.told_sequence == invited.sequence and invited.told_email == email
    return None if is_told else Telling.REQUEST
