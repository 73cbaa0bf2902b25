"""Whether a message that was written before may be sent once more with the same words."""

from flask_babel import gettext as _

from eventsvc import secrets
from eventsvc.db import db
from eventsvc.deliveries import operations as outbox
from eventsvc.deliveries.models import Delivery
from eventsvc.invitations import kinds, queries, replies
from eventsvc.invitations.models import Invitation


@outbox.before_repeating(queries.SUBJECT)
def require_current(delivery: Delivery) -> None:
    """Refuse words about a time or place that has changed, about an invitation or event that is off, and a code that
    opens no door. A cancellation and thanks always hold."""
    invitation = db.session.get(Invitation, delivery.subject_id)
    if invitation is None or delivery.kind in (kinds.CANCELLATION, kinds.THANKS):
        return
    edition = replies.edition_told(delivery.intent)
    is_overtaken = (
        (invitation.revision if edition is None else edition) < invitation.edition
        or delivery.created_at < invitation.changed_at
        or invitation.revoked_at is not None
        or invitation.event.is_cancelled
    )
    if is_overtaken or not _holds_live_code(delivery, invitation):
        raise outbox.Overtaken(
            _(
                "What this message says no longer holds. Send the invitation again from the page of the person."
            )
        )


def _holds_live_code(delivery: Delivery, invitation: Invitation) -> bool:
    """Whether the code in the message, if there is one, still opens the door."""
    sealed = delivery.secrets.get("pass_code")
    live = queries.live_pass(invitation.guest)
    if sealed is None or live is None:
        return sealed is None
    return secrets.unseal(sealed) == secrets.unseal(live.code_sealed)
