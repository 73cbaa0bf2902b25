"""The code that opens the door: given out, exchanged for a new one."""

from typing import Any

from eventsvc.audit.operations import record
from eventsvc.db import atomic
from eventsvc.guests.models import Guest
from eventsvc.invitations import queries, rules
from eventsvc.invitations.models import Pass
from eventsvc.invitations.operations.telling import add_passes, require_standing, revoke_passes, write_again
from eventsvc.rows import lock


@atomic()
def issue_pass(guest: Guest, *, by: Any = None) -> Pass:
    """The live pass of the guest; a new one if there is none."""
    known = queries.live_pass(guest)
    if known is not None:
        return known
    add_passes(guest.event_id, [guest.id])
    live = queries.live_pass(guest)
    assert live is not None
    record(by, "pass.issued", guest, event=guest.event, pass_id=live.id)
    return live


@atomic()
def reissue_pass(guest: Guest, *, by: Any) -> Pass:
    """A new code; the old one is revoked from this moment on. A message still waiting goes with the new one."""
    lock(guest.event)
    rules.require_open(guest.event)
    invitation = queries.invitation_for(guest)
    if invitation is not None:
        require_standing(invitation)
    revoke_passes(guest)
    add_passes(guest.event_id, [guest.id])
    live = queries.live_pass(guest)
    assert live is not None
    record(by, "pass.reissued", guest, event=guest.event, pass_id=live.id)
    waiting = queries.unsent_messages([invitation.id]) if invitation is not None else []
    if invitation is not None and any(each.inline_qr for each in waiting):
        write_again(invitation, queries.resends(invitation) + 1, by, as_it_was=True)
    return live
